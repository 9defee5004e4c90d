"""Recipes of the compact generator: one core, an hour or so."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from gpvton.data.generator_dataset import GeneratorDataset
from gpvton.data.generator_rendered import pack_rendered, pack_rendered_splits
from gpvton.data.generator_shards import GeneratorShards, write_shard
from gpvton.data.generator_sources import real_entries
from gpvton.domain.errors import InputError
from gpvton.losses.generator import GeneratorLoss, GeneratorLossConfig, render
from gpvton.losses.perceptual import perceptual_network
from gpvton.networks.discriminator import DiscriminatorConfig, PatchDiscriminator
from gpvton.networks.generator import Generator, GeneratorConfig, build_generator
from gpvton.training.adversary import Adversary
from gpvton.training.board import Observation
from gpvton.training.devices import Devices, moved
from gpvton.training.generator_sheet import sheet
from gpvton.training.loop import LoopConfig, collate, save, train

Report = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class GeneratorTraining:
    """Everything of a run.

    data: folder with studio/ and street/, or None.  rendered: folders of what `gpvton synthesize`
    writes.  validate: one of them, such as the frozen benchmark, to judge by alone.  shards: where
    the packed data are kept; folders `train-*` and `validation-*` that are there are used as they
    are.  adversary_from: step at which the adversarial loss begins, None for never.  perceptual:
    name of the perceptual network, see `losses.perceptual`, or a user's VGG-19 file; None for L1
    alone.  half: bfloat16 arithmetic.
    """

    shards: Path
    out: Path
    data: Path | None = None
    rendered: tuple[Path, ...] = ()
    validate: Path | None = None
    groups: tuple[str, ...] = ("studio", "street", "street_unlabelled")
    size: tuple[int, int] = (256, 192)
    network: GeneratorConfig = field(default_factory=GeneratorConfig.compact)
    loop: LoopConfig = field(default_factory=lambda: LoopConfig(steps=4000, batch_size=4))
    losses: GeneratorLossConfig = field(default_factory=GeneratorLossConfig)
    adversary_from: int | None = None
    adversary_rate: float = 2e-4
    perceptual: str | None = "efficientnet"
    half: bool = True
    shown: int = 8

    def __post_init__(self) -> None:
        stride = self.network.stride
        if self.size[0] % stride or self.size[1] % stride:
            raise InputError(f"size {self.size} must divide by {stride}, the network's stride")


def compact(shards: Path, out: Path, steps: int = 4000, **changes) -> GeneratorTraining:
    """The embedded weights: 256 x 192, L1 and perceptual loss, bfloat16, averaged weights."""
    loop = LoopConfig(
        steps=steps,
        batch_size=4,
        learning_rate=1.5e-3,
        weight_decay=1e-4,
        warmup_steps=100,
        ema_decay=0.998,
        checkpoint_every=200,
        log_every=20,
    )
    losses = GeneratorLossConfig(perceptual_rendering=0.0, blend=0.25, body=4.0)
    values = {"shards": shards, "out": out, "loop": loop, "losses": losses}
    return GeneratorTraining(**(values | changes))


def tiny(shards: Path, out: Path, steps: int = 4, **changes) -> GeneratorTraining:
    """For tests: two levels, 64 x 48, adversarial loss from the second step on."""
    return GeneratorTraining(
        **(
            {
                "shards": shards,
                "out": out,
                "size": (64, 48),
                "network": GeneratorConfig.compact(widths=(8, 8)),
                "loop": LoopConfig(
                    steps=steps, batch_size=2, checkpoint_every=2, log_every=1, warmup_steps=2
                ),
                "adversary_from": 1,
                "perceptual": None,
                "half": False,
                "shown": 1,
            }
            | changes
        )
    )


RECIPES: dict[str, Callable[..., GeneratorTraining]] = {"compact": compact, "tiny": tiny}


class _Objective:
    """The loop's loss function: generator, adversary, in the precision of the run."""

    def __init__(self, half: bool, weight: float, loss: GeneratorLoss, adversary: Adversary | None):
        self.half, self.weight, self.loss, self.adversary = half, weight, loss, adversary

    def __call__(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        assert isinstance(network, Generator)
        with torch.autocast(batch["inputs"].device.type, torch.bfloat16, enabled=self.half):
            rendered = render(network, batch["inputs"])
            terms = self.loss.terms(network, rendered, batch)
            if self.adversary is None:
                return terms
            more = self.adversary(batch["inputs"], batch["target"], rendered.image.float())
        if "adversarial" in more:
            terms["total"] = terms["total"] + self.weight * more["adversarial"]
        return {**terms, **more}


def train_generator(config: GeneratorTraining, report: Report = lambda line: None) -> Path:
    """Pack what is not packed, train, and return `OUT/generator.pt` with the averaged weights.

    A finished or interrupted run is continued by calling again with the same folders.
    """
    torch.manual_seed(config.loop.seed)
    if config.loop.threads:
        torch.set_num_threads(config.loop.threads)
    devices = Devices()
    report = report if devices.main else _silent
    features = None if config.perceptual is None else perceptual_network(config.perceptual)
    if features is not None:
        features = features.to(devices.device)
    with devices.main_first():
        pack(config, report)
    people = GeneratorShards(shard_folders(config.shards, "train"))
    judged = "benchmark" if config.validate else "validation"
    held_out = GeneratorShards(shard_folders(config.shards, judged))
    report(f"{len(people)} samples an epoch, {len(held_out)} held out")
    network = build_generator(config.network)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    adversary = _adversary(config)
    loss = GeneratorLoss(config.losses, features)
    watch = _Watch(config, GeneratorDataset(held_out, config.size, augment=False), devices, report)
    half = config.half or devices.half
    average = train(
        network,
        GeneratorDataset(people, config.size),
        _Objective(half, config.losses.adversarial, loss, adversary),
        config.loop,
        config.out,
        report,
        companion=adversary,
        observe=watch,
    )
    path = config.out / "generator.pt"
    if devices.main:
        save({"weights": average, "config": plain(config)}, path)
    devices.wait()
    return path


def pack(config: GeneratorTraining, report: Report = lambda line: None) -> None:
    """Write the shards of data sources that have none yet."""
    for split in ("train", "validation"):
        real = config.shards / f"{split}-real"
        if config.data is not None and not (real / "index.json").is_file():
            from gpvton.analysis.person import PersonAnalyst

            report(f"packing photos into {real}")
            cache, analyst = config.shards / "annotations", PersonAnalyst.from_folder()
            entries = real_entries(config.data, split, cache, analyst, config.groups)
            report(f"{write_shard(real, entries, 9000)} entries")
    for folder in config.rendered:
        pack_rendered_splits(folder, config.shards, report)
    if config.validate is not None:
        pack_rendered(config.validate, config.shards / "benchmark-rendered", report)


def shard_folders(shards: Path, split: str) -> Sequence[Path]:
    """The finished shards of a split.  Raises InputError when there is none."""
    found = sorted(p for p in shards.glob(f"{split}-*") if (p / "index.json").is_file())
    if not found:
        raise InputError(f"{shards} holds no {split}-* shard: give --data or --rendered to pack")
    return found


class _Watch:
    """At every checkpoint: L1 where the answer was unknown, on the same samples, and a sheet."""

    def __init__(
        self, config: GeneratorTraining, dataset: GeneratorDataset, devices: Devices, report: Report
    ):
        self.config, self.report, self.device = config, report, devices.device
        count = min(4 * config.shown, len(dataset))
        chosen = [round(k * (len(dataset) - 1) / max(count - 1, 1)) for k in range(count)]
        self.batches = [collate([dataset.item(0, 0, index)]) for index in chosen]
        self.network = build_generator(config.network).eval()

    @torch.no_grad()
    def __call__(self, step: int, average: Mapping[str, Tensor]) -> Observation:
        self.network.load_state_dict(average)
        self.network.to(self.device)
        loss = GeneratorLoss(GeneratorLossConfig(), None)
        batches = [moved(batch, self.device) for batch in self.batches]
        made = [render(self.network, batch["inputs"]) for batch in batches]
        found = [
            float(loss.terms(self.network, rendered, batch)["result_l1"])
            for rendered, batch in zip(made, batches, strict=True)
        ]
        mean = sum(found) / len(found)
        self.report(f"step {step}: held-out L1 {mean:.4f}")
        every = max(len(made) // self.config.shown, 1)
        rows = list(zip(batches, made, strict=True))[::every]
        return Observation(
            scalars={"result_l1": round(mean, 5)}, sheet=sheet(self.config.network, rows)
        )


def _adversary(config: GeneratorTraining) -> Adversary | None:
    if config.adversary_from is None:
        return None
    judge = PatchDiscriminator(
        DiscriminatorConfig(
            in_channels=config.network.in_channels + 3, widths=(32, 64, 128), spectral=True
        )
    )
    return Adversary(judge, config.adversary_rate, config.adversary_from)


def _silent(line: str) -> None:
    pass


def plain(config: GeneratorTraining) -> dict[str, object]:
    """The configuration as JSON values, without this machine's folders."""
    values = asdict(config)
    for name in ("shards", "out", "data", "validate"):
        values[name] = None if values[name] is None else Path(values[name]).name
    values["rendered"] = [folder.name for folder in config.rendered]
    if config.perceptual is not None:
        values["perceptual"] = Path(config.perceptual).name
    return json.loads(json.dumps(values))
