"""The texts of floats that the page is tested against are numpy's own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

VECTORS: dict[str, list[dict[str, str]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "floats.json").read_text()
)


@pytest.mark.parametrize("dtype", VECTORS)
def test_shortest_digits_are_numpys(dtype: str) -> None:
    size = np.dtype(dtype).itemsize
    for vector in VECTORS[dtype]:
        bits = np.array(int(vector["bits"], 16), f"u{size}")
        value = bits.view(dtype).reshape(1)[0]
        digits = np.format_float_scientific(value, unique=True)
        assert vector["text"] == repr(float(digits))
        assert np.array(float(vector["text"]), dtype).view(bits.dtype) == bits
