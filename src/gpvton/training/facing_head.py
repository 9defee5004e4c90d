"""Recipe of the person analyst's facing head, on the frozen network: pooled once, then fitted.

Ours.  Every kind of picture with every facing weighs the same in the fit, whatever its number.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gpvton.data.facing_labels import UNKNOWN_FACING
from gpvton.data.person_cache import CachedPerson, load_backgrounds, load_people, load_rendered
from gpvton.data.person_dataset import PersonDataset
from gpvton.domain.annotations import FACINGS, Facing
from gpvton.domain.errors import InputError
from gpvton.networks.efficientnet import EfficientNetLite0
from gpvton.networks.facing_head import LEVEL
from gpvton.networks.person_analyst import PersonAnalystNetwork
from gpvton.training.loop import save
from gpvton.training.person_start import SHIPPED, check_start, load_person_start


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The head's own training: Adam with decay on standardised values, cosine schedule.

    noise: of the values, in standard deviations.  few: pictures of a kind and a facing from which
    on they have their full weight.
    """

    steps: int = 700
    batch_size: int = 96
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    dropout: float = 0.3
    noise: float = 0.15
    smoothing: float = 0.05
    few: int = 50


@dataclass(frozen=True, kw_only=True)
class FacingHeadConfig:
    """Everything of a run.

    data, rendered: as for `PersonAnalystConfig`.  start: the file that an earlier run wrote, or a
    weights folder; by default the shipped one.  crops: how often a photo is cut out, by facing
    (front, side, back).
    """

    data: Path
    out: Path
    start: Path = SHIPPED
    rendered: Path | None = None
    crops: tuple[int, int, int] = (1, 2, 4)
    size: tuple[int, int] = (384, 288)
    fit: Fit = field(default_factory=Fit)
    backgrounds: int = 60
    cached_height: int = 480
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        check_start(self.start)


def train_facing_head(
    config: FacingHeadConfig, report: Callable[[str], None] = lambda line: None
) -> Path:
    """Fit the head and return the file with all weights, `OUT/person_analyst.pt`."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    network = PersonAnalystNetwork(EfficientNetLite0())
    recipe = load_person_start(network, config.start)
    network.eval()
    cache = config.out / "people.npz"
    people = load_people(config.data, "train", config.cached_height, cache, report)
    if config.rendered is not None:
        people += load_rendered(config.rendered, config.cached_height)
    dataset = PersonDataset(
        [], load_backgrounds(config.data, config.backgrounds, config.seed), config.size, empty=0
    )
    values, facing, kinds = pooled_crops(network, people, dataset, config, report)
    fit_head(network.facing.layers, values, facing, kinds, config.fit)
    path = config.out / "person_analyst.pt"
    record = {"crops": list(config.crops), "fit": asdict(config.fit), "seed": config.seed}
    save({"weights": network.state_dict(), "config": {**recipe, "facing": record}}, path)
    return path


@torch.inference_mode()
def pooled_crops(
    network: PersonAnalystNetwork,
    people: list[CachedPerson],
    dataset: PersonDataset,
    config: FacingHeadConfig,
    report: Callable[[str], None],
) -> tuple[Tensor, Tensor, list[str]]:
    """What the head sees of random crops: values (n, c), facing (n,), and their kind of picture."""
    chosen = [
        (person, number, index)
        for index, person in enumerate(people)
        if person.facing != UNKNOWN_FACING
        for number in range(config.crops[person.facing])
    ]
    values, facing = [], []
    for begin in range(0, len(chosen), 8):
        items = [
            dataset.cut(person, np.random.default_rng((config.seed, number, index)))
            for person, number, index in chosen[begin : begin + 8]
        ]
        image = torch.stack([item["image"] for item in items])
        features = network.backbone(image)
        maps = network.decoder(features)
        heat, silhouette = network.points(maps[1]), network.pixels(maps[0])[:, -1:]
        values.append(network.facing.pooled(features[LEVEL], heat, silhouette).flatten(1))
        facing += [int(item["facing"]) for item in items]
        if begin % 400 == 0:
            report(f"{begin} of {len(chosen)} crops")
    return torch.cat(values), torch.tensor(facing), [p.name.split("/")[0] for p, *_ in chosen]


def fit_head(layers: nn.Sequential, values: Tensor, facing: Tensor, kinds: list[str], fit: Fit):
    """Fit linear, ReLU, linear in place; the standardisation is folded into the first layer.

    Raises InputError when a facing does not occur.
    """
    for number, name in enumerate(FACINGS):
        if not (facing == number).any():
            raise InputError(f"no picture shows a {Facing(name)}; the head needs all of them")
    mean, deviation = values.mean(0), values.std(0) + 1e-3
    values = (values - mean) / deviation
    weights = _weights(facing, kinds, fit.few)
    optimizer = torch.optim.AdamW(
        layers.parameters(), lr=fit.learning_rate, weight_decay=fit.weight_decay
    )
    for step in range(fit.steps):
        rows = torch.multinomial(weights, fit.batch_size, replacement=True)
        drawn = values[rows] + fit.noise * torch.randn(len(rows), values.shape[1])
        logits = layers(F.dropout(drawn, fit.dropout))
        loss = F.cross_entropy(logits, facing[rows], label_smoothing=fit.smoothing)
        for group in optimizer.param_groups:
            group["lr"] = fit.learning_rate * 0.5 * (1 + math.cos(math.pi * step / fit.steps))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    first = layers[0]
    assert isinstance(first, nn.Linear)
    with torch.no_grad():
        first.weight.div_(deviation)
        first.bias.sub_(first.weight @ mean)


def _weights(facing: Tensor, kinds: list[str], few: int) -> Tensor:
    """Chance (n,) of every picture: kinds with a facing alike, rare ones less."""
    cells = [f"{kind} {int(label)}" for kind, label in zip(kinds, facing, strict=True)]
    counts = {cell: cells.count(cell) for cell in set(cells)}
    return torch.tensor([min(counts[cell] / few, 1.0) / counts[cell] for cell in cells])
