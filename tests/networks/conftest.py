"""The shared parity cases of the published networks: weights, inputs, expected outputs."""

import importlib.util
import json
import os
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest
import torch
from jaxtyping import install_import_hook
from safetensors.torch import load_file

from gpvton.weights.published_names import PublishedForm, rows

CHECKED = ["assembly", "blocks", "cascade", "cost_volume", "flow", "flow_fusion", "generator"]
CHECKED += [
    "discriminator",
    "doubling",
    "global_parsing",
    "heads",
    "local_flow",
    "pyramid",
    "style",
    "warping",
]

with install_import_hook(
    [f"gpvton.networks.{name}" for name in CHECKED],
    "beartype.beartype",
):
    from gpvton.networks.config import WarpingConfig
    from gpvton.networks.generator import Generator, GeneratorConfig, build_generator
    from gpvton.networks.values import GarmentInput, PersonInput
    from gpvton.networks.warping import WarpingNetwork, build_warping

HEIGHT, WIDTH = 128, 96


class ParityCases:
    """Weights and inputs drawn by the folder's own fill.py; outputs in our layout."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.fill = _load(folder / "fill.py")
        self.names = json.loads((folder / "names.json").read_text())

    def shapes(self, form: PublishedForm) -> dict[str, tuple[int, ...]]:
        """Published name to shape."""
        return {name: tuple(shape) for name, shape in self.names[form.value]}

    def published_state(self, form: PublishedForm) -> dict[str, torch.Tensor]:
        """Weights under their published names."""
        return {
            name: torch.as_tensor(self.fill.weight(name, shape))
            for name, shape in self.shapes(form).items()
        }

    def state(self, form: PublishedForm) -> dict[str, torch.Tensor]:
        """Weights under our names."""
        theirs = self.published_state(form)
        return {
            row.ours: torch.stack([theirs[name] for name in row.published])
            if row.stacked
            else theirs[row.published[0]]
            for row in rows(form)
        }

    @lru_cache(maxsize=1)  # noqa: B019 (one instance per session)
    def warping(self, form: PublishedForm, dtype: torch.dtype) -> WarpingNetwork:
        """The published network with the cases' weights."""
        vitonhd = form is PublishedForm.WARPING_VITONHD
        network = build_warping(WarpingConfig.vitonhd() if vitonhd else WarpingConfig.dresscode())
        network.load_state_dict(self.state(form))
        return network.to(dtype).eval()

    def generator(self) -> Generator:
        """The published generator with the cases' weights."""
        network = build_generator(GeneratorConfig.published())
        network.load_state_dict(self.state(PublishedForm.GENERATOR))
        return network.eval()

    def image(self, name: str, channels: int, dtype: torch.dtype, batch: int) -> torch.Tensor:
        drawn = self.fill.image(name, (2, channels, HEIGHT, WIDTH))
        return torch.from_numpy(drawn).to(dtype)[:batch]

    def inputs(self, dtype: torch.dtype, batch: int) -> tuple[GarmentInput, PersonInput]:
        """The first `batch` of the two pictures that the cases were computed for."""

        def mask(name: str) -> torch.Tensor:
            drawn = self.fill.mask(name, (2, 1, HEIGHT, WIDTH))
            return torch.from_numpy(drawn).to(dtype)[:batch]

        parts = [mask(f"mask_{part}") for part in ("left", "middle", "right")]
        garment = GarmentInput(
            image=self.image("garment", 3, dtype, batch),
            parsing=self.image("garment_parsing", 1, dtype, batch).abs(),
            mask=mask("garment_mask"),
            part_masks=torch.stack(parts, dim=1),
        )
        condition = self.image("person_condition", 51, dtype, batch)
        return garment, PersonInput(condition=condition, preserve_mask=mask("preserve_mask"))

    def expected(self, case: str, batch: int) -> dict[tuple[str, int | None], torch.Tensor]:
        """(name, our level or None) to output in float64, with our part axis."""
        expected = {}
        for name, value in load_file(self.folder / f"{case}.safetensors").items():
            stem, _, level = name.rpartition("_")
            key = (stem, 4 - int(level)) if level.isdigit() else (name, None)
            parts = value.shape[0] == 6
            value = value.unflatten(0, (3, 2)).transpose(0, 1) if parts else value
            expected[key] = value[:batch].double()
        return expected


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("parity_fill", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def parity() -> ParityCases:
    """The shared parity folder; skips where there is none."""
    shared = Path(os.environ.get("GPVTON_SHARED", Path(__file__).parents[3] / "shared"))
    if not (shared / "parity").is_dir():
        pytest.skip("no shared parity folder")
    return ParityCases(shared / "parity")
