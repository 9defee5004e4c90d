"""Numbers of the warping network; presets are the published forms and the paper's baselines."""

from dataclasses import dataclass, replace
from enum import StrEnum

from gpvton.domain.errors import InputError
from gpvton.networks.flow import FlowConvention


class Conditioning(StrEnum):
    """What modulates encoder and heads.

    NONE: nothing (VITON-HD form).  CATEGORY: the garment's category, through category norms in the
    garment encoder and the heads (DressCode form).  STYLE: a vector from both coarsest maps, in the
    flow heads (FS-VTON style).
    """

    NONE = "none"
    CATEGORY = "category"
    STYLE = "style"


@dataclass(frozen=True, kw_only=True)
class WarpingConfig:
    """The warping network.

    widths: channels of the encoder's levels, finest first; every level halves the size.
    parts: flows per garment (left, middle, right, or 1 for the whole garment).
    parsing_classes: labels of the global parsing; 0 for none.
    fused: whether a fused flow of the whole garment is made for the losses.
    start: whether the cascade starts from a flow that is given (`PersonInput.start`); the heads
        then begin as zero, so that an untrained network returns just that flow.
    lean_parsing: parsing at the finest level only, with logits that have no bound.
    """

    garment_channels: int = 4
    person_channels: int = 51
    widths: tuple[int, ...] = (64, 128, 256, 256, 256)
    pyramid_channels: int = 256
    head_widths: tuple[int, int, int] = (128, 64, 32)
    parts: int = 3
    parsing_classes: int = 7
    radius: int = 3
    conditioning: Conditioning = Conditioning.NONE
    style_channels: int = 0
    convention: FlowConvention = FlowConvention.EDGES
    fused: bool = True
    start: bool = False
    lean_parsing: bool = False

    def __post_init__(self) -> None:
        # also from JSON, where an enumeration is its value and a tuple a list
        object.__setattr__(self, "widths", tuple(self.widths))
        object.__setattr__(self, "head_widths", tuple(self.head_widths))
        object.__setattr__(self, "conditioning", Conditioning(self.conditioning))
        object.__setattr__(self, "convention", FlowConvention(self.convention))
        counts = (self.garment_channels, self.person_channels, self.pyramid_channels, self.radius)
        if min(*counts, *self.widths, *self.head_widths) < 1:
            raise InputError("warping network: every number of channels and radius must be >= 1")
        if self.parts not in (1, 3):
            raise InputError(f"warping network: parts is {self.parts}, expected 1 or 3")
        if self.parsing_classes and self.parts == 1:
            raise InputError("warping network: global parsing needs three parts")
        if (self.conditioning is Conditioning.STYLE) != (self.style_channels > 0):
            raise InputError("warping network: style_channels > 0 goes with conditioning 'style'")

    @property
    def stride(self) -> int:
        """Height and width of the inputs must be multiples of this."""
        return 2 ** len(self.widths)

    @classmethod
    def vitonhd(cls) -> "WarpingConfig":
        """The authors' network for VITON-HD."""
        return cls(convention=FlowConvention.PUBLISHED)

    @classmethod
    def dresscode(cls) -> "WarpingConfig":
        """The authors' network for DressCode: conditioned on the category, 10 labels."""
        return cls(
            convention=FlowConvention.PUBLISHED,
            parsing_classes=10,
            conditioning=Conditioning.CATEGORY,
        )

    @classmethod
    def compact(cls, *, person_channels: int) -> "WarpingConfig":
        """Ours: the network that ships; refines the geometric flow, one for all categories."""
        return cls(
            person_channels=person_channels,
            widths=(24, 40, 56, 64),
            pyramid_channels=32,
            head_widths=(32, 24, 16),
            parsing_classes=10,
            fused=False,
            start=True,
            lean_parsing=True,
        )

    @classmethod
    def tiny(cls, *, person_channels: int) -> "WarpingConfig":
        """`compact` in the smallest size that runs, for tests."""
        return replace(
            cls.compact(person_channels=person_channels),
            widths=(4, 4, 4),
            pyramid_channels=4,
            head_widths=(4, 4, 4),
        )

    @classmethod
    def single_flow(cls) -> "WarpingConfig":
        """Baseline in the manner of PF-AFN: one flow for the whole garment, no parsing.

        Ours: our convention; boxes and widths of the local-flow network, for a fair comparison.
        """
        return cls(parts=1, parsing_classes=0)

    @classmethod
    def global_style(cls) -> "WarpingConfig":
        """Baseline in the manner of FS-VTON: `single_flow` whose heads a global style modulates."""
        return cls(parts=1, parsing_classes=0, conditioning=Conditioning.STYLE, style_channels=512)
