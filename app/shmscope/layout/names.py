"""Names of arrays and control blocks, and the ids that the server gives them."""

from __future__ import annotations

import hashlib
import re
import reprlib
from typing import NamedTuple
from urllib.parse import quote, unquote

from shmscope.errors import ArrayNameError

BLOCK_PREFIX = "shmscope-"
MAX_NAME_BYTES = 200
_SLUG_LENGTH = 48
_BYTES = "surrogateescape"  # how os.listdir writes bytes that are not UTF-8


def check_name(name: object) -> str:
    """Return `name` if an array may be called so.

    Names become file names in /dev/shm and stand in URLs, terminals and tables: any printable text
    without a slash, of at most 200 bytes in UTF-8, that does not begin with a dot or with
    ``shmscope-``.

    Raises:
        ArrayNameError: with the rule that `name` breaks.
    """
    if not isinstance(name, str):
        raise ArrayNameError(
            f"a name must be text, not {type(name).__name__}", value=reprlib.repr(name)
        )
    if problem := _name_problem(name):
        raise ArrayNameError(f"an array cannot be called {name[:80]!r}: {problem}", value=name[:80])
    return name


def _name_problem(name: str) -> str | None:
    if not name:
        return "the name is empty"
    if not name.isprintable():
        return "it has characters that cannot be printed"
    size = len(name.encode("utf-8", "replace"))
    if size > MAX_NAME_BYTES:
        return f"it is {size} bytes long, {MAX_NAME_BYTES} are allowed"
    if "/" in name or name[0] == "." or name.isspace():
        return "it has a slash, begins with a dot or is blank"
    if name.startswith(BLOCK_PREFIX):
        return f"names that begin with {BLOCK_PREFIX!r} belong to control blocks"
    return None


def block_prefix(name: str) -> str:
    """Return how the file name of every control block of an array called `name` begins."""
    slug = re.sub(r"[^A-Za-z0-9_.]", "_", name)[:_SLUG_LENGTH]
    return f"{BLOCK_PREFIX}{slug}-"


def block_name(name: str, identity: str) -> str:
    """Return the file name of the control block for the array `name` over the target `identity`."""
    digest = hashlib.sha256(f"{identity}\0{name}".encode()).hexdigest()
    return block_prefix(name) + digest[:12]


class ArrayId(NamedTuple):
    """Identity of an array: ``host/segment/name``, each part percent-encoded where it is written.

    Segments of other programs may have names that are not UTF-8; their bytes survive.
    """

    host: str
    segment: str
    name: str

    def __str__(self) -> str:
        return "/".join(quote(part, safe="", errors=_BYTES) for part in self)

    @classmethod
    def parse(cls, text: str) -> ArrayId:
        """Read an id.

        Raises:
            ArrayNameError: `text` does not have three parts.
        """
        parts = text.split("/")
        if len(parts) != 3 or not all(parts):
            raise ArrayNameError(
                f"{text[:120]!r} is no array id: host/segment/name is expected", value=text[:120]
            )
        return cls(*(unquote(part, errors=_BYTES) for part in parts))
