"""Rules on whose a segment is, and who may write to it."""

from __future__ import annotations

from typing import Final

from shmscope.sampling.facts import ArrayFacts
from shmscope.sampling.health.verdicts import Finding, Rule
from shmscope.sampling.shell import quoted


def _world_writable(facts: ArrayFacts) -> Finding | None:
    mode = facts.segment.mode
    # What has no path cannot be opened by others, whatever its mode: a memfd's is 0777.
    if mode is None or not mode & 0o002 or facts.path is None or "/" not in facts.path:
        return None
    return Finding(
        "warning",
        f"Every user of this machine may write to it (mode {mode:04o}).",
        remedy=f"chmod o-w {quoted(facts.path)}",
        facts={"mode": f"{mode:04o}"},
    )


def _foreign_owner(facts: ArrayFacts) -> Finding | None:
    segment = facts.segment
    if segment.owner is None or not segment.user_names or segment.owner in segment.user_names:
        return None
    users = ", ".join(sorted(segment.user_names))
    return Finding(
        "warning",
        f"It belongs to {segment.owner}, but is used by {users} alone: who made it is not who "
        "works with it.",
        sure="likely",
        facts={"owner": segment.owner, "users": users},
    )


def _hidden_creator(facts: ArrayFacts) -> Finding | None:
    if not facts.segment.random_name or facts.segment.users != 0:
        return None
    return Finding(
        "ok",
        "Its name was made up and says nothing of who made it: SharedMemory(name='camera') would.",
        facts={"path": facts.path},
    )


RULES: Final[tuple[Rule[ArrayFacts], ...]] = (
    Rule("world_writable", "Every user of the machine may write to the segment.", _world_writable),
    Rule(
        "foreign_owner",
        "The segment belongs to a user of whom no process uses it, though others' do.",
        _foreign_owner,
    ),
    Rule(
        "hidden_creator",
        "Nobody uses the segment, and its name does not tell who made it.",
        _hidden_creator,
    ),
)
