"""Segments that are cut, unlinked and made anew while somebody looks at them."""

from __future__ import annotations

import os
from typing import Any

import pytest
from tests.faults.arrays import COUNT, SHM, SIZE_BYTES, WAYS, Shared, Start, Way, share
from tests.faults.serving import Serving
from tests.waiting import until
from tests.web.watching import Watcher, values


def frame_of(page: Watcher, value: float) -> dict[str, Any]:
    """Return the first frame that shows nothing but `value`."""
    while True:
        _, body = page.next_of("frame")
        if (body["values"] == value).all():
            found: dict[str, Any] = body
            return found


@pytest.mark.parametrize("way", WAYS)
def test_segment_cut_while_it_is_read_is_told_until_it_has_grown_again(
    way: Way, name: str, puppets: Start, serving: Serving
) -> None:
    shared = share(way, name, puppets)
    array = shared.known(serving)
    with serving.watched() as page:
        page.subscribe(1, **values(array))
        frame_of(page, 1)
        os.truncate(shared.path, 100)
        _, problem = page.next_of("error")
        assert "the segment ends after 100 bytes; 4000 are needed" in problem["detail"]
        sentence = serving.until_told(array, "truncated")
        assert "cut to 100 bytes, the array needs 4,000" in sentence
        os.truncate(shared.path, SIZE_BYTES)
        page.next_of("schema")
        shared.write(2)
        assert frame_of(page, 2)["shape"] == [COUNT]
        serving.until_silent(array, "truncated")


@pytest.mark.parametrize("way", WAYS)
def test_unlinked_segment_is_told_and_goes_with_its_last_user(
    way: Way, name: str, puppets: Start, serving: Serving
) -> None:
    shared = share(way, name, puppets)
    array = shared.known(serving)
    with serving.watched() as page:
        page.subscribe(1, **values(array))
        frame_of(page, 1)
        shared.path.unlink()
        sentence = serving.until_told(array, "unlinked")
        assert f"{SHM / name} was unlinked while processes use it" in sentence
        shared.write(2)
        frame_of(page, 2)
        shared.puppet.kill()
        page.next_of("gone")
    if way == "published":
        # Whoever publishes next may tidy the block up, in another test just now.
        gone = until(lambda: told_of(serving, array, "gone"))
        assert gone == "unknown" or "The memory is gone" in gone
        for block in SHM.glob(f"shmscope-*{name}*"):
            block.unlink(missing_ok=True)  # whoever publishes next may have tidied it up
    until(lambda: serving.http.get(f"/api/v1/arrays/{array}").status_code == 404)


def told_of(serving: Serving, array: str, rule: str) -> str | None:
    """Return what a rule says of an array, ``unknown`` where it is not there any more."""
    answer = serving.http.get(f"/api/v1/arrays/{array}/health")
    if answer.status_code == 404:
        return "unknown"
    said = {one["rule"]: str(one["sentence"]) for one in answer.json()["verdicts"]}
    return said.get(rule)


@pytest.mark.parametrize("way", WAYS)
def test_segment_made_anew_in_another_shape_is_another_array(
    way: Way, name: str, puppets: Start, serving: Serving
) -> None:
    old = share(way, name, puppets)
    array = old.known(serving)
    with serving.watched() as page:
        page.subscribe(1, **values(array))
        frame_of(page, 1)
        old.path.unlink()
        Shared(way, name, puppets()).make(5)
        both = until(lambda: both_of(serving, name))
        assert {one["size_bytes"] for one in both.values()} == {SIZE_BYTES, 5 * 4}
        said = serving.until_told(array, "recreated" if way == "published" else "unlinked")
        assert str(SHM / name) in said
        old.write(2)
        frame_of(page, 2)  # whoever watched the old one still sees it
        old.puppet.do("shared.close()" if way == "published" else "del array; memory.close()")
        old.puppet.kill()
        page.next_of("gone")
    [other] = both.keys() - {array}
    assert not {"recreated", "unlinked", "truncated"} & serving.verdicts(other).keys()


def both_of(serving: Serving, name: str) -> dict[str, Any] | None:
    """Return the two arrays of a name by their id, once both are seen."""
    found = {one["id"]: one for one in serving.get("arrays")["arrays"] if one["name"] == name}
    return found if len(found) == 2 else None
