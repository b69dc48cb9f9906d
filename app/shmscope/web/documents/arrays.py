"""One array: its row, who writes it and how fast, its statistics, its layout."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shmscope.web.documents.base import Document, Dtype, Health, Number

Provenance = Literal["published", "recognised", "configured", "guessed", "bytes"]


class Users(Document):
    """How many processes use a segment, and how."""

    rw: int = Field(description="Map it to write.")
    r: int = Field(description="Map it to read.")
    open: int = Field(description="Only hold it open.")


class Writer(Document):
    """A thread that writes a published array."""

    slot: int
    pid: int
    thread: int
    label: str
    state: Literal["alive", "stopped", "dead", "left", "unseen"]
    writes: int
    writes_per_s: float
    last_write_age_s: float | None
    in_write: bool


class Changes(Document):
    """What was seen by looking, a lower bound."""

    per_s: float
    looks_per_s: float
    burst_looks_per_s: float | None
    elements: int | None
    elements_per_s: float | None
    compared: int
    coverage: float
    last_change_age_s: float | None


class Torn(Document):
    """How many of the recent copies were torn."""

    copies: int
    of: int


class ReadCost(Document):
    """What reading costs a Manager."""

    look_s: float
    looks_per_s: float
    share: float


class Row(Document):
    """One array as an overview shows it."""

    id: str = Field(examples=["box/1b-2e4f/heat"])
    host: str
    segment: str
    name: str
    mechanism: Literal["shared_memory", "Array", "Manager", "memfd", "System V"]
    provenance: Provenance
    format: str
    why: str
    system: bool
    segment_name: str | None
    companions: list[str]
    unit: str | None = Field(examples=["°C"])
    labels: list[str] | None
    about: str | None
    dtype: str = Field(examples=["float32"])
    dtype_spec: Dtype = Field(examples=["<f4"])
    shape: list[int] = Field(examples=[[512, 512]])
    strides: list[int]
    offset: int
    size_bytes: int
    paths: list[str]
    users: Users | None
    segment_bytes: int | None
    writers: list[Writer]
    writes: int | None
    writes_per_s: float | None
    changes: Changes | None
    last_write_age_s: float | None
    sparkline: list[Number] = Field(description="Writes or changes per second, last 30 s.")
    torn: Torn
    read_cost: ReadCost | None
    health: Health
    age_s: float | None
    gone_s: float | None


class Arrays(Document):
    """Arrays by name, or some of them."""

    arrays: list[Row]
    total: int = Field(description="How many there are that match, on all pages.")


class Distinct(Document):
    """How many different values there are."""

    count: int
    at_least: bool


class Histogram(Document):
    """Equal bins from lo to hi."""

    lo: Number
    hi: Number
    counts: list[int | float]


class Statistics(Document):
    """Statistics of all elements of a numeric field."""

    field: str | None = Field(description="Null for a plain array.")
    count: int
    min: Number | None
    max: Number | None
    mean: Number | None
    std: Number | None
    zeros: int
    nan: int
    inf: int
    age_s: float | None
    coverage: float
    distinct: Distinct | None
    percentiles: dict[str, Number] | None
    histogram: Histogram | None
    sample: int


class StatisticsOfFields(Document):
    """One entry a numeric field."""

    statistics: list[Statistics]


class FieldHistogram(Document):
    """How the elements of a numeric field are spread."""

    field: str | None
    lo: Number | None
    hi: Number | None
    counts: list[int | float]
    sample: int = Field(description="Elements that were counted.")
    count: int = Field(description="Elements that there are.")
    nan: int
    inf: int


class Histograms(Document):
    """One entry a numeric field."""

    histograms: list[FieldHistogram]


class WriterHistory(Document):
    """Writes per second of one writer."""

    slot: int
    label: str
    writes_per_s: list[Number]


class History(Document):
    """The last five minutes, twice a second, oldest first."""

    age_s: list[Number]
    counts: Literal["writes", "changes"]
    writes_per_s: list[Number]
    writers: list[WriterHistory]


class Process(Document):
    """A process that uses a segment."""

    pid: int
    command: str
    user: str
    started_unix_s: float | None
    mapped: Literal["rw", "r"] | None
    descriptors: int


class Processes(Document):
    """Who uses the array's segment."""

    processes: list[Process] | None = Field(description="Null where nobody can be seen.")


class Layout(Document):
    """Where the elements lie in the segment."""

    dtype: Dtype
    shape: list[int]
    strides: list[int]
    offset: int


class LayoutWish(Document):
    """How an array is to be seen; what is left out or null is as if nothing were said."""

    dtype: str | list[object] = Field(examples=["<f4"])
    shape: str | int | list[int] | None = Field(None, examples=[[4, -1]])
    offset: str | int | None = Field(None, examples=[64])
    strides: str | int | list[int] | None = None
    order: str | None = Field(None, examples=["C"])
    title: str | None = Field(None, alias="as", description="Another name for it.")
    unit: str | None = None
    labels: str | list[str] | None = None
    about: str | None = None
    provenance: Literal["configured", "guessed"] = "configured"


class SaidLayout(Document):
    """A layout, and how to say it elsewhere."""

    layout: Layout
    provenance: Provenance
    option: str = Field(description="For the command line.")
    toml: str = Field(description="For a file of layouts.")


class Guess(Document):
    """What bytes may be."""

    layout: Layout
    confidence: float
    reason: str


class Guesses(Document):
    """The likeliest first."""

    guesses: list[Guess]
