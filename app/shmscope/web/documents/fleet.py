"""The other hosts of a hub."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shmscope.web.documents.base import Document, Level


class FleetLevels(Document):
    """How many arrays there are at each level of health."""

    ok: int
    warning: int
    critical: int


class FleetRoom(Document):
    """How full the host's shared memory is."""

    size_bytes: int
    used_bytes: int


class FleetCut(Document):
    """A host has more arrays than a hub lists."""

    listed: int = Field(description="So many of them are listed.")
    limit_bytes: int = Field(description="What a list may take.")


class FleetHost(Document):
    """A host, as it was last heard of."""

    host: str = Field(description="Its name, as it stands in ids.", examples=["robot-1"])
    site: str
    state: Literal["reachable", "unreachable", "ended", "conflict"]
    since_s: float = Field(description="For how long it has been so.")
    heard_s: float | None = Field(description="When it was last heard of, so long ago.")
    arrays: int
    cut: FleetCut | None = Field(description="Where not all of its arrays are listed.")
    writes_per_s: float
    level: Level = Field(description="The worst of its arrays and of its memory.")
    levels: FleetLevels
    room: FleetRoom | None
    version: str
    lag: float = Field(description="Seconds that its last message came late.")


class FleetHosts(Document):
    """The hosts of a hub; its own is none of them, unless an agent says that it is that."""

    host: str = Field(description="Name of the hub's own host.")
    hosts: list[FleetHost]
