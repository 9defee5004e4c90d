"""Shards for the warping network's runs: given, or packed into the run's folder first."""

from collections.abc import Callable
from pathlib import Path

from gpvton.analysis.garment import GarmentAnalyst
from gpvton.analysis.person import PersonAnalyst
from gpvton.data.sources.reader import open_source
from gpvton.data.sources.rendered import LIST
from gpvton.data.unpaired_pack import pack_unpaired
from gpvton.data.warping_pack import pack
from gpvton.domain.errors import InputError
from gpvton.training.devices import Devices

DONE = "packed.txt"


def training_shards(
    folder: Path, out: Path, devices: Devices, report: Callable[[str], None]
) -> Path:
    """The folder itself where it holds shards (*.npy); else its rendered pairs, packed into `out`.

    Raises InputError when it holds neither.
    """
    if any(folder.glob("*.npy")):
        return folder
    if not (folder / LIST).is_file():
        raise InputError(
            f"{folder} holds neither shards (*.npy, from gpvton data pack) nor rendered pairs "
            f"({LIST}, from gpvton synthesize)"
        )
    with devices.main_first():
        if not (out / DONE).is_file():
            report(f"packing {folder} into {out}")
            packed = pack(
                open_source(folder, "rendered"),
                out,
                analyse_person=PersonAnalyst.from_folder(),
                analyse_garment=GarmentAnalyst.from_folder(),
            )
            (out / DONE).write_text(f"{packed.records} records\n")
    return out


def unpaired_shards(
    folder: Path, out: Path, devices: Devices, report: Callable[[str], None]
) -> Path:
    """Photos of worn garments, straightened and packed into `out`; or shards of them."""
    if any(folder.glob("*.npy")):
        return folder
    with devices.main_first():
        if not (out / DONE).is_file():
            report(f"straightening the garments of {folder}")
            analyst = PersonAnalyst.from_folder()
            packed = pack_unpaired(folder, out, analyse_person=analyst)
            report(f"{packed.records} garments, {len(packed.left_out)} photos left out")
            (out / DONE).write_text(f"{packed.records} records\n")
    return out
