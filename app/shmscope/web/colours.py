"""The page's colour maps, read from the very file that the page reads them from."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

import shmscope

STEPS: Final = 256
NAN_COLOUR: Final = (120, 122, 126)  # as in colormap.js
_ANCHORS: Final = Path(shmscope.__file__).parent / "static/js/heat/colour_anchors.js"
_MAP = re.compile(r"^  (\w+): ([`\"])([0-9a-f\s]+)\2,$", re.MULTILINE)


@lru_cache(maxsize=1)
def maps() -> dict[str, str]:
    """Return the colours of every map, as the file has them; the first is the usual one."""
    return {name: text for name, _, text in _MAP.findall(_ANCHORS.read_text("utf-8"))}


@lru_cache(maxsize=16)
def colour_table(name: str) -> npt.NDArray[np.uint8]:
    """Return a map as 256 colours, shape (256, 3): straight lines between its anchors."""
    words = maps()[name].split()
    anchors = np.array([list(bytes.fromhex(word)) for word in words], np.float64)
    places = np.arange(STEPS) / (STEPS - 1) * (len(anchors) - 1)
    low = np.minimum(places.astype(int), len(anchors) - 2)
    part = (places - low)[:, None]
    mixed = anchors[low] + part * (anchors[low + 1] - anchors[low])
    table: npt.NDArray[np.uint8] = np.floor(mixed + 0.5).astype(np.uint8)  # as JavaScript rounds
    return table
