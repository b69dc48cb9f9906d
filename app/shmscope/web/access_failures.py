"""Wrong tokens, counted: who gave too many must wait, and so must all who are not known together.

The naive way counts for each address, which lets in whoever has many. So there is a limit for all
together, too; who has given the right token before is not held up by it.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from typing import Final

from shmscope.web.hosts import plain_address

BURST, EVERY_S = 10, 10.0  # of one address: so many at once, then one every so many seconds
BURST_OF_ALL, EVERY_S_OF_ALL = 100, 0.5
MOST_ADDRESSES: Final = 4096
MOST_KNOWN: Final = 1024
_SITE_BITS: Final = 64  # of an address of IPv6, whose owner has all addresses that begin so


class Bucket:
    """So many failures at once, and one more every so many seconds.

    Args:
        burst: How many at once.
        every_s: Seconds that one of them counts.
    """

    def __init__(self, burst: int, every_s: float) -> None:
        self._slack_s, self._every_s = (burst - 1) * every_s, every_s
        self.forgiven_s = float("-inf")  # when all are

    def wait_s(self, now_s: float) -> float:
        """Return seconds until the next may be tried, 0 for now."""
        return max(self.forgiven_s - now_s - self._slack_s, 0.0)

    def note(self, now_s: float) -> None:
        """Count a failure."""
        self.forgiven_s = max(self.forgiven_s, now_s) + self._every_s


class Failures:
    """Wrong tokens by address, a bounded number of them.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(BURST_OF_ALL, EVERY_S_OF_ALL)
        self._buckets: dict[str, Bucket] = {}
        self._known: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._buckets) + len(self._known)

    def wait_s(self, address: str) -> float:
        """Return seconds until an address may try a token, 0 for now."""
        now_s, site = self._clock(), site_of(address)
        bucket = self._buckets.get(site)
        own_s = 0.0 if bucket is None else bucket.wait_s(now_s)
        return own_s if site in self._known else max(own_s, self._all.wait_s(now_s))

    def note(self, address: str) -> None:
        """Count a wrong token."""
        now_s, site = self._clock(), site_of(address)
        self._all.note(now_s)
        bucket = self._buckets.pop(site, None) or Bucket(BURST, EVERY_S)
        bucket.note(now_s)
        self._buckets[site] = bucket  # the last
        if len(self._buckets) > MOST_ADDRESSES:
            self._forget(now_s)

    def trust(self, address: str) -> None:
        """Note that an address has given the right token."""
        site = site_of(address)
        self._known.pop(site, None)
        self._known[site] = None
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def _forget(self, now_s: float) -> None:
        """Forget what is forgiven, and then the oldest."""
        live = [(site, one) for site, one in self._buckets.items() if one.forgiven_s > now_s]
        self._buckets = dict(live[-MOST_ADDRESSES:])


def site_of(address: str) -> str:
    """Return what stands for a client: its address, or the first half of one of IPv6."""
    plain = plain_address(address)
    try:
        network = ipaddress.IPv6Network((plain.partition("%")[0], _SITE_BITS), strict=False)
    except ValueError:
        return plain
    return str(network.network_address)
