"""Layouts for the bytes of an array: what they may be, and what somebody says they are."""

from __future__ import annotations

import os
from dataclasses import dataclass

from shmscope.errors import LayoutError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.guesses import Guess, guess
from shmscope.layout.hand import LayoutRule, exact_pattern
from shmscope.sampling.foreign import ForeignTrace
from shmscope.sampling.kept import KeptLayouts, Origin
from shmscope.sampling.trace import Trace
from shmscope.sampling.views import seen_as
from shmscope.sources.arrays import MemoryArray


@dataclass(frozen=True, slots=True)
class Saying:
    """An array's layout, and how to say it on the command line or in a file.

    Attributes:
        rule: Fits segments of this name, and says everything that is known.
    """

    layout: ArrayLayout
    rule: LayoutRule


def memory_of(trace: Trace) -> MemoryArray:
    """Return what an array is read from, where that is memory.

    Raises:
        LayoutError: it is an object of a Manager.
    """
    if isinstance(trace.source, MemoryArray):
        return trace.source
    raise LayoutError(
        f"{trace.subject.name} is an object of a Manager: it has no bytes to give a layout to",
        value=trace.subject.mechanism,
    )


def guesses_of(trace: Trace) -> list[Guess]:
    """Return what the bytes of an array's segment may be, the likeliest first.

    Raises:
        LayoutError: it is an object of a Manager.
        SourceError: the segment cannot be read now.
    """
    with memory_of(trace).opened() as opened:
        return guess(
            lambda offset, count: os.pread(opened.fd, count, offset), size_bytes=opened.size_bytes
        )


def saying_of(trace: Trace) -> Saying:
    """Return an array's layout as a rule for segments of its name.

    Raises:
        LayoutError: it is an object of a Manager.
    """
    memory_of(trace)
    subject, layout = trace.subject, trace.layout
    rule = LayoutRule(
        pattern=exact_pattern(_segment_name(trace)),
        dtype=layout.dtype,
        shape=layout.shape,
        offset=layout.offset,
        strides=None if layout.is_contiguous else layout.strides,
        title=None if subject.name == _segment_name(trace) else subject.name,
        unit=subject.unit,
        labels=subject.labels,
        about=subject.about,
    )
    return Saying(layout, rule)


def keep(kept: KeptLayouts, trace: Trace, rule: LayoutRule, origin: Origin) -> None:
    """Have an array seen as `rule` says, by everybody, until the server ends.

    Raises:
        LayoutError: the layout does not fit, or the array's own program tells its layout.
        SourceError: the segment cannot be read now.
    """
    seen_as(trace, rule)
    if not isinstance(trace, ForeignTrace):
        raise LayoutError(
            f"the program that publishes {trace.subject.name} tells its layout: another one can be "
            "looked through, but not kept",
            value=trace.subject.provenance,
        )
    kept.keep(trace.id, rule, origin)


def _segment_name(trace: Trace) -> str:
    """Return what the segment of an array is called in a list of segments."""
    if isinstance(trace, ForeignTrace):
        return trace.holding.segment.label
    return trace.subject.segment or trace.subject.name
