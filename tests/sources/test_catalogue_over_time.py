"""What the catalogue remembers: what changed is looked into at once, the rest from time to time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.layout.formats.samples import image_stream_io, ndsharray, npy, pyrtc, shareable_list
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM, descriptors

from shmscope.sources import catalogue as catalogue_module
from shmscope.sources import glances
from shmscope.sources.catalogue import Catalogue, Entry, take_catalogue
from shmscope.sources.inventory import Inventory, take_inventory
from shmscope.sources.notes import CONFIRM_S, LONGEST_REST_S
from shmscope.sources.segments import open_identified

META = (3, 12.5, 24, 9, 2, 3, 0, 0, 0, 0)  # of a pyRTC stream of 2 x 3 float32


class Folder:
    """A folder of segments, and what is said of them as time goes by.

    Attributes:
        opened: Names of the segments that were opened since this was last emptied.
    """

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.opened: list[str] = []
        self._inventory: Inventory | None = None
        self._catalogue: Catalogue | None = None

        def opening(path: str, device: int, inode: int) -> tuple[int, os.stat_result] | None:
            self.opened.append(os.path.basename(path))
            return open_identified(path, device, inode)

        monkeypatch.setattr(glances, "open_identified", opening)

    def write(self, name: str, data: bytes) -> None:
        """Make a segment; one of this name is replaced."""
        (self.path / "new").write_bytes(data)
        (self.path / "new").rename(self.path / name)

    def overwrite(self, name: str, data: bytes) -> None:
        """Exchange the contents of a segment."""
        with (self.path / name).open("r+b") as file:
            file.write(data)

    def at(self, now_s: float) -> dict[str, Entry]:
        """Return what is said at a time, by name."""
        self.opened.clear()
        self._inventory = take_inventory(self._inventory, [str(self.path)])
        mine = self._without_others(self._inventory)
        self._catalogue = take_catalogue(mine, (), self._catalogue, now_s)
        return {entry.segment.label: entry for entry in self._catalogue.entries}

    def _without_others(self, inventory: Inventory) -> Inventory:
        """Leave out what other programs keep unnamed on this machine."""
        mine = {one.identity: one for one in inventory.segments if one.paths}
        memory = replace(inventory.memory, segments=mine)
        return replace(inventory, segments=tuple(mine.values()), memory=memory)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    return Folder(tmp_path, monkeypatch)


def test_unknown_segment_is_looked_into_less_and_less_often(folder: Folder) -> None:
    folder.write("x", bytes(100))
    looked = []
    for now_s in range(200):
        folder.at(now_s)
        looked += [now_s] if "x" in folder.opened else []
    assert looked == [0, 1, 3, 7, 15, 31, 63, 63 + LONGEST_REST_S, 63 + 2 * LONGEST_REST_S]


def test_header_that_is_written_later_is_seen_at_the_next_look(folder: Folder) -> None:
    data = npy()
    folder.write("x", bytes(len(data)))
    assert folder.at(0)["x"].provenance == "bytes"
    folder.overwrite("x", data)
    assert folder.at(0.9)["x"].provenance == "bytes"
    entry = folder.at(1)["x"]
    assert (entry.provenance, entry.recognition is not None) == ("recognised", True)


def test_recognised_segment_is_believed_and_then_confirmed(folder: Folder) -> None:
    folder.write("x", npy())
    first = folder.at(0)["x"]
    assert folder.at(CONFIRM_S - 0.1)["x"] is first
    assert not folder.opened
    assert folder.at(CONFIRM_S)["x"].provenance == "recognised"
    assert folder.opened == ["x"]


def test_contents_that_were_exchanged_are_noticed(folder: Folder) -> None:
    first, second = image_stream_io(), npy()
    size = max(len(first), len(second))
    folder.write("x", npy() + bytes(size - len(second)))
    before = folder.at(0)["x"]
    assert before.recognition is not None
    folder.overwrite("x", bytes(size))
    assert folder.at(CONFIRM_S)["x"].recognition is before.recognition  # may be half written
    assert folder.at(CONFIRM_S + 1)["x"].provenance == "bytes"


def test_header_that_is_half_written_at_one_look_costs_nothing(folder: Folder) -> None:
    folder.write("x", npy())
    before = folder.at(0)["x"]
    folder.overwrite("x", bytes(8))
    assert folder.at(CONFIRM_S)["x"].recognition is before.recognition
    folder.overwrite("x", npy())
    assert folder.at(CONFIRM_S + 1)["x"].provenance == "recognised"
    assert folder.at(CONFIRM_S + 2)["x"].provenance == "recognised"


def test_segment_that_cannot_be_read_any_more_is_still_what_it_was(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("x", npy())
    before = folder.at(0)["x"]
    monkeypatch.setattr(glances, "open_identified", lambda *_: None)
    for now_s in range(10, 40):
        assert folder.at(now_s)["x"].recognition is before.recognition


def test_neighbour_that_comes_or_goes_brings_a_new_look(folder: Folder) -> None:
    folder.write("x", bytes(24))
    assert folder.at(0)["x"].provenance == "bytes"
    folder.write("x_meta", pyrtc(*META))
    found = folder.at(0.1)
    assert list(found) == ["x"]
    assert (found["x"].format, found["x"].companions) == ("pyRTC 1", ("x_meta",))
    (folder.path / "x_meta").unlink()
    folder.at(0.2)
    assert folder.at(1.2)["x"].provenance == "bytes"


def test_companion_alone_is_an_entry_of_its_own(folder: Folder) -> None:
    folder.write("x", bytes(24))
    folder.write("x_meta", pyrtc(*META))
    assert list(folder.at(0)) == ["x"]
    (folder.path / "x").unlink()
    assert list(folder.at(1)) == ["x_meta"]


def test_segment_that_was_made_anew_is_looked_into_at_once(folder: Folder) -> None:
    folder.write("x", npy())
    assert folder.at(0)["x"].provenance == "recognised"
    folder.write("x", bytes(len(npy())))
    assert folder.at(0.1)["x"].provenance == "bytes"


def test_segment_that_grew_is_looked_into_at_once(folder: Folder) -> None:
    folder.write("x", b"")
    assert folder.at(0)["x"].system
    folder.overwrite("x", npy())
    entry = folder.at(0.1)["x"]
    assert (entry.provenance, entry.system) == ("recognised", False)


def test_only_some_are_looked_into_again_at_once(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_module, "MOST_AGAIN", 2)
    for name in "abcde":
        folder.write(name, bytes(100))
    folder.at(0)
    assert len(folder.opened) == 5
    looked: list[str] = []
    for now_s in (1.0, 1.1, 1.2):
        folder.at(now_s)
        assert len(folder.opened) <= 2
        looked += folder.opened
    assert sorted(looked) == list("abcde")


def test_newer_view_of_a_segment_stands_in_a_remembered_entry(folder: Folder) -> None:
    folder.write("x", npy())
    before = folder.at(0)["x"]
    (folder.path / "x").chmod(0o400)
    after = folder.at(0.1)["x"]
    assert not folder.opened
    assert (after.segment.mode, after.recognition) == (0o400, before.recognition)


def test_neighbours_are_those_of_the_same_folder(tmp_path: Path) -> None:
    for name, meta in (("a", META), ("b", None)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_bytes(bytes(24))
        if meta is not None:
            (tmp_path / name / "x_meta").write_bytes(pyrtc(*meta))
    for roots in ([tmp_path / "a", tmp_path / "b"], [tmp_path]):
        found = entries(roots)
        assert {path: entry.format for path, entry in found.items()} == {
            f"{tmp_path}/a/x": "pyRTC 1",
            f"{tmp_path}/b/x": "",
        }


def entries(roots: Sequence[Path]) -> dict[str, Entry]:
    """Return what is said of the segments that have a path below `roots`, by path."""
    folders = tuple(map(str, roots))
    found = take_catalogue(take_inventory(None, folders), ()).entries
    named = {entry.segment.paths[0]: entry for entry in found if entry.segment.paths}
    return {path: entry for path, entry in named.items() if path.startswith(folders)}


def test_array_of_two_segments_is_one_entry_with_all_that_its_recogniser_said(
    folder: Folder,
) -> None:
    data = f"x_{'0123456789abcdef' * 2}"
    folder.write("x", data.encode())
    folder.write(data, ndsharray())
    [entry] = folder.at(0).values()
    assert (entry.segment.label, entry.companions) == (data, ("x",))
    assert entry.recognition is not None
    assert entry.recognition.signs is not None
    assert entry.recognition.arrays[0].layout == entry.arrays[0].layout


@pytest.mark.parametrize(
    ("name", "data", "system", "payload_offset"),
    [
        ("sem.a", bytes(32), True, 0),
        ("sem.a", bytes(3200), False, 0),
        ("sem.a", shareable_list(("q", bytes(8), 0)), False, 0),  # larger than a semaphore
        ("pulse-shm-123", bytes(100), True, 0),
        ("pulse-shm-123", npy(), False, 0),  # only its name is that of a sound server's
        ("torch_1_2_3", bytes(100), False, 64),
        ("psm_1a2b3c4d", bytes(100), False, 0),
        ("anything", bytes(100), False, 0),
        ("anything", b"", True, 0),
    ],
)
def test_memory_that_holds_no_arrays_is_told_apart(
    folder: Folder, name: str, data: bytes, system: bool, payload_offset: int
) -> None:
    folder.write(name, data)
    [entry] = folder.at(0).values()
    assert (entry.system, entry.payload_offset) == (system, payload_offset)


LIST = "from multiprocessing import shared_memory; numbers = shared_memory.ShareableList([3, 1, 4])"


def test_segment_without_a_name_is_read_by_way_of_its_user(puppet: Puppet) -> None:
    puppet.do(LIST)
    puppet.do("numbers.shm.unlink()")
    before = descriptors()
    catalogue = take_catalogue(take_inventory(), ())
    [entry] = used_by(puppet, catalogue)
    assert (entry.segment.kind, entry.segment.paths) == ("unlinked", ())
    assert (entry.provenance, entry.format) == ("recognised", "ShareableList")
    assert descriptors() == before


def test_segment_that_loses_its_name_keeps_what_is_known_of_it(puppet: Puppet) -> None:
    puppet.do(LIST)
    inventory = take_inventory()
    catalogue = take_catalogue(inventory, ())
    [before] = used_by(puppet, catalogue)
    puppet.do("numbers.shm.unlink()")
    inventory = take_inventory(inventory)
    [after] = used_by(puppet, take_catalogue(inventory, (), catalogue))
    assert (before.segment.kind, after.segment.kind) == ("file", "unlinked")
    assert after.format == before.format == "ShareableList"


def used_by(puppet: Puppet, catalogue: Catalogue) -> list[Entry]:
    return [
        entry
        for entry in catalogue.entries
        if puppet.pid in {use.process.pid for use in entry.segment.uses or ()}
    ]


def test_segment_that_may_not_be_read_is_no_error(name: str, puppet: Puppet) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may become another user")
    (SHM / name).write_bytes(npy())
    (SHM / name).chmod(0o600)
    puppet.do("from shmscope.sources.survey import take_survey; take_survey()")
    puppet.do("import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)")
    found = puppet.do(
        f"[(e.provenance, e.format) for e in take_survey().entries if e.segment.label == {name!r}]"
    )
    assert found == [["bytes", ""]]
