"""The published networks: the straightforward form against ours, same weights and inputs.

    python benchmarks/published.py [--size 512x384] [--repeats 3] [--device cpu] [--dtype float32]
                                   [--batch 1] [--threads 2] [--share 0.48] [--output FILE.json]

Runs alternate (straightforward, ours, straightforward, ...), after one of each to warm up; the
medians and their ratio are what counts.  On a machine that others use too, one thread and the
processor seconds (which waiting does not lengthen) say more than the wall clock.  Weights are
random (He's scale), inputs are drawn from a seed.  Differences are from the straightforward form;
with --dtype bfloat16 (mixed precision: autocast) from it in float32.  How much is saved depends on
how large the worn garment is: --share is its box's part of the person's picture.  Operations are
counted by torch's own counter (multiply-add = 2; convolutions and matrix products).  Peak memory is
measured apart, each form in a process of its own: the high-water mark less that before the run
(CPU), or torch's counter (GPU).
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from straightforward import warp_straightforwardly
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from gpvton.networks.config import WarpingConfig
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import WarpingNetwork, build_warping

FORMS = ["straightforward", "ours", "ours_kept"]
Form = Callable[[], tuple[Tensor, Tensor]]


def main() -> None:
    """Measure, print, and write the numbers as JSON when asked."""
    options = _options()
    torch.set_num_threads(options.threads)
    if options.peak_of:
        print(_peak(options))
        return
    forms = {name: form for name, form in build_forms(options).items() if name in options.forms}
    results = {
        "device": _device_name(options),
        "threads": options.threads,
        "size": options.size,
        "share": options.share,
        "batch": options.batch,
        "dtype": options.dtype,
        "torch": torch.__version__,
    }
    exact = argparse.Namespace(**vars(options) | {"dtype": "float32"})
    reference = build_forms(exact if options.dtype == "bfloat16" else options)["straightforward"]
    results |= compare_outputs(forms, reference())
    results["seconds"], cpu = alternate(forms, options.repeats, options.device)
    medians = {name: statistics.median(times) for name, times in results["seconds"].items()}
    results["cpu_seconds"] = cpu
    results["median_seconds"] = medians
    results["gflop_per_second"] = {n: results["gflop"][n] / medians[n] for n in medians}
    busy = {name: statistics.median(times) for name, times in cpu.items()}
    results["gflop_per_cpu_second"] = {n: results["gflop"][n] / busy[n] for n in busy}
    results["speed_up_in_cpu_seconds"] = {n: busy["straightforward"] / busy[n] for n in busy}
    results["speed_up"] = {n: medians["straightforward"] / medians[n] for n in medians}
    peaks = {name: _peak_in_process(options, name) for name in forms}
    results["peak_mebibytes"] = peaks
    results["peak_share"] = {n: peaks[n] / peaks["straightforward"] for n in peaks}
    text = json.dumps(results, indent=2)
    print(text)
    if options.output:
        options.output.write_text(text + "\n")


def build_forms(options: argparse.Namespace) -> dict[str, Form]:
    """The straightforward form, ours, and ours with garment and person features kept."""
    height, width = (int(side) for side in options.size.split("x"))
    half = options.dtype == "bfloat16"
    dtype = torch.float32 if half else getattr(torch, options.dtype)
    network, ours = (_network(options.device, dtype) for _ in range(2))
    garment, person = draw_inputs(
        options.batch, height, width, options.share, options.device, dtype
    )
    run = torch.compile(ours, fullgraph=True) if options.compile else ours
    kept: list = []

    mixed = torch.autocast(torch.device(options.device).type, torch.bfloat16, enabled=half)

    @torch.inference_mode()
    @mixed
    def straightforward() -> tuple[Tensor, Tensor]:
        outputs = warp_straightforwardly(network, garment, person)
        return outputs["flow"][-1], outputs["logits"][-1]

    @torch.inference_mode()
    @mixed
    def fast() -> tuple[Tensor, Tensor]:
        warping = run(garment, person)
        assert warping.logits is not None
        return warping.flow, warping.logits

    @torch.inference_mode()
    @mixed
    def fast_kept() -> tuple[Tensor, Tensor]:
        if not kept:
            kept.extend([ours.garment_features(garment), ours.person_features(person)])
        warping = ours.warping(garment, person, *kept)
        assert warping.logits is not None
        return warping.flow, warping.logits

    return {"straightforward": straightforward, "ours": fast, "ours_kept": fast_kept}


def _network(device: str, dtype: torch.dtype) -> WarpingNetwork:
    torch.manual_seed(0)
    return build_warping(WarpingConfig.vitonhd()).eval().to(device, dtype).requires_grad_(False)


def draw_inputs(
    batch: int, height: int, width: int, share: float, device: str, dtype: torch.dtype
) -> tuple[GarmentInput, PersonInput]:
    """Noise pictures; the parts fill the garment's frame, and show in the middle of the person's.

    share: of the person's picture, the box in which nothing is preserved.
    """
    draw = torch.Generator().manual_seed(1)
    noise = torch.rand(batch, 3 + 1 + 51, height, width, generator=draw) * 2 - 1
    columns = torch.linspace(0, 1, width).expand(height, width)
    bounds = ((-1, 0.25), (0.25, 0.75), (0.75, 2))
    masks = [((columns > low) & (columns <= high)).float() for low, high in bounds]
    parts = torch.stack(masks)[None, :, None].expand(batch, -1, -1, -1, -1)
    high, wide = (round(side * share**0.5) for side in (height, width))
    top, left = (height - high) // 2, (width - wide) // 2
    preserved = torch.ones(height, width)
    preserved[top : top + high, left : left + wide] = 0
    move = {"device": device, "dtype": dtype}
    garment = GarmentInput(
        image=noise[:, :3].to(**move),
        parsing=noise[:, 3:4].abs().to(**move),
        mask=parts.sum(dim=1).to(**move),
        part_masks=parts.contiguous().to(**move),
    )
    person = PersonInput(
        condition=noise[:, 4:].to(**move),
        preserve_mask=preserved.expand(batch, 1, -1, -1).contiguous().to(**move),
    )
    return garment, person


def compare_outputs(
    forms: dict[str, Form], reference: tuple[Tensor, Tensor]
) -> dict[str, dict[str, float]]:
    """Warms up: operations of each form, and how far its outputs are from the reference."""
    counts, outputs = {}, {}
    for name, form in forms.items():
        if name == "ours_kept":
            form()  # computes what is kept
        with FlopCounterMode(display=False) as counter:
            outputs[name] = form()
        counts[name] = round(counter.get_total_flops() / 1e9, 1)
    found: dict[str, dict[str, float]] = {"gflop": counts}
    for name, (flow, logits) in outputs.items():
        found[f"{name}_difference"] = {
            "flow": (flow - reference[0]).abs().max().item(),
            "logits": (logits - reference[1]).abs().max().item(),
            "logits_mean": (logits - reference[1]).abs().mean().item(),
            "labels_changed": (logits.argmax(1) != reference[1].argmax(1)).double().mean().item(),
        }
    return found


def alternate(
    forms: dict[str, Form], repeats: int, device: str
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds, and processor seconds of all threads, of each run of each form, in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in forms}
    cpu: dict[str, list[float]] = {name: [] for name in forms}
    for _ in range(repeats):
        for name, form in forms.items():
            start, busy = time.perf_counter(), time.process_time()
            form()
            if device != "cpu":
                torch.cuda.synchronize()
            seconds[name].append(time.perf_counter() - start)
            cpu[name].append(time.process_time() - busy)
            print(
                name, f"{seconds[name][-1]:.2f} s", f"{cpu[name][-1]:.2f} s busy", file=sys.stderr
            )
    return seconds, cpu


def _peak_in_process(options: argparse.Namespace, name: str) -> float:
    command = [sys.executable, __file__, "--peak-of", name, "--size", options.size]
    command += ["--device", options.device, "--dtype", options.dtype]
    command += ["--batch", str(options.batch), "--threads", str(options.threads)]
    command += ["--share", str(options.share)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _peak(options: argparse.Namespace) -> float:
    """Mebibytes above what weights and inputs need, over one run."""
    form = build_forms(options)[options.peak_of]
    if options.device != "cpu":
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        form()
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    Path("/proc/self/clear_refs").write_text("5")  # begin the high-water mark anew (Linux)
    before = _high_water()
    form()
    return (_high_water() - before) / 2**10


def _high_water() -> int:
    """Kibibytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def _device_name(options: argparse.Namespace) -> str:
    return "cpu" if options.device == "cpu" else torch.cuda.get_device_name()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", default="512x384", help="height x width")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--share",
        type=float,
        default=0.48,
        help="of the person's picture, the box in which the garment may show",
    )
    parser.add_argument("--forms", nargs="+", default=FORMS, choices=FORMS)
    parser.add_argument("--compile", action="store_true", help="compile our form")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--peak-of", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
