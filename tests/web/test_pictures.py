"""Pictures over REST: PNG that others read, in the colours of the page."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any, get_args

import httpx2
import numpy as np
import pytest
from tests.web.running import Running
from tests.web.test_problems import assert_problem

import shmscope
from shmscope.web import colours
from shmscope.web.colours import NAN_COLOUR, colour_table, maps
from shmscope.web.pictures import Map
from shmscope.web.png import encode_png

HEAT = Path(__file__).parents[2] / "static/js/heat"
CHANNELS = {2: 3, 3: 1, 6: 4}


def decode_png(data: bytes) -> np.ndarray[Any, Any]:
    """Return the pixels of a PNG file as `encode_png` writes it, RGB or RGBA."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", data, at + 8 + size) == (zlib.crc32(kind + body),)
        chunks[kind] = body
        at += size + 12
    width, height, depth, kind, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), "u1").reshape(height, -1)
    assert not rows[:, 0].any()
    pixels = rows[:, 1:].reshape(height, width, CHANNELS[kind])
    if kind == 3:
        palette = np.frombuffer(chunks[b"PLTE"], "u1").reshape(-1, 3)
        pixels = palette[pixels[..., 0]]
    return pixels


def picture(served: Running, path: str, **query: Any) -> httpx2.Response:
    """Ask for a picture."""
    answer = served.http.get(f"{path}/values", params={"format": "png", **query})
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("channels", [3, 4])
def test_a_file_holds_the_pixels(channels: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, channels), np.uint8)
    np.testing.assert_array_equal(decode_png(encode_png(pixels)), pixels)


@pytest.mark.skipif(shutil.which("node") is None, reason="the page's own code runs in node")
def test_the_colours_are_the_pages() -> None:
    code = (
        f"import {{ MAPS, NAN_COLOUR, colourTable }} from {json.dumps(str(HEAT / 'colormap.js'))};"
        "const tables = Object.fromEntries(MAPS.map((map) => [map, [...colourTable(map)]]));"
        "console.log(JSON.stringify([tables, NAN_COLOUR]));"
    )
    command = ["node", "--input-type=module", "-e", code]
    said = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout
    tables, nan = json.loads(said)
    assert list(tables) == list(maps()) == list(get_args(Map))
    assert tuple(nan) == NAN_COLOUR
    for name, table in tables.items():
        expected = np.array(table, "u1").reshape(256, 4)[:, :3]
        np.testing.assert_array_equal(colour_table(name), expected, err_msg=name)


def test_every_map_of_the_page_is_read() -> None:
    source = colours._ANCHORS.read_text()
    assert source.count(":", source.index("export const ANCHORS")) == len(maps())


def test_values_are_drawn_from_the_least_to_the_greatest(served: Running, name: str) -> None:
    values = np.arange(256, dtype="<i8").reshape(16, 16) * 1000 - 7
    with shmscope.create(name, values.shape, values.dtype) as array:
        array[...] = values
        path = served.path_of(name)
        answer = picture(served, path, map="turbo")
        assert answer.headers["content-type"] == "image/png"
        assert "x-shmscope-reduced" not in answer.headers
        expected = colour_table("turbo").reshape(16, 16, 3)
        np.testing.assert_array_equal(decode_png(answer.content), expected)
        narrow = decode_png(picture(served, path, map="greys", low=0, high=100_000).content)
        share = np.clip(values / 100_000, 0, 1)
        assert np.abs(narrow[..., 0] - share * 255).max() <= 1


def test_percentiles_and_nan_are_as_asked(served: Running, name: str) -> None:
    with shmscope.create(name, (10, 101), "<f4") as array:
        array[...] = np.arange(101)
        array[0, :] = 1e9
        array[1, 0], array[1, 1], array[1, 2] = np.nan, np.inf, -np.inf
        path = served.path_of(name)
        pixels = decode_png(picture(served, path, clip=20, map="greys").content)
        assert tuple(pixels[1, 0]) == (*NAN_COLOUR, 255)
        assert pixels[1, 1, 0] == 255
        assert pixels[1, 2, 0] == 0
        assert pixels[5, 10, 0] == 0
        assert pixels[5, 99, 0] == 255
        assert 100 < pixels[5, 55, 0] < 160
        red = decode_png(picture(served, path, nan="Ff0000").content)
        assert tuple(red[1, 0]) == (255, 0, 0, 255)
        clear = decode_png(picture(served, path, nan="transparent").content)
        assert clear[1, 0, 3] == 0
        assert clear[5, 5, 3] == 255


def test_nothing_finite_and_one_value_are_pictures_too(served: Running, name: str) -> None:
    with shmscope.create(name, (2, 3), "<f8") as array:
        path = served.path_of(name)
        for value in (np.nan, np.inf, 5.0, 1e308):
            array[...] = value
            assert decode_png(picture(served, path).content).shape[:2] == (2, 3)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("channels", [3, 4])
def test_red_green_and_blue_are_what_they_are(
    served: Running, name: str, channels: int, first: bool
) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, channels), np.uint8)
    shown = np.moveaxis(pixels, -1, 0) if first else pixels
    with shmscope.create(name, shown.shape, "u1") as array:
        array[...] = shown
        found = decode_png(picture(served, served.path_of(name)).content)
        np.testing.assert_array_equal(found, pixels)


def test_an_image_of_floats_is_black_at_0_and_white_at_1(served: Running, name: str) -> None:
    with shmscope.create(name, (2, 2, 3), "<f4") as array:
        array[...] = 0.5
        array[0, 0] = (0, 1, np.nan)
        pixels = decode_png(picture(served, served.path_of(name)).content)
        assert pixels[0, 0].tolist() == [0, 255, 0]
        assert pixels[1, 1].tolist() == [128, 128, 128]


def test_a_large_array_is_drawn_with_fewer_pixels(served: Running, name: str) -> None:
    with shmscope.create(name, (300, 500), "u1") as array:
        array[...] = np.arange(500) % 251
        path = served.path_of(name)
        answer = picture(served, path, max_pixels=10_000, low=0, high=255, map="greys")
        down, across = json.loads(answer.headers["x-shmscope-reduced"])
        pixels = decode_png(answer.content)
        assert pixels.shape[0] * pixels.shape[1] <= 10_000
        assert (down, across) != (1, 1)
        expected = np.array(array.array)[::down, ::across]
        np.testing.assert_array_equal(pixels[..., 0], expected)


@pytest.mark.parametrize(
    "query", [{"select": "0, 0"}, {"select": "0:0"}, {"select": "0"}, {"map": "rainbow"}]
)
def test_what_is_no_picture_is_refused(
    served: Running, paths: dict[str, str], query: dict[str, str]
) -> None:
    answer = served.http.get(f"{paths['plain']}/values", params={"format": "png", **query})
    assert_problem(answer, 422)


@pytest.mark.parametrize("name", ["texts", "dates", "complex", "records"])
def test_what_is_no_number_is_refused(served: Running, paths: dict[str, str], name: str) -> None:
    assert_problem(served.http.get(f"{paths[name]}/values", params={"format": "png"}), 422)
