"""The budget: who pays, who waits, and that nothing is spent that there is not."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sampling.stepping import Clock

from shmscope.sampling.budget import BURST_S, MOST_AWAY, Account, Budget, Tier, blocks_read
from shmscope.sources.ceilings import Ceiling

CEILING = Ceiling(cpu_share=0.25, bytes_per_s=1e9)
SECONDS = 20.0


@dataclass
class Looker:
    """Looks whenever it may, and is due again a period later.

    Attributes:
        costs_s: CPU time of a look.
        period_s: Between two looks, where nothing is in the way.
        looks: How many were done.
        spent_s: CPU time of all.
        longest_s: Between two looks.
    """

    costs_s: float
    period_s: float
    tier: Tier = Tier.VIEWS
    looks: int = 0
    due_s: float = 0.0
    looked_s: float = 0.0
    longest_s: float = 0.0
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.account = Account(self.tier)

    @property
    def spent_s(self) -> float:
        return self.looks * self.costs_s

    def look(self, budget: Budget, clock: Clock) -> None:
        self.looks += 1
        self.longest_s = max(self.longest_s, clock.now_s - self.looked_s)
        self.looked_s, self.due_s = clock.now_s, clock.now_s + self.period_s
        with budget.paid_by(self.account):
            clock.now_s += self.costs_s


def run(lookers: list[Looker], seconds: float = SECONDS) -> None:
    """Have everybody look for so long on one thread, the cheapest of those who may first."""
    clock = Clock(0.0)
    budget = Budget(CEILING, clock, clock)
    while clock.now_s < seconds:
        due = [one for one in lookers if one.due_s <= clock.now_s]
        free = [one for one in due if not budget.holds(one.account)]
        if free:
            min(free, key=lambda one: (one.tier, one.account.last_toll_s)).look(budget, clock)
        else:
            soon_s = min(max(one.due_s, budget.free_s(one.account)) for one in lookers)
            clock.now_s = max(soon_s, clock.now_s + 1e-6)


def monster(tier: Tier = Tier.VIEWS) -> Looker:
    return Looker(0.1, 0.0, tier)


def small(tier: Tier = Tier.VIEWS) -> Looker:
    return Looker(0.0005, 1 / 30, tier)


# The ceiling


def test_whoever_looks_without_end_spends_what_there_is() -> None:
    greedy = monster()
    run([greedy])
    assert greedy.spent_s == pytest.approx(SECONDS * CEILING.cpu_share, abs=0.2)


@given(
    st.lists(
        st.builds(
            Looker,
            st.floats(0.0001, 0.2),
            st.floats(0.0, 0.5),
            st.sampled_from([tier for tier in Tier if tier is not Tier.COUNTERS]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_all_together_never_spend_more_than_there_is_but_for_a_look_each(
    lookers: list[Looker],
) -> None:
    run(lookers, 5.0)
    last_looks_s = sum(one.costs_s for one in lookers)
    most_s = (5.0 + last_looks_s + BURST_S) * CEILING.cpu_share + last_looks_s
    assert sum(one.spent_s for one in lookers) <= most_s + 1e-6


def test_bytes_have_a_ceiling_of_their_own() -> None:
    clock = Clock(0.0)
    budget, account = Budget(CEILING, clock, lambda: 0.0), Account(Tier.VIEWS)
    read_bytes = 0
    while clock.now_s < SECONDS:
        with budget.paid_by(account) as bill:
            bill.read_bytes = 10**8
        read_bytes += bill.read_bytes
        clock.now_s = max(budget.free_s(account), clock.now_s)
    assert read_bytes == pytest.approx(SECONDS * CEILING.bytes_per_s, rel=0.05)
    assert budget.spent_s["bytes"] > 0 == budget.spent_s["cpu"]


def test_looks_that_wait_for_a_slow_disk_leave_time_for_others() -> None:
    clock = Clock(0.0)
    blocks = count()
    budget = Budget(CEILING, clock, lambda: 0.0, lambda: next(blocks))
    account, waited_s = Account(Tier.VIEWS), 0.0
    while clock.now_s < SECONDS:
        with budget.paid_by(account):
            clock.now_s += 0.1
        waited_s += 0.1
        clock.now_s = max(budget.free_s(account), clock.now_s)
    assert waited_s == pytest.approx(SECONDS * MOST_AWAY, rel=0.05)
    assert budget.spent_s["time"] > 0 == budget.spent_s["cpu"]


def test_waiting_for_a_core_costs_nothing() -> None:
    clock = Clock(0.0)
    budget, account = Budget(CEILING, clock, lambda: 0.0), Account(Tier.CHANGES)
    for _ in range(10):
        with budget.paid_by(account):
            clock.now_s += 1.0
        assert not budget.holds(account)


def test_what_comes_from_a_disk_is_told_from_what_lies_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "array"
    path.write_bytes(bytes(1 << 20))
    if os.major(path.stat().st_dev) == 0:
        pytest.skip("temporary files are on no disk here")
    with path.open("rb", buffering=0) as file:
        os.fsync(file.fileno())
        file.read()
        before = blocks_read()
        file.seek(0)
        file.read()
        assert blocks_read() == before
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        file.seek(0)
        file.read()
        assert blocks_read() > before


def test_look_that_fails_is_paid_for() -> None:
    clock = Clock(0.0)
    budget, account = Budget(CEILING, clock, clock), Account(Tier.VIEWS)

    def fail() -> None:
        with budget.paid_by(account):
            clock.now_s += 1.0
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert budget.holds(account)


# Fairness


def test_small_views_keep_their_rate_beside_a_monster() -> None:
    views = [small() for _ in range(5)]
    greedy = Looker(0.02, 0.0)
    run([*views, greedy])
    for view in views:
        assert view.looks == pytest.approx(SECONDS * 30, rel=0.1)
        assert view.longest_s < 1 / 30 + greedy.costs_s + 0.01
    total_s = greedy.spent_s + sum(view.spent_s for view in views)
    assert total_s == pytest.approx(SECONDS * CEILING.cpu_share, rel=0.1)


def test_monsters_share_evenly_by_cost_and_not_by_looks() -> None:
    dear, dearer = Looker(0.05, 0.0), Looker(0.2, 0.0)
    run([dear, dearer])
    assert dear.spent_s == pytest.approx(dearer.spent_s, rel=0.2)


def test_scan_gets_what_is_left() -> None:
    view, scan = Looker(0.005, 0.1), Looker(0.004, 0.0, Tier.SCANS)
    run([view, scan])
    assert view.looks == pytest.approx(SECONDS * 10, rel=0.05)
    left_s = SECONDS * CEILING.cpu_share - view.spent_s
    assert scan.spent_s == pytest.approx(left_s, rel=0.1)


@pytest.mark.parametrize("tier", [Tier.WATCHES, Tier.CHANGES, Tier.SCANS])
def test_nothing_starves_however_much_others_want(tier: Tier) -> None:
    others = [monster(each) for each in Tier if each not in (tier, Tier.COUNTERS)]
    late = Looker(0.004, 0.0, tier)
    run([*others, late])
    assert late.longest_s < 2.0
    assert late.looks > SECONDS / 2


def test_views_come_before_watches_and_watches_before_scans() -> None:
    lookers = [monster(tier) for tier in (Tier.VIEWS, Tier.WATCHES, Tier.SCANS)]
    run(lookers, 60.0)
    views, watches, scans = (one.spent_s for one in lookers)
    assert views > 2 * watches
    assert watches > 1.1 * scans


def test_who_leaves_with_a_debt_passes_it_on() -> None:
    clock = Clock(0.0)
    budget = Budget(CEILING, clock, clock)
    looks = 0
    while clock.now_s < SECONDS:  # another view at every frame, as while somebody scrolls
        account = budget.open(Tier.VIEWS)
        if not budget.holds(account):
            looks += 1
            with budget.paid_by(account):
                clock.now_s += 0.1
        budget.leave(account)
        clock.now_s += 1 / 60
    assert looks * 0.1 == pytest.approx(SECONDS * CEILING.cpu_share, rel=0.1)


def test_account_of_another_tier_is_not_passed_on() -> None:
    clock = Clock(0.0)
    budget, scan = Budget(CEILING, clock, clock), Account(Tier.SCANS)
    with budget.paid_by(scan):
        clock.now_s += 1.0
    budget.leave(scan)
    assert budget.open(Tier.VIEWS) is not scan
    assert budget.open(Tier.SCANS) is scan


def test_time_at_which_a_debt_is_paid_is_foretold() -> None:
    clock = Clock(0.0)
    budget, accounts = Budget(CEILING, clock, clock), [Account(Tier.VIEWS) for _ in range(3)]
    for account in accounts:
        with budget.paid_by(account):
            clock.now_s += 0.1
    while held := [one for one in accounts if budget.holds(one)]:
        free_s = min(budget.free_s(one) for one in held)
        assert clock.now_s < free_s < math.inf
        clock.now_s = free_s + 1e-6
        assert sum(budget.holds(one) for one in held) < len(held)
