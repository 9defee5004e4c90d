"""Networks run by ONNX Runtime, on the processor unless other providers are asked for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from gpvton.domain.errors import InputError, WeightsError
from gpvton.weights.folder import NetworkConfig, open_folder

DEFAULT_PROVIDERS = ("CPUExecutionProvider",)


class Graph:
    """A network that is ready to run; call it with its inputs by name.

    config, digest: of the weights folder that it came from.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, config: NetworkConfig, digest: str
    ) -> None:
        self._session = session
        self.config = config
        self.digest = digest
        self._shapes = {entry.name: entry.shape for entry in session.get_inputs()}
        self.output_names: tuple[str, ...] = tuple(entry.name for entry in session.get_outputs())

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names to call it with."""
        return tuple(self._shapes)

    def __call__(self, **arrays: np.ndarray) -> dict[str, np.ndarray]:
        """Float32 inputs (b, channels, h, w) by name to outputs by name.

        Raises InputError when names or shapes are not the graph's.
        """
        if set(arrays) != set(self._shapes):
            raise InputError(
                f"{self.config.network} was given the inputs {sorted(arrays)}, "
                f"expected {sorted(self._shapes)}"
            )
        for name, array in arrays.items():
            expected = self._shapes[name]
            if len(array.shape) != len(expected) or any(
                isinstance(size, int) and size != given
                for size, given in zip(expected, array.shape, strict=True)
            ):
                raise InputError(f"input {name} has shape {array.shape}, expected {expected}")
        outputs = self._session.run(
            self.output_names, {name: np.ascontiguousarray(a) for name, a in arrays.items()}
        )
        return dict(zip(self.output_names, (np.asarray(output) for output in outputs), strict=True))


def load_graph(
    folder: str | Path,
    providers: Sequence[str] | None = None,
    threads: int | None = None,
    network: str | None = None,
) -> Graph:
    """Open a weights folder and make its graph ready to run.

    providers: ONNX Runtime execution providers in order of preference (default: the processor).
    threads: processor threads (default: one per core).
    network: the name that the folder must have, if given.
    Raises WeightsError when the folder is damaged or cannot be run here.
    """
    opened = open_folder(folder, network)
    chosen = list(providers or DEFAULT_PROVIDERS)
    available = onnxruntime.get_available_providers()
    absent = [name for name in chosen if name not in available]
    if absent:
        raise WeightsError(
            f"ONNX Runtime has no {', '.join(absent)} here, only {', '.join(available)}; "
            "install the onnxruntime package that has it, or choose another provider"
        )
    options = _session_options(threads)
    try:
        session = onnxruntime.InferenceSession(str(opened.graph), options, providers=chosen)
    except Exception as error:  # ONNX Runtime's errors share no base but Exception
        raise WeightsError(f"ONNX Runtime cannot load {opened.graph}: {error}") from error
    return Graph(session, opened.config, opened.digest)


def _session_options(threads: int | None) -> onnxruntime.SessionOptions:
    if threads is not None and threads < 1:
        raise InputError(f"threads is {threads}, expected 1 or more")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0  # 0: one per core
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    # threads that spin while they wait take the cores from whatever else is at work
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
