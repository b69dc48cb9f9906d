"""What one client, one request and all of them together may ask of the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shmscope.sources.ceilings import Ceiling
from shmscope.web.allowance import Quota

RATES_HZ: Final = (0.1, 60.0)  # at which values may be asked for


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is answered; whoever asks for more gets an error with value and limit.

    What is sent a second is a client's `Quota`; what looking costs and what is kept of arrays, the
    sampler's `Ceiling`. The default of `clients` is as many as the benchmarks have measured; a page
    side by side has ten subscriptions, messages have some hundred bytes, and the statistics of
    16 GiB take about ten seconds.

    Attributes:
        clients: Clients of the stream, all together.
        subscriptions: Subscriptions of a client.
        message_bytes: A message of a client.
        stream_points: Elements that a frame of a subscription may have.
        rest_points: Elements that an answer of the REST API may have.
        body_bytes: What a request may bring.
        requests: Requests under way, all together, but for those that are answered at once.
        request_s: Time until the answer of a request begins.
    """

    clients: int = 500
    subscriptions: int = 32
    message_bytes: int = 64 << 10
    stream_points: int = 1 << 22
    rest_points: int = 1 << 26
    body_bytes: int = 64 << 10
    requests: int = 128
    request_s: float = 30.0


LIMITS: Final = Limits()


def format_limits(limits: Limits, quota: Quota, ceiling: Ceiling) -> dict[str, float]:
    """Return what clients are told that they may ask for."""
    return {
        "message_bytes": limits.message_bytes,
        "subscriptions": limits.subscriptions,
        "clients": limits.clients,
        "max_points": limits.stream_points,
        "rate_hz": RATES_HZ[1],
        "frames_per_s": quota.frames_per_s,
        "bytes_per_s": quota.bytes_per_s,
        "copies": ceiling.copies,
        "copy_bytes": ceiling.copy_bytes,
        "copies_bytes": ceiling.copies_bytes,
        "watches": ceiling.watches,
        "array_watches": ceiling.array_watches,
    }
