"""A picture of what the warping network does: a sheet to look at while it trains."""

import cv2
import numpy as np
import torch
from torch import nn

from gpvton.data.warping_dataset import WarpingDataset, example
from gpvton.domain.labels import WORN_CLASS_COUNT
from gpvton.networks.flow import resize, warp
from gpvton.training.loop import collate
from gpvton.training.warping_batch import on_device_of, run_network

_PALETTE = cv2.applyColorMap(
    np.linspace(0, 255, WORN_CLASS_COUNT).astype(np.uint8)[:, None], cv2.COLORMAP_TURBO
)[:, 0, ::-1]


@torch.no_grad()
def sheet(network: nn.Module, dataset: WarpingDataset, count: int = 16) -> np.ndarray:
    """Uint8 (h, w, 3), per try-on: flat garment, truth, geometric start, learned, true classes,
    learned classes.
    """
    step = max(len(dataset) // count, 1)
    rows = [_row(network, dataset.record(i)) for i in range(0, len(dataset), step)[:count]]
    if len(rows) % 2:
        rows.append(np.zeros_like(rows[0]))
    joined = np.vstack([np.hstack(rows[i : i + 2]) for i in range(0, len(rows), 2)])
    return cv2.resize(joined, None, fx=1.5, fy=1.5)


def _row(network: nn.Module, record: np.ndarray) -> np.ndarray:
    batch = on_device_of(network, collate([example(record, 0.0)]))
    found = run_network(network, batch)
    assert found.logits is not None
    truth = batch["classes"].argmax(1)
    learned = found.logits.argmax(1)
    start = resize(batch["start"], *found.flow.shape[-2:])
    return np.hstack(
        [
            _picture(batch["garment"][0]),
            _picture(batch["picture"][0]),
            _picture(_assembled(batch, start, truth)),
            _picture(_assembled(batch, found.flow, learned)),
            _PALETTE[truth[0].cpu().numpy()],
            _PALETTE[learned[0].cpu().numpy()],
        ]
    )


def _assembled(batch: dict, flow: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """The garment's parts where the classes say so, on grey."""
    pictures = warp(batch["garment"][:, None] * batch["parts"][:, :, None], flow, padding="zeros")
    masks = warp(batch["parts"][:, :, None], flow, padding="zeros")
    shown = torch.stack([classes == k for k in (1, 2, 3)], dim=1)[:, :, None] * masks
    return ((pictures * shown).sum(1) - 0.3 * (1 - shown.sum(1)))[0]


def _picture(values: torch.Tensor) -> np.ndarray:
    return ((values.clamp(-1, 1) + 1) * 127.5).byte().permute(1, 2, 0).cpu().numpy()
