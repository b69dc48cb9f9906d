"""Words for sentences: durations, sizes, names of writers."""

from __future__ import annotations

from collections.abc import Sequence

from shmscope.sampling.facts import WriterFacts

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def duration(seconds: float | None) -> str:
    """Return a duration as people say it: ``500 ms``, ``12.5 s``, ``10 min``, ``3 h``."""
    if seconds is None:
        return "an unknown time"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"


def size(size_bytes: float) -> str:
    """Return a size with a unit: ``1.5 MiB``."""
    for unit in _UNITS[:-1]:
        if size_bytes < 1024:
            whole = unit == "bytes" or size_bytes >= 100
            return f"{size_bytes:,.0f} {unit}" if whole else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1024
    return f"{size_bytes:,.1f} {_UNITS[-1]}"


def per_second(rate: float, what: str) -> str:
    """Return a rate: ``59.8 writes per second``."""
    return f"{rate:,.{0 if rate >= 10 else 1}f} {what}s per second"


def names(writers: Sequence[WriterFacts]) -> str:
    """Return who is meant: ``Writer band 0 (pid 4711)``."""
    found = [f"{writer.label} (pid {writer.pid})" for writer in writers]
    listed = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    return f"Writer {listed}" if len(found) == 1 else f"Writers {listed}"
