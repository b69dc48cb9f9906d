"""The card of an array that this process shares: what it is, who writes it, and a glance at it."""

from __future__ import annotations

import os

import numpy as np

from shmscope.layout.control import CLAIMED, FREE, LEFT, Description
from shmscope.publishing.block import BlockFile
from shmscope.publishing.card import Array, card, layout_facts, peek, preview
from shmscope.publishing.files import process_of
from shmscope.publishing.process import is_alive


def local_card(description: Description, file: BlockFile | None, array: Array | None = None) -> str:
    """Return an array as HTML; nothing is written or counted for it.

    Args:
        description: What its publisher says about it.
        file: Its control block, where this process may write.
        array: Its values, where they are at hand.
    """
    layout = description.layout
    facts = layout_facts(layout.dtype, layout.shape)
    if description.unit:
        facts.append(("unit", description.unit))
    if file is not None:
        facts.append(("writers", ", ".join(describe_writers(file)) or "none yet"))
    glance = ""
    if array is not None:
        chosen = array[(*peek(array.shape, array.dtype), ...)]
        glance = preview(chosen, array.shape, description.unit)
    return card(description.name, description.about, facts, glance)


def describe_writers(file: BlockFile) -> list[str]:
    """Return a few words for each writer of a control block; it is only read."""
    try:
        fd = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return []
    try:
        slots = file.slots(fd)
    finally:
        os.close(fd)
    return [_described(slots[slot]) for slot in np.flatnonzero(slots["state"] != FREE)]


def _described(slot: np.void) -> str:
    label = bytes(slot["label"]).decode("utf-8", "replace")
    writes = int(slot["end"] - slot["base"])
    counted = "1 write" if writes == 1 else f"{writes:,} writes"
    return f"{label} (pid {slot['pid']}, {_state(slot)}): {counted}"


def _state(slot: np.void) -> str:
    if slot["state"] == LEFT:
        return "left"
    if slot["state"] == CLAIMED and is_alive(process_of(slot)):
        return "alive"
    return "died in mid-write" if slot["begin"] > slot["end"] else "dead"
