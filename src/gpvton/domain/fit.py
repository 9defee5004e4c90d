"""How a garment is to be worn, beyond what the photo and the garment's picture say."""

from dataclasses import dataclass

import numpy as np

from gpvton.domain.errors import InputError

COVERABLE = ("hair", "hands", "bag")
"""What lies over the new garment as the photo shows it, and may be put under it."""

SHORTEST, LONGEST = 0.3, 2.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """Wishes for one dressing; without any, everything is as it was measured.

    hem_length: factor on the length from the armpits of a top or dress, the waist of a skirt or
    the crotch of trousers down to the hem, in [0.3, 2].  sleeve_length: factor on the sleeves'
    length, in [0.3, 2].  The cloth keeps its size under both, see `dressing.lengths`.
    in_front_of: names of `COVERABLE` that the garment covers.  keep, free: bool (h, w) of the
    photo, or None; the photo stays where `keep` is set, and what lies over the garment gives way
    where `free` is set.

    Raises InputError for a factor out of its range or an unknown name.
    """

    hem_length: float = 1.0
    sleeve_length: float = 1.0
    in_front_of: frozenset[str] = frozenset()
    keep: np.ndarray | None = None
    free: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name in ("hem_length", "sleeve_length"):
            factor = getattr(self, name)
            if not SHORTEST <= factor <= LONGEST:
                raise InputError(
                    f"{name} is {factor}, expected a factor from {SHORTEST} to {LONGEST}"
                )
        unknown = self.in_front_of - set(COVERABLE)
        if unknown:
            raise InputError(
                f"in_front_of names {', '.join(sorted(unknown))}, expected some of "
                f"{', '.join(COVERABLE)}"
            )
