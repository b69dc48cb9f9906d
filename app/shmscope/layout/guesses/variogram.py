"""How much elements differ by how far they are apart.

Source: the mean squared difference is the structure function of turbulence (Kolmogorov), and twice
the variogram of geostatistics (Matheron). It is taken from the autocorrelation, by way of the
Fourier transform, and from running sums of squares.
"""

from __future__ import annotations

import numpy as np

from shmscope.layout.guesses.lengths import Values, nearly_all

LEAST_ELEMENTS = 64


def levelled(values: Values) -> Values:
    """Return values with mean 0 and deviation 1, less their outliers; zeros if all are the same."""
    if values.size < LEAST_ELEMENTS:
        return np.zeros(0)
    values = np.where(np.isfinite(values), values, 0.0)
    low, high = nearly_all(values[:: max(values.size // 4096, 1)], 0.02)
    if not low < high:
        low, high = float(values.min()), float(values.max())
    values = np.clip(values, low, high) / max(abs(low), abs(high), 1e-300)
    values -= values.mean()
    deviation = float(values.std())
    return values / deviation if deviation > 1e-12 else np.zeros(values.size)


def mean_square_differences(values: Values) -> Values:
    """Return the mean squared difference of elements so far apart, up to half of all."""
    size = values.size
    padded = 1 << (size + size // 2).bit_length()
    if padded * 3 // 4 >= size + size // 2 + 1:
        padded = padded * 3 // 4
    waves = np.fft.rfft(values, padded)
    products = np.fft.irfft(waves.real**2 + waves.imag**2, padded)[: size // 2 + 1]
    sums = np.concatenate([[0.0], np.cumsum(values * values)])
    lags = np.arange(size // 2 + 1)
    squares = sums[size - lags] + sums[size] - sums[lags] - 2 * products
    means: Values = np.maximum(squares / (size - lags), 0.0)
    return means
