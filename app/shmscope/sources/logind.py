"""Whether systemd removes a user's shared memory when their last session ends; logind.conf(5)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from glob import glob
from typing import Final

FOLDERS: Final = ("/usr/lib/systemd", "/run/systemd", "/etc/systemd")
_TRUE: Final = frozenset({"1", "yes", "true", "on"})


def removes_ipc(
    folders: Iterable[str] = FOLDERS, running: str = "/run/systemd/seats"
) -> bool | None:
    """Return what logind does, None where it does not run.

    Args:
        folders: Where its settings lie; what is read later counts more.
        running: There while it runs.
    """
    if not os.path.isdir(running):
        return None
    answer = True  # logind's own default
    for path in _files(folders):
        for line in _lines(path):
            key, separator, value = line.partition("=")
            if separator and key.strip() == "RemoveIPC":
                answer = value.strip().lower() in _TRUE
    return answer


def _files(folders: Iterable[str]) -> Iterator[str]:
    folders = list(folders)
    yield from (f"{folder}/logind.conf" for folder in folders)
    drop_ins = [path for folder in folders for path in glob(f"{folder}/logind.conf.d/*.conf")]
    yield from sorted(drop_ins, key=os.path.basename)


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return [line.strip() for line in file if not line.lstrip().startswith(("#", ";"))]
    except OSError:
        return []
