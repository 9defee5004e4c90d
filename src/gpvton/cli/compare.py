"""`gpvton compare`: methods side by side, with significance."""

from pathlib import Path
from typing import Annotated

import typer

from gpvton.domain.errors import InputError


def run(
    results: Annotated[
        list[Path],
        typer.Argument(
            help="result.json of each method; the first is the baseline.", metavar="FILE"
        ),
    ],
    form: Annotated[str, typer.Option("--format", help="markdown or latex.")] = "markdown",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File; default: standard output.")
    ] = None,
) -> None:
    """Compare methods on the pairs they share: means, differences, paired bootstrap."""
    from gpvton.domain.writing import write_bytes
    from gpvton.evaluation import tables
    from gpvton.evaluation.compare import compare
    from gpvton.evaluation.result_file import read_result

    forms = {"markdown": tables.markdown, "latex": tables.latex}
    if form not in forms:
        raise InputError(f"--format {form!r}, expected one of {', '.join(forms)}")
    text = forms[form](compare([read_result(path) for path in results]))
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_bytes(output, text.encode())
        typer.echo(str(output))
