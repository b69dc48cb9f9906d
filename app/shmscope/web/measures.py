"""What /metrics tells: a table of metrics, and how each is read from what the sampler knows.

docs/metrics.md is checked against the table at the end.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, Literal, TypeAlias

import shmscope
from shmscope.sampling import rows
from shmscope.sampling.health import arrays, hosts
from shmscope.sampling.health.verdicts import LEVELS, Verdict, worst
from shmscope.sampling.host_facts import HostFacts
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.trace import Trace
from shmscope.web.labels import OTHER, Groups, Labels, group

Samples: TypeAlias = Iterator[tuple[Labels, float]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at one moment.

    Attributes:
        groups: Arrays by their labels: one each, but for those that are told of together.
        users: How each segment is used, by its identity.
        host: As the API tells it.
        facts: How full the host's shared memory is.
        verdicts: How many stand, by rule and level.
    """

    groups: Groups
    users: Callable[[Trace], dict[str, int] | None]
    host: dict[str, Any]
    facts: HostFacts
    verdicts: Mapping[tuple[str, str], int]

    @property
    def arrays(self) -> int:
        """How many arrays there are."""
        return sum(map(len, self.groups.values()))


def known(sampler: Sampler) -> Known:
    """Return what a sampler knows; nothing is looked at for it."""
    traces = list(sampler.roster.by_id.values())
    every: Iterable[Iterable[Verdict]] = [sampler.host.verdicts, *(one.verdicts for one in traces)]
    return Known(
        groups=group(traces),
        users=lambda trace: rows.users(sampler.roster.segment_of(trace)),
        host=sampler.reports.host(),
        facts=sampler.host.facts,
        verdicts=Counter((one.rule, one.level) for verdicts in every for one in verdicts),
    )


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    Attributes:
        name: As it stands in the answer.
        about: What it is.
        read: Yields the values of the labels, and the metric's.
        labels: Their names.
    """

    name: str
    about: str
    read: Callable[[Known], Samples]
    labels: Labels = ()
    kind: Literal["counter", "gauge", "info"] = "gauge"


def _of_arrays(value: Callable[[list[Trace]], float | None]) -> Callable[[Known], Samples]:
    """Read arrays, but for those of which it is not known."""

    def read(now: Known) -> Samples:
        for labels, traces in now.groups.items():
            found = value(traces)
            if found is not None:
                yield labels, found

    return read


def _sum(value: Callable[[Trace], float | None]) -> Callable[[Known], Samples]:
    def total(traces: list[Trace]) -> float | None:
        found = [one for one in map(value, traces) if one is not None]
        return sum(found) if found else None

    return _of_arrays(total)


def _writes(now: Known) -> Samples:
    """Yield the counts of single arrays: a sum falls when one of many goes, as no counter may."""
    for labels, traces in now.groups.items():
        writes = traces[0].writes
        if writes is not None and len(traces) == 1 and labels != (OTHER, OTHER):
            yield labels, writes


def _changes_per_s(trace: Trace) -> float | None:
    changes = trace.changes
    return changes.per_s if changes is not None and changes.looks_per_s else None


def _level(traces: list[Trace]) -> float:
    return LEVELS.index(worst(verdict for trace in traces for verdict in trace.verdicts))


def _users(now: Known) -> Samples:
    for labels, traces in now.groups.items():
        found = [users for users in map(now.users, traces) if users is not None]
        for access in ("rw", "r", "open") if found else ():
            yield (*labels, access), sum(users[access] for users in found)


def _verdicts(now: Known) -> Samples:
    rules = [*(rule.name for rule in arrays.RULES), *(rule.name for rule in hosts.RULES)]
    for rule, level in product(rules, LEVELS):
        yield (rule, level), now.verdicts.get((rule, level), 0)


def _shm(now: Known) -> Samples:
    for state in ("size", "used", "free", "claimed", "resident"):
        yield (state,), getattr(now.facts, f"{state}_bytes")


def _survey(key: str) -> Callable[[Known], Samples]:
    def read(now: Known) -> Samples:
        if now.host["survey"] is not None:
            yield (), now.host["survey"][key]

    return read


def _observer(key: str) -> Callable[[Known], Samples]:
    return _one(lambda now: now.host["observer"][key])


def _budget(key: str) -> Callable[[Known], Samples]:
    return _one(lambda now: now.host["observer"]["budget"][key])


def _one(value: Callable[[Known], float]) -> Callable[[Known], Samples]:
    def read(now: Known) -> Samples:
        yield (), value(now)

    return read


def _build(_: Known) -> Samples:
    yield (shmscope.__version__, platform.python_version()), 1


_ARRAY: Final = ("array", "segment")
METRICS: Final = (
    Metric(
        "shmscope_array_writes_total",
        "Writes, as the writers or the format count them; not of _other.",
        _writes,
        _ARRAY,
        kind="counter",
    ),
    Metric(
        "shmscope_array_writes_per_second",
        "Counted writes per second, over the last seconds.",
        _sum(lambda trace: trace.writes_per_s),
        _ARRAY,
    ),
    Metric(
        "shmscope_array_changes_per_second",
        "Changes seen by looking, a lower bound; only while somebody looks.",
        _sum(_changes_per_s),
        _ARRAY,
    ),
    Metric(
        "shmscope_array_bytes",
        "Size of the array.",
        _sum(lambda trace: trace.layout.size_bytes),
        _ARRAY,
    ),
    Metric(
        "shmscope_array_users",
        "Processes that map its segment to write (rw), to read (r), or only hold it open (open).",
        _users,
        (*_ARRAY, "access"),
    ),
    Metric(
        "shmscope_array_health_level",
        "The worst verdict: 0 ok, 1 warning, 2 critical.",
        _of_arrays(_level),
        _ARRAY,
    ),
    Metric(
        "shmscope_array_copies",
        "Recent copies of its values, 200 at most; none are made while nobody looks.",
        _sum(lambda trace: trace.facts.copies if trace.facts is not None else 0),
        _ARRAY,
    ),
    Metric(
        "shmscope_array_torn_copies",
        "Recent copies that are torn.",
        _sum(lambda trace: trace.facts.torn if trace.facts is not None else 0),
        _ARRAY,
    ),
    Metric("shmscope_arrays", "Arrays that there are.", _one(lambda now: now.arrays)),
    Metric(
        "shmscope_arrays_other",
        "Arrays that are told of as _other.",
        _one(lambda now: len(now.groups.get((OTHER, OTHER), ()))),
    ),
    Metric(
        "shmscope_health_verdicts",
        "Verdicts that stand, of the host and of all arrays.",
        _verdicts,
        ("rule", "level"),
    ),
    Metric(
        "shmscope_host_shm_bytes",
        "Shared memory of the host: its size, what is used and free of it, what all segments "
        "may take (claimed) and what they take (resident).",
        _shm,
        ("state",),
    ),
    Metric(
        "shmscope_orphans",
        "Segments that nobody uses any more, as it seems.",
        _one(lambda now: now.facts.orphans),
    ),
    Metric(
        "shmscope_orphan_bytes",
        "Memory that removing orphans gives back.",
        _one(lambda now: now.facts.orphan_bytes),
    ),
    Metric(
        "shmscope_hidden_processes",
        "Processes that may not be looked at.",
        _one(lambda now: now.host["hidden_processes"]),
    ),
    Metric(
        "shmscope_survey_seconds",
        "How long the last look at all segments and processes took.",
        _survey("took_s"),
    ),
    Metric(
        "shmscope_survey_age_seconds",
        "How long ago the last look at all segments and processes began.",
        _survey("age_s"),
    ),
    Metric(
        "shmscope_observer_cpu_ratio",
        "CPU time that this server takes, of one core.",
        _observer("cpu_share"),
    ),
    Metric(
        "shmscope_observer_tick_late_seconds",
        "How late this server's ticks are.",
        _observer("tick_late_s"),
    ),
    Metric(
        "shmscope_observer_view_late_seconds",
        "How late views come, of that which comes latest.",
        _observer("view_late_s"),
    ),
    Metric(
        "shmscope_observer_views_held",
        "Views that the budget holds below the rate that somebody wants.",
        _observer("views_held"),
    ),
    Metric(
        "shmscope_observer_budget_cpu_ratio",
        "CPU time that looking may take, of one core.",
        _budget("cpu_share"),
    ),
    Metric(
        "shmscope_observer_budget_used_ratio",
        "What part of the budget is used.",
        _budget("used"),
    ),
    Metric(
        "shmscope_observer_clients",
        "Pages and programs that are connected to this server's stream.",
        _observer("clients"),
    ),
    Metric(
        "shmscope_build_info",
        "Versions, as labels of a 1.",
        _build,
        ("version", "python"),
        kind="info",
    ),
)
