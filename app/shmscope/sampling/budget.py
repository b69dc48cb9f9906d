"""What the sampler may spend, and who pays for a look.

The naive way has a limit for every kind of look: together they are no ceiling. The other naive way
is one purse for all: after one look that costs 100 ms of CPU, at a quarter of a core, nobody may
look for 400. Here the purse pays first, and what it lacks is owed by whoever looked. Time goes by
and pays debts, shared evenly among those who owe; who owes nothing looks whenever he wants. So
cheap looks keep their pace beside an expensive one, which takes whatever they leave, and over time
nothing is spent that there was not.

Every cost is a toll: the seconds in which the whole budget makes up for it, be it CPU time, bytes
or time for which the thread waited for a disk. That it waited for a core costs nothing: on a busy
machine, which is where people look, nothing would be left for looking.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from shmscope.sources.ceilings import DEFAULT, Ceiling

CAUSES: Final = ("cpu", "bytes", "time")
BURST_S = 0.25  # that are saved up while nothing is spent
MOST_AWAY = 0.75  # of the time; a look that waits for a disk takes hardly any CPU
NOTHING_S = 1e-9


class Tier(IntEnum):
    """What looks are for; the first one's debts are paid first."""

    COUNTERS = 0
    VIEWS = 1
    WATCHES = 2
    CHANGES = 3
    SCANS = 4


# What a tier with debts gets at least, however much those before it owe.
_LEAST: Final[Mapping[Tier, float]] = {
    Tier.COUNTERS: 0.0,
    Tier.VIEWS: 0.4,
    Tier.WATCHES: 0.2,
    Tier.CHANGES: 0.05,
    Tier.SCANS: 0.15,
}


class Account:
    """One who pays.

    Attributes:
        debt_s: Toll that is owed.
        last_toll_s: What the last look cost.
    """

    __slots__ = ("debt_s", "is_left", "last_toll_s", "tier")

    def __init__(self, tier: Tier) -> None:
        self.tier = tier
        self.debt_s = 0.0
        self.last_toll_s = 0.0
        self.is_left = False


@dataclass(slots=True)
class Bill:
    """What a look costs; `read_bytes` is for the one who looks to fill in."""

    read_bytes: int = 0


def blocks_read() -> int:
    """Return how many blocks this thread has had read from disks, swap among them."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_inblock


class Budget:
    """CPU time and bytes, refilled as time goes by; used by one thread.

    Args:
        ceiling: What may be spent.
        clock: Seconds.
        cpu_clock: Seconds of CPU time of the thread that looks.

        disk_clock: How much the thread that looks has read from disks, in blocks.

    Attributes:
        spent_s: Tolls so far, by what made them: ``cpu``, ``bytes`` or ``time``.
    """

    def __init__(
        self,
        ceiling: Ceiling = DEFAULT,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.thread_time,
        disk_clock: Callable[[], int] = blocks_read,
    ) -> None:
        self.ceiling = ceiling
        self.spent_s = dict.fromkeys(CAUSES, 0.0)
        self._clock, self._cpu_clock, self._disk_clock = clock, cpu_clock, disk_clock
        self._most_away = max(MOST_AWAY, ceiling.cpu_share)
        self._settled_s = clock()
        self._purse_s = BURST_S
        self._debtors: list[Account] = []

    def open(self, tier: Tier) -> Account:
        """Return an account; one that was left with a debt is passed on.

        Else whoever asks for something else at every frame would look for nothing.
        """
        self._settle()
        for account in self._debtors:
            if account.is_left and account.tier is tier:
                account.is_left = False
                return account
        return Account(tier)

    def leave(self, account: Account) -> None:
        """Give an account back."""
        account.is_left = True

    @contextmanager
    def paid_by(self, account: Account) -> Iterator[Bill]:
        """Have `account` pay for what is done within."""
        bill = Bill()
        began_s, began_cpu_s, blocks = self._clock(), self._cpu_clock(), self._disk_clock()
        try:
            yield bill
        finally:
            cpu_s, away_s = self._cpu_clock() - began_cpu_s, self._clock() - began_s
            waited = self._disk_clock() != blocks
            self._charge(account, cpu_s, bill.read_bytes, away_s if waited else 0.0)

    def holds(self, account: Account) -> bool:
        """Whether `account` may not look now."""
        self._settle()
        return account.debt_s > 0

    def free_s(self, account: Account) -> float:
        """Return when `account` may look again, if nobody spends anything until then."""
        if not self.holds(account):
            return self._settled_s
        return self._settled_s + account.debt_s / self._incomes()[id(account)]

    def _charge(self, account: Account, cpu_s: float, read_bytes: int, away_s: float) -> None:
        shares = self.ceiling.cpu_share, self.ceiling.bytes_per_s, self._most_away
        costs = zip((cpu_s, read_bytes, away_s), shares, strict=True)
        toll_s, cause = max(zip((cost / share for cost, share in costs), CAUSES, strict=True))
        self.spent_s[cause] += toll_s
        account.last_toll_s = toll_s
        paid_s = min(self._purse_s, toll_s)
        self._purse_s -= paid_s
        if toll_s - paid_s > NOTHING_S:
            if not account.debt_s:
                self._debtors.append(account)
            account.debt_s += toll_s - paid_s
        self._settle()  # the time of the look itself is for its debt, too

    def _settle(self) -> None:
        """Pay debts with the time that went by, and put what is left into the purse."""
        now_s = self._clock()
        left_s, self._settled_s = max(now_s - self._settled_s, 0.0), now_s
        while left_s > 0 and self._debtors:
            left_s -= self._pay(left_s)
        self._purse_s = min(self._purse_s + left_s, BURST_S)

    def _pay(self, most_s: float) -> float:
        """Pay everybody until one debt is paid, for `most_s` at most; return the seconds."""
        incomes = self._incomes()
        soonest_s = min(one.debt_s / incomes[id(one)] for one in self._debtors)
        for one in self._debtors:
            one.debt_s -= min(soonest_s, most_s) * incomes[id(one)]
            if one.debt_s < NOTHING_S:
                one.debt_s = 0.0
        self._debtors = [one for one in self._debtors if one.debt_s]
        return min(soonest_s, most_s)

    def _incomes(self) -> dict[int, float]:
        """Return what part of the income each debtor gets, by the identity of its account."""
        owing = Counter(one.tier for one in self._debtors)
        first, *others = sorted(owing)
        parts = {tier: _LEAST[tier] for tier in others}
        parts[first] = 1.0 - sum(parts.values())
        return {id(one): parts[one.tier] / owing[one.tier] for one in self._debtors}
