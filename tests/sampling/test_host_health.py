"""The rules on a host's shared memory, and docs/health.md, which says the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shmscope.sampling.health.hosts import RULES
from shmscope.sampling.health.record import HealthRecord
from shmscope.sampling.health.verdicts import Finding, Level
from shmscope.sampling.host_facts import Claimant, HostFacts

DOCUMENT = Path(__file__).parents[2] / "docs/health.md"
MIB = 1 << 20
FACTS = HostFacts("/dev/shm", 1024 * MIB, 256 * MIB, 768 * MIB)
CLAIMANTS = (
    Claimant("frames", "ann", 900 * MIB, 200 * MIB),
    Claimant("psm_1a2b3c4d", "bob", 100 * MIB, 50 * MIB),
)

EXAMPLES: dict[str, list[HostFacts]] = {
    "full": [
        replace(FACTS, used_bytes=950 * MIB, free_bytes=74 * MIB, claimants=CLAIMANTS),
        replace(FACTS, used_bytes=1010 * MIB, free_bytes=14 * MIB, claimants=CLAIMANTS),
    ],
    "filling": [
        replace(FACTS, growth_bytes_per_s=MIB),
        replace(FACTS, growth_bytes_per_s=5 * MIB),
    ],
    "overclaimed": [
        replace(
            FACTS,
            claimed_bytes=1000 * MIB,
            resident_bytes=200 * MIB,
            free_bytes=500 * MIB,
            claimants=CLAIMANTS,
        )
    ],
    "docker_default": [replace(FACTS, size_bytes=64 * MIB, used_bytes=0, free_bytes=64 * MIB)],
    "remove_ipc": [replace(FACTS, remove_ipc=True, user_segments=3)],
    "orphans": [replace(FACTS, orphans=12, orphan_bytes=300 * MIB)],
    "unsound_block": [
        replace(FACTS, unsound_blocks=(("/dev/shm/shmscope-heat-0", "it begins with 'abc'"),)),
        replace(FACTS, unsound_blocks=(("/dev/shm/a b", "it is short"), ("/dev/shm/b", "x"))),
    ],
    "roomy": [FACTS],
}


def answer(rule: str, facts: HostFacts) -> Finding | None:
    [judge] = [candidate.judge for candidate in RULES if candidate.name == rule]
    return judge(facts)


def told(rule: str, facts: HostFacts) -> Finding:
    found = answer(rule, facts)
    assert found is not None
    return found


def test_every_rule_has_an_example() -> None:
    assert list(EXAMPLES) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_sentences_are_sentences(rule: str) -> None:
    for facts in EXAMPLES[rule]:
        text = told(rule, facts).sentence
        assert text[0].isupper() or text[0] in "/0123456789" or text.startswith("systemd")
        assert text.endswith(".")
        assert "None" not in text


@pytest.mark.parametrize("rule", [rule.name for rule in RULES if rule.name != "roomy"])
def test_host_with_room_makes_no_other_rule_speak(rule: str) -> None:
    assert answer(rule, FACTS) is None


@pytest.mark.parametrize(
    ("used", "level"), [(921, None), (922, "warning"), (1003, "warning"), (1004, "critical")]
)
def test_fuller_is_worse(used: int, level: Level | None) -> None:
    facts = replace(FACTS, used_bytes=used * MIB, free_bytes=(1024 - used) * MIB)
    found = answer("full", facts)
    assert (found and found.level) == level


def test_full_names_the_largest_and_the_command() -> None:
    found = told("full", EXAMPLES["full"][0])
    assert "Most is in frames (200 MiB), psm_1a2b3c4d (50.0 MiB)." in found.sentence
    assert found.remedy == "mount -o remount,size=2048M /dev/shm"


@pytest.mark.parametrize(
    ("per_s", "level"), [(None, None), (0.0, None), (-1e6, None), (1e5, None), (3e5, "warning")]
)
def test_forecast_needs_growth(per_s: float | None, level: Level | None) -> None:
    found = answer("filling", replace(FACTS, growth_bytes_per_s=per_s))
    assert (found and found.level) == level


def test_forecast_within_minutes_is_critical_and_only_possible() -> None:
    found = told("filling", EXAMPLES["filling"][1])
    assert (found.level, found.sure) == ("critical", "possible")


def test_claims_that_fit_are_well() -> None:
    facts = replace(EXAMPLES["overclaimed"][0], free_bytes=800 * MIB)
    assert answer("overclaimed", facts) is None


def test_claims_beyond_what_is_left_are_told_with_whose_they_are() -> None:
    found = told("overclaimed", EXAMPLES["overclaimed"][0])
    assert "frames of ann (700 MiB not taken yet)" in found.sentence


def test_segments_that_systemd_would_remove_must_be_there() -> None:
    assert answer("remove_ipc", replace(FACTS, remove_ipc=True)) is None
    assert answer("remove_ipc", replace(FACTS, remove_ipc=False, user_segments=3)) is None


def test_damaged_block_is_named_with_the_command_that_removes_it() -> None:
    found = told("unsound_block", EXAMPLES["unsound_block"][1])
    assert found.remedy == "rm '/dev/shm/a b'"
    assert found.sentence.endswith("So is 1 more.")


def test_fullness_that_wavers_does_not_flap() -> None:
    record = HealthRecord(RULES)
    levels = []
    for tick in range(40):
        used = (921 + tick % 2 * 2) * MIB
        verdicts = record.judge(replace(FACTS, used_bytes=used), tick * 0.5)
        levels.append(next((one.since_s for one in verdicts if one.rule == "full"), None))
    heard = [since_s for since_s in levels if since_s is not None]
    assert heard == sorted(heard)
    assert len(heard) >= 39


def rows() -> list[str]:
    """Return the table's rows as the code has them."""
    found = []
    for rule in RULES:
        levels = {told(rule.name, facts).level: None for facts in EXAMPLES[rule.name]}
        first = told(rule.name, EXAMPLES[rule.name][0]).sentence
        found.append(f"| `{rule.name}` | {', '.join(levels)} | {rule.meaning} | {first} |")
    return found


def test_document_has_the_table_of_the_rules() -> None:
    section = DOCUMENT.read_text().partition("## The host")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows()
