"""The command line: verbs, progress, exit codes."""
