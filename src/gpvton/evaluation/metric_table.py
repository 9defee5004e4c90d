"""What every metric is called, which way is better, and how it is printed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Metric:
    """title: for people; better: 1 where more is better, -1 where less is; digits after the dot."""

    title: str
    better: int
    digits: int = 3
    group: str = "paired"


METRICS = {
    "ssim": Metric(title="SSIM", better=1),
    "ms_ssim": Metric(title="MS-SSIM", better=1),
    "psnr": Metric(title="PSNR (dB)", better=1, digits=2),
    "masked_ssim": Metric(title="SSIM on the garment", better=1),
    "edit_ssim": Metric(title="SSIM where the clothes change", better=1),
    "perceptual_efficientnet_lite0": Metric(
        title="Perceptual distance, EfficientNet-Lite0 (not LPIPS)", better=-1
    ),
    "lpips_alex": Metric(title="LPIPS (Alex)", better=-1),
    "lpips_vgg": Metric(title="LPIPS (VGG)", better=-1),
    "lpips_squeeze": Metric(title="LPIPS (Squeeze)", better=-1),
    "mask_iou": Metric(title="Garment IoU", better=1, group="warping"),
    "iou_left": Metric(title="IoU, left part", better=1, group="warping"),
    "iou_middle": Metric(title="IoU, middle part", better=1, group="warping"),
    "iou_right": Metric(title="IoU, right part", better=1, group="warping"),
    **{
        f"laid_iou{suffix}": Metric(title=f"IoU as laid{of}", better=1, group="warping")
        for suffix, of in (
            ("", ", mean of the parts"),
            ("_left", ", left part"),
            ("_middle", ", middle part"),
            ("_right", ", right part"),
        )
    },
    "fold_over_rate": Metric(title="Folded over (share)", better=-1, digits=4, group="warping"),
    "stretch": Metric(title="Stretch (ratio)", better=-1, group="warping"),
    "end_point_error": Metric(title="End-point error (px)", better=-1, digits=2, group="warping"),
    **{
        f"end_point_error_{part}": Metric(
            title=f"End-point error, {part} part (px)", better=-1, digits=2, group="warping"
        )
        for part in ("left", "middle", "right")
    },
    "flow_coverage": Metric(title="True garment covered (share)", better=1, group="warping"),
    "changed_outside": Metric(
        title="Changed outside the edit (share)", better=-1, digits=5, group="try-on"
    ),
    "changed_outside_largest": Metric(
        title="Largest change outside (grey levels)", better=-1, digits=1, group="try-on"
    ),
    "preserved_difference": Metric(
        title="Face, hair and others (grey levels)", better=-1, digits=2, group="try-on"
    ),
    "colour_error": Metric(title="Garment colour (Delta E)", better=-1, digits=2, group="try-on"),
    "texture_loss": Metric(title="Garment texture (octaves)", better=-1, group="try-on"),
    "length_error": Metric(title="Length error (spans)", better=-1, group="try-on"),
}
"""In the order in which they are shown."""

SET_METRICS = {
    "fid": Metric(title="FID", better=-1, digits=2, group="unpaired"),
    "kid": Metric(title="KID", better=-1, digits=5, group="unpaired"),
    "frechet_efficientnet_lite0": Metric(
        title="Fréchet distance, EfficientNet-Lite0 (not FID)", better=-1, group="unpaired"
    ),
    "kernel_efficientnet_lite0": Metric(
        title="Kernel distance, EfficientNet-Lite0 (not KID)",
        better=-1,
        digits=5,
        group="unpaired",
    ),
}
"""Distances of sets."""
