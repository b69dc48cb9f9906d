"""A denied array over everything that a real server answers: as if it were not there."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.web.running import Running, running
from tests.web.watching import values, watching

import shmscope
from shmscope.web.access import Access

SHOWN, DENIED = "seen-by-all", "pay-roll"


@pytest.fixture
def arrays(name: str) -> Iterator[tuple[str, str]]:
    """Names of an array that is shown and of one that is denied."""
    shown, denied = f"{name}{SHOWN}", f"{name}{DENIED}"
    with shmscope.create(shown, (4,), "f4"), shmscope.create(denied, (4,), "f4"):
        yield shown, denied


@pytest.fixture
def there(arrays: tuple[str, str]) -> str:
    """The id of the denied array, from a server that shows it."""
    with running() as served:
        return served.id_of(arrays[1])


@pytest.fixture
def screened(arrays: tuple[str, str], there: str) -> Iterator[Running]:
    """A server that knows the one and does not know the other."""
    with running(Access(deny=(f"*{DENIED}",))) as served:
        assert there
        served.id_of(arrays[0])
        yield served


def test_no_list_names_it(screened: Running, arrays: tuple[str, str]) -> None:
    for path in ("arrays", "memory", "health", "events", "host"):
        text = screened.get(f"/api/v1/{path}").text
        assert arrays[1] not in text
        assert DENIED not in text
    assert arrays[0] in screened.get("/metrics").text
    assert DENIED not in screened.get("/metrics").text


def test_what_is_asked_of_it_is_answered_as_if_it_were_not_there(
    screened: Running, there: str
) -> None:
    missing = there.replace(there.split("/")[1], "0-0")
    for part in ("", "/values", "/statistics", "/history", "/processes", "/layout", "/copies"):
        answers = [screened.get(f"/api/v1/arrays/{ident}{part}") for ident in (there, missing)]
        texts = [one.text.replace(there, "ID").replace(missing, "ID") for one in answers]
        assert answers[0].status_code == answers[1].status_code == 404
        assert texts[0] == texts[1]
    pages = [screened.get(f"/arrays/{ident}").text for ident in (there, missing)]
    assert pages[0].replace(there, "ID") == pages[1].replace(missing, "ID")


def test_the_stream_knows_nothing_of_it(
    screened: Running, arrays: tuple[str, str], there: str
) -> None:
    with watching(screened) as page:
        page.subscribe(1, topic="overview")
        assert arrays[1] not in json.dumps(page.next_of("frame")[1], default=repr)
        page.subscribe(2, topic="host")
        assert arrays[1] not in json.dumps(page.next_of("frame")[1], default=repr)
        page.subscribe(3, topic="array", array=there)
        assert page.next_of("error")[1]["status"] == 404
        page.subscribe(4, **values(there))
        assert page.next_of("error")[1]["status"] == 404
        page.subscribe(5, **values(screened.id_of(arrays[0]), against={"array": there}))
        assert page.next_of("error")[1]["status"] == 404
