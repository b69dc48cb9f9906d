"""`shmscope cat`: the values of a selection, as text or for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from shmscope.errors import SelectionError
from shmscope.layout.dtypes import kind_of
from shmscope.layout.selection import Selection, parse_selection
from shmscope.sampling.columns import as_column, as_columns
from shmscope.sources.configuration import Configuration
from shmscope.sources.process_facts import printable
from shmscope.sources.snapshots import Snapshot, Verdict
from shmscope.terminal.looking import find_one, looking
from shmscope.terminal.texts import plain_csv, plain_json
from shmscope.web.values import FORMS as WEB_FORMS
from shmscope.web.values import encode_as_json

Values: TypeAlias = np.ndarray[Any, Any]
Form: TypeAlias = Literal["text", "npy", "csv", "json"]
FORMS: Final[tuple[Form, ...]] = ("text", "npy", "csv", "json")
MOST_POINTS: Final = {"text": 1 << 20, "csv": 1 << 24, "json": 1 << 24, "npy": 1 << 28}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which values, and how.

    Attributes:
        name: Name, shell pattern, path or id of an array or of its segment.
        select: numpy's basic selection, as text.
    """

    name: str
    select: str
    form: Form


def copy(configuration: Configuration, wanted: Wanted) -> tuple[bytes, Verdict]:
    """Return a selection's values in the form that was asked for, and what the copy is.

    Raises:
        UnknownArrayError: no array is called so, or several are.
        SelectionError: the selection does not fit, or is too large.
        SourceError: the array cannot be read now.
    """
    with looking(configuration) as look:
        trace = find_one(look.sampler, wanted.name)
        _check_size(parse_selection(wanted.select, trace.layout.shape), wanted.form)
        _, selection, snapshot = look.sampler.answers.values(trace.id, wanted.select)
    return encode(wanted.form, selection, snapshot), snapshot.verdict


def _check_size(selection: Selection, form: Form) -> None:
    most = MOST_POINTS[form]
    if selection.points > most:
        raise SelectionError(
            f"the selection {str(selection)!r} has {selection.points:,} elements; as {form}, "
            f"{most:,} are allowed",
            value=selection.points,
            limit=most,
        )


def encode(form: Form, selection: Selection, snapshot: Snapshot) -> bytes:
    """Return a copy in one of `FORMS`; nothing in any of them but npy can command a terminal."""
    if form == "text":
        lines = [*_lines(snapshot.values), ""]
        return "\n".join(lines).encode("utf-8", "backslashreplace")
    if form == "json":
        return plain_json(encode_as_json(selection, snapshot).decode() + "\n").encode()
    encoded = _encode_parts(form, selection, snapshot.values)
    text_within = form == "csv" and kind_of(snapshot.values.dtype) in ("text", "records")
    return plain_csv(encoded.decode()).encode() if text_within else encoded


def _encode_parts(form: Literal["npy", "csv"], selection: Selection, values: Values) -> bytes:
    head, body, _ = WEB_FORMS[form]
    return b"".join([head(selection, values.dtype), *body(selection, values)])


def _lines(values: Values) -> Iterator[str]:
    """Yield a line a row: the last axis runs along it, a blank line stands between planes."""
    if values.dtype.names is not None:
        yield from _records(values)
        return
    words = np.array(_words(values), object).reshape(values.shape)
    if words.ndim < 2:
        yield from words.reshape(-1)
        return
    for index in np.ndindex(words.shape[:-1]):
        if len(index) > 1 and index[-1] == 0 and any(index):
            yield ""
        yield " ".join(words[index])


def _words(values: Values) -> list[str]:
    if values.dtype.kind in "biufc":
        return [str(item) for item in values.reshape(-1)]
    return [printable(str(item)) for item in as_column(values)]


def _records(values: Values) -> Iterator[str]:
    """Yield a line a record: its fields with tabs between, those with a shape with blanks."""
    if not values.size:
        return
    columns = [np.array(column, object).reshape(values.size, -1) for column in as_columns(values)]
    for number in range(values.size):
        cells = (" ".join(printable(str(item)) for item in column[number]) for column in columns)
        yield "\t".join(cells)
