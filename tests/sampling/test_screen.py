"""What is denied is not there: by none of its names, as no other array, and as no part of a sum."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing import Manager
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import pytest
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet
from tests.sources.reading import FinderOf

import shmscope
from shmscope.errors import UnknownArrayError
from shmscope.layout.hand import parse_option
from shmscope.layout.names import ArrayId
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.configuration import Configuration
from shmscope.sources.permits import Permits
from shmscope.sources.screen import Screen
from shmscope.sources.survey import take_survey
from shmscope.web.metrics import encode
from shmscope.web.wire import encode_json

Screened = Callable[..., Stepped]


@pytest.fixture
def screened(name: str) -> Iterator[Screened]:
    """Return what starts a sampler of the test's arrays that has looked once."""
    with ExitStack() as stack:

        def start(permits: Permits, *rules: str) -> Stepped:
            configuration = Configuration(None, [parse_option(rule) for rule in rules])
            stepped = Stepped(name, time.monotonic(), configuration, permits)
            stack.enter_context(stepped)
            stepped.watch()
            stepped.survey()
            return stepped

        yield start


@pytest.fixture
def pair(name: str) -> Iterator[tuple[str, str]]:
    """The names of two published arrays: one to be shown, one to be hidden."""
    shown, hidden = f"{name}-shown", f"{name}-hidden"
    with shmscope.create(shown, (4,), "f4"), shmscope.create(hidden, (4,), "f4"):
        yield shown, hidden


@pytest.fixture
def raw(name: str) -> Iterator[str]:
    """The name of a segment that nobody publishes."""
    segment = SharedMemory(f"{name}-raw", create=True, size=4096)
    yield segment.name
    segment.close()
    segment.unlink()


def told(stepped: Stepped) -> str:
    """Return all that the sampler tells of the machine, as text."""
    sampler = stepped.sampler
    said = [
        sampler.reports.overview(),
        sampler.reports.memory(sampler.timeline),
        sampler.reports.troubles(),
        sampler.reports.segments("*", 0, 10_000)[0],
    ]
    return json.dumps([json.loads(encode_json(one)) for one in said]) + str(encode(sampler, ""))


def names(stepped: Stepped) -> set[str]:
    return {ident.name for ident in stepped.ids}


def test_a_denied_array_is_told_of_nowhere_and_the_others_are(
    screened: Screened, pair: tuple[str, str]
) -> None:
    shown, hidden = pair
    stepped = screened(Permits(deny=("*-hidden",)))
    assert names(stepped) == {shown}
    assert shown in told(stepped)
    assert hidden not in told(stepped)
    assert hidden in told(screened(Permits()))


def test_only_what_is_allowed_is_told_of(
    screened: Screened, pair: tuple[str, str], raw: str
) -> None:
    stepped = screened(Permits(allow=("*-shown",)))
    assert names(stepped) == {pair[0]}
    assert pair[1] not in told(stepped)
    assert raw not in told(stepped)


def test_what_is_denied_is_denied_though_it_is_allowed(
    screened: Screened, pair: tuple[str, str]
) -> None:
    assert names(screened(Permits(allow=("*",), deny=("*-hidden",)))) == {pair[0]}


def test_asking_for_a_denied_array_tells_no_more_than_asking_for_none(
    screened: Screened, pair: tuple[str, str]
) -> None:
    [there] = [ident for ident in screened(Permits()).ids if ident.name == pair[1]]
    stepped = screened(Permits(deny=("*-hidden",)))
    errors = []
    for ident in (there, ArrayId(there.host, "0-0", there.name)):
        with pytest.raises(UnknownArrayError) as caught:
            stepped.sampler.reports.row(ident)
        errors.append(caught.value.detail.replace(str(ident), "ID"))
    assert errors[0] == errors[1]


def test_a_denied_array_never_comes_nor_goes(screened: Screened, name: str) -> None:
    stepped = screened(Permits(deny=("*-later",)))
    with shmscope.create(f"{name}-later", (4,), "f4"):
        stepped.tick()
        assert f"{name}-later" not in told(stepped)
        stepped.survey()
        assert f"{name}-later" not in told(stepped)
    stepped.survey()
    assert f"{name}-later" not in told(stepped)
    assert not stepped.sampler.roster.comings.gone


def test_denied_memory_is_not_shown_as_its_bytes(screened: Screened, raw: str) -> None:
    assert names(screened(Permits())) == {raw}
    assert not names(screened(Permits(deny=(raw,))))
    with shmscope.create(f"{raw}-x", (4,), "f4"):
        stepped = screened(Permits(deny=("*-x",)))
        assert names(stepped) == {raw}


def test_a_name_that_somebody_else_gives_denied_memory_does_not_show_it(
    screened: Screened, raw: str
) -> None:
    rule = f"name={raw} as=harmless dtype=<f8"
    assert names(screened(Permits(), rule)) == {"harmless"}
    assert not names(screened(Permits(deny=(raw,)), rule))
    with Puppet() as puppet:
        puppet.do("import numpy as np, shmscope; from multiprocessing import shared_memory")
        puppet.do(f"own = shared_memory.SharedMemory('{raw}', create=False)")
        puppet.do("view = np.ndarray(4096, 'u1', own.buf)")
        puppet.do(f"kept = shmscope.publish('{raw}-harmless', view)")
        assert names(screened(Permits())) == {f"{raw}-harmless"}
        assert not names(screened(Permits(deny=(raw,))))


def test_a_denied_name_that_a_rule_gives_hides_the_memory(screened: Screened, raw: str) -> None:
    rule = f"name={raw} as=payroll dtype=<f8"
    stepped = screened(Permits(deny=("payroll",)), rule)
    assert not names(stepped)
    assert "payroll" not in told(stepped)
    assert raw not in told(stepped)
    assert names(screened(Permits(allow=("payroll",)), rule)) == {"payroll"}


def test_a_second_name_of_memory_is_denied_like_the_first(screened: Screened, raw: str) -> None:
    link = Path(SHM_DIR, f"{raw}-link")
    os.link(Path(SHM_DIR, raw), link)
    try:
        assert not names(screened(Permits(deny=("*-link",))))
    finally:
        link.unlink()


def test_an_array_in_the_same_memory_as_a_denied_one_is_hidden_with_it(
    screened: Screened, name: str
) -> None:
    with Puppet() as puppet:
        puppet.do("import multiprocessing, shmscope")
        puppet.do("one, two = multiprocessing.Array('d', 4), multiprocessing.Array('d', 4)")
        puppet.do(f"kept = shmscope.publish('{name}-1', one), shmscope.publish('{name}-2', two)")
        assert {f"{name}-1", f"{name}-2"} <= names(screened(Permits()))
        assert not names(screened(Permits(deny=("*-2",))))


def test_what_belongs_to_a_denied_segment_is_hidden_with_it(name: str) -> None:
    segments = [SharedMemory(f"{name}{part}", create=True, size=64) for part in ("", "_meta")]
    try:
        survey = take_survey()
        own = [one for one in survey.entries if one.segment.label == name]
        entry = replace(own[0], companions=(f"{name}_meta",))
        survey = replace(survey, catalogue=replace(survey.catalogue, entries=(entry,)))
        for pattern in (name, f"{name}_meta"):
            screen = Screen(Permits(deny=(pattern,)))
            screen.look({}, survey, ())
            assert screen.survey is not None
            labels = {one.label for one in screen.survey.inventory.segments}
            assert not any(name in label for label in labels)
            assert screen.survey.entry(entry.segment.identity) is None
            assert screen.survey.neighbour(entry.segment, f"{name}_meta") is None
    finally:
        for segment in segments:
            segment.close()
            segment.unlink()


@pytest.mark.parametrize("permits", [Permits(allow=("*_shown",)), Permits(deny=("*_hidden",))])
def test_the_control_block_of_a_managers_array_is_told_of_with_it_and_not_without(
    screened: Screened, name: str, permits: Permits
) -> None:
    """Its file has the array's name in its own."""
    with Manager() as manager, ExitStack() as stack:
        for part in ("shown", "hidden"):
            block = shmscope.publish(f"{name}_{part}", manager.list([1, 2]))
            stack.callback(block.unlink)
        stepped = screened(permits)
        assert names(stepped) == {f"{name}_shown"}
        labels = [one["label"] for one in stepped.sampler.reports.segments("*", 0, 10_000)[0]]
        assert len([label for label in labels if f"{name}_shown" in label]) == 1
        assert f"{name}_hidden" not in told(stepped)
        assert f"{name}_hidden" in told(screened(Permits()))


def test_a_screen_without_patterns_is_not_there(pair: tuple[str, str]) -> None:
    blocks, survey = FinderOf(pair[0]).find(), take_survey()
    screen = Screen(Permits())
    screen.look(blocks, survey, ())
    assert screen.blocks is blocks
    assert screen.survey is survey


def test_what_has_not_changed_is_not_screened_again(pair: tuple[str, str]) -> None:
    blocks, survey = FinderOf(pair[0]).find(), take_survey()
    screen = Screen(Permits(deny=("*-hidden",)))
    screen.look(blocks, survey, ())
    before = screen.survey
    screen.look(blocks, survey, ())
    assert screen.survey is before is not None


def test_of_control_blocks_that_lie_nothing_is_told_where_some_are_denied(
    screened: Screened, name: str
) -> None:
    path = Path(SHM_DIR, f"shmscope-{name}-0123456789ab")
    path.write_bytes(b"no block")
    assert path.name in told(screened(Permits()))
    assert path.name not in told(screened(Permits(deny=("other",))))
