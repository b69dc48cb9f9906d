"""The REST API's values: a copy of a selection, small ones without leaving the event loop."""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl

import numpy as np
from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shmscope.errors import ShmscopeError
from shmscope.layout.dtypes import format_dtype
from shmscope.layout.lens import Lens, Part
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import Selection
from shmscope.sampling.answers import Answers
from shmscope.sources.snapshots import Snapshot
from shmscope.web.lenses import parse_order
from shmscope.web.responses import Pieces
from shmscope.web.values import FORMATS, Format

DEFAULT_POINTS: Final = 1_000_000
MAX_POINTS: Final = 1 << 26
MAX_DTYPE_HEADER: Final = 4000
_PATH = re.compile("/api/v1/arrays/([^/]+)/([^/]+)/([^/]+)/values")
# So many elements are written in no time.
_MOST_AT_ONCE: Final[dict[Format, int]] = {
    "json": 32,
    "csv": 32,
    "npy": MAX_POINTS,
    "raw": MAX_POINTS,
}


class ValuesQuery(BaseModel):
    """Which values, and in which form."""

    model_config = ConfigDict(frozen=True)

    select: str = Field("...", description="numpy's basic selection: 0:10, ::2, ...")
    field: str | None = Field(None, description="A field of records, as outer.inner.")
    part: Part | None = Field(None, description="Of complex values.")
    order: str | None = Field(None, description="Which axis comes first: 1,0")
    form: Format = Field("json", alias="format", description="How the values are encoded.")
    max_points: int = Field(DEFAULT_POINTS, ge=1, le=MAX_POINTS)

    @cached_property
    def lens(self) -> Lens:
        """How the selection is to be seen."""
        return Lens(self.field, self.part, None if self.order is None else parse_order(self.order))


def answer(answers: Answers, array: ArrayId, wish: ValuesQuery) -> Response:
    """Return a copy of a selection, however long it takes.

    Raises:
        ShmscopeError: as `Answers.values` does.
    """
    _, selection, snapshot = answers.values(array, wish.select, wish.lens, wish.max_points)
    return _answer(wish.form, selection, snapshot)


def answer_at_once(answers: Answers, path: str, query: bytes) -> Response | None:
    """Return a copy of a selection if it is soon made; None too for what is no sound wish."""
    named = _PATH.fullmatch(path)
    if named is None:
        return None
    try:
        wish = parse_query(query)
        most = _MOST_AT_ONCE[wish.form]
        found = answers.values_at_once(
            ArrayId(*named.groups()), wish.select, wish.lens, wish.max_points, most
        )
    except (ShmscopeError, ValidationError):
        return None
    return None if found is None else _answer(wish.form, *found)


@lru_cache(maxsize=128)  # who asks once asks again
def parse_query(query: bytes) -> ValuesQuery:
    """Read a query; of what is given twice the last counts.

    Raises:
        ValidationError: it is none.
    """
    return ValuesQuery.model_validate(
        dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    )


def _answer(form: Format, selection: Selection, snapshot: Snapshot) -> Response:
    media_type, encode = FORMATS[form]
    copied = snapshot.values
    headers = _told(copied.dtype, copied.shape)
    verdict = {"x-shmscope-verdict": snapshot.verdict}
    return Pieces(encode(selection, snapshot), media_type, headers | verdict)


@lru_cache(maxsize=256)
def _told(dtype: np.dtype[Any], shape: tuple[int, ...]) -> dict[str, str]:
    """Return the headers that tell shape and dtype; of no dtype longer than clients may take."""
    spec = format_dtype(dtype)
    text = spec if isinstance(spec, str) else json.dumps(spec)
    told = {"x-shmscope-shape": json.dumps(shape)}
    return told | {"x-shmscope-dtype": text} if len(text) <= MAX_DTYPE_HEADER else told
