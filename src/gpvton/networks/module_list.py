"""A list of modules whose items keep their type."""

from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

from torch import nn

M = TypeVar("M", bound=nn.Module)


def module_list(modules: Iterable[M]) -> Sequence[M]:
    """`nn.ModuleList`, typed by its items."""
    return cast("Sequence[M]", nn.ModuleList(modules))
