"""What shared memory there is, what it is and who uses it, kept up to date by a thread of its own.

The naive way looks at everything every second, for ever. Here there are two speeds: the names below
the roots are compared often, which costs next to nothing; everything is looked at when they have
changed, when a process that used a segment has ended, or after a rest in proportion to what the
last look cost. While nobody watches the rest is longer, and names are not compared.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

from shmscope.layout.control import Process
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.blocks import BlockFinder, BlockState
from shmscope.sources.catalogue import Catalogue, Entry, take_catalogue
from shmscope.sources.files import list_names
from shmscope.sources.findings import Use
from shmscope.sources.glances import folder_of
from shmscope.sources.inventory import Inventory, take_inventory
from shmscope.sources.looks import has_ended
from shmscope.sources.paces import FAILED, HURRIED, NAMES_S, NEWS, UNWATCHED, WATCHED, Pace
from shmscope.sources.process_facts import ProcessFacts
from shmscope.sources.scope import Identity, Root, read_scope

Roots: TypeAlias = "Callable[[], Sequence[str]]"
Blocks: TypeAlias = "Callable[[], Iterable[BlockState]]"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """All shared memory at one moment.

    Attributes:
        taken_s: When it was begun, CLOCK_MONOTONIC.
        took_s: How long it took.
    """

    inventory: Inventory
    catalogue: Catalogue
    taken_s: float
    took_s: float
    _entries: Mapping[Identity, Entry]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What all segments are; what belongs to another one has no entry of its own."""
        return self.catalogue.entries

    def entry(self, identity: Identity) -> Entry | None:
        """Return what the segment of this device and inode is."""
        return self._entries.get(identity)

    def segment(self, identity: Identity) -> FoundSegment | None:
        """Return the segment of this device and inode."""
        return self.inventory.memory.segments.get(identity)

    def named(self, name: str) -> FoundSegment | None:
        """Return the segment of this name below the first root that has one."""
        by_path = self.catalogue.memory.by_path
        paths = (root.prefix + name for root in self.inventory.memory.scope.roots)
        return next((by_path[path] for path in paths if path in by_path), None)

    def neighbour(self, segment: FoundSegment, name: str) -> FoundSegment | None:
        """Return the segment called `name` below the same root, as a recogniser names it."""
        return self.catalogue.memory.by_path.get(folder_of(segment) + name)

    def process(self, process: Process) -> ProcessFacts | None:
        """Return the facts of a process that uses any segment."""
        return self.inventory.processes.get(process)

    def users(self, segment: FoundSegment) -> list[tuple[Use, ProcessFacts | None]] | None:
        """Return who uses a segment; None where that is unknown."""
        uses = segment.uses
        return None if uses is None else [(use, self.process(use.process)) for use in uses]

    def without(self, hidden: Collection[Identity]) -> Survey:
        """Return what this would be if some segments were not there."""
        memory, catalogue = self.inventory.memory, self.catalogue
        segments = {one: found for one, found in memory.segments.items() if one not in hidden}
        by_path = {
            path: found
            for path, found in catalogue.memory.by_path.items()
            if found.identity not in hidden
        }
        entries = tuple(one for one in self.entries if one.segment.identity not in hidden)
        inventory = replace(
            self.inventory,
            segments=tuple(segments.values()),
            memory=replace(memory, segments=segments),
        )
        known = replace(catalogue.memory, by_path=by_path)
        return replace(
            self,
            inventory=inventory,
            catalogue=replace(catalogue, entries=entries, memory=known),
            _entries={entry.segment.identity: entry for entry in entries},
        )


def take_survey(
    roots: Sequence[str] = (SHM_DIR,),
    blocks: Iterable[BlockState] = (),
    previous: Survey | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Survey:
    """Look at everything, or at what may have changed since `previous`.

    Args:
        roots: Folders whose files are shared memory.
        blocks: The control blocks there are.
        previous: An earlier answer.
        clock: CLOCK_MONOTONIC in seconds.
    """
    taken_s = clock()
    inventory = take_inventory(None if previous is None else previous.inventory, roots)
    known = None if previous is None else previous.catalogue
    catalogue = take_catalogue(inventory, blocks, known, taken_s)
    entries = {entry.segment.identity: entry for entry in catalogue.entries}
    return Survey(inventory, catalogue, taken_s, clock() - taken_s, entries)


class Surveyor:
    """Takes surveys from time to time, in a thread of its own while it is entered.

    Args:
        roots: Returns the folders whose files are shared memory; asked before every survey.
        blocks: Returns the control blocks there are.
        clock: CLOCK_MONOTONIC in seconds.
        cpu_clock: CPU time that the calling thread has used, seconds.

    Attributes:
        latest: The newest survey, None before the first; another object every time.
    """

    def __init__(
        self,
        roots: Roots = lambda: (SHM_DIR,),
        blocks: Blocks | None = None,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        finder = BlockFinder()
        self.latest: Survey | None = None
        self._roots = roots
        self._blocks: Blocks = blocks or (lambda: finder.find().values())
        self._clock, self._cpu_clock = clock, cpu_clock
        self._watched = self._hurried = self._news = self._failed = self._over = False
        self._names: list[tuple[str, int]] = []
        self._below: tuple[Root, ...] = ()
        self._cost_s = 0.0
        self._ended_s = -math.inf
        self._compared_s = -math.inf
        self._taken = threading.Condition()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="surveyor", daemon=True)

    @property
    def watched(self) -> bool:
        """Whether somebody has a page open."""
        return self._watched

    @watched.setter
    def watched(self, watched: bool) -> None:
        came, self._watched = watched and not self._watched, watched
        if came:
            self.hurry()

    def hurry(self) -> None:
        """Have the next survey taken soon: somebody wants fresh news."""
        self._hurried = True
        self._wake.set()

    def wait_fresh(self, max_age_s: float, timeout_s: float) -> Survey | None:
        """Wait for a survey that was begun at most `max_age_s` before this call, and return it.

        After `timeout_s` the newest there is is returned, whose `taken_s` tells its age, or None
        where there is none yet.
        """
        wanted_s = self._clock() - max_age_s
        with self._taken:
            if not self._is_since(wanted_s):
                self.hurry()
            self._taken.wait_for(lambda: self._is_since(wanted_s), timeout_s)
            return self.latest

    def step(self) -> float:
        """Take what is due and return the seconds until the next thing is."""
        now_s = self._clock()
        if self._watched and now_s >= self._compared_s + NAMES_S:
            self._compared_s = now_s
            self._news = self._news or self._has_news()
        if now_s >= self._due_s():
            self._survey()
        dues = [self._due_s()]
        if self._watched:
            dues.append(self._compared_s + NAMES_S)
        return max(min(dues) - self._clock(), 0.0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over:
            self._wake.clear()
            rest_s = self.step()
            self._wake.wait(rest_s)

    def _due_s(self) -> float:
        return self._ended_s + self._pace().rest_s(self._cost_s)

    def _pace(self) -> Pace:
        if self._failed:
            return FAILED
        if self._hurried:
            return HURRIED
        if self._news:
            return NEWS
        return WATCHED if self._watched else UNWATCHED

    def _survey(self) -> None:
        self._hurried = self._news = False  # what is asked for from here on is for the next one
        started_s = self._cpu_clock()
        try:
            found = self._take()
        except Exception:  # unknown failures are logged; the instrument goes on
            if not self._failed:
                log.exception("a survey failed; it is tried again")
            self._failed = True
        else:
            self._failed = False
            with self._taken:
                self.latest = found
                self._taken.notify_all()
        self._cost_s = self._cpu_clock() - started_s
        self._ended_s = self._clock()

    def _take(self) -> Survey:
        roots = self._roots()
        self._below = read_scope(roots, "/proc").roots
        self._names = list_names(self._below)  # first, so that what comes meanwhile is news
        return take_survey(roots, self._blocks(), self.latest, self._clock)

    def _has_news(self) -> bool:
        """Whether names have changed, or a process has ended that used a segment."""
        try:
            return list_names(self._below) != self._names or self._someone_ended()
        except OSError:  # of that the survey itself can tell
            return True

    def _someone_ended(self) -> bool:
        looks = {} if self.latest is None else self.latest.inventory.memory.looks
        return any(has_ended(look) for look in looks.values() if look.held)

    def _is_since(self, taken_s: float) -> bool:
        return self.latest is not None and self.latest.taken_s >= taken_s
