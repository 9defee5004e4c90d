"""Distances between the set of results and the set of real photos, with how they were computed."""

from typing import Any

import numpy as np

from gpvton.evaluation.distribution_metrics import frechet_distance, kernel_distance
from gpvton.evaluation.features import FeatureNetwork


def set_distances(
    network: FeatureNetwork, results: np.ndarray, real: np.ndarray
) -> dict[str, dict[str, Any]]:
    """Name to value and counts; empty where either set has fewer than two pictures.

    results, real: features, float (n, d).
    """
    if min(len(results), len(real)) < 2:
        return {}
    counts = {"results": len(results), "real": len(real), "features": network.name}
    kernel = kernel_distance(results, real)
    note = (
        f"fewer pictures than features ({results.shape[1]}): biased upwards, compare only equal "
        "counts"
        if min(len(results), len(real)) <= results.shape[1]
        else ""
    )
    return {
        network.frechet_name: {"value": frechet_distance(results, real), "note": note, **counts},
        network.kernel_name: {
            "value": kernel.mean,
            "deviation": kernel.deviation,
            "subset": kernel.subset,
            **counts,
        },
    }
