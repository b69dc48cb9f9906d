"""Control blocks that are overwritten, lie or shrink."""

from __future__ import annotations

import json
import os
import random
import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.arrays import SHM, Shared, Start, share
from tests.faults.serving import Serving
from tests.sampling.stepping import Stepped
from tests.waiting import until
from tests.web.watching import values

from shmscope.layout.control import HEADER_BYTES, Header
from shmscope.layout.names import block_prefix

Damage = Callable[[bytes], bytes]
ROUNDS = 100


def over(offset: int, what: bytes) -> Damage:
    """Return what overwrites a block's bytes from `offset` on."""
    return lambda sound: sound[:offset] + what + sound[offset + len(what) :]


def told(**changes: object) -> Damage:
    """Return what makes a block say something else of its array's layout."""

    def lie(sound: bytes) -> bytes:
        header = Header.unpack(sound)
        start, end = header.description_offset, header.slots_offset
        said = json.loads(sound[start : start + header.description_bytes])
        said["layout"] |= changes
        encoded = json.dumps(said).encode()
        assert len(encoded) <= end - start
        length = struct.pack("<I", len(encoded))
        described = sound[:start] + encoded.ljust(end - start) + sound[end:]
        return over(20, length)(described)

    return lie


UNSOUND: dict[str, Damage] = {
    "all random": lambda sound: random.randbytes(len(sound)),
    "random header": over(0, random.randbytes(HEADER_BYTES)),
    "no magic": over(0, bytes(8)),
    "slots within the description": over(24, struct.pack("<I", 128)),
    "description beyond the block": over(16, struct.pack("<I", 1 << 30)),
    "more slots used than there are": over(28, struct.pack("<I", 1 << 20)),
    "no JSON": over(HEADER_BYTES, b"["),
    "negative shape": told(shape=[-5]),
    "shape beyond all memory": told(shape=[1 << 60, 1 << 60]),
    "dtype that is none": told(dtype="<q7"),
    "empty": lambda _: b"",
    "cut in the header": lambda sound: sound[:100],
    "cut in the description": lambda sound: sound[: HEADER_BYTES + 10],
    "cut before the slots": lambda sound: sound[: Header.unpack(sound).slots_offset],
}
TOO_LARGE: dict[str, dict[str, object]] = {
    "shape": {"shape": [1 << 40]},
    "offset": {"offset": 1 << 40},
}


def block_of(name: str) -> Path:
    """Return the file of an array's control block."""
    [block] = SHM.glob(block_prefix(name) + "*")
    return block


def overwrite(block: Path, data: bytes) -> None:
    """Put other bytes in the place of a block's, in the same file.

    One that names no living publisher may be swept away by whoever publishes meanwhile.
    """
    fd = os.open(block, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.ftruncate(fd, len(data))
        os.pwrite(fd, data, 0)
    finally:
        os.close(fd)


@pytest.fixture
def shared(name: str, puppets: Start) -> Shared:
    return share("published", name, puppets)


def test_array_of_an_unsound_block_is_seen_as_bytes_until_the_block_is_sound(
    shared: Shared, stepped: Stepped
) -> None:
    block = block_of(shared.name)
    sound = block.read_bytes()
    for damage, damaged in UNSOUND.items():
        overwrite(block, damaged(sound))
        assert seen(stepped) == ("bytes", "uint8", "ok"), damage
        stepped.tick(3)
        assert str(block) in dict(stepped.sampler.host.facts.unsound_blocks), damage
        [told_of] = [v for v in stepped.sampler.host.verdicts if v.rule == "unsound_block"]
        assert re.match("The control block .* is damaged, and .* is lost: ", told_of.sentence)
        overwrite(block, sound)
        assert seen(stepped) == ("published", "float32", "ok"), damage
        assert str(block) not in dict(stepped.sampler.host.facts.unsound_blocks), damage


def seen(stepped: Stepped) -> tuple[str, str, str]:
    """Look, and return what the only array is seen as, and how it is."""
    stepped.survey()
    [row] = stepped.sampler.reports.rows()
    return row["provenance"], row["dtype"], row["health"]["level"]


@pytest.mark.parametrize("what", TOO_LARGE)
def test_block_that_promises_more_than_there_is_is_told_until_it_does_not(
    what: str, shared: Shared, serving: Serving
) -> None:
    array = serving.id_of(shared.name)
    block = block_of(shared.name)
    sound = block.read_bytes()
    overwrite(block, told(**TOO_LARGE[what])(sound))
    sentence = serving.until_told(array, "truncated")
    assert sentence.startswith("The segment was cut to 4,000 bytes, the array needs")
    problem = serving.http.get(f"/api/v1/arrays/{array}/values?select=-1&max_points=1")
    assert problem.status_code >= 400
    overwrite(block, sound)
    serving.until_silent(array, "truncated")
    assert serving.get(f"arrays/{array}/values?select=-1")["values"] == 1


def test_slots_of_random_bytes_stop_nobody(shared: Shared, stepped: Stepped) -> None:
    block = block_of(shared.name)
    sound = block.read_bytes()
    header = Header.unpack(sound)
    all_used = over(28, struct.pack("<I", header.slot_count))(sound)
    size = header.total_bytes - header.slots_offset
    for _ in range(ROUNDS):
        slots = bytearray(random.randbytes(size))
        slots[::128] = random.choices(range(4), k=header.slot_count)
        for byte in (1, 2, 3):  # so that most of the states are some that there are
            slots[byte::128] = bytes(header.slot_count)
        overwrite(block, over(header.slots_offset, bytes(slots))(all_used))
        stepped.tick()
        [row] = stepped.sampler.reports.rows()
        assert len(row["writers"]) > 0
    overwrite(block, sound)
    shared.write(2)
    stepped.tick(2)
    [row] = stepped.sampler.reports.rows()
    assert [one["label"] for one in row["writers"]] == ["first"]
    assert row["health"]["level"] == "ok"


def test_page_is_told_that_an_array_is_another_without_its_block_and_sees_it_again(
    shared: Shared, serving: Serving
) -> None:
    array = serving.id_of(shared.name)
    block = block_of(shared.name)
    sound = block.read_bytes()
    with serving.watched() as page:
        page.subscribe(1, **values(array))
        page.next_of("frame")
        overwrite(block, b"")
        head, body = page.next_of("gone", "schema")  # the latter where a survey was quicker
        assert head["type"] == "gone" or body["dtype"] == "|u1"
        overwrite(block, sound)
        until(lambda: is_published(serving, array))
        page.subscribe(2, **values(array))
        page.next_of("frame")


def is_published(serving: Serving, array: str) -> bool:
    """Whether the server has the array from its control block."""
    rows = serving.get("arrays")["arrays"]
    return any((row["id"], row["provenance"]) == (array, "published") for row in rows)
