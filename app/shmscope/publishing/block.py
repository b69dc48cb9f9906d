"""The control block as a file: made, joined, claimed, left and swept by its writers.

Every change of who is in a block happens under an exclusive flock on its file. Whoever gets the
lock and finds the file without a magic makes the block, so a publisher that dies half-way leaves
nothing that the next one cannot mend. A finished block is never made anew in place: whoever has it
mapped keeps it, and finds under the lock that its name stands for another file.
"""

from __future__ import annotations

import errno
import fcntl
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
    ShmscopeError,
    SlotsExhaustedError,
)
from shmscope.layout.control import (
    CLAIMED,
    FREE,
    HEADER_BYTES,
    LEFT,
    SLOT,
    SLOT_BYTES,
    USED_OFFSET,
    Description,
    Header,
    Process,
    Slots,
    encode_label,
    parse_slots,
    plan_header,
)
from shmscope.layout.names import BLOCK_PREFIX
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
        header = Header.unpack(os.pread(fd, HEADER_BYTES, 0))
        return cls(path, header, status.st_dev, status.st_ino)

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Open the file under its lock.

        Raises:
            PublishError: it was removed, though another may have its name by now.
        """
        with _locked(self.path) as fd:
            if not self._is(os.fstat(fd)):
                raise _gone(self.path)
            yield fd

    def slots(self, fd: int) -> Slots:
        """Return the slots as they are now."""
        return _slots(fd, self.header)

    def retire(self) -> None:
        """Leave every slot of this process; the last living process to go removes the file."""
        try:
            with self.locked() as fd:
                slots = self.slots(fd)
                me = current_process()
                for slot in np.flatnonzero(slots["state"] == CLAIMED):
                    if _process(slots[slot]) == me:
                        os.pwrite(
                            fd, LEFT.to_bytes(4, "little"), self.header.slot_offset(int(slot))
                        )
                others = (who for who in _participants(self.header, slots) if who != me)
                if not any(is_alive(who) for who in others):
                    os.unlink(self.path)
        except PublishError:
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
    """

    def __init__(self, path: str, fd: int) -> None:
        self.file = BlockFile.of(path, fd)
        self._map = mmap.mmap(fd, self.header.total_bytes)
        self.words = memoryview(self._map).cast("Q")

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

        Slots that were never used come first, then those whose writers left, then those of the
        dead.

        Raises:
            SlotsExhaustedError: every slot belongs to a living writer.
            PublishError: the block was removed, or /dev/shm is full.
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
        record["wrote_ns"] = 0
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
        with _locked(path, make=True) as fd:
            found = _described(fd)
            if found is None:
                _write_new(fd, path, description, device, inode, slots)
                return Block(path, fd), description
            if found.layout == description.layout:
                return Block(path, fd), found
            _check_abandoned(found, description, fd)
            os.unlink(path)


def join(path: str) -> tuple[Block, Description]:
    """Join an existing control block.

    Raises:
        PublishError: it is not there any more.
        ControlBlockError: it is not a control block.
    """
    with _locked(path) as fd:
        found = _described(fd)
        if found is None:
            raise ControlBlockError(f"{path} is not a finished control block", value=path)
        return Block(path, fd), found


def read_description(path: str) -> tuple[Header, Description] | None:
    """Return what the control block at `path` says, or None where there is no sound one."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        found = _described(fd)
        return None if found is None else (Header.unpack(os.pread(fd, HEADER_BYTES, 0)), found)
    except (ShmscopeError, OSError):  # bytes that lie, or no file that can be read from an offset
        return None
    finally:
        os.close(fd)


def block_paths(prefix: str = BLOCK_PREFIX, directory: str = SHM_DIR) -> list[str]:
    """Return the paths of all files that are called like control blocks, sorted."""
    names = sorted(name for name in os.listdir(directory) if name.startswith(prefix))
    return [f"{directory}/{name}" for name in names]


def sweep() -> list[str]:
    """Remove this user's control blocks whose writers are all dead and whose target is gone.

    Crashed programs leave them. Every publisher sweeps, so they never pile up; a block that was found
    in use is let be for a second, so that publishing a thousand arrays does not look at a million.

    Returns:
        Paths of the files removed.
    """
    now_s = time.monotonic()
    recent = {path: at_s for path, at_s in _in_use.items() if now_s - at_s < LOOK_AGAIN_S}
    unknown = [path for path in block_paths() if path not in recent]
    removed = [path for path in unknown if _swept(path)]
    _in_use.clear()
    _in_use.update(recent, **dict.fromkeys(unknown, now_s))
    return removed


LOOK_AGAIN_S = 1.0
_in_use: dict[str, float] = {}


def _swept(path: str) -> bool:
    try:
        if os.stat(path).st_uid != os.getuid():
            return False
        with _locked(path) as fd:
            if not _is_abandoned(fd):
                return False
            os.unlink(path)
            return True
    except (ShmscopeError, OSError):  # gone meanwhile, or no block at all: not ours to remove
        return False


def _is_abandoned(fd: int) -> bool:
    found = _described(fd)
    if found is None:
        return True  # its maker died before it was done
    header = Header.unpack(os.pread(fd, HEADER_BYTES, 0))
    if any(is_alive(who) for who in _participants(header, _slots(fd, header))):
        return False
    return found.segment is None or not _is_at(found.segment, header)


def _is_at(segment: str, header: Header) -> bool:
    try:
        status = os.stat(f"{SHM_DIR}/{segment}")
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == (header.device, header.inode)


def _participants(header: Header, slots: Slots) -> Iterator[Process]:
    yield header.publisher
    for slot in slots[slots["state"] == CLAIMED]:
        yield Process(int(slot["pid"]), int(slot["started"]), int(slot["namespace"]))


def _check_abandoned(found: Description, wanted: Description, fd: int) -> None:
    header = Header.unpack(os.pread(fd, HEADER_BYTES, 0))
    if any(is_alive(who) for who in _participants(header, _slots(fd, header))):
        raise AlreadyPublishedError(
            f"{wanted.name!r} is already published over the same memory as dtype "
            f"{found.layout.dtype} and shape {found.layout.shape}",
            value=wanted.name,
        )


def _slots(fd: int, header: Header) -> Slots:
    data = os.pread(fd, header.slot_count * SLOT_BYTES, header.slots_offset)
    return parse_slots(data)


def _described(fd: int) -> Description | None:
    """Return the description in an open block, or None where the block was never finished."""
    start = os.pread(fd, HEADER_BYTES, 0)
    if not start.rstrip(b"\0"):
        return None
    header = Header.unpack(start)
    size = os.fstat(fd).st_size
    if size < header.total_bytes:
        raise ControlBlockError(
            f"control block of {size} bytes whose slots end at {header.total_bytes}",
            value=size,
            limit=header.total_bytes,
        )
    data = os.pread(fd, header.description_bytes, header.description_offset)
    return Description.decode(data)


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
    """Return the slot to claim: free, then left, then dead without and with a write under way."""
    for wanted in (FREE, LEFT):
        found = np.flatnonzero(slots["state"] == wanted)
        if len(found):
            return int(found[0])
    dead = [index for index, slot in enumerate(slots) if not is_alive(_process(slot))]
    whole = [index for index in dead if slots["begin"][index] == slots["end"][index]]
    return next(iter(whole or dead), None)


def _process(slot: np.void) -> Process:
    return Process(int(slot["pid"]), int(slot["started"]), int(slot["namespace"]))


@contextmanager
def _locked(path: str, *, make: bool = False) -> Iterator[int]:
    """Open `path` under an exclusive lock, as long as the name still stands for that file.

    Raises:
        PublishError: there is no such file and `make` is false.
    """
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if make else 0)
    while True:
        try:
            fd = os.open(path, flags, 0o600)
        except FileNotFoundError:
            raise _gone(path) from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            if _names(path, fd):
                yield fd
                return
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)  # a mapping made meanwhile keeps a copy of fd open
            os.close(fd)


def _gone(path: str) -> PublishError:
    return PublishError(f"{path} is gone: the array is published no more", value=path)


def _names(path: str, fd: int) -> bool:
    try:
        named, held = os.stat(path), os.fstat(fd)
    except FileNotFoundError:
        return False
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)
