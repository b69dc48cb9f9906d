"""A monster beside a small view, end to end: a real server, real memory and a real page."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.web.running import Running
from tests.web.watching import values, watching

import shmscope

SMALL, MONSTER, PAGE = 1, 2, 3
RATE_HZ = 20


def test_small_view_flows_beside_a_monster_and_its_scan(served: Running, name: str) -> None:
    with (
        shmscope.create(f"{name}-small", 100) as small,
        shmscope.create(f"{name}-monster", 1 << 30, "u1", reserve=False),
        watching(served) as page,
    ):
        small[:] = 1
        monster = served.id_of(f"{name}-monster")
        wish = values(monster, rate_hz=RATE_HZ, max_points=2000, reduce="envelope")
        page.subscribe(MONSTER, **wish)
        page.subscribe(PAGE, topic="array", array=monster)
        page.subscribe(SMALL, **values(served.id_of(f"{name}-small"), rate_hz=RATE_HZ))
        seen: Counter[int] = Counter()
        coverage: list[float] = []
        while seen[SMALL] < 5 * RATE_HZ:
            head, body = page.next_of("frame")
            seen[head["id"]] += 1
            if head["id"] == MONSTER:
                coverage.append(body["coverage"])
        observer: dict[str, Any] = served.get("/api/v1/host").json()["observer"]
    assert seen[MONSTER] < seen[SMALL]
    assert seen[PAGE] > 1
    assert max(coverage) > 0.1
    assert observer["budget"]["used"] > 0.3
