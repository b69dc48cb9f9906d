"""CPU, memory and latency of a server against the number of clients of one view of 64 KiB."""

from __future__ import annotations

from bench.curves import Curve
from bench.fanout import count, raise_descriptor_limit, shmscope_sending

CLIENTS = (1, 5, 20, 50, 100, 200, 500)
# What is measured, the field of a finding, its unit, the work's exponent, and what is on either
# side of the bend.
SUBJECTS = (
    (
        "CPU of 20 frames a second",
        "cpu_share",
        "cores",
        1.0,
        (
            "the look and its encoding are made once for all; beyond, the kernel's copy to each "
            "socket is what counts, until a core is full"
        ),
    ),
    (
        "CPU a frame that arrives",
        "cpu_ms",
        "ms",
        0.0,
        "one client bears a look alone; of many each bears its own copy to the socket",
    ),
    (
        "memory",
        "memory_mib",
        "MiB",
        1.0,
        (
            "the server itself outweighs few clients; bodies are shared, so that a client has its "
            "connection and what its socket does not take"
        ),
    ),
    (
        "median age of a frame",
        "p50_ms",
        "ms",
        1.0,
        (
            "waking up and looking take their time for one; of many each waits until those before "
            "it have been sent theirs"
        ),
    ),
)


def measure() -> list[Curve]:
    """Measure fresh servers with few clients and with many."""
    raise_descriptor_limit()
    found = [_finding(clients) for clients in CLIENTS]
    return [
        Curve(
            what,
            "clients",
            unit,
            work,
            why,
            [(clients, one[field]) for clients, one in zip(CLIENTS, found, strict=True)],
        )
        for what, field, unit, work, why in SUBJECTS
    ]


def _finding(clients: int) -> dict[str, float]:
    with shmscope_sending() as server:
        return count(server, clients)
