"""Which arrays a segment holds, by its user, by its format, or as bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.sources.puppets import Puppet

from shmscope.layout.hand import LayoutRule, parse_option
from shmscope.sources.blocks import BlockFinder
from shmscope.sources.holdings import Holding, holdings
from shmscope.sources.survey import Survey, take_survey

PROGRAM = """
import ctypes, multiprocessing, os, numpy as np, shmscope
from multiprocessing import shared_memory
numbers = shared_memory.ShareableList([3, 1, 4, 1], name=NAME + '-list')
raw = shared_memory.SharedMemory(NAME + '-raw', create=True, size=4096)
array = multiprocessing.Array('d', 100)
memory = os.memfd_create(NAME)
os.ftruncate(memory, 4096)
made = shmscope.create(NAME + '-made', (8, 8), 'f4')
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Puppet]:
    with Puppet() as puppet:
        puppet.do(f"NAME = 'test-holdings-{tmp_path_factory.getbasetemp().name}-{puppet.pid}'")
        puppet.do(PROGRAM)
        yield puppet
        puppet.do("[segment.unlink() for segment in (numbers.shm, raw, made)]")


@pytest.fixture(scope="module")
def survey(program: Puppet) -> Survey:
    assert program.pid
    return take_survey(blocks=BlockFinder().find().values())


def held(survey: Survey, program: Puppet, part: str, *options: str) -> list[Holding]:
    """Return the arrays of the one segment of the program whose label holds `part`."""
    rules: list[LayoutRule] = [parse_option(option) for option in options]
    [entry] = [
        entry
        for entry in survey.entries
        if part in entry.segment.label
        and any(use.process.pid == program.pid for use in entry.segment.uses or ())
    ]
    return holdings(entry, rules, survey.neighbour)


def test_unknown_segment_is_its_bytes(survey: Survey, program: Puppet) -> None:
    [found] = held(survey, program, "-raw")
    assert (found.subject.provenance, found.subject.mechanism) == ("bytes", "shared_memory")
    assert (found.layout.dtype, found.layout.shape) == (np.dtype("u1"), (4096,))
    assert found.subject.why == "Nothing tells what it holds."


def test_format_tells_the_layout(survey: Survey, program: Puppet) -> None:
    [found] = held(survey, program, "-list")
    assert (found.subject.provenance, found.subject.format) == ("recognised", "ShareableList")
    assert (found.layout.dtype, found.layout.shape) == (np.dtype("<i8"), (4,))
    assert found.subject.why[0].isupper()
    assert found.subject.why.endswith(".")


def test_user_counts_more_than_a_format(survey: Survey, program: Puppet) -> None:
    [found] = held(survey, program, "-list", "name=*-list as=mine dtype=<u2 shape=8 unit=V")
    assert (found.subject.provenance, found.subject.name) == ("configured", "mine")
    assert (found.layout.dtype.str, found.layout.shape, found.subject.unit) == ("<u2", (8,), "V")


def test_rule_of_another_name_says_nothing(survey: Survey, program: Puppet) -> None:
    [found] = held(survey, program, "-raw", "name=*-rare dtype=<u2")
    assert found.subject.provenance == "bytes"


def test_rule_that_can_make_nothing_of_a_segment_is_told_of(
    survey: Survey, program: Puppet
) -> None:
    [found] = held(survey, program, "-raw", "name=* dtype=<u2 offset=4096")
    assert found.subject.provenance == "bytes"
    assert "The layout given for it cannot be: offset: 4,096 is beyond" in found.subject.why


def test_several_rules_make_several_arrays(survey: Survey, program: Puppet) -> None:
    found = held(
        survey,
        program,
        "-raw",
        "name=*-raw as=head dtype=<u4 shape=4",
        "name=*-raw as=body dtype=<f4 shape=-1,4 offset=16",
    )
    assert [(one.subject.name, one.layout.shape) for one in found] == [
        ("head", (4,)),
        ("body", (255, 4)),
    ]


def test_published_segment_has_what_its_user_adds_alone(survey: Survey, program: Puppet) -> None:
    assert held(survey, program, "-made") == []
    [found] = held(survey, program, "-made", "name=*-made as=again dtype=<u4")
    assert found.subject.name == "again"


def test_memory_without_a_name_says_how_it_is_shared(survey: Survey, program: Puppet) -> None:
    [arena] = held(survey, program, "pym-")
    assert (arena.subject.mechanism, arena.subject.segment) == ("Array", None)
    [memory] = held(survey, program, "memfd:")
    assert (memory.subject.mechanism, memory.subject.segment) == ("memfd", None)


def test_counter_in_a_neighbour_comes_with_it(name: str) -> None:
    """Check with pyRTC's pair: values in one segment, its counter in another."""
    vectors = Path("tests/vectors/formats")
    own, meta = Path(f"/dev/shm/{name}"), Path(f"/dev/shm/{name}_meta")
    own.write_bytes((vectors / "pyrtc-0.bin").read_bytes())
    meta.write_bytes((vectors / "pyrtc-1.bin").read_bytes())
    survey = take_survey()
    [entry] = [one for one in survey.entries if one.segment.label == name]
    [found] = holdings(entry, [], survey.neighbour)
    assert found.signs is not None
    assert list(found.neighbours) == [meta.name]
    assert found.subject.companions == (meta.name,)
