"""Amounts and words as they are typed, each with the limits of what can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from shmscope.errors import ConfigurationError
from shmscope.sources.ceilings import UNITS
from shmscope.terminal.tables import format_bytes

Parse: TypeAlias = Callable[[str], Any]
_SHOWN: Final = 40  # characters of what is wrong
_COUNT: Final = re.compile(r"\s*([0-9]{1,18})\s*", re.ASCII)
_SECONDS: Final = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*s?\s*", re.ASCII)
_SIZE: Final = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)\s*", re.ASCII)
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def count(least: int, most: int) -> Parse:
    """Return what reads a whole number from `least` to `most`."""

    def parse(text: str) -> int:
        found = _COUNT.fullmatch(text)
        if found is None or not least <= int(found[1]) <= most:
            raise _wrong(text, f"whole number from {least} to {most}")
        return int(found[1])

    return parse


def seconds(least: float, most: float) -> Parse:
    """Return what reads a time in seconds, such as '2.5' or '30s'."""

    def parse(text: str) -> float:
        found = _SECONDS.fullmatch(text)
        if found is None or not least <= float(found[1]) <= most:
            raise _wrong(text, f"number of seconds from {least:g} to {most:g}")
        return float(found[1])

    return parse


def size(least: int, most: int) -> Parse:
    """Return what reads a number of bytes, such as '64KiB'; a bare number counts bytes."""
    low, high = (format_bytes(one).replace(".0 ", "") for one in (least, most))

    def parse(text: str) -> int:
        found = _SIZE.fullmatch(text)
        unit = UNITS.get(found[2] or "B") if found else None
        size_bytes = int(float(found[1]) * unit) if found and unit else -1
        if not least <= size_bytes <= most:
            raise _wrong(text, f"number of bytes from {low} to {high}, such as 64KiB")
        return size_bytes

    return parse


def flag(text: str) -> bool:
    """Read yes or no.

    Raises:
        ConfigurationError: it is neither.
    """
    found = _FLAGS.get(text.strip().lower())
    if found is None:
        raise _wrong(text, "answer: yes or no")
    return found


def word(*known: str) -> Parse:
    """Return what reads one of some words."""

    def parse(text: str) -> str:
        if text.strip().lower() not in known:
            raise _wrong(text, f"word known here: {', '.join(known)}")
        return text.strip().lower()

    return parse


def some_text(text: str) -> str:
    """Read text as it is.

    Raises:
        ConfigurationError: there is none, or it holds what ends a text in C.
    """
    if not text.strip() or "\0" in text:
        raise _wrong(text, "text")
    return text


def _wrong(text: str, expected: str) -> ConfigurationError:
    shown = text[:_SHOWN]
    limit = expected.partition("from ")[2].partition(",")[0] or expected
    return ConfigurationError(f"{shown!r} is no {expected}", value=shown, limit=limit)
