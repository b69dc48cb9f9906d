"""The control block of one array: made, joined, claimed and left by its writers.

Every change of who is in a block happens under an exclusive flock on its file. Whoever gets the
lock and finds the file without a magic makes the block, so a publisher that dies half-way leaves
nothing that the next one cannot mend. A finished block is never made anew in place: whoever has it
mapped keeps it, and finds under the lock that its name stands for another file.
"""

from __future__ import annotations

import errno
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np

from shmscope.errors import (
    AlreadyPublishedError,
    ControlBlockError,
    PublishError,
    SlotsExhaustedError,
    WithdrawnError,
)
from shmscope.layout.control import (
    CLAIMED,
    FREE,
    LEFT,
    SLOT,
    SLOT_BYTES,
    USED_OFFSET,
    Description,
    Header,
    Slots,
    encode_label,
    plan_header,
)
from shmscope.publishing.files import (
    described,
    gone,
    is_in_use,
    locked,
    participants,
    process_of,
    read_header,
    read_slots,
)
from shmscope.publishing.process import current_process, is_alive
from shmscope.publishing.segment import SHM_DIR


@dataclass(frozen=True, slots=True)
class BlockFile:
    """A control block's file, without a mapping or a descriptor of it.

    Attributes:
        path: The file in /dev/shm.
        header: As it was when the block was joined.
        device: st_dev of the file itself.
        inode: st_ino of the file itself.
    """

    path: str
    header: Header
    device: int
    inode: int

    @classmethod
    def of(cls, path: str, fd: int) -> BlockFile:
        """Return what is known of the open block `fd`."""
        status = os.fstat(fd)
        return cls(path, read_header(fd), status.st_dev, status.st_ino)

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Open the file under its lock.

        Raises:
            WithdrawnError: it was removed, though another may have its name by now.
        """
        with locked(self.path) as fd:
            if not self._is(os.fstat(fd)):
                raise gone(self.path)
            yield fd

    def slots(self, fd: int) -> Slots:
        """Return the slots as they are now."""
        return read_slots(fd, self.header)

    def retire(self) -> None:
        """Leave every slot of this process; the last living process to go removes the file."""
        try:
            with self.locked() as fd:
                slots = self.slots(fd)
                me = current_process()
                for slot in np.flatnonzero(slots["state"] == CLAIMED):
                    if process_of(slots[slot]) == me:
                        os.pwrite(
                            fd, LEFT.to_bytes(4, "little"), self.header.slot_offset(int(slot))
                        )
                others = (who for who in participants(self.header, slots) if who != me)
                if not any(is_alive(who) for who in others):
                    os.unlink(self.path)
        except WithdrawnError:
            pass  # withdrawn already

    def unlink(self) -> None:
        """Remove the file: the array is published no more.

        It takes no lock: a garbage collection may call it while this very thread holds one.
        """
        with suppress(FileNotFoundError):
            if self._is(os.stat(self.path)):
                os.unlink(self.path)

    def _is(self, status: os.stat_result) -> bool:
        return (status.st_dev, status.st_ino) == (self.device, self.inode)


class Block:
    """A control block that this process has mapped for writing.

    Attributes:
        file: Which file it is.
        words: The whole block as unsigned 64-bit words; a writer stores its counters here.
        times: The same as float64; a writer stores when it wrote here.
    """

    def __init__(self, path: str, fd: int) -> None:
        self.file = BlockFile.of(path, fd)
        self._map = mmap.mmap(fd, self.header.total_bytes)
        self.words = memoryview(self._map).cast("Q")
        self.times = memoryview(self._map).cast("d")

    @property
    def path(self) -> str:
        """The file in /dev/shm."""
        return self.file.path

    @property
    def header(self) -> Header:
        """The header as it was when the block was joined."""
        return self.file.header

    def claim(self, thread: int, label: str) -> int:
        """Take a slot for a thread of this process and return its index.

        Slots of the dead come first, then those that were never used, then those whose writers
        left.

        Raises:
            SlotsExhaustedError: every slot belongs to a living writer.
            WithdrawnError: the block was removed.
            PublishError: /dev/shm is full.
        """
        with self.file.locked() as fd:
            slots = self.file.slots(fd)
            slot = _pick(slots)
            if slot is None:
                raise SlotsExhaustedError(
                    f"{self.path} has {len(slots)} writer slots and all belong to living writers",
                    value=len(slots),
                    limit=len(slots),
                )
            self._reserve(fd, slot)
            self._fill(slot, int(slots["end"][slot]), thread, label)
            used = max(self._used(fd), slot + 1)
            os.pwrite(fd, used.to_bytes(4, "little"), USED_OFFSET)
        return slot

    def leave(self, slot: int) -> None:
        """Say goodbye: the slot keeps its counts and may be claimed again."""
        self._map[self.header.slot_offset(slot)] = LEFT

    def _used(self, fd: int) -> int:
        return int.from_bytes(os.pread(fd, 4, USED_OFFSET), "little")

    def _reserve(self, fd: int, slot: int) -> None:
        """Have the slot's page before storing to it: on a full tmpfs a bare store is a SIGBUS."""
        try:
            os.posix_fallocate(fd, self.header.slot_offset(slot), SLOT_BYTES)
        except OSError as error:
            raise PublishError(f"no memory left in {SHM_DIR} for a writer slot: {error}") from None

    def _fill(self, slot: int, count: int, thread: int, label: str) -> None:
        process = current_process()
        record = np.ndarray((), SLOT, self._map, self.header.slot_offset(slot))
        record["state"] = FREE
        record["begin"] = record["end"] = record["base"] = count
        record["pid"], record["started"] = process.pid, process.started
        record["namespace"], record["thread"] = process.namespace, thread
        record["wrote_s"] = 0
        record["label"] = encode_label(label)
        record["state"] = CLAIMED


def join_or_make(
    path: str, description: Description, device: int, inode: int, slots: int
) -> tuple[Block, Description]:
    """Join the control block at `path`, or make it.

    Returns:
        The block, and the description that it holds.

    Raises:
        AlreadyPublishedError: it describes another layout and its writers live.
        PublishError: /dev/shm is full.
    """
    while True:
        with locked(path, make=True) as fd:
            found = described(fd)
            if found is None:
                _write_new(fd, path, description, device, inode, slots)
                return Block(path, fd), description
            _, known = found
            if known.layout == description.layout:
                return Block(path, fd), known
            _check_abandoned(known, description, fd)
            os.unlink(path)


def join(path: str) -> tuple[Block, Description]:
    """Join an existing control block.

    Raises:
        WithdrawnError: it is not there any more.
        ControlBlockError: it is not a control block.
    """
    with locked(path) as fd:
        found = described(fd)
        if found is None:
            raise ControlBlockError(f"{path} is not a finished control block", value=path)
        return Block(path, fd), found[1]


def _check_abandoned(found: Description, wanted: Description, fd: int) -> None:
    if is_in_use(fd):
        raise AlreadyPublishedError(
            f"{wanted.name!r} is already published over the same memory as dtype "
            f"{found.layout.dtype} and shape {found.layout.shape}",
            value=wanted.name,
        )


def _write_new(
    fd: int, path: str, description: Description, device: int, inode: int, slots: int
) -> None:
    encoded = description.encode()
    header = plan_header(encoded, device, inode, current_process(), time.monotonic_ns(), slots)
    try:
        os.ftruncate(fd, 0)
        os.ftruncate(fd, header.total_bytes)
        os.pwrite(fd, encoded, header.description_offset)
        os.pwrite(fd, header.pack(), 0)
    except OSError as error:
        os.unlink(path)
        if error.errno != errno.ENOSPC:
            raise
        raise PublishError(
            f"{SHM_DIR} is full: no room for a control block of {header.total_bytes} bytes",
            value=header.total_bytes,
        ) from None


def _pick(slots: Slots) -> int | None:
    """Return the slot to claim: of the dead, in mid-write first, then a free one, then a left one.

    Whoever comes after a writer that died takes its place, and what is said of the death is over.
    """
    claimed = np.flatnonzero(slots["state"] == CLAIMED)
    dead = [int(slot) for slot in claimed if not is_alive(process_of(slots[slot]))]
    dead.sort(key=lambda slot: bool(slots["begin"][slot] == slots["end"][slot]))
    unclaimed = (np.flatnonzero(slots["state"] == state) for state in (FREE, LEFT))
    return next(iter([*dead, *(int(found[0]) for found in unclaimed if len(found))]), None)
