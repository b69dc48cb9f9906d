"""The corpus that the scoring was made with: arrays as programs put them into shared memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from tests.layout.guessing.cases import Array, Case

SIZES = (64, 256, 1_000, 4_096, 10_000, 65_536)
LARGE = 1 << 20
PICTURES = ((48, 64), (97, 131), (240, 320), (256, 256), (480, 640))
WORDS = [
    "sensor", "valve", "pump", "motor", "left", "right", "camera", "frame", "queue", "worker",
    "alpha", "beta", "gamma", "job", "status", "ready", "running", "failed", "waiting",
    "Berlin", "Paris", "Oslo", "user", "admin", "guest", "error", "warning", "info",
    "temperature",
]  # fmt: skip


def build_corpus() -> list[Case]:
    """Build all arrays, the same ones every time."""
    families = (
        _floats, _ramps, _counters, _clocks, _samples, _pictures, _labels, _shares, _masks, _sparse,
        _ordered, _heat_maps, _sound, _one_hot, _tokens, _texts, _nearly_empty, _spectra,
        _activations, _small_numbers, _foreign, _records, _framed,
    )  # fmt: skip
    seeds = np.random.SeedSequence(2024).spawn(len(families))
    return [
        case
        for family, seed in zip(families, seeds, strict=True)
        for case in family(np.random.default_rng(seed))
    ]


def smooth(rng: np.random.Generator, height: int, width: int, grain: int = 12) -> Array:
    """Return smooth noise between 0 and 1: coarse noise, drawn larger linearly."""
    coarse = rng.random((height // grain + 2, width // grain + 2))
    rows = _stretch(coarse, height)
    field = _stretch(rows.T, width).T
    levelled: Array = (field - field.min()) / np.ptp(field)
    return levelled


def _stretch(coarse: Array, length: int) -> Array:
    at = np.linspace(0, len(coarse) - 1.001, length)
    low = at.astype(int)
    part = (at - low)[:, None]
    stretched: Array = coarse[low] * (1 - part) + coarse[low + 1] * part
    return stretched


def _floats(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8"):
        for size in (*SIZES, LARGE):
            yield Case("gaussian", (rng.normal(size=size) * rng.uniform(0.1, 50)).astype(dtype))
        for size in SIZES[::2]:
            centre, width = rng.uniform(-100, 100), rng.uniform(1, 100)
            yield Case("uniform", (centre + width * rng.random(size)).astype(dtype))
            yield Case("random walk", np.cumsum(rng.normal(size=size)).astype(dtype))
        for size in SIZES[1::2]:
            yield Case("log-normal", rng.lognormal(0, 2, size).astype(dtype))
            holes = rng.normal(20, 5, size).astype(dtype)
            holes[rng.random(size) < 0.05] = np.nan
            yield Case("with NaN", holes)


def _ramps(rng: np.random.Generator) -> Iterator[Case]:
    for size in SIZES[1:5]:
        yield Case("linspace", np.linspace(0, rng.uniform(1, 1000), size))
        yield Case("linspace", np.linspace(-1, 1, size, dtype="f4"))
        yield Case("arange", np.arange(size, dtype="f4" if size > 4000 else "f8"))
    for dtype in ("i4", "i8", "u4"):
        for size in (256, 10_000, 65_536):
            yield Case("arange", np.arange(size, dtype=dtype))
    yield Case("arange", np.arange(4_096, dtype="u2"))
    yield Case("arange", np.arange(65_536, dtype="u2"))


def _counters(rng: np.random.Generator) -> Iterator[Case]:
    for dtype, size in (("i8", 64), ("i8", 4_096), ("u4", 1_000), ("i4", 10_000), ("u8", 65_536)):
        start = int(rng.integers(0, 1 << 20))
        steps = rng.integers(0, 20, size)
        yield Case("counter", (start + np.cumsum(steps)).astype(dtype))
        yield Case("hits", rng.poisson(300, size).astype(dtype))


def _clocks(rng: np.random.Generator) -> Iterator[Case]:
    for size in SIZES[:5]:
        seconds = 1.7e9 + np.cumsum(rng.exponential(0.01, size))
        yield Case("unix seconds", seconds)
        start_ns = 1_700_000_000_000_000_000
        yield Case("unix ns", start_ns + np.cumsum(rng.integers(900_000, 1_100_000, size)))
    yield Case("unix ms", 1_700_000_000_000 + np.cumsum(rng.integers(5, 30, 4_096)))
    yield Case("unix seconds", (1_700_000_000 + np.cumsum(rng.integers(0, 3, 4_096))).astype("i4"))


def _samples(rng: np.random.Generator) -> Iterator[Case]:
    for size in (*SIZES[1:], LARGE):
        yield Case("ADC, signed", rng.normal(0, rng.uniform(100, 4_000), size).astype("i2"))
        unsigned = np.clip(rng.normal(2_048, 300, size), 0, 4_095)
        yield Case("ADC, 12 bits", unsigned.astype("u2"))
    for size in SIZES[1::2]:
        yield Case("ADC, 16 bits", np.clip(rng.normal(32_768, 6_000, size), 0, 65_535).astype("u2"))
        wander = np.cumsum(rng.normal(0, 20, size))
        yield Case("ADC, drifting", (wander + rng.normal(0, 3, size)).astype("i2"))


def _pictures(rng: np.random.Generator) -> Iterator[Case]:
    for height, width in PICTURES:
        grey = 255 * smooth(rng, height, width) + rng.normal(0, 2, (height, width))
        yield Case("grey", np.clip(grey, 0, 255).astype("u1"), rows=True)
        planes = [smooth(rng, height, width) for _ in range(3)]
        colour = np.clip(255 * np.stack(planes, 2) + rng.normal(0, 2, (height, width, 3)), 0, 255)
        yield Case("RGB", colour.astype("u1"), rows=True)
        opaque = np.full((height, width, 1), 255.0)
        yield Case("RGBA", np.concatenate([colour, opaque], 2).astype("u1"), rows=True)
        yield Case("depth", (500 + 4_000 * smooth(rng, height, width)).astype("u2"), rows=True)
    yield Case("grey", (255 * smooth(rng, 1_024, 1_024, 40)).astype("u1"), rows=True)


def _labels(rng: np.random.Generator) -> Iterator[Case]:
    for dtype, (height, width) in zip(("u1", "i4", "i8", "u2", "i4"), PICTURES, strict=True):
        labels = (smooth(rng, height, width, 20) * rng.integers(4, 30)).astype(dtype)
        yield Case("label map", labels, rows=True)
    for dtype in ("i4", "i8", "u1", "i8"):
        yield Case("classes", rng.integers(0, 10, 4_096).astype(dtype))


def _shares(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8"):
        for size in SIZES[1:5]:
            yield Case("probabilities", rng.random(size).astype(dtype))
        scores = np.exp(rng.normal(size=(500, 10)))
        yield Case("softmax", (scores / scores.sum(1, keepdims=True)).astype(dtype))


def _masks(rng: np.random.Generator) -> Iterator[Case]:
    for height, width in PICTURES:
        yield Case("mask", smooth(rng, height, width) > 0.6, rows=True)
    for size in SIZES[:4]:
        yield Case("flags", rng.random(size) < rng.uniform(0.1, 0.9))


def _sparse(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8", "i4", "i8"):
        for size in (4_096, 65_536):
            values = rng.normal(0, 100, size) * (rng.random(size) < 0.03)
            yield Case("sparse", values.astype(dtype))


def _ordered(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8", "i4", "i8"):
        for size in (256, 10_000):
            yield Case("sorted", np.sort(rng.uniform(0, 1e5, size)).astype(dtype))
    yield Case("random walk", np.cumsum(rng.integers(-5, 6, 10_000)).astype("i4"))
    yield Case("random walk", np.cumsum(rng.integers(-5, 6, 1_000)))


def _heat_maps(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8"):
        for height, width in (*PICTURES, (512, 512)):
            heat = 20 + 60 * smooth(rng, height, width, 16) + rng.normal(0, 0.2, (height, width))
            yield Case("heat map", heat.astype(dtype), rows=True)


def _sound(rng: np.random.Generator) -> Iterator[Case]:
    for dtype, scale in (("f4", 0.8), ("i2", 20_000), ("f8", 1.0)):
        for size in (1_000, 10_000, 65_536):
            t = np.arange(size) / 44_100
            wave = sum(np.sin(2 * np.pi * f * t) / 3 for f in rng.uniform(50, 2_000, 3))
            yield Case("sound", (scale * (wave + rng.normal(0, 0.01, size))).astype(dtype))


def _one_hot(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8", "i4", "i8", "f2"):
        hot = np.eye(10)[rng.integers(0, 10, 700)]
        yield Case("one-hot", hot.astype(dtype))


def _tokens(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("i4", "i8"):
        for size in (256, 2_048, 16_384):
            ids = np.minimum(rng.zipf(1.3, size), 50_000)
            yield Case("tokens", ids.astype(dtype))
            yield Case("tokens", rng.integers(0, 32_000, size).astype(dtype))


def _texts(rng: np.random.Generator) -> Iterator[Case]:
    for size in (64, 500, 5_000):
        for dtype in ("S16", "U16", "S12", "U11"):
            yield Case("words", np.array(rng.choice(WORDS, size), dtype))
    numbered = [f"{rng.choice(WORDS)}-{at:04}" for at in range(800)]
    yield Case("names", np.array(numbered, "S24"))
    yield Case("names", np.array(numbered, "U24"))


def _nearly_empty(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f8", "i4", "f4", "i8"):
        for size in (4_096, 262_144):
            array = np.zeros(size, dtype)
            count = size // 20
            array[:count] = rng.normal(0, 1_000, count).astype(dtype)
            yield Case("begun", array)
    for dtype in ("f4", "i4"):
        array = np.zeros(LARGE, dtype)
        array[LARGE // 2 : LARGE // 2 + 3_000] = rng.normal(0, 1_000, 3_000).astype(dtype)
        yield Case("zeros but a little", array)


def _spectra(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("c8", "c16"):
        for size in (256, 4_096, 65_536):
            t = np.arange(size)
            wave = sum(np.sin(t * f) for f in rng.uniform(0.05, 2.5, 5)) + rng.normal(0, 0.3, size)
            yield Case("spectrum", np.fft.fft(wave).astype(dtype))
            chirp = np.exp(1j * (0.01 * t + rng.uniform(0.1, 0.5) * np.sin(t / 60))) * 3
            yield Case("phasor", (chirp + rng.normal(0, 0.02, size)).astype(dtype))


def _activations(rng: np.random.Generator) -> Iterator[Case]:
    for size in SIZES[1:]:
        yield Case("activations", rng.normal(0, 1, size).astype("f2"))
        yield Case("ReLU", np.maximum(rng.normal(0.2, 1, size), 0).astype("f2"))
    yield Case("weights", rng.normal(0, 0.02, 65_536).astype("f2"))


def _small_numbers(rng: np.random.Generator) -> Iterator[Case]:
    for size in SIZES[1:5]:
        yield Case("quantised", rng.normal(0, 20, size).round().clip(-128, 127).astype("i1"))
        yield Case("levels", rng.integers(0, 200, size).astype("u1"))
    yield Case("noise", rng.integers(0, 256, 4_096).astype("u1"))
    yield Case("noise", rng.integers(0, 256, 65_536).astype("u1"))


def _foreign(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in (">f4", ">f8", ">i2", ">i4", ">u2"):
        for size in (1_000, 10_000):
            yield Case("big-endian", np.abs(rng.normal(1_000, 200, size)).astype(dtype))


def _records(rng: np.random.Generator) -> Iterator[Case]:
    tick: Any = [("time", "<f8"), ("price", "<f4"), ("volume", "<i4")]
    for size in (200, 5_000):
        ticks = np.zeros(size, tick)
        ticks["time"] = 1.7e9 + np.cumsum(rng.exponential(0.1, size))
        ticks["price"] = 100 + np.cumsum(rng.normal(0, 0.1, size))
        ticks["volume"] = rng.poisson(40, size)
        yield Case("ticks", ticks)
    pose: Any = [("id", "<i8"), ("x", "<f8"), ("y", "<f8"), ("z", "<f8")]
    poses = np.zeros(2_000, pose)
    poses["id"] = np.arange(2_000)
    for axis in "xyz":
        poses[axis] = np.cumsum(rng.normal(0, 0.01, 2_000))
    yield Case("poses", poses)


def _framed(rng: np.random.Generator) -> Iterator[Case]:
    for dtype, before in (("f4", 64), ("u1", 128), ("f8", 64), ("u2", 4_096), ("i2", 256)):
        picture = (200 * smooth(rng, 120, 160)).astype(dtype)
        head = (b"HEAD" + bytes([1, 0, 0, 0, 120, 0, 0, 0, 160])).ljust(before, b"\0")
        yield Case("with a header", picture, rows=True, header=head)
    for dtype in ("f4", "f8", "u1"):
        picture = (200 * smooth(rng, 100, 150)).astype(dtype)
        yield Case("up to a page", picture, rows=True, behind=-picture.nbytes % 4_096)
