"""What was found of hubs, as rows of the table and as curves."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.curves import Curve
from bench.fleet_found import OPENED, Found
from bench.paired import Ratio
from shmscope.fleet.host import SILENCE_S
from shmscope.web.fleet_board import TICK_S

EACH = 50  # arrays
ROSTER_LIMIT_S = 10.0
# What is measured, the field of a finding, its unit, the work's exponent, and what is on either
# side of the bend.
CURVES = (
    (
        "CPU of a hub, nobody watches",
        "cpu_share",
        "cores",
        1.0,
        "what the server itself does outweighs few hosts; of many each message is routed and read",
    ),
    (
        "CPU of a hub, a page watches",
        "watched_share",
        "cores",
        1.0,
        "what the server itself does outweighs few hosts; of many each is a row of every frame",
    ),
    (
        "memory of a hub",
        "memory_mib",
        "MiB",
        1.0,
        "the server itself outweighs few hosts; of many each has its session and its list",
    ),
    (
        "time to a full roster",
        "roster_s",
        "s",
        1.0,
        "few are opened at the pace of their own processes; of many each costs the hub more",
    ),
    (
        "time until all lists are there",
        "listed_s",
        "s",
        1.0,
        "the roster comes first; lists are asked for a few at once",
    ),
    (
        "a frame of the page",
        "frame_bytes",
        "bytes",
        1.0,
        "each host is a row of it",
    ),
)


def ratios(found: Found) -> list[Ratio]:
    """Compare a hub with its limits, and with itself while nobody watches."""
    of, alone = f"of {found.hosts:,} hosts", found.shares
    watched, opened = found.watched, found.opened
    return [
        _ratio(f"hub {of}, nobody watches", "limit: a core", "cores", alone, [1.0]),
        _ratio(
            "hub, a page watches", "nobody watches", "cores", [s.cpu_share for s in watched], alone
        ),
        _ratio(
            f"hub, its page shows {OPENED * EACH} arrays",
            "nobody watches",
            "cores",
            [s.cpu_share for s in opened],
            alone,
        ),
        _ratio("frames of the page", "ticks", "per s", [s.per_s for s in watched], [1 / TICK_S]),
        _ratio(
            "the longest time between two",
            "limit: two ticks",
            "s",
            [s.gap_s for s in watched],
            [2 * TICK_S],
        ),
        _ratio(f"roster {of}", "limit", "s", [found.roster_s], [ROSTER_LIMIT_S]),
        _ratio(
            "a host that was killed is noticed", "limit: a tick", "s", [found.killed_s], [TICK_S]
        ),
        _ratio("one that is silent is noticed", "limit", "s", [found.silent_s], [SILENCE_S]),
        _ratio("the simulated hosts", "a core", "cores", found.simulated, [1.0]),
    ]


def ratios_behind(found: Found, alone: Found) -> list[Ratio]:
    """Compare a hub behind a gateway with one that as many hosts come to themselves."""
    behind, themselves = f"{found.hosts:,} hosts behind a gateway", "the same without it"
    return [
        _ratio(f"hub, {behind}", themselves, "cores", found.shares, alone.shares),
        _ratio("its memory", themselves, "MiB", [found.memory_mib], [alone.memory_mib]),
        _ratio("the gateway", "limit: a core", "cores", found.gateway, [1.0]),
        _ratio("memory of it", "the hub", "MiB", [found.gateway_mib], [found.memory_mib]),
        _ratio(f"roster of {behind}", "limit", "s", [found.roster_s], [ROSTER_LIMIT_S]),
        _ratio("one that was killed there", "limit: a tick", "s", [found.killed_s], [TICK_S]),
        _ratio("one that is silent there", "limit", "s", [found.silent_s], [SILENCE_S]),
    ]


def _ratio(
    what: str, peer: str, unit: str, values: Sequence[float], peers: Sequence[float]
) -> Ratio:
    """Compare values, one a round, with as many or with one."""
    against = list(peers) * (len(values) // len(peers))
    ratios = [value / other for value, other in zip(values, against, strict=True)]
    return Ratio(what, peer, statistics.median(values), statistics.median(against), unit, ratios)


def curves(found: Sequence[Found]) -> list[Curve]:
    """Return how each cost grows with the number of hosts."""
    return [
        Curve(
            what,
            "hosts",
            unit,
            work,
            why,
            [(one.hosts, float(getattr(one, field))) for one in found],
        )
        for what, field, unit, work, why in CURVES
    ]
