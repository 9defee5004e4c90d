"""`gpvton train`: what it refuses, before any training."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("warping", "--recipe", "huge"),
            "expected one of compact, continued, tiny, vitonhd-published",
        ),
        (("warping", "--size", "512x384"), "--recipe compact has no --size"),
        (("warping", "--recipe", "vitonhd-published", "--unpaired", "."), "has no --unpaired"),
        (("warping",), "neither shards (*.npy, from gpvton data pack) nor rendered pairs"),
        (("warping", "--unpaired", "nowhere"), "nowhere is no folder"),
        (("warping", "--recipe", "vitonhd-published"), "none of the pair lists"),
        (("generator", "--recipe", "vitonhd-published"), "needs --data and --warping"),
        (("generator", "--recipe", "tiny", "--perceptual", "alexnet"), "expected efficientnet"),
    ],
)
def test_what_cannot_be_trained_is_told(shell, tmp_path, arguments, told):
    (tmp_path / "data").mkdir()
    data = () if arguments[0] == "generator" else ("--data", tmp_path / "data")
    done = shell("train", *arguments, *data, "--out", tmp_path / "out")
    assert done.code == 2 and told in done.err.replace("\n", " ")
