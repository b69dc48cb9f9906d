"""Words and commands for a shell, which people paste."""

from __future__ import annotations

import os
import shlex

_ESCAPED = frozenset("\\'")


def quoted(text: str) -> str:
    r"""Return a text as one word of bash, which can be printed and pasted whatever it holds.

    What cannot be printed stands in ANSI-C quotes, byte for byte: ``$'/dev/shm/a\377'``.

    Args:
        text: Bytes that are no UTF-8 are escaped as by `os.fsdecode`.
    """
    return shlex.quote(text) if text.isprintable() else f"$'{''.join(map(_escaped, text))}'"


def removal(path: str) -> str:
    """Return the command that removes a file."""
    return f"rm {quoted(path)}"


def _escaped(char: str) -> str:
    if char.isprintable():
        return f"\\{char}" if char in _ESCAPED else char
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(char))
