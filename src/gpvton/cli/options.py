"""Options that several verbs share, and loading the networks by them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gpvton.cli.console import Progress
from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category

if TYPE_CHECKING:
    from gpvton.pipeline import TryOn

Weights = Annotated[
    str | None,
    typer.Option(
        "--weights", help="Folder or Hugging Face Hub name; default: the weights shipped."
    ),
]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Processor threads; default: one per core.")
]
MaxMegapixels = Annotated[
    float, typer.Option("--max-megapixels", min=0.01, help="Refuse larger pictures.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no warnings.")]
NoMetadata = Annotated[
    bool, typer.Option("--no-metadata", help="Do not say in the file that it is edited.")
]
CategoryOption = Annotated[
    Category | None,
    typer.Option("--category", help="What the garment is; default: as it looks."),
]
Tuck = Annotated[
    bool | None,
    typer.Option(
        "--tuck/--untuck",
        help="The top's hem in or over the lower garment; default: as worn, jackets hang.",
    ),
]

Adjust = Annotated[
    Path | None,
    typer.Option(
        "--adjust",
        metavar="FILE",
        help="JSON file of corrections: key points, landmarks, lengths, layers, masks "
        "(docs/fitting-room.md).",
    ),
]


Geometric = Annotated[
    bool, typer.Option("--geometric", help="Dress by geometry alone, without the warping network.")
]


Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="Refuse what cannot look right, such as a view from behind (exit code 2)."
    ),
]
PersonAnnotationFile = Annotated[
    Path | None,
    typer.Option(
        "--person-annotation",
        metavar="FILE",
        help="JSON file of gpvton analyze --layout, edited or not; PERSON is not analysed then.",
    ),
]
GarmentAnnotationFile = Annotated[
    list[Path] | None,
    typer.Option(
        "--garment-annotation", metavar="FILE", help="The same for GARMENT; once for each of them."
    ),
]
Parser = Annotated[
    str | None,
    typer.Option(
        "--parser",
        metavar="NAME|FILE",
        help="Another human parser: a name of docs/analysis.md, or an ONNX file with a JSON file "
        "beside it; default: ours.",
    ),
]
Pose = Annotated[
    str | None,
    typer.Option(
        "--pose",
        metavar="NAME|FILE",
        help="Key points from elsewhere: a name of docs/analysis.md, or a JSON file (or folder of "
        "them, by photo name) of OpenPose, COCO, COCO-WholeBody or MediaPipe; default: ours.",
    ),
]


def load(
    progress: Progress,
    weights: str | None,
    threads: int | None,
    max_megapixels: float = 50.0,
    *,
    geometric: bool = False,
    parser: str | None = None,
    pose: str | None = None,
) -> "TryOn":
    """The pipeline."""
    from gpvton.pipeline import TryOn

    progress.step("loading the networks")
    return TryOn.from_pretrained(
        weights,
        threads=threads,
        maximum_pixels=round(max_megapixels * 1e6),
        learned=not geometric,
        parser=parser,
        pose=pose,
    )


def refuse_same(inputs: list[Path], outputs: list[Path]) -> None:
    """An output must not be one of the inputs."""
    taken = {path.resolve() for path in inputs}
    for path in outputs:
        if path.resolve() in taken:
            raise InputError(f"{path} is also an input; choose another name with --output")


def unique(names: list[str]) -> list[str]:
    """The names, later ones of the same kind numbered: a, b, a-2."""
    seen: dict[str, int] = {}
    result: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return result


JsonValue = dict[str, Any]
