"""What changed when: arrays that came and went, and verdicts that were raised and taken back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from shmscope.sampling.health.verdicts import LEVELS, Level, Verdict

Kind: TypeAlias = Literal["appeared", "recreated", "went", "raised", "cleared"]
MOST_EVENTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed.

    Attributes:
        number: Counts up from 1, for those who want to know what is new.
        array: Id of the array; empty for the host.
        name: What it is called.
        rule: Of the verdict; empty where it is about none.
        level: Of the verdict; ``ok`` where it was taken back.
    """

    number: int
    unix_s: float
    kind: Kind
    array: str
    name: str
    rule: str
    level: Level
    sentence: str


class Timeline:
    """The last thousand events.

    Attributes:
        events: Oldest first.
    """

    def __init__(self) -> None:
        self.events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._count = 0
        self._standing: dict[str, dict[str, Verdict]] = {}

    def note_coming(self, unix_s: float, array: str, name: str, *, again: bool) -> None:
        """Note that an array appeared.

        Args:
            unix_s: When.
            array: Its id.
            name: What it is called.
            again: Whether one of its name went a moment ago.
        """
        sentence = "Made anew under its old name." if again else "Appeared."
        self._add(unix_s, array, name, "recreated" if again else "appeared", sentence)

    def note_going(self, unix_s: float, array: str, name: str, *, told: bool = True) -> None:
        """Note that an array went.

        Args:
            unix_s: When.
            array: Its id.
            name: What it is called.
            told: Whether that is an event.
        """
        self._standing.pop(array, None)
        if told:
            self._add(unix_s, array, name, "went", "Went.")

    def note_verdicts(
        self, unix_s: float, array: str, name: str, verdicts: Iterable[Verdict]
    ) -> None:
        """Note which verdicts worse than ``ok`` are new or worse, and which stand no more."""
        now = {one.rule: one for one in verdicts if one.level != "ok"}
        before: Mapping[str, Verdict] = self._standing.get(array, {})
        if not now and not before:  # as of most arrays most of the time
            return
        for rule, verdict in now.items():
            known = before.get(rule)
            if known is None or LEVELS.index(verdict.level) > LEVELS.index(known.level):
                self._add(unix_s, array, name, "raised", verdict.sentence, verdict)
        for rule, verdict in before.items():
            if rule not in now:
                self._add(unix_s, array, name, "cleared", verdict.sentence, verdict)
        self._standing.pop(array, None)
        if now:
            self._standing[array] = now

    def last(self, count: int, array: str | None = None) -> list[Event]:
        """Return the newest events, the newest first, of one array or of all."""
        found = (event for event in reversed(self.events) if array in (None, event.array))
        return [event for event, _ in zip(found, range(count), strict=False)]

    def _add(
        self,
        unix_s: float,
        array: str,
        name: str,
        kind: Kind,
        sentence: str,
        verdict: Verdict | None = None,
    ) -> None:
        self._count += 1
        raised = verdict is not None and kind == "raised"
        event = Event(
            number=self._count,
            unix_s=unix_s,
            kind=kind,
            array=array,
            name=name,
            rule="" if verdict is None else verdict.rule,
            level=verdict.level if raised and verdict is not None else "ok",
            sentence=sentence,
        )
        self.events.append(event)
