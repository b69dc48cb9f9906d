"""Cleaning up after crashed programs: control blocks that nobody will ever use again."""

from __future__ import annotations

import os
import time

from shmscope.errors import ShmscopeError
from shmscope.publishing.files import (
    block_paths,
    described,
    is_in_use,
    is_named,
    locked,
)

LOOK_AGAIN_S = 1.0
_in_use: dict[str, float] = {}


def sweep() -> list[str]:
    """Remove this user's control blocks whose writers are all dead and whose target is gone.

    Crashed programs leave them. Every publisher sweeps, so they never pile up; a block that was
    found in use is let be for a second: publishing a thousand arrays does not look at a million.

    Returns:
        Paths of the files removed.
    """
    now_s = time.monotonic()
    recent = {path: at_s for path, at_s in _in_use.items() if now_s - at_s < LOOK_AGAIN_S}
    unknown = [path for path in block_paths() if path not in recent]
    removed = [path for path in unknown if _swept(path)]
    _in_use.clear()
    _in_use.update(recent, **dict.fromkeys(unknown, now_s))
    return removed


def _swept(path: str) -> bool:
    try:
        if os.stat(path).st_uid != os.getuid():
            return False
        with locked(path) as fd:
            if not _is_abandoned(fd):
                return False
            os.unlink(path)
            return True
    except (ShmscopeError, OSError):  # gone meanwhile, or no block at all: not ours to remove
        return False


def _is_abandoned(fd: int) -> bool:
    found = described(fd)
    if found is None:
        return True  # its maker died before it was done
    if is_in_use(fd):
        return False
    header, description = found
    return description.segment is None or not is_named(description.segment, header)
