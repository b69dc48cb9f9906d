"""What is answered on the event loop: worked out once, and anew where the array is another one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fastapi import Response

import shmscope
from shmscope.sampling.sampler import Sampler
from shmscope.web.at_once import MOST_KEPT, AtOnce
from shmscope.web.values_query import Asked

ANYBODY = Asked("*/*")


class Asking:
    """Asks for values of one array, without a server."""

    def __init__(self, sampler: Sampler, name: str) -> None:
        self.at_once = AtOnce(sampler.answers)
        self._sampler, self._name = sampler, name

    def path(self) -> str:
        """Return where the array's values are, once it was looked at."""
        self._sampler.refresh()
        [ident] = [one for one in self._sampler.roster.by_id if one.name == self._name]
        self._sampler.answers.values(ident, "...")
        return f"/api/v1/arrays/{ident}/values"

    def ask(self, path: str, query: bytes = b"format=raw", asked: Asked = ANYBODY) -> Response:
        """Return an answer that was made at once."""
        found = self.at_once(path, query, asked)
        assert found is not None
        return found


@pytest.fixture
def asking(name: str) -> Iterator[Asking]:
    sampler = Sampler("box", lambda _: None)
    yield Asking(sampler, name)
    sampler.close()


def headers(answer: Response) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in answer.raw_headers}


def body(answer: Response) -> bytes:
    return b"".join(map(bytes, answer.__dict__["_pieces"]))


def test_the_second_answer_holds_what_was_written_since(asking: Asking, name: str) -> None:
    with shmscope.create(name, (4, 6), "f4") as shared:
        path, found = asking.path(), []
        for value in (1, 2):
            with shared.writing() as array:
                array[...] = value
            found.append(asking.ask(path, b"format=raw&select=1"))
        for value, answer in zip((1, 2), found, strict=True):
            assert body(answer) == np.full(6, value, "f4").tobytes()
            assert headers(answer)["x-shmscope-verdict"] == "clean"
        assert headers(found[0])["etag"] != headers(found[1])["etag"]


def test_an_array_that_is_published_anew_is_seen_as_it_is_now(asking: Asking, name: str) -> None:
    with shmscope.create(name, (4, 6), "f4"):
        assert headers(asking.ask(asking.path()))["x-shmscope-shape"] == "[4, 6]"
    with shmscope.create(name, (3,), "i8") as shared:
        shared[...] = 7
        after = asking.path()
        told = headers(asking.ask(after))
        assert (told["x-shmscope-shape"], told["x-shmscope-dtype"]) == ("[3]", "<i8")
        assert body(asking.ask(after)) == np.full(3, 7).tobytes()


def test_an_array_that_is_gone_is_not_answered_from_what_is_kept(asking: Asking, name: str) -> None:
    with shmscope.create(name, (4, 6), "f4"):
        path = asking.path()
        asking.ask(path)
    assert asking.at_once(path, b"format=raw", ANYBODY) is None


@pytest.mark.parametrize("query", [b"format=jpeg", b"select=9", b"max_points=1", b"format=png"])
def test_what_is_wrong_or_takes_long_is_left_to_others(
    asking: Asking, name: str, query: bytes
) -> None:
    with shmscope.create(name, (4, 6), "f4"):
        path = asking.path()
        assert asking.at_once(path, query, ANYBODY) is None
        assert asking.at_once(path, query, ANYBODY) is None


def test_the_forms_of_one_query_are_kept_apart(asking: Asking, name: str) -> None:
    with shmscope.create(name, (4, 6), "f4"):
        path = asking.path()
        kinds = ["text/csv", "application/json", "application/octet-stream", "text/csv"]
        found = [asking.ask(path, b"select=0", Asked(kind)) for kind in kinds]
        told = [headers(answer)["content-type"].partition(";")[0] for answer in found]
        assert told == kinds


def test_who_has_it_already_is_told_so(asking: Asking, name: str) -> None:
    with shmscope.create(name, (4, 6), "f4") as shared:
        with shared.writing() as array:
            array[...] = 1
        path = asking.path()
        tag = headers(asking.ask(path))["etag"]
        assert asking.ask(path, asked=Asked("*/*", tag)).status_code == 304
        with shared.writing() as array:
            array[...] = 2
        assert asking.ask(path, asked=Asked("*/*", tag)).status_code == 200


def test_as_much_is_kept_as_may_be(asking: Asking, name: str) -> None:
    with shmscope.create(name, (MOST_KEPT + 9,), "f4") as shared:
        shared[...] = np.arange(MOST_KEPT + 9)
        path = asking.path()
        for at in range(MOST_KEPT + 9):
            found = asking.ask(path, b"format=raw&select=%d" % at)
            assert body(found) == np.float32(at).tobytes()
