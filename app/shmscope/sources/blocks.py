"""Control blocks as a reader sees them: found in /dev/shm, read whole, never written."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from shmscope.errors import ControlBlockError, ShmscopeError, SourceGoneError
from shmscope.layout.control import (
    HEADER_BYTES,
    Description,
    Header,
    PlainSlot,
    Process,
    Slots,
    parse_plain_slots,
    parse_slots,
)
from shmscope.layout.names import BLOCK_PREFIX
from shmscope.publishing.segment import SHM_DIR

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
MAX_BLOCK_BYTES = 1 << 24

ReadSlots: TypeAlias = Callable[[], Slots]


class BlockState(NamedTuple):
    """One reading of a control block.

    Attributes:
        owner: User id of the file's owner.
        used: The bytes of the slots used so far.
    """

    header: Header
    description: Description
    owner: int
    used: bytes

    @property
    def slots(self) -> Slots:
        """The slots used so far, shape (n,), dtype `SLOT`."""
        return parse_slots(self.used)

    @property
    def plain_slots(self) -> list[PlainSlot]:
        """The slots used so far, their fields in the order of `SLOT`."""
        return parse_plain_slots(self.used)

    def processes(self) -> list[Process]:
        """Return the publisher and the writers, each once."""
        writers = (
            Process(int(slot["pid"]), int(slot["started"]), int(slot["namespace"]))
            for slot in self.slots
        )
        return list(dict.fromkeys([self.header.publisher, *writers]))


class BlockReader:
    """Reads one control block again and again.

    What has not changed since the reading before is not parsed again: neither the description nor
    the header, and of a block that is as it was the same state is returned.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._guess_bytes = 4096
        self._known: tuple[bytes, BlockState] | None = None  # at once: slots are read by others
        self._inode: int | None = None

    def read(self, inode: int | None = None) -> BlockState:
        """Read the whole block as it is now.

        Args:
            inode: Of its file, as the folder lists it; of the same one as before the owner is not
                asked again.

        Returns:
            The very state of the reading before where not a byte has changed since.

        Raises:
            FileNotFoundError: it was withdrawn.
            ControlBlockError: it is none, or not a finished one.
        """
        fd = os.open(self.path, _FLAGS)
        try:
            data, owner = os.pread(fd, self._guess_bytes, 0), self._owner(fd, inode)
            known = self._known
            if known is not None and (data, owner) == (known[0], known[1].owner):
                return known[1]
            header = self._header(data)
            needed = min(header.slot_offset(header.slots_used), MAX_BLOCK_BYTES)
            if needed > len(data):
                data = os.pread(fd, needed, 0)
            state = self._parsed(header, data, needed, owner)
            self._known, self._guess_bytes = (data[:needed], state), needed
            return state
        finally:
            os.close(fd)

    def _owner(self, fd: int, inode: int | None) -> int:
        if self._known is not None and inode is not None and inode == self._inode:
            return self._known[1].owner
        status = os.fstat(fd)
        self._inode = status.st_ino
        return status.st_uid

    def _header(self, data: bytes) -> Header:
        known = self._known
        if known is not None and data[:HEADER_BYTES] == known[0][:HEADER_BYTES]:
            return known[1].header
        return Header.unpack(data)

    def opened(self, header: Header) -> OpenBlock:
        """Open the block for readings of its slots, one soon after the other.

        Raises:
            SourceGoneError: the block was withdrawn.
        """
        try:
            return OpenBlock(self, header, os.open(self.path, _FLAGS))
        except FileNotFoundError:
            raise _gone(self.path) from None

    def slots_in(self, fd: int, header: Header) -> Slots:
        """Read the slots of the block that is open as `fd`."""
        data = os.pread(fd, self._guess_bytes, 0)
        end = header.slot_offset(self._header(data).slots_used)
        if end > len(data):
            data = os.pread(fd, end, 0)
        return parse_slots(data[header.slots_offset : end])

    def _parsed(self, header: Header, data: bytes, needed: int, owner: int) -> BlockState:
        if len(data) < needed:
            raise ControlBlockError(
                f"{self.path} has {len(data)} bytes; its header promises {needed}",
                value=len(data),
                limit=needed,
            )
        used = data[header.slots_offset : needed]
        return BlockState(header, self._description(header, data), owner, used)

    def _description(self, header: Header, data: bytes) -> Description:
        encoded = _encoded(header, data)
        known = self._known
        if known is not None and encoded == _encoded(known[1].header, known[0]):
            return known[1].description
        return Description.decode(encoded)


class OpenBlock:
    """A control block during one look; used as a context, which gives what reads its slots.

    Args:
        reader: Of the block.
        header: As it was when the array was published.
        fd: A descriptor of its file, which is closed at the end.
    """

    __slots__ = ("_fd", "_header", "_is_read", "_reader")

    def __init__(self, reader: BlockReader, header: Header, fd: int) -> None:
        self._reader, self._header, self._fd = reader, header, fd
        self._is_read = False

    def __enter__(self) -> ReadSlots:
        return self._read

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def _read(self) -> Slots:
        """Read the slots, those claimed since included.

        Raises:
            SourceGoneError: the block was withdrawn since it was opened: writers may count in
                another one by now.
            ControlBlockError: it shrank.
        """
        slots = self._reader.slots_in(self._fd, self._header)
        if self._is_read and not os.fstat(self._fd).st_nlink:
            raise _gone(self._reader.path)
        self._is_read = True
        return slots


def _gone(path: str) -> SourceGoneError:
    return SourceGoneError("the array is not published any more", value=path)


def _encoded(header: Header, data: bytes) -> bytes:
    start = header.description_offset
    return data[start : start + header.description_bytes]


class BlockFinder:
    """Finds the control blocks of a directory, and keeps one reader for each.

    Attributes:
        unsound: What is wrong with each block of the last look that is none or lies, by path.
    """

    def __init__(self, directory: str = SHM_DIR) -> None:
        self.unsound: dict[str, str] = {}
        self._directory = directory
        self._readers: dict[str, BlockReader] = {}

    def find(self) -> dict[BlockReader, BlockState]:
        """Return every sound control block there is now; of others, `unsound` tells."""
        inodes = self._list()
        self._readers = {path: self._readers.get(path) or BlockReader(path) for path in inodes}
        unsound: dict[str, str] = {}
        found: dict[BlockReader, BlockState] = {}
        for path, reader in self._readers.items():
            try:
                found[reader] = reader.read(inodes[path])
            except ShmscopeError as error:
                unsound[path] = error.detail
            except OSError:  # withdrawn meanwhile, or not ours to read
                continue
        self.unsound = unsound
        return found

    def _list(self) -> dict[str, int]:
        """Return the inode of every file that may be a block, by path, in order of names."""
        with os.scandir(self._directory) as entries:
            found = [
                (one.path, one.inode()) for one in entries if one.name.startswith(BLOCK_PREFIX)
            ]
        return dict(sorted(found))
