"""The health rules of a host's shared memory: how full it is, and what could go wrong next."""

from __future__ import annotations

from typing import Final

from shmscope.sampling.health.verdicts import Finding, Level, Rule
from shmscope.sampling.health.words import duration, size
from shmscope.sampling.host_facts import HostFacts
from shmscope.sampling.shell import quoted, removal

DOCKER_BYTES: Final = 64 << 20
FULL: Final[tuple[tuple[float, Level], ...]] = ((0.98, "critical"), (0.90, "warning"))
SOON: Final[tuple[tuple[float, Level], ...]] = ((300.0, "critical"), (3600.0, "warning"))
MOST_NAMED: Final = 3


def _full(facts: HostFacts) -> Finding | None:
    if not facts.size_bytes:
        return None
    share = facts.used_bytes / facts.size_bytes
    level = next((level for limit, level in FULL if share >= limit), None)
    if level is None:
        return None
    return Finding(
        level,
        f"{facts.path} is {share:.0%} full, {size(facts.free_bytes)} are free: who writes beyond "
        f"that dies of a bus error. Most is in {_largest(facts)}.",
        remedy=_enlarge(facts),
        facts={"used_bytes": facts.used_bytes, "free_bytes": facts.free_bytes},
    )


def _filling(facts: HostFacts) -> Finding | None:
    growth = facts.growth_bytes_per_s
    if growth is None or growth <= 0:
        return None
    left_s = facts.free_bytes / growth
    level = next((level for limit, level in SOON if left_s <= limit), None)
    if level is None:
        return None
    return Finding(
        level,
        f"{facts.path} grows by {size(growth)} a second: at that rate it is full in "
        f"{duration(left_s)}.",
        sure="possible",
        facts={"growth_bytes_per_s": round(growth), "full_in_s": round(left_s)},
    )


def _overclaimed(facts: HostFacts) -> Finding | None:
    """Say that segments may grow by more than is left: memory is taken at the first touch."""
    unbacked = facts.claimed_bytes - facts.resident_bytes
    if unbacked <= facts.free_bytes:
        return None
    return Finding(
        "warning",
        f"Segments may still take {size(unbacked)}, but only {size(facts.free_bytes)} are free: "
        "the process that touches the last of it dies of a bus error. Largest are "
        f"{_claimants(facts)}.",
        remedy=_enlarge(facts),
        sure="possible",
        facts={
            "claimed_bytes": facts.claimed_bytes,
            "resident_bytes": facts.resident_bytes,
            "free_bytes": facts.free_bytes,
        },
    )


def _docker_default(facts: HostFacts) -> Finding | None:
    if facts.size_bytes != DOCKER_BYTES:
        return None
    return Finding(
        "warning",
        f"{facts.path} has 64 MiB, as Docker gives each container: arrays that are larger in all "
        "end in a bus error.",
        remedy="docker run --shm-size=1g ...",
        sure="likely",
        facts={"size_bytes": facts.size_bytes},
    )


def _remove_ipc(facts: HostFacts) -> Finding | None:
    if not facts.remove_ipc or not facts.user_segments:
        return None
    return Finding(
        "ok",  # so most machines are set up: no warning that stands for ever
        f"systemd removes a user's shared memory when their last session ends (RemoveIPC=yes): "
        f"{facts.user_segments} {'segment' if facts.user_segments == 1 else 'segments'} of "
        "ordinary users would go.",
        remedy="loginctl enable-linger USER  # or RemoveIPC=no in /etc/systemd/logind.conf",
        facts={"user_segments": facts.user_segments},
    )


def _orphans(facts: HostFacts) -> Finding | None:
    if not facts.orphans:
        return None
    counted = f"{facts.orphans} {'segment seems' if facts.orphans == 1 else 'segments seem'}"
    return Finding(
        "warning",
        f"{counted} to be orphaned; removing them gives {size(facts.orphan_bytes)} back.",
        sure="likely",
        facts={"orphans": facts.orphans, "orphan_bytes": facts.orphan_bytes},
    )


def _unsound_block(facts: HostFacts) -> Finding | None:
    if not facts.unsound_blocks:
        return None
    path, reason = facts.unsound_blocks[0]
    others = len(facts.unsound_blocks) - 1
    more = f" So {'is' if others == 1 else 'are'} {others} more." if others else ""
    return Finding(
        "warning",
        f"The control block {path} is damaged, and what it told of its array is lost: {reason}."
        + more,
        remedy=removal(path),
        facts={"path": path, "blocks": len(facts.unsound_blocks)},
    )


def _roomy(facts: HostFacts) -> Finding | None:
    if not facts.size_bytes or facts.used_bytes / facts.size_bytes >= FULL[-1][0]:
        return None
    return Finding("ok", f"{size(facts.free_bytes)} of {size(facts.size_bytes)} are free.")


def _largest(facts: HostFacts) -> str:
    named = sorted(facts.claimants, key=lambda one: -one.resident_bytes)[:MOST_NAMED]
    return ", ".join(f"{one.label} ({size(one.resident_bytes)})" for one in named) or "no segment"


def _claimants(facts: HostFacts) -> str:
    named = sorted(facts.claimants, key=lambda one: one.resident_bytes - one.size_bytes)
    return ", ".join(
        f"{one.label} of {one.owner} ({size(one.size_bytes - one.resident_bytes)} not taken yet)"
        for one in named[:MOST_NAMED]
    )


def _enlarge(facts: HostFacts) -> str:
    return f"mount -o remount,size={max(2 * facts.size_bytes >> 20, 1)}M {quoted(facts.path)}"


RULES: Final[tuple[Rule[HostFacts], ...]] = (
    Rule("full", "Shared memory is 90 % full (98 %: critical).", _full, hold_s=5.0),
    Rule(
        "filling",
        "At the rate of the last minute it is full within an hour (5 min: critical).",
        _filling,
        rise_s=5.0,
        hold_s=5.0,
    ),
    Rule(
        "overclaimed",
        "Segments have claimed more than is left: memory is taken when it is first touched.",
        _overclaimed,
        hold_s=5.0,
    ),
    Rule("docker_default", "/dev/shm has the 64 MiB of a Docker container.", _docker_default),
    Rule("remove_ipc", "systemd removes users' segments when they log out.", _remove_ipc),
    Rule("orphans", "There are segments that nobody uses any more.", _orphans, hold_s=5.0),
    Rule(
        "unsound_block",
        "A control block is damaged, or contradicts itself.",
        _unsound_block,
        rise_s=1.0,
    ),
    Rule("roomy", "There is room.", _roomy),
)
