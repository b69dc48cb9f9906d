"""`/healthz`: whether the server does its work, and nothing else."""

from __future__ import annotations

import pytest
from tests.web.running import Running
from tests.web.test_problems import assert_problem

from shmscope.web.healthz import STUCK_S


def test_a_server_that_ticks_is_well_and_says_nothing_of_itself(served: Running) -> None:
    answer = served.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert served.http.head("/healthz").status_code == 200


def test_a_server_whose_sampler_is_stuck_says_so(
    served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.sampler, "idle_s", lambda: STUCK_S + 1)
    problem = assert_problem(served.get("/healthz"), 503)
    assert problem["limit"] == STUCK_S
    monkeypatch.undo()
    assert served.get("/healthz").status_code == 200
