import json

import pytest

from gpvton.domain.errors import WeightsError
from gpvton.weights.folder import FORMAT_VERSION, NetworkConfig, open_folder, write_config

CONFIG = NetworkConfig(
    network="tiny", input_size=(8, 6), settings={"width": 3}, labels={"maps": ("a", "b")}
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights" * 10)
    (tmp_path / "graph.onnx").write_bytes(b"graph")
    write_config(tmp_path, CONFIG)
    return tmp_path


def change(folder, **entries):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


def test_what_was_written_is_read(folder):
    opened = open_folder(folder, "tiny")
    assert opened.config == CONFIG
    assert opened.graph.read_bytes() == b"graph"
    assert len(opened.digest) == 64


def test_truncated_weights(folder):
    (folder / "model.safetensors").write_bytes(b"weights" * 9)
    with pytest.raises(WeightsError, match="has 63 bytes, expected 70"):
        open_folder(folder)


def test_changed_weights(folder):
    (folder / "model.safetensors").write_bytes(b"Weights" + b"weights" * 9)
    with pytest.raises(WeightsError, match="was changed"):
        open_folder(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "graph.onnx"])
def test_missing_file(folder, name):
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=name):
        open_folder(folder)


def test_missing_folder(tmp_path):
    with pytest.raises(WeightsError, match="no weights folder"):
        open_folder(tmp_path / "absent")


def test_other_version(folder):
    change(folder, format_version=FORMAT_VERSION + 1)
    with pytest.raises(WeightsError, match=f"format {FORMAT_VERSION + 1}"):
        open_folder(folder)


def test_other_network(folder):
    with pytest.raises(WeightsError, match="holds the network 'tiny', expected 'large'"):
        open_folder(folder, "large")


def test_unknown_entry(folder):
    change(folder, colour="red")
    with pytest.raises(WeightsError, match="colour"):
        open_folder(folder)


def test_damaged_config(folder):
    (folder / "config.json").write_text("{")
    with pytest.raises(WeightsError, match="cannot read"):
        open_folder(folder)
