"""Set against set: Fréchet distance and kernel distance of picture features, float (n, d).

The distances are called by their features: FID and KID only with the Inception network that
defined them.
"""

from dataclasses import dataclass

import numpy as np

from gpvton.domain.errors import InputError

KERNEL_SUBSETS, KERNEL_SUBSET_SIZE = 100, 1000


@dataclass(frozen=True, kw_only=True)
class KernelDistance:
    """Mean and standard deviation over subsets, and how large a subset was."""

    mean: float
    deviation: float
    subset: int


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Fréchet distance of two Gaussians fitted to features (Heusel et al., 2017).

    |m1 - m2|^2 + trace(S1 + S2 - 2 (S1 S2)^(1/2)); sample covariances.  It depends on the number
    of pictures: compare only sets of one size.
    """
    _check(first, second, least=2)
    one, two = first.astype(np.float64), second.astype(np.float64)
    offset = one.mean(axis=0) - two.mean(axis=0)
    return float(offset @ offset + _spread_distance(one, two))


def _spread_distance(one: np.ndarray, two: np.ndarray) -> float:
    """The trace term.  With S = A^T A, trace (S1 S2)^(1/2) is the nuclear norm of A1 A2^T."""
    first = (one - one.mean(axis=0)) / np.sqrt(len(one) - 1)
    second = (two - two.mean(axis=0)) / np.sqrt(len(two) - 1)
    product = (
        first @ second.T
        if max(len(one), len(two)) <= one.shape[1]
        else _factor_product(first, second)
    )
    shared = np.linalg.svd(product, compute_uv=False).sum()
    return float((first**2).sum() + (second**2).sum() - 2 * shared)


def _factor_product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """R1 R2^T of the QR decompositions: the same singular values, at most (d, d)."""
    one, two = (np.asarray(np.linalg.qr(values, mode="r")) for values in (first, second))
    return one @ two.T


def kernel_distance(
    first: np.ndarray,
    second: np.ndarray,
    *,
    subsets: int = KERNEL_SUBSETS,
    subset_size: int = KERNEL_SUBSET_SIZE,
    seed: int = 0,
) -> KernelDistance:
    """Unbiased squared MMD with the kernel (x.y / d + 1)^3 (Binkowski et al., 2018)."""
    _check(first, second, least=2)
    size = min(subset_size, len(first), len(second))
    rng = np.random.default_rng(seed)
    values = [
        squared_mmd(
            first[rng.choice(len(first), size, replace=False)],
            second[rng.choice(len(second), size, replace=False)],
        )
        for _ in range(subsets)
    ]
    return KernelDistance(mean=float(np.mean(values)), deviation=float(np.std(values)), subset=size)


def squared_mmd(first: np.ndarray, second: np.ndarray) -> float:
    """Unbiased squared maximum mean discrepancy of two sets of one size, cubic kernel."""
    one, two = first.astype(np.float64), second.astype(np.float64)
    count, width = one.shape

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return (a @ b.T / width + 1.0) ** 3

    def within(values: np.ndarray) -> float:
        return (values.sum() - np.trace(values)) / (count * (count - 1))

    return float(within(kernel(one, one)) + within(kernel(two, two)) - 2 * kernel(one, two).mean())


def _check(first: np.ndarray, second: np.ndarray, least: int) -> None:
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise InputError(
            f"features of {first.shape} and {second.shape}: expected (n, d) with one d"
        )
    if min(len(first), len(second)) < least:
        raise InputError(
            f"{len(first)} and {len(second)} pictures: a distance of sets needs at least {least}"
        )
