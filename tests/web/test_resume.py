"""A connection that is cut, and the one after it: what happened between them is not lost."""

from __future__ import annotations

import socket
from typing import Any

import numpy as np
from tests.waiting import until
from tests.web.running import Running
from tests.web.watching import Watcher, values, watching

from shmscope.publishing.array import SharedArray

TICKS = 4


def cut(served: Running, page: Watcher) -> None:
    """Reset a page's connection, as a machine between would, until the server has noticed."""
    sock = page.connection.socket
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sock.shutdown(socket.SHUT_RDWR)
    sock.close()
    until(lambda: served.sampler.demand.clients == 0)


def rates(body: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the writes per second that a body's history knows."""
    history = np.asarray(body["history"]["writes_per_s"], "f4")
    known = np.isfinite(history)
    first = int(np.argmax(known))
    assert known[first:].all()  # no gap
    return history[first:]


def written(served: Running, heat: tuple[SharedArray, str], ticks: int) -> int:
    """Write until history is so many ticks longer, and return how long that is."""
    array, ident = heat

    def known() -> int:
        with array.writing() as inside:
            np.add(inside, 1, out=inside)
        answer = served.get(f"/api/v1/arrays/{ident}/history").json()
        return sum(rate != "NaN" for rate in answer["writes_per_s"])

    had = known()
    until(lambda: known() >= had + ticks)
    return known()


def test_history_after_a_cut_covers_the_time_of_the_cut(
    served: Running, heat: tuple[SharedArray, str]
) -> None:
    written(served, heat, 1)
    with watching(served) as page:
        page.subscribe(1, topic="array", array=heat[1])
        before = rates(page.next_of("frame")[1])
        cut(served, page)
    reached = written(served, heat, TICKS)
    with watching(served) as page:
        page.subscribe(1, topic="array", array=heat[1])
        head, body = page.next_of("frame")
    after = rates(body)
    assert len(after) >= reached > len(before)
    assert (after[-TICKS + 1 :] > 0).all()
    assert (head["seq"], head["skipped"]) == (1, 0)


def test_frames_after_a_cut_are_numbered_from_one_and_none_is_called_skipped(
    served: Running, heat: tuple[SharedArray, str]
) -> None:
    with watching(served) as page:
        page.subscribe(1, **values(heat[1]))
        for _ in range(5):
            page.next_of("frame")
        cut(served, page)
    with watching(served) as page:
        page.subscribe(1, **values(heat[1]))
        kind = page.next()[0]["type"]
        found = [page.next_of("frame")[0] for _ in range(5)]
    assert kind == "schema"
    assert [(head["seq"], head["skipped"]) for head in found] == [(n, 0) for n in range(1, 6)]
