"""A hub of a thousand hosts that are only said to be there: `python -m tests.browser.large_fleet`.

Prints its address. One of the hosts has a hostile name, another cannot be reached, one has an array
that cannot be drawn, and one more arrays than are listed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.web.fleets import SaidFleet, array_row

from shmscope.web.access import LOOPBACK, Access
from shmscope.web.app import create_app
from shmscope.web.server import address_of, listen, make_server

HOSTS, EACH = 1000, 50
HOSTILE = "<img src=x onerror=alert(1)>"
BROKEN = "h0004"
LOST = "h0003"
CUT = "h0006"


def row(host: str, number: int) -> dict[str, Any]:
    """Return a row with all that a page shows."""
    return array_row(
        host,
        f"a{number:02}",
        mechanism="shared_memory",
        provenance="published",
        format="",
        why="",
        system=False,
        segment_name=None,
        segment_bytes=1024,
        paths=[],
        companions=[],
        users={"rw": 1, "r": 0, "open": 0},
        dtype="float32",
        dtype_spec="<f4",
        shape=[256],
        strides=[4],
        offset=0,
        size_bytes=1024,
        unit=None,
        labels=None,
        about=None,
        writers=[],
        writes=number,
        writes_per_s=float(number),
        changes=None,
        last_write_age_s=0.1,
        sparkline=np.full(60, number, "<f4"),
        torn={"copies": 0, "of": 0},
        read_cost=None,
        health={"level": "ok", "verdicts": []},
        age_s=60.0,
        gone_s=None,
    )


def main() -> None:
    """Serve until the process is ended."""
    names = [*(f"h{number:04}" for number in range(HOSTS - 1)), HOSTILE]
    rows = {host: [row(host, number) for number in range(EACH)] for host in names}
    rows[BROKEN][0] |= {"provenance": "bytes", "users": {"rw": -1, "r": 0, "open": 0}}
    marked: dict[str, dict[str, Any]] = {
        LOST: {"state": "unreachable", "since_s": 180.0, "heard_s": 180.5},
        CUT: {"cut": {"listed": EACH, "limit_bytes": 64 << 20}},
    }
    fleet = SaidFleet(rows, **marked)
    app = create_app("hub", fleet=fleet, access=Access(allow=("nothing",)))
    with listen("127.0.0.1", 0, LOOPBACK) as listener:
        address = address_of(listener, LOOPBACK)
        make_server(app, lambda: print(address, flush=True)).run(sockets=[listener])


if __name__ == "__main__":
    main()
