"""`shmscope doctor`: what is wrong with the host's shared memory and its arrays, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from shmscope.layout.names import ArrayId
from shmscope.sampling import host_rows, rows
from shmscope.sampling.health.verdicts import LEVELS, Level, Verdict, worst
from shmscope.sampling.health.words import duration
from shmscope.sampling.host_facts import HostFacts
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.scans import SCAN_BYTES
from shmscope.sampling.topics import ArrayTopic, OverviewTopic
from shmscope.sampling.trace import Trace
from shmscope.sources.configuration import Configuration
from shmscope.sources.process_facts import printable
from shmscope.terminal.looking import find, looking
from shmscope.terminal.texts import plain_json
from shmscope.web.wire import encode_json

# At these the values are looked at: the smallest, as many as may be scanned within a tick.
MOST_LOOKED_AT: Final = 64
TICK_BYTES: Final = 256 << 20
MARGIN: Final = " " * 10


@dataclass(frozen=True, slots=True)
class Subject:
    """An array and what the rules say of it, the worst first."""

    id: ArrayId
    verdicts: list[Verdict]

    @property
    def level(self) -> Level:
        """The worst."""
        return worst(self.verdicts)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found.

    Attributes:
        arrays: The worst first.
        host: What the rules say of the host's memory; None where only arrays were asked for.
        room: How full that is.
        seconds: How long everything was watched.
        looked_at: Of how many arrays the values were looked at.
        hidden_processes: How many may not be looked at.
    """

    arrays: list[Subject]
    host: list[Verdict] | None
    room: HostFacts
    seconds: float
    looked_at: int
    hidden_processes: int


def diagnose(configuration: Configuration, wanted: str | None, seconds: float) -> Diagnosis:
    """Watch for a while, and return what is found.

    Args:
        configuration: Layouts and limits that the user gave.
        wanted: Name, shell pattern, path or id of the arrays or of their segments; None for all,
            and the host's memory.
        seconds: How long to watch.

    Raises:
        UnknownArrayError: no array is called so.
    """
    with looking(configuration) as look:
        sampler = look.sampler
        opened = _worth_a_look(_wanted(sampler, wanted))
        look.watch([OverviewTopic(), *(ArrayTopic(trace.id) for trace in opened)], seconds)
        seen = sampler.roster.seen
        return Diagnosis(
            arrays=_ordered(_wanted(sampler, wanted)),
            host=sampler.host.verdicts if wanted is None else None,
            room=sampler.host.facts,
            seconds=seconds,
            looked_at=sum(_is_looked_at(trace) for trace in opened),
            hidden_processes=0 if seen is None else seen.inventory.hidden_processes,
        )


def _wanted(sampler: Sampler, wanted: str | None) -> list[Trace]:
    return list(sampler.roster.by_id.values()) if wanted is None else find(sampler, wanted)


def _worth_a_look(traces: Iterable[Trace]) -> list[Trace]:
    """Return the arrays whose values mean something, as many as can be looked at."""
    known = [trace for trace in traces if trace.subject.provenance != "bytes"]
    known.sort(key=lambda trace: (trace.layout.size_bytes, trace.id))
    found, left = [], TICK_BYTES
    for trace in known[:MOST_LOOKED_AT]:
        left -= min(trace.layout.size_bytes, SCAN_BYTES)
        if left >= 0:
            found.append(trace)
    return found


def _is_looked_at(trace: Trace) -> bool:
    """Whether the rules have been told of its values."""
    return trace.facts is not None and trace.facts.values is not None


def _ordered(traces: Iterable[Trace]) -> list[Subject]:
    found = [Subject(trace.id, list(trace.verdicts)) for trace in traces]
    return sorted(found, key=lambda one: (-LEVELS.index(one.level), one.id.name, one.id))


def level_of(found: Diagnosis) -> Level:
    """Return the worst level of all."""
    every = [found.host or [], *(one.verdicts for one in found.arrays)]
    return worst(verdict for verdicts in every for verdict in verdicts)


def exit_code(found: Diagnosis) -> int:
    """Return the worst level as an exit code: 0, 1 or 2."""
    return LEVELS.index(level_of(found))


def format_json(found: Diagnosis, *, everything: bool = False) -> str:
    """Return what was found as ``/api/v1/health`` answers, and the host's room.

    Args:
        found: What was found.
        everything: Whether to tell also what is well.
    """
    arrays = [
        {"id": str(one.id), "name": one.id.name, **_health(one.verdicts, everything)}
        for one in found.arrays
        if everything or one.level != "ok"
    ]
    body: dict[str, Any] = {"level": level_of(found), "host": None, "arrays": arrays, "room": None}
    if found.host is not None:
        body["host"] = _health(found.host, everything)
        body["room"] = host_rows.room(found.room)
    return plain_json(encode_json(body).decode())


def _health(verdicts: list[Verdict], everything: bool) -> dict[str, Any]:
    return rows.health([one for one in verdicts if everything or one.level != "ok"])


def format_text(found: Diagnosis, *, everything: bool = False) -> str:
    """Return what was found as a person reads it: two lines a verdict, and how many there are.

    Args:
        found: What was found.
        everything: Whether to tell also what is well.
    """
    told = [(verdict, name) for name, verdicts in _named(found) for verdict in verdicts]
    told.sort(key=lambda one: -LEVELS.index(one[0].level))
    lines = [
        line
        for verdict, name in told
        if everything or verdict.level != "ok"
        for line in _lines(verdict, name)
    ]
    return "\n".join(printable(line) for line in [*lines, *_summary(found)])


def _named(found: Diagnosis) -> Iterator[tuple[str, list[Verdict]]]:
    """Yield verdicts with whom they are of: arrays of one name by their segments, too."""
    if found.host is not None:
        yield found.room.path, found.host
    names = Counter(one.id.name for one in found.arrays)
    for one in found.arrays:
        segment = f" ({one.id.segment})" if names[one.id.name] > 1 else ""
        yield one.id.name + segment, one.verdicts


def _lines(verdict: Verdict, name: str) -> Iterator[str]:
    yield f"{verdict.level:<8}  {name}  {verdict.sentence}"
    sure = "" if verdict.sure == "certain" else f", {_SURE[verdict.sure]}"
    remedy = "" if verdict.remedy is None else f". To mend it: {verdict.remedy}"
    yield f"{MARGIN}{verdict.rule}{sure}, seen for {duration(verdict.since_s)}{remedy}"


_SURE: Final = {"likely": "likely", "possible": "possible", "unknown": "how sure is unknown"}


def _summary(found: Diagnosis) -> Iterator[str]:
    if found.hidden_processes:
        yield f"{_counted(found.hidden_processes, 'process')} may not be looked at."
    levels: Counter[Level] = Counter(one.level for one in found.arrays)
    subjects = _counted(len(found.arrays), "array")
    if found.host is not None:
        levels[worst(found.host)] += 1
        subjects += f" and {found.room.path}"
    counts = ", ".join(f"{levels[level]} {level}" for level in reversed(LEVELS) if levels[level])
    yield f"{subjects}: {counts}. Watched for {duration(found.seconds)}; {_looked_at(found)}."


def _looked_at(found: Diagnosis) -> str:
    if len(found.arrays) == 1:
        return f"its values were {'' if found.looked_at else 'not '}looked at"
    return f"the values of {found.looked_at} were looked at"


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}" + ("" if count == 1 else "es" if thing.endswith("s") else "s")
