"""Noise that repeats in both directions."""

import numpy as np


def wrapped_noise(
    rng: np.random.Generator, size: int, sigma_x: float, sigma_y: float
) -> np.ndarray:
    """Gaussian noise smoothed by `sigma` pixels, unit variance: float32 (size, size)."""
    spectrum = np.fft.rfft2(rng.normal(size=(size, size)))
    fy, fx = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]
    spectrum *= np.exp(-2 * np.pi**2 * ((sigma_x * fx) ** 2 + (sigma_y * fy) ** 2))
    out = np.fft.irfft2(spectrum, s=(size, size))
    return ((out - out.mean()) / out.std()).astype(np.float32)
