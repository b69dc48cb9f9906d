"""What is fuzzed: each target is a module with a check of any bytes, and inputs to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from tests.fuzz import (
    control_blocks,
    layout_files,
    messages,
    recognisers,
    selections,
    terminal_texts,
)


@dataclass(frozen=True, slots=True)
class Target:
    """A place at which hostile input comes in.

    Attributes:
        check: Raises where an input breaks what must hold for any.
        seeds: Yields inputs to begin with.
        words: Pieces of which sound inputs are made.
        most_bytes: The largest input that is tried.
    """

    check: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    words: tuple[str, ...]
    most_bytes: int


def _target(module: ModuleType, most_bytes: int) -> Target:
    return Target(module.check, module.seeds, module.WORDS, most_bytes)


TARGETS: Final[Mapping[str, Target]] = {
    "control-blocks": _target(control_blocks, 2048),
    "recognisers": _target(recognisers, 4096),
    "selections": _target(selections, 1200),
    "messages": _target(messages, 4096),
    "layout-files": _target(layout_files, 4096),
    "terminal-texts": _target(terminal_texts, 512),
}
