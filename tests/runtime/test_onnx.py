import os

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from gpvton.domain.errors import InputError, WeightsError
from gpvton.runtime.onnx import load_graph
from gpvton.weights.folder import NetworkConfig, write_config


def make_folder(path, offset="0"):
    """A graph that doubles its input by a weight in an external file."""
    path.mkdir()
    (path / "model.safetensors").write_bytes(np.array([2.0], np.float32).tobytes())
    weight = TensorProto(name="w", dims=[1], data_type=TensorProto.FLOAT)
    weight.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "model.safetensors"), ("offset", offset), ("length", "4")):
        weight.external_data.add(key=key, value=value)
    graph = helper.make_graph(
        [helper.make_node("Mul", ["x", "w"], ["y"])],
        "double",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 2])],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    (path / "graph.onnx").write_bytes(model.SerializeToString())
    write_config(path, NetworkConfig(network="double", input_size=(1, 2)))
    return path


def test_runs_any_batch(tmp_path):
    graph = load_graph(make_folder(tmp_path / "w"), threads=1, network="double")
    x = np.arange(6, dtype=np.float32).reshape(3, 2)
    np.testing.assert_array_equal(graph(x=x)["y"], 2 * x)
    np.testing.assert_array_equal(graph(x=x[:1])["y"], 2 * x[:1])


def test_runs_from_a_folder_of_links(tmp_path):
    """As the Hugging Face cache keeps them."""
    source = make_folder(tmp_path / "blobs")
    linked = tmp_path / "snapshot"
    linked.mkdir()
    for number, path in enumerate(sorted(source.iterdir())):
        os.symlink(path.rename(source / f"blob{number}"), linked / path.name)
    x = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal(load_graph(linked)(x=x)["y"], 2 * x)


def test_a_graph_that_cannot_be_loaded(tmp_path):
    folder = make_folder(tmp_path / "w", offset="400")
    with pytest.raises(WeightsError, match="cannot load"):
        load_graph(folder)


def test_unknown_provider(tmp_path):
    with pytest.raises(WeightsError, match=r"NoSuchProvider.*CPUExecutionProvider"):
        load_graph(make_folder(tmp_path / "w"), providers=["NoSuchProvider"])


def test_wrong_inputs(tmp_path):
    graph = load_graph(make_folder(tmp_path / "w"))
    with pytest.raises(InputError, match="expected \\['x'\\]"):
        graph(z=np.ones((1, 2), np.float32))
    with pytest.raises(InputError, match="input x has shape"):
        graph(x=np.ones((1, 3), np.float32))
    with pytest.raises(InputError, match="threads is 0"):
        load_graph(tmp_path / "w", threads=0)


def test_model_is_valid(tmp_path):
    onnx.checker.check_model(str(make_folder(tmp_path / "w") / "graph.onnx"))


def test_waiting_threads_leave_the_cores_to_others(tmp_path):
    session = load_graph(make_folder(tmp_path / "w"), threads=2)._session
    options = session.get_session_options()
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
