"""Conditional requests: 304 as long as nothing counted was written; else the values."""

from __future__ import annotations

import os
import struct
from functools import partial
from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory

import httpx2
import numpy as np
import pytest
from tests.waiting import until
from tests.web.running import Running

import shmscope
from shmscope.sampling.answers import Answers
from shmscope.web.accepting import MEDIA_TYPES

FORMS = list(MEDIA_TYPES)


def ask(served: Running, path: str, known: str = "", **query: str) -> httpx2.Response:
    """Ask for values, with what is known of them."""
    headers = {"if-none-match": known} if known else {}
    return served.http.get(f"{path}/values", params=query, headers=headers)


def is_gone(served: Running, path: str) -> bool:
    """Whether the array of a path is there no more."""
    return served.get(path).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_values_are_not_sent_again_until_somebody_writes(
    served: Running, name: str, form: str
) -> None:
    with shmscope.create(name, (4, 6), "f4") as array:
        array[...] = 1
        path = served.path_of(name)
        tag = ask(served, path, format=form).headers["etag"]
        assert tag.startswith("W/") == (form == "json")
        again = ask(served, path, tag, format=form)
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["vary"]) == (tag, "accept")
        array[...] = 1
        changed = ask(served, path, tag, format=form)
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag
        assert ask(served, path, f'"x", {tag} , "y"', format=form).status_code == 200
        tag = changed.headers["etag"]
        assert ask(served, path, f'"x", {tag} , "y"', format=form).status_code == 304
        assert ask(served, path, "*", format=form).status_code == 304


def test_what_is_seen_in_another_way_has_another_tag(served: Running, name: str) -> None:
    with shmscope.create(name, (4, 6), "c8") as array:
        array[...] = 1
        path = served.path_of(name)
        queries: list[dict[str, str]] = [
            *({"format": str(form)} for form in FORMS if form != "png"),
            {"format": "png", "part": "real"},
            {"format": "png", "part": "real", "map": "magma"},
            {"format": "png", "part": "real", "max_pixels": "4"},
            {"format": "raw", "part": "real"},
            {"format": "raw", "part": "imaginary"},
            {"format": "raw", "order": "1,0"},
            {"format": "raw", "select": "1"},
        ]
        tags = {ask(served, path, **query).headers["etag"] for query in queries}
        assert len(tags) == len(queries)
        whole = ask(served, path, format="raw").headers["etag"]
        assert ask(served, path, format="raw", select="0:4, ...").headers["etag"] == whole


def test_no_values_are_read_to_say_that_they_are_the_same(
    served: Running, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shmscope.create(name, 100, "f4") as array:
        array[...] = 1
        path = served.path_of(name)
        tag = ask(served, path, format="raw").headers["etag"]

        def refuse(*_: object) -> None:
            raise AssertionError("it was read")

        monkeypatch.setattr(Answers, "look", refuse)
        monkeypatch.setattr(Answers, "look_at_once", refuse)
        assert ask(served, path, tag, format="raw").status_code == 304


def test_while_somebody_writes_there_is_no_tag(served: Running, name: str) -> None:
    with shmscope.create(name, 100, "f4") as array:
        array[...] = 1
        path = served.path_of(name)
        tag = ask(served, path).headers["etag"]
        with array.writing():
            torn = ask(served, path, tag)
            assert torn.status_code == 200
            assert "etag" not in torn.headers
            assert torn.headers["x-shmscope-verdict"] == "torn"
            assert ask(served, path, "*").status_code == 200


def die_writing(name: str) -> None:
    """End in the middle of a write."""
    array = shmscope.open(name, mode="r+")
    array.writing().__enter__()
    os._exit(0)


def test_after_a_writer_died_in_mid_write_there_is_no_tag(served: Running, name: str) -> None:
    with shmscope.create(name, 100, "f4") as array:
        array[...] = 1
        path = served.path_of(name)
        tag = ask(served, path).headers["etag"]
        dying = Process(target=die_writing, args=(name,))
        dying.start()
        dying.join(20)
        assert dying.exitcode == 0
        for known in ("", tag, "*"):
            answer = ask(served, path, known)
            assert answer.status_code == 200
            assert "etag" not in answer.headers


def test_an_array_made_anew_has_other_tags(served: Running, name: str) -> None:
    tags = set()
    for _ in range(2):
        with shmscope.create(name, 100, "f4") as array:
            array[...] = 1
            path = served.path_of(name)
            tags.add(ask(served, path, format="raw").headers["etag"])
        until(partial(is_gone, served, path))
    assert len(tags) == 2


def test_an_array_published_anew_over_the_same_memory_has_other_tags(
    served: Running, name: str
) -> None:
    segment = SharedMemory(name, create=True, size=400)
    try:
        values = np.ndarray(100, "f4", segment.buf)
        first = shmscope.publish(name, values)
        first[...] = 1
        path = served.path_of(name)
        tag = ask(served, path, format="raw").headers["etag"]
        first.unlink()
        with_bytes = shmscope.publish(name, values)
        with_bytes[...] = 2
        row = until(lambda: served.get(path).json() if served.get(path).is_success else None)
        assert row["name"] == name
        answer = until(
            lambda: found if (found := ask(served, path, tag, format="raw")).is_success else None
        )
        assert answer.headers["etag"] != tag
        with_bytes.unlink()
        del values
    finally:
        segment.close()
        segment.unlink()


def test_where_nobody_counts_there_is_no_tag(served: Running, name: str) -> None:
    with shmscope.create(name, 100, "f4"):  # nobody has written yet
        assert "etag" not in ask(served, served.path_of(name)).headers
    segment = SharedMemory(f"{name}-bare", create=True, size=400)
    try:
        path = served.path_of(f"{name}-bare")
        answer = ask(served, path)
        assert answer.headers["x-shmscope-verdict"] == "unverified"
        assert "etag" not in answer.headers
        assert ask(served, path, "*").status_code == 200
    finally:
        segment.close()
        segment.unlink()


def test_memory_cut_short_is_not_said_to_be_the_same(served: Running, name: str) -> None:
    with shmscope.create(name, 100_000, "f4") as array:
        array[...] = 1
        path = served.path_of(name)
        tag = ask(served, path, select=":50000", format="raw").headers["etag"]
        os.truncate(f"/dev/shm/{name}", 4096)
        assert ask(served, path, tag, select=":50000", format="raw").status_code == 503


def test_a_write_that_is_not_counted_changes_no_tag_as_the_document_says(
    served: Running, name: str
) -> None:
    with shmscope.create(name, 4, "<f4") as array:
        array[...] = 1
        path = served.path_of(name)
        tag = ask(served, path, format="raw").headers["etag"]
        with open(f"/dev/shm/{name}", "r+b") as file:
            file.write(struct.pack("<f", 2))
        assert ask(served, path, tag, format="raw").status_code == 304
        assert ask(served, path, format="raw").headers["etag"] == tag


@pytest.mark.parametrize("known", ["", ",", "W/", '"', "x" * 10_000, '"\xff"', '"a""b"'])
def test_tags_that_are_none_are_passed_over(served: Running, name: str, known: str) -> None:
    with shmscope.create(name, 4, "<f4") as array:
        array[...] = 1
        headers = [(b"if-none-match", known.encode("latin-1"))]
        answer = served.http.get(f"{served.path_of(name)}/values", headers=headers)
        assert answer.status_code == 200
