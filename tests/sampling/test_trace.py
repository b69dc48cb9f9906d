"""One array over time, as its control block and its segment tell it."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.sources.reading import SHM, block_of

import shmscope
from shmscope.errors import SourceGoneError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import CLAIMED
from shmscope.layout.selection import parse_selection
from shmscope.sampling import detail_rows, rows
from shmscope.sampling.counters import Ticks
from shmscope.sampling.published import PublishedTrace
from shmscope.sampling.trace import RECENT_COPIES
from shmscope.sampling.writers import Slot, WriterTrace
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.limits import Limits
from shmscope.sources.processes import Roll, own_namespace
from shmscope.sources.snapshots import Snapshot

Shared = shmscope.SharedArray


TICKS = Ticks()


def trace_of(name: str, namespace: int | None = None) -> PublishedTrace:
    reader, state = block_of(name)
    trace = PublishedTrace(reader, state, "box", TICKS, Roll(namespace or own_namespace()))
    update(trace)
    return trace


def update(trace: PublishedTrace, later_s: float = 0.0) -> None:
    trace.read(trace._reader.read())
    now_s = time.monotonic() + later_s
    with TICKS.at(now_s):
        trace.update(now_s, watched=True)


@pytest.fixture
def trace(name: str, shared: Shared) -> Iterator[PublishedTrace]:
    assert shared.array.size
    trace = trace_of(name)
    yield trace
    trace.close()


def snapshot(*, torn: bool) -> Snapshot:
    return Snapshot(np.zeros(1), "torn" if torn else "clean", 1, 0.0)


def test_id_names_the_memory_by_device_and_inode(trace: PublishedTrace, name: str) -> None:
    status = (SHM / name).stat()
    assert trace.id == ("box", f"{status.st_dev:x}-{status.st_ino:x}", name)


def test_arrays_of_one_arena_have_ids_of_their_own(name: str) -> None:
    import multiprocessing  # noqa: PLC0415 - the other tests do without

    arrays = [multiprocessing.RawArray("d", 3) for _ in range(2)]
    published = [shmscope.publish(name, array) for array in arrays]
    try:
        from tests.sources.reading import FinderOf  # noqa: PLC0415

        found, roll = FinderOf(name).find(), Roll(own_namespace())
        ids = {PublishedTrace(r, s, "box", TICKS, roll).id for r, s in found.items()}
        assert len(ids) == 2
        assert {len(found.segment.split("-")) for found in ids} == {3}
    finally:
        for array in published:
            array.unlink()


def test_writer_is_told_with_its_counts(trace: PublishedTrace, shared: Shared) -> None:
    shared[:] = 1
    update(trace)
    [writer] = rows.row(trace)["writers"]
    assert writer["pid"] == os.getpid()
    assert (writer["label"], writer["state"], writer["in_write"]) == ("me", "alive", False)
    assert writer["writes"] == 2
    assert 0 <= writer["last_write_age_s"] < 10


def test_write_under_way_is_told(trace: PublishedTrace, shared: Shared) -> None:
    with shared.writing():
        update(trace)
        assert rows.row(trace)["writers"][0]["in_write"]
    update(trace)
    assert not rows.row(trace)["writers"][0]["in_write"]


def test_writer_that_left_is_told_and_its_writes_stay(
    trace: PublishedTrace, shared: Shared
) -> None:
    shared.close()
    update(trace)
    row = rows.row(trace)
    assert [writer["state"] for writer in row["writers"]] == ["left"]
    assert row["writes"] == 1


def test_age_of_the_last_write_is_never_negative(trace: PublishedTrace) -> None:
    update(trace, later_s=-1000)
    assert rows.row(trace)["last_write_age_s"] == 0


@pytest.mark.parametrize(
    ("wrote_s", "age_s"), [(math.nan, None), (-5.0, None), (-math.inf, None), (math.inf, 0.0)]
)
def test_a_time_that_cannot_be_is_no_age(wrote_s: float, age_s: float | None) -> None:
    slot = Slot(CLAIMED, os.getpid(), 0, 0, 0, 1, 1, wrote_s, 0, b"")
    facts = WriterTrace(slot, TICKS).facts(0, 1000.0, Limits())
    assert facts.last_write_age_s == age_s


def test_writer_of_another_namespace_is_unseen(name: str, shared: Shared) -> None:
    assert shared.array.size
    trace = trace_of(name, own_namespace() + 1)
    assert [writer["state"] for writer in rows.row(trace)["writers"]] == ["unseen"]


def test_row_is_what_the_document_says(trace: PublishedTrace, name: str) -> None:
    row = rows.row(trace)
    assert row["id"] == str(trace.id)
    assert (row["host"], row["name"], row["segment_name"]) == ("box", name, name)
    assert (row["mechanism"], row["provenance"]) == ("shared_memory", "published")
    assert (row["dtype"], row["dtype_spec"], row["unit"]) == ("float32", "<f4", "V")
    assert (row["shape"], row["strides"], row["offset"]) == ([6, 4], [16, 4], 0)
    assert row["size_bytes"] == 96
    assert row["read_cost"] is None
    assert row["sparkline"].dtype == np.float32
    assert len(row["sparkline"]) == 60
    assert row["health"]["level"] == "ok"


def test_records_are_called_records(name: str) -> None:
    with shmscope.create(name, 3, [("a", "f8"), ("b", "i4", (2,))]):
        row = rows.row(trace_of(name))
    assert row["dtype"] == "records"
    assert row["dtype_spec"] == [["a", "<f8"], ["b", "<i4", [2]]]


def test_block_that_was_made_anew_is_another_array(trace: PublishedTrace) -> None:
    state = trace.state
    assert trace.is_same(state)
    later = replace(state.header, published_ns=state.header.published_ns + 1)
    other = replace(state.header, inode=state.header.inode + 1)
    wider = replace(state.description, unit="mV")
    assert not trace.is_same(state._replace(header=later))
    assert not trace.is_same(state._replace(header=other))
    assert not trace.is_same(state._replace(description=wider))


def test_torn_copies_are_counted_among_the_recent_ones(trace: PublishedTrace) -> None:
    for _ in range(10):
        trace.note_copy(snapshot(torn=True))
    update(trace)
    assert rows.row(trace)["torn"] == {"copies": 10, "of": 10}
    for _ in range(RECENT_COPIES):
        trace.note_copy(snapshot(torn=False))
    update(trace)
    assert rows.row(trace)["torn"] == {"copies": 0, "of": RECENT_COPIES}


def test_scan_goes_on_where_it_stopped_and_begins_anew(name: str) -> None:
    with shmscope.create(name, 400_000, "f8") as shared:
        shared[:] = 1
        trace = trace_of(name)
        assert trace.scan(10.0, 1) == 1 << 20
        assert trace.scanned_s is None
        assert trace.is_scanning
        trace.sum_up()
        assert trace.statistics[0].coverage == pytest.approx(0.32768)
        shared[:] = 2
        turns = [trace.scan(11.0, 1) for _ in range(3)]
        assert sum(turns) == 3_200_000 - (1 << 20)
        assert (trace.statistics[0].minimum, trace.statistics[0].maximum) == (1, 2)
        trace.scan(12.0, 1 << 30)
        assert trace.statistics[0].minimum == 2
        assert trace.scanned_s == 12.0


def test_full_statistics_stand_while_the_next_scan_is_under_way(name: str) -> None:
    with shmscope.create(name, 400_000, "f8") as shared:
        trace = trace_of(name)
        trace.scan(10.0, 1 << 30)
        shared[:] = 1
        trace.scan(11.0, 1)
        assert trace.statistics[0].maximum == 0
        assert trace.statistics[0].coverage == 1.0


@pytest.mark.parametrize("error", [SourceGoneError("gone"), ValueError("another shape")])
def test_scan_that_fails_begins_anew(
    trace: PublishedTrace, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_source: object, _layout: ArrayLayout) -> Any:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(MemoryArray, "scan", fail)
        assert trace.scan(10.0, 1 << 30) == 0
    assert trace.scan(10.5, 1 << 30) == 96
    assert trace.statistics[0].count == 24


def test_history_has_a_sample_a_tick_and_nan_before(trace: PublishedTrace, shared: Shared) -> None:
    for tick in range(3):
        shared[:] = tick
        update(trace, later_s=(tick + 1) * 0.5)
    found = detail_rows.history(trace)
    assert len(found["age_s"]) == len(found["writes_per_s"]) == 600
    assert found["age_s"][-1] == 0
    assert np.isnan(found["writes_per_s"][:-3]).all()
    assert (found["writes_per_s"][-3:] > 0).all()
    [writer] = found["writers"]
    assert (writer["slot"], writer["label"]) == (0, "me")


def test_look_through_a_trace_follows_the_writers_slots(
    trace: PublishedTrace, shared: Shared
) -> None:
    whole = parse_selection("...", (6, 4))
    first = trace.source.look(whole).verdict
    with shared.writing():
        verdict = trace.source.look(whole).verdict
    assert (first, verdict) == ("clean", "torn")
    shared.unlink()
    with pytest.raises(SourceGoneError, match="not published any more"):
        trace.source.look(whole)
