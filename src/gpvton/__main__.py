"""`python -m gpvton`: the command line, also for `accelerate launch -m gpvton`."""

from gpvton.cli.main import run

if __name__ == "__main__":
    run()
