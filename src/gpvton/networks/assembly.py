"""Assembly: the global parsing picks, per pixel, which warped part shows (paper section 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from gpvton.networks.flow import warp


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """The warped garment.

    garment: (b, 3, h, w), in the picture's own range, 0 outside; parsing: (b, 1, h, w), the labels
    of the global parsing as floats, 0 where nothing shows.
    """

    garment: Tensor
    parsing: Tensor


def assemble(
    parts: Float[Tensor, "b part 3 h w"],
    part_masks: Float[Tensor, "b part 1 h w"],
    flow: Float[Tensor, "b part 2 h w"],
    logits: Float[Tensor, "b classes h w"],
    preserve_mask: Float[Tensor, "b 1 h w"],
    *,
    part_classes: Sequence[int],
    body_classes: Sequence[int],
) -> Assembled:
    """Each part where the parsing says so and nothing is preserved; arms and neck in the parsing.

    part_classes: the parsing's label of each part (left, middle, right); body_classes: its labels
    of arms and neck.
    Quirk: the garment is not multiplied by the warped masks, and arms and neck are written even
    where the person is preserved.
    """
    labels = logits.argmax(dim=1, keepdim=True)
    free = 1 - preserve_mask
    warped = warp(parts, flow, padding="zeros")
    warped_masks = warp(part_masks, flow, padding="zeros", nearest=True)
    garment = warped.new_zeros(warped[:, 0].shape)
    parsing = warped_masks.new_zeros(warped_masks[:, 0].shape)
    for part, label in enumerate(part_classes):
        shown = (labels == label) * free
        garment = garment + warped[:, part] * shown
        parsing = parsing + warped_masks[:, part] * shown * label
    for label in body_classes:
        parsing = parsing + (labels == label) * label
    return Assembled(garment=garment, parsing=parsing)
