"""Facts of arrays, and of each health rule those that make it speak."""

from __future__ import annotations

from dataclasses import replace

from shmscope.sampling.changes import Changes
from shmscope.sampling.facts import (
    ArrayFacts,
    LockFacts,
    SegmentFacts,
    ValueFacts,
    WriterFacts,
)
from shmscope.sampling.health.arrays import RULES
from shmscope.sampling.health.verdicts import Finding, Level, Verdict

WRITER = WriterFacts(
    slot=0,
    pid=4711,
    thread=4711,
    label="band 0",
    state="alive",
    writes=1000,
    writes_per_s=60.0,
    last_write_age_s=0.01,
    in_write=False,
    longest_pause_s=0.5,
)
FACTS = ArrayFacts(
    name="heat",
    mechanism="shared_memory",
    path="/dev/shm/heat",
    presence="present",
    writers=(WRITER,),
    size_bytes=4096,
    needed_bytes=4096,
)
LATE = replace(WRITER, late=True, last_write_age_s=12.5, writes_per_s=0.0)
DEAD = replace(WRITER, state="dead")
QUIET = replace(WRITER, writes_per_s=0.0, last_write_age_s=600.0)
# Of an array that nobody published.
SEEN = Changes(
    per_s=59.8,
    looks_per_s=60.0,
    burst_looks_per_s=None,
    elements=4096,
    elements_per_s=245_760.0,
    compared=65_536,
    coverage=1.0,
    last_change_age_s=0.02,
)
UNSEEN = Changes(0.0, 0.0, None, 0, 0.0, 0, 0.0, None)
FOUND = replace(FACTS, published=False, writers=())
STRANGE = ValueFacts(
    "float32", 1024, nan=3, inf=1, where="[4, 7]", not_finite_age_s=12.5, looked_age_s=0.4
)
BRIGHT = ValueFacts("uint8", 1000, minimum=0, at_limit=120, largest=255)
USED = SegmentFacts(users=2, owner="ann", user_names=("ann",), mode=0o600, resident_bytes=1 << 20)
UNUSED = replace(USED, users=0, user_names=(), age_s=1.0)
UNSURE = replace(UNUSED, users=None, hidden_processes=3, mode=0o640)
ORPHAN = replace(UNUSED, creator_pid=4711, creator_alive=False)
LOCK = replace(FOUND, path="/dev/shm/sem.x", lock=LockFacts(0, 2, 42.0))
COUNTED = replace(FOUND, writes_per_s=12.5, last_write_age_s=0.1)

# For every rule, facts that make it speak: the first is the example in the document.
EXAMPLES: dict[str, list[ArrayFacts]] = {
    "gone": [
        replace(
            FACTS,
            presence="gone",
            presence_detail="the segment has no name any more and none of the known processes "
            "holds it",
        )
    ],
    "unreachable": [
        replace(
            FACTS,
            mechanism="Manager",
            presence="unreachable",
            presence_detail="the Manager at /tmp/pymp-x/listener-y did not answer within 1 s",
        )
    ],
    "truncated": [replace(FACTS, size_bytes=1024)],
    "died_in_write": [replace(FACTS, writers=(replace(DEAD, in_write=True),))],
    "dead_writer": [
        replace(FACTS, writers=(DEAD,)),
        replace(FACTS, writers=(DEAD, replace(WRITER, slot=1, label="band 1"))),
    ],
    "recreated": [replace(FACTS, presence="recreated")],
    "unlinked": [replace(FACTS, presence="unlinked")],
    "forbidden": [
        replace(
            FACTS,
            presence="forbidden",
            presence_detail="the segment belongs to user 0, its control block to 1000",
        )
    ],
    "stalled": [
        replace(FACTS, writers=(replace(LATE, state="stopped"),)),
        replace(FACTS, writers=(LATE,)),
    ],
    "not_finite": [replace(FACTS, values=STRANGE)],
    "saturated": [replace(FACTS, values=BRIGHT)],
    "constant": [
        replace(FACTS, values=replace(BRIGHT, at_limit=0, constant=True, minimum=0)),
        replace(FACTS, values=replace(BRIGHT, constant=True, minimum=7)),
    ],
    "lock_stuck": [
        replace(LOCK, segment=UNUSED),
        replace(LOCK, segment=replace(UNUSED, users=3)),
    ],
    "orphan": [
        replace(FOUND, segment=ORPHAN),
        replace(FOUND, segment=replace(UNUSED, age_s=3600.0 * 5)),
        replace(FOUND, segment=replace(UNUSED, age_s=90.0)),
        replace(FOUND, segment=replace(UNSURE, age_s=90.0)),
        replace(FOUND, segment=replace(ORPHAN, creator_alive=True, age_s=90.0)),
        replace(FOUND, segment=replace(ORPHAN, users=None, hidden_processes=1)),
    ],
    "unattached": [replace(FOUND, segment=UNUSED)],
    "world_writable": [replace(FACTS, segment=replace(USED, mode=0o666))],
    "foreign_owner": [replace(FACTS, segment=replace(USED, owner="ann", user_names=("bob",)))],
    "hidden_creator": [replace(FOUND, segment=replace(UNUSED, random_name=True))],
    "torn": [replace(FACTS, torn=7, copies=200)],
    "writing": [FACTS, COUNTED],
    "idle": [
        replace(FACTS, writers=(QUIET,)),
        replace(FACTS, writers=()),
        replace(COUNTED, writes_per_s=0.0),
        replace(COUNTED, writes_per_s=0.0, last_write_age_s=None),
    ],
    "changing": [
        replace(FOUND, changes=SEEN),
        replace(FOUND, changes=replace(SEEN, per_s=10_050.0, burst_looks_per_s=400_000.0)),
    ],
    "unchanged": [
        replace(FOUND, changes=replace(SEEN, per_s=0.0, last_change_age_s=600.0)),
        replace(FOUND, changes=replace(SEEN, per_s=0.0, last_change_age_s=None)),
        replace(FOUND, changes=UNSEEN),
    ],
}


def answer(rule: str, facts: ArrayFacts) -> Finding | None:
    [judge] = [candidate.judge for candidate in RULES if candidate.name == rule]
    return judge(facts)


def sentence(rule: str, facts: ArrayFacts) -> str:
    found = answer(rule, facts)
    assert found is not None
    return found.sentence


def example(rule: str) -> Finding:
    found = answer(rule, EXAMPLES[rule][0])
    assert found is not None
    return found


def rules_of(verdicts: list[Verdict]) -> list[str]:
    return [verdict.rule for verdict in verdicts]


def levels_of(rule: str) -> list[Level]:
    found = [answer(rule, facts) for facts in EXAMPLES[rule]]
    return list(dict.fromkeys(finding.level for finding in found if finding is not None))
