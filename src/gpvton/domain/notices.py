"""Typed warnings: plain sentences for the user that a program can tell apart by their kind."""

from collections.abc import Iterable
from enum import StrEnum

from gpvton.domain.annotations import Facing, GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import UnfitError


class NoticeKind(StrEnum):
    """What a warning is about."""

    BACK_VIEW = "back_view"  # the person is seen from behind
    TURNED = "turned"  # turned by more than 60 degrees
    JOINTS_MISSING = "joints_missing"
    OTHER_PEOPLE = "other_people"  # smaller ones, beside the person
    UNSURE = "unsure"  # most of the parsing, or the category, is a guess
    GARMENT_BACK = "garment_back"  # the picture shows the garment's back
    SEVERAL_PIECES = "several_pieces"
    WORN = "worn"
    CUT_OFF = "cut_off"  # by the picture's edge: a garment, or a person's side


UNFIT = frozenset({NoticeKind.BACK_VIEW, NoticeKind.TURNED, NoticeKind.GARMENT_BACK})
"""Kinds that make a try-on implausible: refused where the caller is strict."""


class Notice(str):
    """A warning: a sentence, and its `kind`."""

    kind: NoticeKind

    def __new__(cls, kind: NoticeKind | str, text: str) -> "Notice":
        """The sentence, with its kind."""
        notice = super().__new__(cls, text)
        notice.kind = NoticeKind(kind)
        return notice

    def __getnewargs__(self) -> tuple[str, str]:
        return (str(self.kind), str(self))


def kinds(warnings: Iterable[str]) -> frozenset[NoticeKind]:
    """The kinds of those warnings that have one."""
    return frozenset(warning.kind for warning in warnings if isinstance(warning, Notice))


def view_notices(facing: Facing, side: Facing) -> tuple[Notice, ...]:
    """Whether a person who faces so can wear a garment that is shown from this side.

    side: UNKNOWN counts as the front, which pictures of garments show.
    """
    if facing is Facing.BACK and side is not Facing.BACK:
        text = "the person is seen from behind, but the garment's picture shows its front"
        return (Notice(NoticeKind.BACK_VIEW, text),)
    if facing is Facing.SIDE:
        text = "the person is turned by more than about 60 degrees, the garment's picture is not"
        return (Notice(NoticeKind.TURNED, text),)
    return ()


def refuse_unfit(person: PersonAnnotation, garment: GarmentAnnotation) -> None:
    """Raise UnfitError where a warning says that the try-on cannot look right (`UNFIT`)."""
    facing = person.view.facing
    both_backs = facing is Facing.BACK and garment.side is Facing.BACK
    warnings = (*person.warnings, *garment.warnings, *view_notices(facing, garment.side))
    unfit = [w for w in warnings if isinstance(w, Notice) and w.kind in UNFIT]
    if unfit and not both_backs:
        raise UnfitError(
            f"{'; '.join(dict.fromkeys(unfit))}; use other photos, or dress without being strict"
        )
