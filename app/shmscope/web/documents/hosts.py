"""The host: its shared memory, its segments and locks, what changed when, what watching costs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shmscope.web.documents.arrays import Users
from shmscope.web.documents.base import Document, Health, Level


class Shm(Document):
    """The mount of shared memory."""

    size_bytes: int
    used_bytes: int
    free_bytes: int


class Budget(Document):
    """What looking may cost."""

    cpu_share: float
    bytes_per_s: float
    used: float
    limit: Literal["cpu", "bytes", "time"]


class Observer(Document):
    """What watching costs."""

    cpu_share: float
    tick_late_s: float
    bytes_read_per_s: float
    view_late_s: float
    views_held: int
    budget: Budget
    clients: int
    views: int


class LastSurvey(Document):
    """The last look at all segments and processes."""

    age_s: float
    took_s: float
    segments: int


class Config(Document):
    """The file of layouts, and what is wrong with it."""

    path: str
    problem: str | None


class Host(Document):
    """The host's shared memory, and what watching it costs."""

    name: str
    server_unix_s: float
    shm: Shm
    observer: Observer
    hidden_processes: int
    survey: LastSurvey | None
    config: Config | None
    health: Health


class Room(Document):
    """How full the mount is."""

    path: str
    size_bytes: int
    used_bytes: int
    free_bytes: int
    claimed_bytes: int
    resident_bytes: int
    growth_bytes_per_s: float | None
    orphans: int
    orphan_bytes: int


class Claim(Document):
    """Who fills the mount: a segment, or the rest of them."""

    label: str
    owner: str
    size_bytes: int
    resident_bytes: int
    arrays: list[str]
    level: Level
    orphan: bool


class Segment(Document):
    """A segment of shared memory."""

    identity: str = Field(description="As it stands in ids of arrays.", examples=["1b-2e4f"])
    label: str
    kind: Literal["file", "unlinked", "memfd", "sysv"]
    paths: list[str]
    owner: str | None
    mode: str | None = Field(description="Permission bits, octal.", examples=["600"])
    size_bytes: int
    resident_bytes: int | None
    users: Users | None
    arrays: list[str] = Field(description="Ids of its arrays.")
    level: Level
    orphan: bool


class Segments(Document):
    """Segments, those that take up most first."""

    segments: list[Segment]
    total: int = Field(description="How many there are that match, on all pages.")


class Lock(Document):
    """A named semaphore."""

    id: str
    name: str
    value: int
    waiters: int | None
    held_s: float | None
    users: int | None
    level: Level


class Event(Document):
    """Something that changed."""

    number: int
    unix_s: float
    kind: Literal["appeared", "recreated", "went", "raised", "cleared"]
    array: str
    name: str
    rule: str
    level: Level
    sentence: str


class Events(Document):
    """The newest first."""

    events: list[Event]


class Memory(Document):
    """Who fills the host's shared memory, its locks, and what changed when."""

    host: Host
    room: Room
    segments: list[Claim]
    locks: list[Lock]
    events: list[Event]


class Trouble(Health):
    """An array with verdicts that are not ok."""

    id: str
    name: str


class Troubles(Document):
    """Every verdict that is not ok."""

    level: Level
    host: Health
    arrays: list[Trouble]
