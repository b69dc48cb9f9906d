"""The corpus that the scoring was not made with: other contents, other generators, other seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from tests.layout.guessing.cases import Array, Case

FRAMES = ((60, 80), (72, 128), (135, 240), (300, 200), (333, 250), (512, 384))
LENGTHS = (70, 300, 1_500, 6_000, 30_000)
SENTENCE = [
    "the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "seven",
    "wizards", "quietly", "mix", "vexing", "potions", "and", "every", "good", "engineer",
    "keeps", "a", "log", "of", "what", "was", "measured", "when", "and", "by", "whom", "since",
    "memory", "is", "short",
]  # fmt: skip
ACCENTED = ["Zürich", "Łódź", "Москва", "Αθήνα", "São Paulo", "Málaga", "Göteborg", "Kraków"]


def build_held_out() -> list[Case]:
    """Build all arrays, the same ones every time."""
    families = (
        _measurements, _money, _positions, _series, _counts, _times, _converters, _cameras,
        _scenes, _fields, _simulations, _segmentations, _sets, _embeddings, _quantised, _audio,
        _radio, _motion, _indices, _prose, _filling, _odd_ones, _network_order, _mixed,
    )  # fmt: skip
    seeds = np.random.SeedSequence(987_654_321).spawn(len(families))
    return [
        case
        for family, seed in zip(families, seeds, strict=True)
        for case in family(np.random.default_rng(seed))
    ]


def blobs(rng: np.random.Generator, height: int, width: int, count: int = 25) -> Array:
    """Return a sum of round hills between 0 and 1."""
    y, x = np.arange(height)[:, None], np.arange(width)
    field = np.zeros((height, width))
    for _ in range(count):
        size = rng.uniform(3, max(height, width) / 6)
        rows = np.exp(-(((y - rng.uniform(0, height)) / size) ** 2))
        columns = np.exp(-(((x - rng.uniform(0, width)) / size) ** 2))
        field += rng.uniform(0.2, 1) * rows * columns
    levelled: Array = field / field.max()
    return levelled


def clouds(rng: np.random.Generator, height: int, width: int, slope: float = 1.6) -> Array:
    """Return noise with a power spectrum like that of landscapes; its edges meet."""
    waves = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    waves[0, 0] = np.inf
    noise = np.fft.rfft2(rng.normal(size=(height, width))) / waves**slope
    field = np.fft.irfft2(noise, s=(height, width))
    levelled: Array = (field - field.min()) / np.ptp(field)
    return levelled


def _measurements(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8"):
        for size in LENGTHS:
            drift = 5 * np.sin(np.linspace(0, rng.uniform(2, 9), size))
            yield Case("temperature", (21 + drift + rng.normal(0, 0.3, size)).astype(dtype))
            yield Case("gamma", rng.gamma(2, 3, size).astype(dtype))
        for size in LENGTHS[1::2]:
            yield Case("voltage", (3.3e-3 * rng.standard_t(4, size)).astype(dtype))
            yield Case("log-likelihood", -rng.exponential(7, size).astype(dtype))
            gaps = rng.normal(1_013, 4, size).astype(dtype)
            gaps[size // 3 : size // 2] = np.nan
            yield Case("pressure with a gap", gaps)


def _money(rng: np.random.Generator) -> Iterator[Case]:
    for size in LENGTHS:
        prices = np.exp(np.cumsum(rng.normal(0, 0.001, size))) * rng.uniform(5, 500)
        yield Case("prices", np.round(prices, 2))
    yield Case("tenths", np.round(rng.normal(20, 3, 5_000), 1).astype("f4"))
    yield Case("was float32", rng.normal(0, 1, 5_000).astype("f4").astype("f8"))


def _positions(rng: np.random.Generator) -> Iterator[Case]:
    for size in (400, 20_000):
        yield Case("latitudes", rng.uniform(-90, 90, size))
        angles = rng.uniform(0, 2 * np.pi, size)
        sphere = np.stack([np.cos(angles), np.sin(angles), rng.uniform(-1, 1, size)], 1)
        yield Case("directions", sphere.astype("f4"))
    yield Case("vertices", (rng.integers(-500, 500, (3_000, 3)) / 16).astype("f4"))


def _series(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8"):
        t = np.linspace(0, 30, 3_000)
        yield Case("decay", (8 * np.exp(-t / 5)).astype(dtype))
        yield Case("steps", np.repeat(rng.uniform(0, 10, 60), 50).astype(dtype))
        damped = np.exp(-t / 9) * np.cos(4 * t) + rng.normal(0, 1e-3, t.size)
        yield Case("oscillation", damped.astype(dtype))
        yield Case("Lorenz", _lorenz(5_000).astype(dtype))


def _lorenz(size: int) -> Array:
    x, y, z = 1.0, 1.0, 20.0
    path = []
    for _ in range(size):
        x, y, z = x + 0.1 * (y - x), y + 0.01 * (x * (28 - z) - y), z + 0.01 * (x * y - 8 / 3 * z)
        path.append(x)
    return np.array(path)


def _counts(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("i4", "i8", "u2", "u4", "u8"):
        yield Case("photons", rng.poisson(rng.uniform(2, 50), 3_000).astype(dtype))
        histogram = 1e4 * np.exp(-(((np.arange(512) - 200) / 60) ** 2))
        yield Case("histogram", rng.poisson(histogram).astype(dtype))
    for dtype in ("i4", "i8"):
        yield Case("bytes sent", np.cumsum(rng.integers(0, 1_500, 4_000)).astype(dtype))
        yield Case("balance", rng.integers(-10_000, 10_000, 2_500).astype(dtype))


def _times(rng: np.random.Generator) -> Iterator[Case]:
    for size in LENGTHS[1:4]:
        yield Case("every 10 ms", 1.75e9 + np.arange(size) * 0.01)
        yield Case("monotonic ns", 9_876_543_210 + np.cumsum(rng.integers(1, 10**6, size)))
        yield Case("monotonic s", 4_321.5 + np.cumsum(rng.gamma(2, 0.01, size)))
        yield Case("unix µs", 1_750_000_000_000_000 + np.cumsum(rng.integers(1, 40_000, size)))
    yield Case("unix ns", np.sort(rng.integers(1_690 * 10**15, 1_760 * 10**15, 2_000)))
    yield Case("durations ns", rng.exponential(3e6, 4_000).astype("i8"))


def _converters(rng: np.random.Generator) -> Iterator[Case]:
    for size in LENGTHS:
        beat = 3_000 * np.exp(-((np.arange(size) % 180 - 60) ** 2) / 30.0)
        yield Case("heartbeat", (beat + rng.normal(0, 25, size)).astype("i2"))
        ramp = np.arange(size) * 7 % 1_024
        yield Case("saw, 10 bits", (ramp + rng.integers(0, 3, size)).clip(0, 1_023).astype("u2"))
        pulses = 32_768 + rng.normal(0, 40, size) - 9e3 * (rng.random(size) < 0.02)
        yield Case("offset binary", pulses.clip(0, 65_535).astype("u2"))
    yield Case("24 bits", rng.normal(0, 5e5, 6_000).astype("i4"))


def _cameras(rng: np.random.Generator) -> Iterator[Case]:
    for height, width in FRAMES:
        light = blobs(rng, height, width)
        yield Case("camera", rng.poisson(10 + 180 * light).clip(0, 255).astype("u1"), rows=True)
        yield Case("camera, 12 bits", rng.poisson(100 + 3_000 * light).astype("u2"), rows=True)
        tint = light[:, :, None] * rng.uniform(0.4, 1, 3)
        colour = (20 + 220 * tint + rng.normal(0, 3, tint.shape)).clip(0, 255).astype("u1")
        yield Case("colour camera", colour, rows=True)
    for height, width in FRAMES[:3]:
        colour = np.stack([clouds(rng, height, width) for _ in range(3)], 2)
        yield Case("landscape", (255 * colour).astype("u1"), rows=True)


def _scenes(rng: np.random.Generator) -> Iterator[Case]:
    for height, width in FRAMES[::2]:
        scene = np.full((height, width, 4), (30, 60, 90, 255), "u1")
        for _ in range(40):
            top, left = rng.integers(0, height - 4), rng.integers(0, width - 4)
            bottom, right = top + rng.integers(3, height // 3), left + rng.integers(3, width // 3)
            scene[top:bottom, left:right, :3] = rng.integers(0, 256, 3)
        yield Case("screen, RGBA", scene, rows=True)
        yield Case("screen, RGB", scene[:, :, :3].copy(), rows=True)
        yield Case("screen, grey", scene[:, :, 0].copy(), rows=True)
        shares = (scene[:, :, :3] / 255 + rng.normal(0, 0.005, (height, width, 3))).astype("f4")
        yield Case("float RGB", shares, rows=True)


def _fields(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8"):
        for height, width in FRAMES[:5]:
            yield Case("clouds", (300 * clouds(rng, height, width)).astype(dtype), rows=True)
            yield Case("hills", blobs(rng, height, width).astype(dtype), rows=True)
    for dtype in ("f2", "i4", "i2"):
        yield Case("height map", (900 * clouds(rng, 160, 120, 2)).astype(dtype), rows=True)


def _simulations(rng: np.random.Generator) -> Iterator[Case]:
    for dtype, size in (("f4", 100), ("f8", 128), ("f8", 250)):
        y, x = np.mgrid[0:size, 0 : size + 20] / size
        plane = np.sin(7 * x + 3 * y**2) * np.cos(5 * y) + 0.1 * rng.normal()
        yield Case("waves", plane.astype(dtype), rows=True)
        heat = np.zeros((size, size))
        heat[size // 4 : size // 2, size // 3 : size // 2] = 100
        for _ in range(60):
            heat[1:-1, 1:-1] += 0.2 * _curvature(heat)
        yield Case("diffusion", heat.astype(dtype), rows=True)


def _curvature(field: Array) -> Array:
    around: Array = field[2:, 1:-1] + field[:-2, 1:-1] + field[1:-1, 2:] + field[1:-1, :-2]
    curvature: Array = around - 4 * field[1:-1, 1:-1]
    return curvature


def _segmentations(rng: np.random.Generator) -> Iterator[Case]:
    for dtype, (height, width) in zip(("u1", "i4", "u2", "i8", "i2"), FRAMES, strict=False):
        y, x = np.mgrid[0:height, 0:width]
        seeds = rng.uniform(0, 1, (20, 2)) * (height, width)
        away = [(y - top) ** 2 + (x - left) ** 2 for top, left in seeds]
        yield Case("regions", np.argmin(away, 0).astype(dtype), rows=True)
        yield Case("inside", blobs(rng, height, width) > 0.3, rows=True)
    ignored = np.repeat(rng.integers(-1, 5, 300), 10)
    yield Case("labels with -1", ignored.astype("i4"))
    yield Case("labels with -1", ignored)


def _sets(rng: np.random.Generator) -> Iterator[Case]:
    for size in LENGTHS[:4]:
        yield Case("alive", rng.random(size) < 0.3)
        yield Case("alive", np.repeat(rng.random(size // 10) < 0.5, 10))
    adjacency = (rng.random((150, 150)) < 0.04).astype("f4")
    yield Case("adjacency", adjacency)
    yield Case("adjacency", adjacency.astype("i4"))
    yield Case("adjacency", adjacency.astype("f8"))


def _embeddings(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f2", "f4"):
        vectors = rng.normal(size=(200, 64))
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        yield Case("embeddings", unit.astype(dtype))
        yield Case("logits", rng.gumbel(0, 3, 5_000).astype(dtype))
        attention = np.exp(2 * rng.normal(size=(64, 64)))
        yield Case("attention", (attention / attention.sum(1, keepdims=True)).astype(dtype))
        yield Case("dropout", (rng.normal(size=4_000) * (rng.random(4_000) < 0.5)).astype(dtype))
    for size in LENGTHS[1:]:
        yield Case("GELU", (rng.normal(size=size) * 0.5).clip(-0.17).astype("f2"))


def _quantised(rng: np.random.Generator) -> Iterator[Case]:
    for size in LENGTHS[1:]:
        yield Case("int8 weights", rng.laplace(0, 12, size).round().clip(-127, 127).astype("i1"))
    yield Case("int8 wave", (100 * np.sin(np.arange(5_000) / 9)).astype("i1"))
    yield Case("percent", rng.integers(0, 101, 3_000).astype("u1"))
    yield Case("dice", rng.integers(1, 7, 2_000).astype("u1"))


def _audio(rng: np.random.Generator) -> Iterator[Case]:
    for dtype, scale in (("i2", 9_000), ("f4", 0.4)):
        for size in (2_000, 40_000):
            noise = np.convolve(rng.normal(size=size + 15), np.hanning(16), "valid")
            yield Case("speech", (scale * noise / 8).astype(dtype))
            t = np.arange(size) / 48_000
            sweep = np.sin(2 * np.pi * (200 * t + 900 * t**2))
            stereo = np.stack([sweep, 0.5 * np.cos(2 * np.pi * 333 * t)], 1)
            yield Case("stereo", (scale * stereo).astype(dtype))


def _radio(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("c8", "c16"):
        for size in LENGTHS[1:4]:
            symbols = rng.choice([-1, 1], size) + 1j * rng.choice([-1, 1], size)
            noise = rng.normal(0, 0.05, size) + 1j * rng.normal(0, 0.05, size)
            yield Case("QPSK", (symbols + noise).astype(dtype))
            tone = np.exp(2j * np.pi * np.arange(size) * rng.uniform(0.1, 0.4))
            yield Case("tone", (0.7 * tone + noise).astype(dtype))
        yield Case("transform", np.fft.fft(rng.normal(size=2_048)).astype(dtype))
    yield Case("noise", (rng.normal(size=3_000) + 1j * rng.normal(size=3_000)).astype("c16"))


def _motion(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f4", "f8"):
        walk = np.cumsum(rng.normal((0, 0, 0), (0.1, 0.4, 0.02), (2_000, 3)), 0) - [-5, 40, -1]
        yield Case("trajectory", walk.astype(dtype))
        imu = rng.normal((0.1, -0.3, 9.8, 0, 0, 0), (0.2, 0.2, 0.2, 0.01, 0.01, 0.01), (1_000, 6))
        yield Case("IMU", imu.astype(dtype))
        quaternions = rng.normal(size=(500, 4))
        quaternions /= np.linalg.norm(quaternions, axis=1, keepdims=True)
        yield Case("quaternions", quaternions.astype(dtype))


def _indices(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("i4", "i8"):
        for size in (300, 9_000):
            yield Case("permutation", rng.permutation(size).astype(dtype))
            pointers = np.concatenate([[0], np.cumsum(rng.integers(0, 9, size))])
            yield Case("row pointers", pointers.astype(dtype))
            triangles = np.arange(size)[:, None] + rng.integers(0, 50, (size, 3))
            yield Case("triangles", triangles.astype(dtype))
    yield Case("colours", rng.integers(0, 1 << 24, 2_000).astype("u4"))


def _prose(rng: np.random.Generator) -> Iterator[Case]:
    for size, width in ((80, 40), (900, 64)):
        lines = [" ".join(rng.choice(SENTENCE, rng.integers(2, 7)))[:width] for _ in range(size)]
        yield Case("sentences", np.array(lines, f"S{width}"))
        yield Case("sentences", np.array(lines, f"U{width}"))
        yield Case("cities", np.array(rng.choice(ACCENTED, size), "U12"))
        paths = [f"/dev/shm/{rng.choice(SENTENCE)}_{at}.bin" for at in range(size)]
        yield Case("paths", np.array(paths, "S32"))
    ids = [f"{value:x}" for value in rng.integers(0, 1 << 40, 600)]
    yield Case("hexadecimal", np.array(ids, "S16"))
    yield Case("empty ones", np.array(rng.choice(["", "yes", "no", "maybe"], 500), "S8"))


def _filling(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in ("f8", "f4", "i8", "i4", "u2"):
        ring = np.zeros(100_000, dtype)
        ring[: rng.integers(500, 40_000)] = 1
        live = np.flatnonzero(ring)
        ring[live] = (500 + 100 * np.sin(live / 300) + rng.normal(0, 3, live.size)).astype(dtype)
        yield Case("half a ring", ring)
    for dtype in ("f8", "i4"):
        scattered = np.zeros(300_000, dtype)
        at = rng.integers(0, scattered.size, 200)
        scattered[at] = rng.integers(1, 100, at.size)
        yield Case("scattered", scattered)


def _odd_ones(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("constant", np.full(1_000, 1.5))
    yield Case("constant", np.full(1_000, 7, "i4"))
    yield Case("constant", np.full(1_000, 0.1, "f4"))
    yield Case("ones", np.ones(2_000, "f4"))
    yield Case("infinite", np.where(rng.random(900) < 0.1, np.inf, rng.normal(size=900)))
    yield Case("huge", rng.normal(size=800) * 1e18)
    yield Case("tiny", (rng.normal(size=800) * 1e-12).astype("f4"))
    yield Case("random", rng.integers(0, 256, 20_000).astype("u1"))
    yield Case("wide", np.exp(rng.uniform(-12, 12, 2_000)))


def _network_order(rng: np.random.Generator) -> Iterator[Case]:
    for dtype in (">f4", ">f8", ">i2", ">i4", ">i8"):
        walk = 4_000 + np.cumsum(rng.normal(0, 9, 2_500))
        yield Case("network order", walk.astype(dtype))
        yield Case("network order", rng.normal(0, 300, 2_500).astype(dtype))


def _mixed(rng: np.random.Generator) -> Iterator[Case]:
    event: Any = [("stamp", "<i8"), ("value", "<f8"), ("channel", "<i4"), ("flags", "<u4")]
    events = np.zeros(1_500, event)
    events["stamp"] = 1_750_000_000_000_000_000 + np.cumsum(rng.integers(10**5, 10**7, 1_500))
    events["value"] = rng.normal(5, 2, 1_500)
    events["channel"] = rng.integers(0, 16, 1_500)
    events["flags"] = rng.integers(0, 4, 1_500)
    yield Case("events", events)
    hit: Any = [("x", "<f4"), ("y", "<f4"), ("adc", "<i2"), ("crate", "<i2")]
    hits = np.zeros(900, hit)
    hits["x"], hits["y"] = rng.normal(0, 50, (2, 900))
    hits["adc"] = rng.normal(700, 90, 900)
    hits["crate"] = rng.integers(0, 8, 900)
    yield Case("hits", hits)
    for before in (64, 4_096):
        field = (300 * clouds(rng, 90, 140)).astype("f4")
        head = rng.integers(0, 256, 24).astype("u1").tobytes().ljust(before, b"\0")
        yield Case("behind a header", field, rows=True, header=head)
