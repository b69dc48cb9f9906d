"""What the server keeps of an array: copies and watches."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shmscope.web.documents.base import Document, Dtype, Number, Verified

Kind = Literal["value", "mean", "min", "max", "std", "sum"]
Part = Literal["real", "imaginary", "magnitude", "phase"]


class Copy(Document):
    """All of an array as it once was, without its values."""

    number: int
    taken_unix_s: float
    verdict: Verified
    size_bytes: int
    shape: list[int]
    dtype: Dtype


class Copies(Document):
    """The newest first."""

    copies: list[Copy]


class Watch(Document):
    """One number of an array, and its trace."""

    number: int
    kind: Kind
    select: str
    field: str | None
    part: Part | None
    label: str
    rate_hz: float
    unit: str | None
    latest: Number | None
    problem: str | None
    age_s: list[Number]
    values: list[Number]


class Watches(Document):
    """The oldest first."""

    watches: list[Watch]


class WatchWish(Document):
    """What is to be watched."""

    kind: Kind = Field(examples=["mean"])
    select: str = Field("...", examples=["0:10"])
    field: str | None = Field(None, min_length=1, max_length=1000)
    part: Part | None = None
    rate_hz: float = Field(10, ge=0.1, le=60)
