"""A copy of a selection in JSON."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shmscope.web.documents.base import Document, Dtype, Verified


class _Copied(Document):
    select: str = Field(description="As understood, one entry an axis.", examples=["0:10, 0:8:2"])
    dtype: Dtype = Field(examples=["<f4"])
    shape: list[int] = Field(examples=[[10, 4]])
    verdict: Verified
    attempts: int
    taken_unix_s: float


class Values(_Copied):
    """Values as nested lists; complex ones are pairs, what is no finite number is text."""

    values: Any


class Columns(_Copied):
    """Records, one flat column a field."""

    columns: dict[str, list[Any]]
