"""What a server says of an array, and which array a user means."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

import numpy as np

from shmscope.errors import UnknownArrayError
from shmscope.layout.dtypes import parse_dtype

MOST_LISTED: Final = 10


class Facts:
    """An array as the server last told of it; `row` has every field that docs/rest.md names.

    Args:
        row: As it came.
    """

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    @property
    def id(self) -> str:
        """The array's id: ``host/segment/name``, each part percent-encoded."""
        return str(self.row["id"])

    @property
    def name(self) -> str:
        """The array's name."""
        return str(self.row["name"])

    @property
    def shape(self) -> tuple[int, ...]:
        """Elements along each axis."""
        return tuple(self.row["shape"])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        return parse_dtype(self.row["dtype_spec"])

    @property
    def unit(self) -> str | None:
        """Unit of the values, for people."""
        unit: str | None = self.row["unit"]
        return unit

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Names of the elements along the last axis, for people."""
        labels = self.row["labels"]
        return None if labels is None else tuple(labels)

    @property
    def about(self) -> str | None:
        """A sentence about the array."""
        about: str | None = self.row["about"]
        return about

    @property
    def level(self) -> str:
        """Its health in a word: ``ok``, ``warning`` or ``critical``."""
        return str(self.row["health"]["level"])

    @property
    def writes(self) -> int | None:
        """Writes of all its writers, None where nobody counts them."""
        writes: int | None = self.row["writes"]
        return writes

    @property
    def writes_per_s(self) -> float | None:
        """Writes per second, None where nobody counts them."""
        rate: float | None = self.row["writes_per_s"]
        return rate

    @property
    def writers(self) -> list[dict[str, Any]]:
        """Who writes it."""
        writers: list[dict[str, Any]] = self.row["writers"]
        return writers

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"{self.name!r} is a single element: it has no length")
        return self.shape[0]

    def __repr__(self) -> str:
        return f"<shmscope {self.name!r} {self.dtype} {self.shape} {self.level}>"


def matching(rows: Sequence[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    """Return the rows that `wanted` names: by name, segment, path, id, or as a shell pattern."""
    found = [row for row in rows if wanted in _names(row)]
    return found or [row for row in rows if any(fnmatchcase(name, wanted) for name in _names(row))]


def the_one(rows: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """Return the row that `wanted` names.

    Raises:
        UnknownArrayError: there is none, or there are several: then with their ids.
    """
    found = matching(rows, wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        names = sorted({str(row["name"]) for row in rows if not row["system"]})
        known = ", ".join(repr(name) for name in names[:MOST_LISTED]) or "none"
        more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
        raise UnknownArrayError(
            f"no array or segment is called {wanted!r}; there are {known}{more}", value=wanted
        )
    ids = ", ".join(str(row["id"]) for row in found[:MOST_LISTED])
    more = f" and {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else ""
    raise UnknownArrayError(
        f"{wanted!r} stands for {len(found)} arrays: {ids}{more}", value=wanted, limit=1
    )


def _names(row: dict[str, Any]) -> set[str]:
    short = str(row["id"]).partition("/")[2]
    own = {row["name"], row["id"], short, row["segment"], *row["paths"]}
    return own if row["segment_name"] is None else own | {row["segment_name"]}
