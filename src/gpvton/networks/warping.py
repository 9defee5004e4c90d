"""The warping network: two pyramids and the cascade (paper section 3.2), and its one builder."""

from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.domain.errors import InputError
from gpvton.networks.blocks import CategoryNorm, ResidualBlock
from gpvton.networks.cascade import Cascade, CascadeLevel
from gpvton.networks.config import Conditioning, WarpingConfig
from gpvton.networks.flow_fusion import FlowFusion
from gpvton.networks.global_parsing import GlobalParsing
from gpvton.networks.heads import Conditioner, Head
from gpvton.networks.local_flow import LocalFlow
from gpvton.networks.pyramid import Encoder, FeaturePyramid
from gpvton.networks.style import GlobalStyle, StyleModulation
from gpvton.networks.values import (
    GarmentFeatures,
    GarmentInput,
    PersonFeatures,
    PersonInput,
    Warping,
)


class WarpingNetwork(nn.Module):
    """Garment and person to part flows and global parsing.

    The two `*_features` methods give values to keep: a garment that many people try on, or a
    person who tries on many garments, is encoded once.  Training and inference are one network;
    `for_losses` adds what only losses need and changes nothing else.
    """

    def __init__(
        self,
        *,
        config: WarpingConfig,
        garment_encoder: Encoder,
        person_encoder: Encoder,
        garment_pyramid: FeaturePyramid,
        person_pyramid: FeaturePyramid,
        cascade: Cascade,
        style: GlobalStyle | None = None,
    ):
        super().__init__()
        self.config = config
        self.garment_encoder = garment_encoder
        self.person_encoder = person_encoder
        self.garment_pyramid = garment_pyramid
        self.person_pyramid = person_pyramid
        self.cascade = cascade
        self.style = style

    def garment_features(
        self,
        garment: GarmentInput,
        category: Float[Tensor, " b"] | None = None,
        *,
        for_losses: bool = False,
    ) -> GarmentFeatures:
        """All that depends on the garment alone.

        category: 1/3 upper, 2/3 lower, 1 dress; needed by a network conditioned on it.
        """
        self._check(garment.image, category)
        seen = torch.cat([garment.image, garment.parsing], dim=1)
        features = self.garment_pyramid(self.garment_encoder(seen, category))
        maps = tuple(m[:, None] for m in features)
        parsing = self.cascade.garment_shares(maps, for_losses=for_losses)
        return GarmentFeatures(maps=maps, parsing=parsing)

    def person_features(self, person: PersonInput, *, for_losses: bool = False) -> PersonFeatures:
        """All that depends on the person alone."""
        maps = self.person_pyramid(self.person_encoder(person.condition))
        fine, parsing = self.cascade.person_shares(maps, for_losses=for_losses)
        return PersonFeatures(maps=maps, fine=fine, parsing=parsing)

    def warping(
        self,
        garment: GarmentInput,
        person: PersonInput,
        garment_features: GarmentFeatures,
        person_features: PersonFeatures,
        category: Float[Tensor, " b"] | None = None,
        *,
        for_losses: bool = False,
    ) -> Warping:
        """The cascade on features that were computed before (with the same `for_losses`)."""
        if self.config.start != (person.start is not None):
            raise InputError(
                "this network starts from a flow: pass it as the person's `start`"
                if self.config.start
                else "this network starts from no flow: leave out the person's `start`"
            )
        condition = category
        if self.style is not None:
            condition = self.style(garment_features.maps[-1], person_features.maps[-1])
        levels = self.cascade(
            garment, person, garment_features, person_features, condition, for_losses=for_losses
        )
        return Warping(levels=levels)

    def forward(
        self,
        garment: GarmentInput,
        person: PersonInput,
        category: Float[Tensor, " b"] | None = None,
        *,
        for_losses: bool = False,
    ) -> Warping:
        """Everything in one call; height and width must be multiples of `config.stride`."""
        of_garment = self.garment_features(garment, category, for_losses=for_losses)
        of_person = self.person_features(person, for_losses=for_losses)
        return self.warping(garment, person, of_garment, of_person, category, for_losses=for_losses)

    def _check(self, image: Tensor, category: Tensor | None) -> None:
        height, width = image.shape[-2:]
        if height % self.config.stride or width % self.config.stride:
            raise InputError(
                f"pictures of {width} x {height}: both sides must be multiples of "
                f"{self.config.stride}; pad or resize them"
            )
        needed = self.config.conditioning is Conditioning.CATEGORY
        if needed != (category is not None):
            raise InputError(
                "this network is conditioned on the category: pass it"
                if needed
                else "this network is not conditioned on a category: leave it out"
            )


def build_warping(config: WarpingConfig) -> WarpingNetwork:
    """The network of a configuration, with random weights."""
    by_category = config.conditioning is Conditioning.CATEGORY
    widths, channels = config.widths, config.pyramid_channels
    styled = config.conditioning is Conditioning.STYLE
    return WarpingNetwork(
        config=config,
        garment_encoder=Encoder(config.garment_channels, widths, conditioned=by_category),
        person_encoder=Encoder(config.person_channels, widths),
        garment_pyramid=FeaturePyramid(widths, channels),
        person_pyramid=FeaturePyramid(widths, channels),
        cascade=Cascade([_build_level(config, index) for index in range(len(widths))]),
        style=GlobalStyle(channels, config.style_channels) if styled else None,
    )


def _build_level(config: WarpingConfig, index: int) -> CascadeLevel:
    channels, parts = config.pyramid_channels, config.parts
    conditioner = _conditioner(config, parts)
    head = partial(Head, widths=config.head_widths)
    displacements = (2 * config.radius + 1) ** 2
    local_flow = LocalFlow(
        head(displacements, 0, 2, parts=parts, conditioner=conditioner),
        head(channels, channels, 2, parts=parts, conditioner=conditioner),
        radius=config.radius,
        convention=config.convention,
    )
    if config.start:
        for last in (local_flow.coarse.convs[-1], local_flow.fine.convs[-1]):
            nn.init.zeros_(last.weight)
    fusion = None
    if parts > 1 and config.fused:
        fusion = FlowFusion(head(parts * channels, channels, parts, parts=1))
    parsing = None
    if config.parsing_classes and (index == 0 or not config.lean_parsing):
        parsing = GlobalParsing(
            nn.Conv2d(parts * channels, channels, 1),
            ResidualBlock(channels),
            head(
                channels,
                channels,
                config.parsing_classes,
                parts=1,
                conditioner=_conditioner(config, 1),
            ),
            bounded=not config.lean_parsing,
        )
    return CascadeLevel(local_flow, fusion, parsing)


def _conditioner(config: WarpingConfig, parts: int) -> Conditioner | None:
    if config.conditioning is Conditioning.CATEGORY:
        return partial(CategoryNorm, parts=parts)
    if config.conditioning is Conditioning.STYLE:
        return partial(StyleModulation, style_channels=config.style_channels, parts=parts)
    return None
