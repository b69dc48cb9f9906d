"""What looking at shared memory may cost: a share of one core, bytes per second, memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from shmscope.errors import ConfigurationError

LEAST_CPU_SHARE, MOST_CPU_SHARE = 0.01, 1.0
LEAST_BYTES_PER_S, MOST_BYTES_PER_S = 1 << 20, 1 << 40
LEAST_FRAMES_PER_S, MOST_FRAMES_PER_S = 1, 100_000
UNITS: Final = {
    "B": 1,
    "kB": 10**3,
    "KiB": 1 << 10,
    "MB": 10**6,
    "MiB": 1 << 20,
    "GB": 10**9,
    "GiB": 1 << 30,
}
_SHARE: Final = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*%\s*")
_FRAMES: Final = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(?:/s)?\s*")
_RATE: Final = re.compile(r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]*)(?:/s)?\s*")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What the sampler may spend, and keep.

    Attributes:
        cpu_share: CPU time, of one core.
        bytes_per_s: Bytes of arrays that are read.
        copies: Copies that are kept, of all arrays.
        copy_bytes: The largest of them.
        copies_bytes: All of them together.
        watches: Watches, of all arrays.
        array_watches: Watches of one array.
    """

    cpu_share: float = 0.25
    bytes_per_s: float = 1 << 30
    copies: int = 16
    copy_bytes: int = 256 << 20
    copies_bytes: int = 512 << 20
    watches: int = 128
    array_watches: int = 16


DEFAULT: Final = Ceiling()


def parse_cpu_share(text: str) -> float:
    """Read a share of one core, such as '25%'.

    Raises:
        ConfigurationError: it is none, or too small or large to be meant.
    """
    found = _SHARE.fullmatch(text)
    share = float(found[1]) / 100 if found else 0.0
    if not LEAST_CPU_SHARE <= share <= MOST_CPU_SHARE:
        limit = f"{LEAST_CPU_SHARE:.0%} to {MOST_CPU_SHARE:.0%}"
        raise ConfigurationError(
            f"{text[:40]!r} is no share of one core from {limit}, such as 25%",
            value=text[:40],
            limit=limit,
        )
    return share


def parse_bytes_per_s(text: str) -> float:
    """Read bytes per second, such as '500MiB/s'.

    Raises:
        ConfigurationError: they are none, or too few or many to be meant.
    """
    found = _RATE.fullmatch(text)
    unit = UNITS.get(found[2]) if found else None
    per_s = float(found[1]) * unit if found and unit else 0.0
    if not LEAST_BYTES_PER_S <= per_s <= MOST_BYTES_PER_S:
        limit = "1MiB/s to 1024GiB/s"
        raise ConfigurationError(
            f"{text[:40]!r} is no number of bytes per second from {limit}, such as 500MiB/s",
            value=text[:40],
            limit=limit,
        )
    return per_s


def parse_frames_per_s(text: str) -> float:
    """Read frames per second, such as '60'.

    Raises:
        ConfigurationError: they are none, or too few or many to be meant.
    """
    found = _FRAMES.fullmatch(text)
    per_s = float(found[1]) if found else 0.0
    if not LEAST_FRAMES_PER_S <= per_s <= MOST_FRAMES_PER_S:
        limit = f"{LEAST_FRAMES_PER_S} to {MOST_FRAMES_PER_S}"
        raise ConfigurationError(
            f"{text[:40]!r} is no number of frames per second from {limit}, such as 60",
            value=text[:40],
            limit=limit,
        )
    return per_s
