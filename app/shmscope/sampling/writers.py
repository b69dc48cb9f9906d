"""The writers of one published array over time, as the slots of its control block tell of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from shmscope.layout.control import CLAIMED, LEFT, PlainSlot, Process, decode_label
from shmscope.sampling.counters import Counter, Ticks
from shmscope.sampling.facts import WriterFacts, WriterState
from shmscope.sampling.rates import Cadence
from shmscope.sources.limits import Limits
from shmscope.sources.processes import Roll

_label_of = lru_cache(maxsize=4096)(decode_label)


class Slot(NamedTuple):
    """One slot of a control block, in plain numbers: the fields of `SLOT`, in their order."""

    state: int
    pid: int
    started: int
    namespace: int
    base: int
    begin: int
    end: int
    wrote_s: float
    thread: int
    label: bytes


_USED = (CLAIMED, LEFT)
_COUNTER_MASK = (1 << 64) - 1


class WriterTrace:
    """One slot of a control block while one writer has it.

    Attributes:
        slot: As it was last read.
        state: How its writer was when last looked at.
    """

    def __init__(self, slot: Slot, ticks: Ticks) -> None:
        self.slot = slot
        self.process = Process(slot.pid, slot.started, slot.namespace)
        self.state: WriterState = "left"
        self.history = Counter(ticks)
        self.cadence = Cadence()

    def update(self, now_s: float, count: int) -> None:
        """Note the slot's count."""
        self.history.note(count)
        self.cadence.update(now_s, count)

    def look(self, roll: Roll) -> bool:
        """Take in how the writer is now, and return whether that is news."""
        before = self.state
        self.state = "left" if self.slot.state == LEFT else roll.liveness(self.process)
        return self.state != before

    def late_from_s(self, limits: Limits) -> float:
        """Return when the writer will have paused for too long, by `limits`."""
        return self.cadence.late_from_s(limits.stalled_s, limits.stalled_times)

    def facts(self, index: int, now_s: float, limits: Limits) -> WriterFacts:
        """Return what the health rules may know of the writer in slot `index`."""
        slot = self.slot
        return WriterFacts(
            slot=index,
            pid=slot.pid,
            thread=slot.thread,
            label=_label_of(slot.label),
            state=self.state,
            writes=slot.end - slot.base,
            writes_per_s=self.history.per_s,
            last_write_age_s=max(now_s - slot.wrote_s, 0.0) if slot.wrote_s > 0 else None,
            in_write=slot.begin != slot.end,
            late=now_s > self.late_from_s(limits),
            longest_pause_s=self.cadence.longest_pause_s,
        )


class Writers:
    """Everybody who has a slot of one control block.

    Args:
        ticks: When slots are looked at.

    Attributes:
        by_slot: By number and process; another mapping when others have them.
        writes: Writes of all slots, those included that nobody has any more.
    """

    def __init__(self, ticks: Ticks) -> None:
        self.by_slot: Mapping[tuple[int, Process], WriterTrace] = {}
        self.writes = 0
        self._ticks = ticks
        self._looked = -1  # the roll's changes by then
        self._seats: list[tuple[int, tuple[int | bytes, ...]]] = []

    def take(self, slots: list[PlainSlot]) -> bool:
        """Take in the slots as they are now, and return whether others have them.

        A writer that leaves is another one, too: of it no write is awaited any more.
        """
        every = [Slot._make(slot) for slot in slots]
        self.writes = sum([slot.end for slot in every]) & _COUNTER_MASK
        used = [(index, slot) for index, slot in enumerate(every) if slot.state in _USED]
        same = [(index, slot[:4]) for index, slot in used] == self._seats
        if not same:
            self._seat(used)
        for trace, (_, slot) in zip(self.by_slot.values(), used, strict=True):
            trace.slot = slot
        return not same

    def tick(self, now_s: float) -> None:
        """Note how far each has counted."""
        for trace in self.by_slot.values():
            trace.update(now_s, trace.slot.end)

    def hold(self) -> None:
        """Note that nobody has counted at the tick under way."""
        for trace in self.by_slot.values():
            trace.history.hold()

    def look(self, roll: Roll) -> bool:
        """Take in how everybody is now, and return whether there is news."""
        if self._looked == roll.changes:
            return False
        self._looked = roll.changes
        news = [trace.look(roll) for trace in self.by_slot.values()]  # of everybody
        return True in news

    def late_from_s(self, now_s: float, limits: Limits) -> float:
        """Return when the next of those that are not late yet will be; infinity if none will."""
        late_s = [one.late_from_s(limits) for one in self.by_slot.values()]
        return min([at_s for at_s in late_s if at_s >= now_s], default=math.inf)

    def is_late(self, now_s: float, limits: Limits) -> bool:
        """Whether anybody should have written by now."""
        return any(now_s > one.late_from_s(limits) for one in self.by_slot.values())

    def facts(self, now_s: float, limits: Limits) -> tuple[WriterFacts, ...]:
        """Return what the health rules may know of everybody."""
        return tuple(
            [trace.facts(index, now_s, limits) for (index, _), trace in self.by_slot.items()]
        )

    def _seat(self, used: list[tuple[int, Slot]]) -> None:
        """Begin anew with those who were not there, and go on with the others."""
        kept: dict[tuple[int, Process], WriterTrace] = {}
        for index, slot in used:
            process = Process(slot.pid, slot.started, slot.namespace)
            kept[index, process] = self.by_slot.get((index, process)) or self._newcomer(slot)
        self.by_slot, self._seats, self._looked = kept, list(map(_seat_of, used)), -1

    def _newcomer(self, slot: Slot) -> WriterTrace:
        return WriterTrace(slot, self._ticks)


def _seat_of(used: tuple[int, Slot]) -> tuple[int, tuple[int | bytes, ...]]:
    """Return a slot's number, its state, and who has it."""
    index, slot = used
    return index, slot[:4]
