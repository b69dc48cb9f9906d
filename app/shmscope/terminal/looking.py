"""A sampler for one command: what a server would know, without a server."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase

from shmscope.errors import UnknownArrayError
from shmscope.layout.names import ArrayId
from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.topics import Topic
from shmscope.sampling.trace import Trace
from shmscope.sources.blocks import BlockFinder
from shmscope.sources.configuration import Configuration
from shmscope.sources.survey import Survey, take_survey

MOST_LISTED = 10


class OnDemand:
    """Surveys that are taken when somebody says so.

    Args:
        configuration: Names further folders of shared memory.
    """

    def __init__(self, configuration: Configuration) -> None:
        self.latest: Survey | None = None
        self.watched = False
        self._configuration = configuration
        self._finder = BlockFinder()

    def take(self) -> None:
        """Look at everything now."""
        roots = (SHM_DIR, *self._configuration.roots)
        self.latest = take_survey(roots, self._finder.find().values(), self.latest)

    def wait_fresh(self, max_age_s: float, timeout_s: float) -> Survey | None:  # noqa: ARG002 - as others have it
        """Return what there is."""
        return self.latest


class Looking:
    """A sampler that looks when it is told.

    Args:
        configuration: Layouts that the user gave, and further folders of shared memory.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._surveys = OnDemand(configuration)
        self.sampler = Sampler(
            socket.gethostname(),
            lambda _: None,
            surveys=self._surveys,
            configuration=configuration,
        )

    def watch(self, topics: Sequence[Topic], seconds: float) -> None:
        """Watch for so long, as if somebody had pages open, and take in what there is then."""
        tickets = [self.sampler.demand.add(topic) for topic in topics]
        end_s = time.monotonic() + seconds
        while (due_s := self.sampler.step()) < end_s:
            time.sleep(max(due_s - time.monotonic(), 0.0))
        time.sleep(max(end_s - time.monotonic(), 0.0))
        self.look()
        for ticket in tickets:
            self.sampler.demand.drop(ticket)

    def look(self) -> None:
        """Take in what there is now."""
        self._surveys.take()
        self.sampler.refresh()


@contextmanager
def looking(configuration: Configuration) -> Iterator[Looking]:
    """Look at the machine once, as a server does that has just started."""
    found = Looking(configuration)
    try:
        found.look()
        yield found
    finally:
        found.sampler.close()


def find(sampler: Sampler, wanted: str) -> list[Trace]:
    """Return the arrays that `wanted` names: by name, segment, path, id or shell pattern.

    Raises:
        UnknownArrayError: there is none.
    """
    traces = sorted(sampler.roster.by_id.values(), key=lambda trace: trace.id)
    found = [trace for trace in traces if wanted in _names(sampler, trace)]
    if not found:
        found = [trace for trace in traces if _matches(sampler, trace, wanted)]
    if not found:
        raise UnknownArrayError(f"no array or segment is called {wanted!r}", value=wanted)
    return found


def find_one(sampler: Sampler, wanted: str) -> Trace:
    """Return the array that `wanted` names.

    Raises:
        UnknownArrayError: there is none, or there are several: then with their ids.
    """
    found = find(sampler, wanted)
    if len(found) > 1:
        ids = [short_id(trace.id) for trace in found[:MOST_LISTED]]
        more = [] if len(found) <= MOST_LISTED else [f"and {len(found) - MOST_LISTED} more"]
        raise UnknownArrayError(
            f"{wanted!r} stands for {len(found)} arrays: {', '.join([*ids, *more])}",
            value=wanted,
            limit=1,
        )
    return found[0]


def short_id(ident: ArrayId) -> str:
    """Return an id without the host, which is this one."""
    return str(ident).partition("/")[2]


def _names(sampler: Sampler, trace: Trace) -> set[str]:
    segment = sampler.roster.segment_of(trace)
    places = () if segment is None else (segment.label, *segment.names, *segment.paths)
    return {trace.id.name, str(trace.id), short_id(trace.id), trace.id.segment, *places}


def _matches(sampler: Sampler, trace: Trace, pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in _names(sampler, trace))
