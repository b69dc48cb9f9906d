"""What a request for values asks for: its query, and what its headers say."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Scope

from shmscope.layout.lens import Lens, Part
from shmscope.web.accepting import Format
from shmscope.web.lenses import parse_order
from shmscope.web.pictures import (
    DEFAULT_PIXELS,
    MAX_PIXELS,
    NAN_PATTERN,
    Drawing,
    Map,
    default_nan,
)

DEFAULT_POINTS: Final = 1_000_000
MAX_POINTS: Final = 1 << 34


class Asked(NamedTuple):
    """What the headers of a request say of values.

    Attributes:
        accept: Which forms the client takes; empty for any.
        known: ETags of what it has, as If-None-Match lists them; empty for none.
    """

    accept: str = ""
    known: str = ""


ANYTHING: Final = Asked()


class ValuesQuery(BaseModel):
    """Which values, and in which form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    select: str = Field(
        "...",
        description="numpy's basic selection: integers, slices with any step, one `...`.",
        examples=["0:10, ::2"],
        max_length=1000,
    )
    field: str | None = Field(None, description="A field of records, as outer.inner.")
    part: Part | None = Field(None, description="Of complex values.")
    order: str | None = Field(None, description="Which axis comes first.", examples=["1,0"])
    form: Format | None = Field(
        None, alias="format", description="How values are encoded; else the Accept header says it."
    )
    max_points: int = Field(
        DEFAULT_POINTS, ge=1, le=MAX_POINTS, description="More elements are an error; not of PNG."
    )
    map: Map = Field("viridis", description="PNG: colours of what is no colour itself.")
    low: float | None = Field(
        None, allow_inf_nan=False, description="PNG: value of the first colour; else the least."
    )
    high: float | None = Field(
        None, allow_inf_nan=False, description="PNG: value of the last colour; else the greatest."
    )
    clip: float = Field(
        0, ge=0, lt=50, description="PNG: percent of the values beyond either end of the range."
    )
    nan: str = Field(
        default_nan(),
        pattern=f"^({NAN_PATTERN})$",
        description="PNG: colour of NaN, six hexadecimal digits, or transparent.",
    )
    max_pixels: int = Field(
        DEFAULT_PIXELS, ge=1, le=MAX_PIXELS, description="PNG: of more, every so many-th is drawn."
    )

    @cached_property
    def lens(self) -> Lens:
        """How the selection is to be seen."""
        return Lens(self.field, self.part, None if self.order is None else parse_order(self.order))

    @cached_property
    def drawing(self) -> Drawing:
        """How a picture is drawn."""
        return Drawing(self.map, self.low, self.high, self.clip, self.nan, self.max_pixels)


def asked_of(scope: Scope) -> Asked:
    """Return what a request's headers say; of what is given twice the first counts."""
    accept = known = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = accept or value
        elif name == b"if-none-match":
            known = known or value
    return Asked(accept.decode("latin-1"), known.decode("latin-1"))


@lru_cache(maxsize=128)  # who asks once asks again
def parse_query(query: bytes) -> ValuesQuery:
    """Read a query; of what is given twice the last counts.

    Raises:
        ValidationError: it is none.
    """
    return ValuesQuery.model_validate(
        dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    )
