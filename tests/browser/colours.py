"""What a heat map's pixels should be, by numpy: the page's own formulas written a second time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

ANCHORS = Path(__file__).parents[2] / "static" / "js" / "heat" / "colour_anchors.js"
NAN = (120, 122, 126)
UNDER = (77, 58, 36)
STEPS = 256


def table_of(name: str) -> Floats:
    """Return the 256 colours of a map, as many rows of red, green and blue."""
    found = re.search(rf"\b{name}: [`\"]([0-9a-f\s]+)", ANCHORS.read_text())
    assert found is not None
    anchors = np.array([list(bytes.fromhex(text)) for text in found[1].split()], float)
    places = np.linspace(0, 1, len(anchors))
    shares = np.linspace(0, 1, STEPS)
    return np.stack([np.interp(shares, places, channel) for channel in anchors.T], -1)


def shares_of(values: Floats, scale: str) -> Floats:
    """Return each value's share of a scale from the least to the greatest of them."""
    finite = values[np.isfinite(values)]
    lo, hi = finite.min(), finite.max()
    if scale == "linear":
        straight: Floats = (np.clip(values, lo, hi) - lo) / (hi - lo)
        return straight
    if scale == "log":
        lo = finite[finite > 0].min() if lo <= 0 else lo
        held = np.clip(values, lo, hi)
        shares: Floats = np.log(held / lo) / np.log(hi / lo)
        return np.where(values <= 0, -1, shares)
    threshold = max(abs(lo), abs(hi)) / 1000

    def bend(of: Any) -> Any:
        return np.sign(of) * np.log1p(np.abs(of) / threshold)

    bent: Floats = (bend(np.clip(values, lo, hi)) - bend(lo)) / (bend(hi) - bend(lo))
    return bent


def distance(pixels: Bytes, values: Floats, scale: str, name: str) -> float:
    """Return the largest difference of a channel from what it should be.

    A float of the graphics card may fall on the other side of a step: neighbours of the right
    entry of the table are as good.
    """
    table, shares = table_of(name), shares_of(values, scale)
    entries = np.floor(np.nan_to_num(np.maximum(shares, 0)) * (STEPS - 1) + 0.5).astype(int)
    shown = pixels[..., :3].astype(float)
    offs = []
    for off in (-1, 0, 1):
        wanted = table[np.clip(entries + off, 0, STEPS - 1)]
        wanted = np.where((shares < 0)[..., None], UNDER, wanted)
        wanted = np.where(np.isnan(values)[..., None], NAN, wanted)
        offs.append(np.abs(shown - wanted).max(-1))
    return float(np.min(offs, 0).max())
