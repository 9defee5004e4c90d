"""Recipe of the person analyst: about an hour and a quarter on one core."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from gpvton.data.person_cache import load_backgrounds, load_people, load_rendered
from gpvton.data.person_dataset import PersonDataset
from gpvton.domain.errors import InputError
from gpvton.losses.person_analyst import PersonLoss, PersonLossConfig
from gpvton.networks.efficientnet import imagenet_efficientnet_lite0
from gpvton.networks.person_analyst import PersonAnalystNetwork
from gpvton.training.devices import Devices
from gpvton.training.loop import LoopConfig, save, train
from gpvton.training.person_start import load_person_start


@dataclass(frozen=True, kw_only=True)
class PersonStage:
    """A stretch of training at one image size (h, w) with its own schedule."""

    name: str
    size: tuple[int, int]
    loop: LoopConfig
    frozen_stages: int = 2


def _stages() -> tuple[PersonStage, ...]:
    fast = LoopConfig(steps=1000, learning_rate=3e-3, warmup_steps=40, checkpoint_every=50)
    fine = LoopConfig(
        steps=500,
        schedule_steps=600,
        batch_size=8,
        learning_rate=1.2e-3,
        warmup_steps=30,
        checkpoint_every=50,
    )
    return (
        PersonStage(
            name="coarse", size=(256, 192), loop=LoopConfig(steps=400, schedule_steps=1600)
        ),
        PersonStage(name="fast", size=(256, 192), loop=fast),
        PersonStage(name="fine", size=(384, 288), loop=fine),
    )


@dataclass(frozen=True, kw_only=True)
class PersonAnalystConfig:
    """Everything of a run.

    data: folder with street/, studio/ ...; out: weights and logs.  start: weights to begin with,
    in place of ImageNet's: a run's file or a weights folder.  rendered: folder below which
    `gpvton synthesize` left pairs.
    """

    data: Path
    out: Path
    stages: tuple[PersonStage, ...] = field(default_factory=_stages)
    losses: PersonLossConfig = field(default_factory=PersonLossConfig)
    start: Path | None = None
    rendered: Path | None = None
    backgrounds: int = 600
    cached_height: int = 480
    threads: int = 0
    seed: int = 0

    @classmethod
    def continued(
        cls,
        data: Path,
        out: Path,
        start: Path,
        rendered: Path | None = None,
        threads: int = 0,
        seed: int = 0,
    ) -> "PersonAnalystConfig":
        """One more stage, with the facing head, from the weights of an earlier run."""
        loop = LoopConfig(
            steps=220, batch_size=8, learning_rate=8e-4, warmup_steps=20, checkpoint_every=20
        )
        stage = PersonStage(name="continued", size=(384, 288), loop=loop, frozen_stages=5)
        return cls(
            data=data,
            out=out,
            start=start,
            rendered=rendered,
            stages=(stage,),
            threads=threads,
            seed=seed,
        )

    def __post_init__(self) -> None:
        if not self.data.is_dir():
            raise InputError(f"{self.data} is not a folder: name the one that holds street/")
        for stage in self.stages:
            if stage.size[0] % 32 or stage.size[1] % 32:
                raise InputError(f"stage {stage.name}: size {stage.size} must divide by 32")


def train_person_analyst(
    config: PersonAnalystConfig, report: Callable[[str], None] = lambda line: None
) -> Path:
    """Train all stages and return the file with the averaged weights, `OUT/person_analyst.pt`.

    A finished or interrupted run is continued by calling again with the same folder.
    """
    torch.manual_seed(config.seed)
    if config.threads:
        torch.set_num_threads(config.threads)
    network = PersonAnalystNetwork(imagenet_efficientnet_lite0())
    if config.start is not None:
        load_person_start(network, config.start)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    devices = Devices()
    report = report if devices.main else (lambda line: None)
    with devices.main_first():
        people = load_people(
            config.data, "train", config.cached_height, config.out / "people.npz", report
        )
    if config.rendered is not None:
        people += load_rendered(config.rendered, config.cached_height)
    backgrounds = load_backgrounds(config.data, config.backgrounds, config.seed)
    report(f"{len(people)} people, {len(backgrounds)} backgrounds")
    loss = PersonLoss(config.losses)
    for stage in config.stages:
        network.backbone.freeze(stage.frozen_stages)
        dataset = PersonDataset(people, backgrounds, stage.size)
        folder = config.out / stage.name
        report(f"stage {stage.name}: {stage.size}, {len(dataset)} examples an epoch")
        average = train(network, dataset, loss, stage.loop, folder, report)
        network.load_state_dict(average, strict=True)
    path = config.out / "person_analyst.pt"
    if devices.main:
        save({"weights": network.state_dict(), "config": _plain(config)}, path)
    devices.wait()
    return path


def _plain(config: PersonAnalystConfig) -> dict[str, object]:
    plain = asdict(config)
    for name in ("data", "out", "start", "rendered"):
        place = getattr(config, name)
        plain[name] = None if place is None else place.name
    return json.loads(json.dumps(plain))  # plain values only
