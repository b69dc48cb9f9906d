"""What all documents share: how numbers and dtypes are written, and what a problem is."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

# JSON has no word for what is no finite number.
Number: TypeAlias = float | Literal["NaN", "Infinity", "-Infinity"]
Dtype: TypeAlias = str | list[Any]
Level: TypeAlias = Literal["ok", "warning", "critical"]
Verified: TypeAlias = Literal["clean", "torn", "unverified"]


class Document(BaseModel):
    """An object of JSON with these keys and no others."""

    model_config = ConfigDict(extra="forbid")


class Problem(Document):
    """What is wrong: RFC 9457."""

    type: Literal["about:blank"]
    title: str = Field(examples=["Not Found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(description="One sentence for people.")
    value: str | float = Field("", description="The offending value, where there is one.")
    limit: str | float = Field("", description="What would have been accepted, where it is known.")
    field: str = Field("", description="Which field of what was given is wrong, where it is one.")


class Verdict(Document):
    """What a rule of health says."""

    rule: str = Field(examples=["stalled"])
    level: Level
    sentence: str
    since_s: float
    remedy: str | None = Field(description="A command that mends it.")
    sure: Literal["certain", "likely", "possible", "unknown"]
    facts: dict[str, str | Number | None] = Field(description="What the sentence rests on.")


class Health(Document):
    """The level, and what stands, the worst first."""

    level: Level
    verdicts: list[Verdict]
