"""Shared arrays as their writers hold them: counted write sections around the user's own memory."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np

from shmscope.errors import ReadOnlyError, WithdrawnError
from shmscope.layout.control import Description
from shmscope.publishing.block import Block, BlockFile
from shmscope.publishing.closing import Closing
from shmscope.publishing.process import default_label
from shmscope.publishing.section import Section
from shmscope.publishing.segment import OwnSegment

T = TypeVar("T")
Rebuild = tuple[Callable[..., Any], tuple[Any, ...]]


class Published(Closing, Generic[T]):
    """Something published: its write sections, and the way out.

    Attributes:
        description: Name, mechanism, layout, unit, labels.
        label: What writers are called on the page, read at a thread's first write; None for the
            name of its process.
    """

    def __init__(
        self,
        target: T,
        block: Block | None,
        description: Description,
        *,
        label: str | None = None,
        rebuild: Rebuild | None = None,
    ) -> None:
        self.description = description
        self.label = label
        self._target = target
        self._block = block
        self._rebuild = rebuild
        self._local = threading.local()
        _living.add(self)
        if block is not None:
            _retire_at_exit(block)

    @property
    def name(self) -> str:
        """The array's name."""
        return self.description.name

    @property
    def unit(self) -> str | None:
        """Unit of the values, for people."""
        return self.description.unit

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Names of the elements along the last axis, for people."""
        return self.description.labels

    @property
    def writes(self) -> int:
        """Writes that the calling thread has finished."""
        section: Section[T] | None = getattr(self._local, "section", None)
        return 0 if section is None else section.writes

    def writing(self) -> Section[T]:
        """Return a context manager around one counted write; it yields what to write to.

        The first call of a thread claims a writer slot; afterwards a section costs three stores.
        Once the array was withdrawn, a section of a thread that comes new counts nowhere.

        Raises:
            ReadOnlyError: the array was opened for reading, or is closed.
            SlotsExhaustedError: every slot belongs to a living writer.
        """
        try:
            section: Section[T] = self._local.section
        except AttributeError:
            section = self._claim()
        return section

    def _claim(self) -> Section[T]:
        if self._block is None:
            raise ReadOnlyError(
                f"{self.name!r} was opened for reading, or is closed; "
                'shmscope.open(name, mode="r+") opens it for writing',
                value=self.name,
            )
        _retire_at_exit(self._block)
        label = self.label or default_label()
        try:
            slot = self._block.claim(threading.get_native_id(), label)
            section = Section(self._target, self._block, slot)
        except WithdrawnError:  # nobody can look any more: that must not stop the program
            section = Section(self._target)
        self._local.section = section
        return section

    def close(self) -> None:
        """Stop writing here. The array stays published for everybody else."""
        section: Section[T] | None = getattr(self._local, "section", None)
        if section is not None:
            section.leave()
        self._local = threading.local()
        self._block = None

    def disown(self) -> None:
        """In a forked child: begin anew, the sections are the parent's."""
        section: Section[T] | None = getattr(self._local, "section", None)
        if section is not None:
            section.disown()
        self._local = threading.local()

    def unlink(self) -> None:
        """Withdraw the array from view: remove its control block. The user's memory stays."""
        if self._block is not None:
            withdraw(self._block)

    def __repr__(self) -> str:
        layout = self.description.layout
        return f"<shmscope {self.name!r} {layout.dtype} {layout.shape}>"

    def _repr_html_(self) -> str:
        return self._card()

    def _card(self, array: np.ndarray[Any, Any] | None = None) -> str:
        from shmscope.publishing.local_card import local_card  # noqa: PLC0415 - writers do without

        block = self._block
        return local_card(self.description, None if block is None else block.file, array)

    def __reduce__(self) -> Rebuild:
        if self._rebuild is None:
            raise TypeError(f"{self!r} has no name by which another process could find it")
        return self._rebuild


class SharedArray(Published[np.ndarray[Any, Any]]):
    """A published array in shared memory.

    Reading goes through `array`, a read-only view; writing through `writing` or item assignment, so
    that every write is counted.
    """

    def __init__(
        self,
        target: np.ndarray[Any, Any],
        block: Block | None,
        description: Description,
        *,
        label: str | None = None,
        rebuild: Rebuild | None = None,
        segment: OwnSegment | None = None,
        owner: bool = False,
    ) -> None:
        super().__init__(target, block, description, label=label, rebuild=rebuild)
        self.array = target.view()
        self.array.flags.writeable = False
        self._segment = segment
        self._owner_pid = os.getpid() if owner else None

    @property
    def shape(self) -> tuple[int, ...]:
        """Elements along each axis."""
        shape: tuple[int, ...] = self.array.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""
        dtype: np.dtype[Any] = self.array.dtype
        return dtype

    def __getitem__(self, key: Any) -> Any:
        return self.array[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        section = self.writing()
        around = section.under_way
        if around is not None:  # the assignment is part of the section that is under way
            around[key] = value
            return
        with section as array:
            array[key] = value

    def __array__(
        self, dtype: np.dtype[Any] | None = None, *, copy: bool | None = None
    ) -> np.ndarray[Any, Any]:
        return np.array(self.array, dtype=dtype, copy=True if copy is None else copy)

    def __len__(self) -> int:
        return len(self.array)

    def _repr_html_(self) -> str:
        return self._card(self.array)

    def unlink(self) -> None:
        """Remove the control block and, of an array from `create`, its segment's name.

        Whoever has the memory mapped keeps it until the last one lets go.
        """
        super().unlink()
        if self._segment is not None:
            self._segment.unlink()

    def __exit__(self, *error: object) -> None:
        if self._owner_pid == os.getpid():
            self.unlink()
        super().__exit__(*error)


_living: weakref.WeakSet[Published[Any]] = weakref.WeakSet()
_joined: dict[str, BlockFile] = {}
_farewells: dict[int, Any] = {}


def withdraw(block: Block) -> None:
    """Remove a control block, and with it what this process would do about it when it ends."""
    _joined.pop(block.path, None)
    block.file.unlink()


def _retire_at_exit(block: Block) -> None:
    """Leave the block when this process ends, by whichever way multiprocessing ends it.

    That is after it has waited for its children: one that has not written yet is no participant
    that would keep the block. A process that multiprocessing starts forgets what was registered
    before its target runs, hence the question whether the farewell still stands.
    """
    _joined[block.path] = block.file
    pid = os.getpid()
    if pid not in _farewells or not _farewells[pid].still_active():
        from multiprocessing.util import Finalize  # noqa: PLC0415 - readers do without; its children skip atexit

        _farewells[pid] = Finalize(None, _retire_all, exitpriority=-1)


def _retire_all() -> None:
    for file in list(_joined.values()):
        file.retire()


def _forget_parents_slots() -> None:
    _joined.clear()
    for published in list(_living):
        published.disown()


os.register_at_fork(after_in_child=_forget_parents_slots)
