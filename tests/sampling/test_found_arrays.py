"""Arrays that nobody published, from their first sight to their last."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.sampling.stepping import Stepped, bodies, kinds
from tests.sources.puppets import Puppet

import shmscope
from shmscope.errors import LayoutError, UnknownArrayError
from shmscope.layout.formats.image_stream_io import SIGNS
from shmscope.layout.hand import parse_option, parse_rule
from shmscope.layout.names import ArrayId
from shmscope.sampling.comings import MARKED_S
from shmscope.sampling.foreign import ForeignTrace
from shmscope.sampling.topics import ArrayTopic, OverviewTopic, ValuesTopic
from shmscope.sources.configuration import Configuration

SHM = Path("/dev/shm")
BY_HAND = {"dtype": "<f4", "shape": [4, 6], "offset": 64}


@pytest.fixture
def raw(name: str) -> Iterator[Path]:
    """A segment of 4 x 6 float32 behind a header of 64 bytes."""
    path = SHM / name
    path.write_bytes(bytes(64) + np.arange(24, dtype="<f4").tobytes())
    yield path
    path.unlink(missing_ok=True)


def poke(path: Path, offset: int, value: bytes) -> None:
    """Write as another program does."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(value)


def found(stepped: Stepped) -> ForeignTrace:
    assert isinstance(stepped.trace, ForeignTrace)
    return stepped.trace


def row(stepped: Stepped) -> dict[str, object]:
    [row] = stepped.sampler.reports.rows()
    return row


def test_segment_that_nobody_knows_is_listed_as_bytes(stepped: Stepped, raw: Path) -> None:
    stepped.survey()
    told = row(stepped)
    assert (told["provenance"], told["mechanism"], told["format"]) == ("bytes", "shared_memory", "")
    assert (told["dtype"], told["shape"], told["segment_bytes"]) == ("uint8", [160], 160)
    assert (told["paths"], told["segment_name"]) == ([str(raw)], raw.name)
    assert (told["writes"], told["writes_per_s"], told["writers"]) == (None, None, [])
    assert told["system"] is False
    status = raw.stat()
    assert told["id"] == f"box/{status.st_dev:x}-{status.st_ino:x}/{raw.name}"


def test_published_array_is_not_listed_a_second_time(stepped: Stepped, name: str) -> None:
    with shmscope.create(name, 8) as array:
        stepped.survey()
        assert row(stepped)["provenance"] == "published"
        assert row(stepped)["users"] is not None
        array.unlink()


def test_users_are_counted_by_how_they_use_it(
    stepped: Stepped, raw: Path, puppets: Callable[[], Puppet]
) -> None:
    writer, reader, holder = puppets(), puppets(), puppets()
    for puppet in (writer, reader, holder):
        puppet.do(f"import mmap, os; fd = os.open({str(raw)!r}, os.O_RDWR)")
    writer.do("memory = mmap.mmap(fd, 0)")
    reader.do("memory = mmap.mmap(fd, 0, prot=mmap.PROT_READ)")
    stepped.survey()
    assert row(stepped)["users"] == {"rw": 1, "r": 1, "open": 1}
    told = {one["pid"]: one for one in stepped.sampler.reports.processes(stepped.id) or ()}
    assert told[writer.pid]["mapped"] == "rw"
    assert told[holder.pid]["mapped"] is None
    assert told[reader.pid]["user"]


def test_layout_of_the_command_line_is_how_it_is_seen(name: str, raw: Path) -> None:
    rules = [parse_option(f"name={raw.name[:-2]}* as=volts dtype=<f4 shape=-1,6 offset=64 unit=V")]
    with Stepped(name, 0.0, Configuration(None, rules)) as stepped:
        stepped.survey()
        told = row(stepped)
        assert (told["provenance"], told["name"], told["unit"]) == ("configured", "volts", "V")
        assert (told["dtype"], told["shape"], told["offset"]) == ("float32", [4, 6], 64)
        _, _, snapshot = stepped.sampler.answers.values(stepped.id, "1, 2")
        assert (float(snapshot.values), snapshot.verdict) == (8.0, "unverified")


def test_file_of_layouts_counts_from_the_tick_after_it_changed(
    name: str, raw: Path, tmp_path: Path
) -> None:
    file = tmp_path / "layouts.toml"
    file.write_text("")
    with Stepped(name, 0.0, Configuration(str(file))) as stepped:
        stepped.survey()
        assert row(stepped)["provenance"] == "bytes"
        file.write_text(f'[[array]]\nname = "{raw.name}"\ndtype = "<f4"\n')
        stepped.tick()
        assert (row(stepped)["provenance"], row(stepped)["shape"]) == ("configured", [40])
        file.write_text("[[array]]\nname = 5\n")
        stepped.tick()
        assert row(stepped)["provenance"] == "configured"
        config = stepped.sampler.reports.host()["config"]
        assert "array 1" in config["problem"]


def test_layout_that_its_segment_is_too_short_for_is_a_critical_finding(
    name: str, raw: Path
) -> None:
    rules = [parse_option(f"name={raw.name} dtype=<f8 shape=100")]
    with Stepped(name, 0.0, Configuration(None, rules)) as stepped:
        stepped.survey()
        assert stepped.rules[0] == "truncated"


def test_two_arrays_of_one_segment_have_names_of_their_own(name: str, raw: Path) -> None:
    options = [f"name={raw.name} dtype=<f4 shape=4", f"name={raw.name} dtype=<i8 shape=2 offset=64"]
    with Stepped(name, 0.0, Configuration(None, [parse_option(one) for one in options])) as stepped:
        stepped.survey()
        names = [told["name"] for told in stepped.sampler.reports.rows()]
    assert names == [f"{raw.name}#1", f"{raw.name}#2"]


def test_kept_layout_is_seen_by_everybody_until_it_is_forgotten(
    stepped: Stepped, raw: Path
) -> None:
    stepped.survey()
    ident = stepped.id
    rule = parse_rule(BY_HAND, pattern="*")
    stepped.sampler.answers.keep_layout(ident, rule, "guessed", timeout_s=0)
    stepped.tick()
    assert stepped.id == ident
    assert (row(stepped)["provenance"], row(stepped)["shape"]) == ("guessed", [4, 6])
    stepped.sampler.answers.forget_layout(ident, timeout_s=0)
    stepped.tick()
    assert (row(stepped)["provenance"], row(stepped)["name"]) == ("bytes", raw.name)


def test_layout_that_does_not_fit_is_not_kept(stepped: Stepped, raw: Path) -> None:
    stepped.survey()
    rule = parse_rule({**BY_HAND, "shape": [5, 6]}, pattern="*")
    with pytest.raises(LayoutError, match="need 184 bytes; the segment has 160") as caught:
        stepped.sampler.answers.keep_layout(stepped.id, rule, "configured", timeout_s=0)
    assert caught.value.field == "shape"
    assert raw.exists()


def test_layout_of_a_published_array_is_its_programs(stepped: Stepped, name: str) -> None:
    with shmscope.create(name, 8):
        stepped.survey()
        rule = parse_rule({"dtype": "u1"}, pattern="*")
        with pytest.raises(LayoutError, match="tells its layout"):
            stepped.sampler.answers.keep_layout(stepped.id, rule, "configured", timeout_s=0)


def test_values_may_be_looked_at_through_another_layout(stepped: Stepped, raw: Path) -> None:
    stepped.survey()
    topic = ValuesTopic(stepped.id, "1", 100, parse_rule(BY_HAND, pattern="*"))
    stepped.sampler.demand.add(topic, 10.0)
    news = stepped.step()
    assert kinds(news, topic) == ["schema", "frame"]
    assert bodies(news, "schema")[0]["dtype"] == "<f4"
    [frame] = [one.body for one in news if one.kind == "frame" and one.topic == topic]
    assert frame["values"].tolist() == [6, 7, 8, 9, 10, 11]
    assert row(stepped)["provenance"] == "bytes"
    assert raw.exists()


def test_look_through_a_layout_that_does_not_fit_names_the_field(
    stepped: Stepped, raw: Path
) -> None:
    stepped.survey()
    rule = parse_rule({"dtype": "<f8", "offset": raw.stat().st_size}, pattern="*")
    topic = ValuesTopic(stepped.id, "...", 100, rule)
    stepped.sampler.demand.add(topic, 10.0)
    [error] = [one.error for one in stepped.step() if one.kind == "error"]
    assert isinstance(error, LayoutError)
    assert error.field == "offset"


def test_changes_are_seen_while_somebody_looks(stepped: Stepped, raw: Path) -> None:
    stepped.survey()
    assert found(stepped).changes is not None
    assert stepped.rules == ["unchanged"]
    ticket = stepped.sampler.demand.add(ArrayTopic(stepped.id))
    for number in range(20):
        stepped.run(0.5)
        poke(raw, 64, bytes([number + 1]))
    stepped.run(0.6)
    assert stepped.rules == ["changing"]
    changes = found(stepped).changes
    assert changes is not None
    assert 1.0 < changes.per_s <= 2.5
    assert (changes.compared, changes.coverage, changes.elements) == (160, 1.0, 1)
    stepped.sampler.demand.drop(ticket)
    stepped.run(1.0)
    changes = found(stepped).changes
    assert changes is not None
    assert changes.looks_per_s == 0


def test_nobody_watching_means_that_no_bytes_are_read(
    stepped: Stepped, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped.survey()
    read: list[int] = []
    monkeypatch.setattr(stepped.sampler.observer, "note_read", read.append)
    stepped.run(3.0)
    assert sum(read) == 0
    assert raw.exists()


def test_overview_alone_looks_for_changes_calmly(stepped: Stepped, raw: Path) -> None:
    stepped.survey()
    stepped.sampler.demand.add(OverviewTopic())
    for number in range(10):
        stepped.run(1.0)
        poke(raw, 100, bytes([number + 1]))
    changes = found(stepped).changes
    assert changes is not None
    assert 0 < changes.per_s <= 2
    assert changes.looks_per_s <= 2.1


def test_formats_counter_tells_of_writes_exactly(stepped: Stepped, name: str) -> None:
    path = SHM / f"{name}.im.shm"
    path.write_bytes(Path("tests/vectors/formats/image_stream_io-0.bin").read_bytes())
    count, flag = SIGNS.count, SIGNS.flag
    assert count is not None
    assert flag is not None
    stepped.survey()
    before = found(stepped).writes
    assert before is not None
    for number in range(1, 41):
        poke(path, count.offset, (before + number).to_bytes(8, "little"))
        stepped.run(0.125)
    stepped.tick()
    assert found(stepped).writes == before + 40
    assert found(stepped).writes_per_s == pytest.approx(8, rel=0.3)
    assert found(stepped).changes is None
    assert stepped.rules == ["writing"]
    assert row(stepped)["provenance"] == "recognised"
    poke(path, flag.offset, b"\1")
    assert stepped.sampler.answers.values(stepped.id, "...")[2].verdict == "torn"
    poke(path, flag.offset, b"\0")
    assert stepped.sampler.answers.values(stepped.id, "...")[2].verdict == "clean"


def test_array_that_appears_is_marked_with_its_age(stepped: Stepped, name: str, raw: Path) -> None:
    stepped.survey()
    assert row(stepped)["age_s"] is None
    later = raw.with_name(f"{name}-later")
    later.write_bytes(b"abc")
    stepped.survey()
    stepped.tick(2)
    ages = {told["name"]: told["age_s"] for told in stepped.sampler.reports.rows()}
    assert ages == {raw.name: None, later.name: pytest.approx(1.0)}


def test_array_that_went_is_told_of_for_ten_seconds(stepped: Stepped, raw: Path) -> None:
    stepped.sampler.demand.add(OverviewTopic())
    stepped.survey()
    ident = stepped.id
    raw.unlink()
    [overview] = bodies(stepped.survey(), "frame")
    assert [(told["id"], told["gone_s"]) for told in overview["arrays"]] == [(str(ident), 0.0)]
    assert stepped.sampler.reports.rows() == []
    with pytest.raises(UnknownArrayError):
        stepped.sampler.roster.trace(ident)
    [overview] = bodies(stepped.tick(int(MARKED_S * 2)), "frame")
    assert overview["arrays"] == []


def test_page_of_an_array_that_went_is_told_so(stepped: Stepped, raw: Path) -> None:
    stepped.survey()
    topic = ArrayTopic(stepped.id)
    stepped.sampler.demand.add(topic)
    assert kinds(stepped.tick(), topic) == ["frame"]
    raw.unlink()
    assert kinds(stepped.survey(), topic) == ["gone"]


def test_name_that_is_made_anew_is_another_array(stepped: Stepped, raw: Path) -> None:
    stepped.survey()
    before = stepped.id
    data = raw.read_bytes()
    raw.rename(raw.with_suffix(".old"))
    raw.write_bytes(data)
    stepped.survey()
    ids = {ArrayId.parse(told["id"]) for told in stepped.sampler.reports.rows()}
    assert before not in {one for one in ids if one.name == raw.name}


def test_unlinked_memory_is_read_from_its_users(
    stepped: Stepped, raw: Path, puppets: Callable[[], Puppet]
) -> None:
    puppet = puppets()
    puppet.do(f"import mmap, os; fd = os.open({str(raw)!r}, os.O_RDWR); memory = mmap.mmap(fd, 0)")
    raw.unlink()
    stepped.survey()
    assert stepped.rules[0] == "unlinked"
    _, _, snapshot = stepped.sampler.answers.values(stepped.id, "66:72")
    assert snapshot.values.tolist() == [0, 0, 0, 0, 128, 63]


def test_segment_that_may_not_be_read_says_why(stepped: Stepped, raw: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    raw.chmod(0)
    stepped.survey()
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    stepped.run(1.0)
    assert "forbidden" in stepped.rules
