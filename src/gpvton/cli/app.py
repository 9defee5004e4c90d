"""`gpvton app`: the fitting room, a web page on this computer."""

from typing import Annotated

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress


def run(
    host: Annotated[
        str, typer.Option("--host", help="Address to serve on; 0.0.0.0 lets others in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in the browser.")
    ] = True,
    weights: options.Weights = None,
    threads: options.Threads = None,
    max_megapixels: options.MaxMegapixels = 50.0,
    quiet: options.Quiet = False,
) -> None:
    """Open the fitting room: try on and correct by hand, in the browser."""
    from gpvton.app.serve import require_gradio, serve

    require_gradio()
    with Progress(quiet) as progress:
        pipeline = options.load(progress, weights, threads, max_megapixels)
        progress.step("opening the page")
        address, page = serve(
            pipeline, host=host, port=port, open_browser=open_browser, block=False
        )
    typer.echo(f"{address} (Ctrl-C ends it)")
    page.block_thread()
