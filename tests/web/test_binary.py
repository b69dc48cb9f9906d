"""Values as bytes, and the header of a .npy file: numpy reads what stands there."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from tests.web.arrays import ARRAYS
from tests.web.running import Running

from shmscope.web.binary import bytes_of, npy_header

WIDE = np.dtype([(f"a field with a long name, number {number}", "<f8") for number in range(2000)])
NAMED = np.dtype([("温度", "<f4"), ("µ", "<i2")])


@pytest.mark.parametrize("name", ARRAYS)
def test_the_header_is_the_one_that_numpy_reads(name: str) -> None:
    values = ARRAYS[name]
    data = io.BytesIO(npy_header(values.dtype, values.shape) + bytes(bytes_of(values)))
    found = np.load(data, allow_pickle=False)
    assert (found.dtype, found.shape) == (values.dtype, values.shape)
    assert found.tobytes() == values.tobytes() or name == "long"  # padding is nobody's


@pytest.mark.parametrize("dtype", [WIDE, NAMED], ids=["long", "not latin"])
def test_a_header_that_version_1_cannot_hold_is_of_version_3(dtype: np.dtype[np.void]) -> None:
    header = npy_header(dtype, (2,))
    assert len(header) % 64 == 0
    values = np.zeros(2, dtype)
    data = io.BytesIO(header + bytes(bytes_of(values)))
    found = np.load(data, allow_pickle=False, max_header_size=1 << 20)
    np.testing.assert_array_equal(found, values, strict=True)


def test_values_that_lie_in_order_are_not_copied() -> None:
    values = np.zeros((3, 4))
    assert np.shares_memory(np.frombuffer(bytes_of(values), "u1"), values)
    turned = values.T
    assert bytes(bytes_of(turned)) == turned.tobytes()
    assert bytes_of(values[:0]) == b""


@pytest.mark.parametrize("name", ARRAYS)
def test_raw_values_are_the_bytes_and_the_headers_tell_what_they_are(
    served: Running, paths: dict[str, str], name: str
) -> None:
    answer = served.get(f"{paths[name]}/values?format=raw")
    assert answer.headers["content-type"] == "application/octet-stream"
    spec, shape = answer.headers["x-shmscope-dtype"], answer.headers["x-shmscope-shape"]
    described = json.loads(spec) if spec.startswith("[") else spec
    assert np.lib.format.descr_to_dtype(as_descr(described)) == ARRAYS[name].dtype
    assert tuple(json.loads(shape)) == ARRAYS[name].shape
    assert answer.content == ARRAYS[name].tobytes() or name == "long"  # padding is nobody's


def as_descr(spec: Any) -> Any:
    """Return a spec in JSON as numpy's descr, with tuples for fields and for their shapes."""
    if not isinstance(spec, list):
        return spec
    return [(field[0], as_descr(field[1]), *map(tuple, field[2:])) for field in spec]


def test_the_head_of_values_tells_their_size(served: Running, paths: dict[str, str]) -> None:
    for path in (f"{paths['plain']}/values?format=npy", "/api/v1/arrays", "/"):
        got, head = served.get(path), served.http.head(path)
        assert head.status_code == got.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == got.headers["content-type"]
    assert served.http.head(f"{paths['plain']}/values?format=raw").headers["content-length"] == "96"
