"""Where weights come from: the package, a folder, or a repository of the Hugging Face Hub."""

import re
from pathlib import Path

from gpvton.domain.errors import WeightsError

EMBEDDED = Path(__file__).parent / "embedded"

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def locate(source: str | Path | None, revision: str | None = None) -> Path:
    """The folder that holds one weights folder per network.

    source: None for the weights that the package ships, a folder, or a Hub name "owner/name",
    which is fetched (once; then it is in the Hub's own cache).
    Raises WeightsError when there is no such folder, or the Hub cannot give it.
    """
    if source is None:
        return EMBEDDED
    path = Path(source)
    if path.is_dir():
        return path
    if not _HUB_NAME.fullmatch(str(source)) or path.exists():
        raise WeightsError(
            f"{source} is neither a folder nor a Hugging Face Hub name (owner/name); "
            "give a folder with one sub-folder per network"
        )
    return _fetch(str(source), revision)


def _fetch(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, revision=revision))
    except LocalEntryNotFoundError as error:
        raise WeightsError(
            f"cannot reach the Hugging Face Hub for {name}, and it is not in the cache; "
            "connect to the network once, or give a folder"
        ) from error
    except (HfHubHTTPError, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise WeightsError(
            f"the Hugging Face Hub does not give {name}: {reason}; check the name and your access"
        ) from error
