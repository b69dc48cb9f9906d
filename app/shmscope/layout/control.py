"""The control block: what cooperating writers tell about an array, and how often they wrote.

A file in /dev/shm beside its array, mode 0600, little-endian. Offsets in bytes:

    header, 256 bytes
      0  char[8] magic "SHMSCOPE"       written last: a block without it is not ready
      8  u16  version = 2
     10  u16  header bytes = 256
     12  u16  slot bytes = 128
     14  u16  number of slots
     16  u32  offset of the description
     20  u32  bytes of the description
     24  u32  offset of the first slot
     28  u32  slots used so far: those from here on were never claimed
     32  u64  device of the target segment (st_dev), 0 for an object of a Manager
     40  u64  inode of the target segment (st_ino), 0 for an object of a Manager
     48  u32  pid of the publisher
     52  u32  reserved, 0
     56  u64  start time of the publisher, clock ticks since boot (/proc/PID/stat, field 22)
     64  u64  pid namespace of the publisher (inode of /proc/PID/ns/pid)
     72  u64  time of publishing, CLOCK_MONOTONIC, nanoseconds
     80  reserved, 0
    description: UTF-8 JSON (`Description`)
    slots, each on cache lines of its own, 128 bytes
      0  u32  state: 0 free, 1 claimed, 2 left
      4  u32  pid
      8  u64  start time of the process, clock ticks since boot
     16  u64  pid namespace of the process
     24  u64  base: `end` when the slot was claimed; the writer's own writes are `end - base`
     32  u64  begin: writes begun
     40  u64  end: writes ended
     48  f64  time of the last write's end, CLOCK_MONOTONIC, seconds; 0 before the first
     56  u32  thread id
     60  u32  reserved, 0
     64  char[64] label, UTF-8, padded with zeros

A slot has one writer, a thread of a process. It writes `begin + 1`, the data, the time, `end + 1`:
aligned 8-byte stores, so counting needs no atomic operation. Claims are guarded by an exclusive
flock on the file. A slot that is claimed again goes on counting where its predecessor stopped, so
the sum of all `end` never falls.

A reader takes every `end`, copies the array, takes every `begin`. Where all are equal no write was
under way at any moment of the copy. x86-64 keeps loads and stores in program order, which this
rests on; on weaker machines (ARM, POWER) the counts stay exact but a torn copy can, rarely, pass
as clean. docs/control-block.md says all this to whoever writes one without this package.
"""

from __future__ import annotations

import json
import reprlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

import numpy as np

from shmscope.errors import ControlBlockError, LayoutError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.names import check_name

MAGIC: Final = b"SHMSCOPE"
VERSION: Final = 2
HEADER_BYTES: Final = 256
SLOT_BYTES: Final = 128
DEFAULT_SLOTS: Final = 256
MAX_DESCRIPTION_BYTES: Final = 1 << 16
LABEL_BYTES: Final = 64

FREE: Final = 0
CLAIMED: Final = 1
LEFT: Final = 2

USED_OFFSET: Final = 28
_HEADER = struct.Struct("<8sHHHHIIIIQQIIQQQ")

SLOT: Final = np.dtype(
    {
        "names": [
            "state", "pid", "started", "namespace", "base", "begin", "end", "wrote_s",
            "thread", "label",
        ],
        "formats": ["<u4", "<u4", "<u8", "<u8", "<u8", "<u8", "<u8", "<f8", "<u4", "S64"],
        "offsets": [0, 4, 8, 16, 24, 32, 40, 48, 56, 64],
        "itemsize": SLOT_BYTES,
    }
)  # fmt: skip

_PLAIN_SLOT = struct.Struct("<IIQQQQQdI4x64s")  # the fields of SLOT, in their order

Mechanism: TypeAlias = Literal["shared_memory", "Array", "Manager"]
Slots: TypeAlias = np.ndarray[tuple[int], np.dtype[np.void]]
PlainSlot: TypeAlias = tuple[int, int, int, int, int, int, int, float, int, bytes]
MECHANISMS: Final = ("shared_memory", "Array", "Manager")


@dataclass(frozen=True, slots=True)
class Process:
    """A process as the kernel knows it: a pid alone is reused.

    Attributes:
        pid: Process id, in its own pid namespace.
        started: Start time in clock ticks since boot.
        namespace: Inode of the pid namespace.
    """

    pid: int
    started: int
    namespace: int


@dataclass(frozen=True, slots=True)
class Header:
    """The fixed part of a control block; see the layout above.

    Attributes:
        device: st_dev of the target, 0 for an object of a Manager.
        inode: st_ino of the target, 0 for an object of a Manager.
        publisher: Who published the array.
        published_ns: CLOCK_MONOTONIC, nanoseconds.
    """

    slot_count: int
    description_offset: int
    description_bytes: int
    slots_offset: int
    slots_used: int
    device: int
    inode: int
    publisher: Process
    published_ns: int

    @property
    def total_bytes(self) -> int:
        """Size of the whole control block."""
        return self.slots_offset + self.slot_count * SLOT_BYTES

    def slot_offset(self, slot: int) -> int:
        """Return the byte at which `slot` begins."""
        return self.slots_offset + slot * SLOT_BYTES

    def pack(self) -> bytes:
        """Return the header's 256 bytes."""
        packed = _HEADER.pack(
            MAGIC, VERSION, HEADER_BYTES, SLOT_BYTES, self.slot_count,
            self.description_offset, self.description_bytes, self.slots_offset, self.slots_used,
            self.device, self.inode,
            self.publisher.pid, 0, self.publisher.started, self.publisher.namespace,
            self.published_ns,
        )  # fmt: skip
        return packed.ljust(HEADER_BYTES, b"\0")

    @classmethod
    def unpack(cls, data: bytes | memoryview) -> Header:
        """Read a header from the first 256 bytes of `data`, which may be hostile.

        Raises:
            ControlBlockError: not a block of this version, or one whose offsets cannot be.
        """
        if len(data) < HEADER_BYTES:
            raise ControlBlockError(
                f"a control block has at least {HEADER_BYTES} bytes, this one {len(data)}",
                value=len(data),
                limit=HEADER_BYTES,
            )
        magic, version, header_bytes, slot_bytes, *rest = _HEADER.unpack_from(data)
        if magic != MAGIC:
            raise ControlBlockError(
                f"no control block: it begins with {magic!r}", value=repr(magic)
            )
        if (version, header_bytes, slot_bytes) != (VERSION, HEADER_BYTES, SLOT_BYTES):
            raise ControlBlockError(
                f"control block of version {version} with header {header_bytes} and slots of "
                f"{slot_bytes} bytes; version {VERSION} with {HEADER_BYTES} and {SLOT_BYTES} "
                "is known",
                value=version,
                limit=VERSION,
            )
        pid, _, started, namespace, published_ns = rest[7:]
        header = cls(*rest[:7], Process(pid, started, namespace), published_ns)  # type: ignore[call-arg]  # mypy cannot know that the slice has 7
        header._check_offsets()
        return header

    def _check_offsets(self) -> None:
        description_end = self.description_offset + self.description_bytes
        sound = (
            self.description_offset >= HEADER_BYTES
            and self.description_bytes <= MAX_DESCRIPTION_BYTES
            and self.slots_offset >= description_end
            and self.slots_offset % SLOT_BYTES == 0
            and self.slots_offset <= 2 * MAX_DESCRIPTION_BYTES
            and self.slots_used <= self.slot_count
        )
        if not sound:
            raise ControlBlockError(
                f"control block whose parts overlap: description {self.description_offset}+"
                f"{self.description_bytes}, slots at {self.slots_offset}, "
                f"{self.slots_used} of {self.slot_count} used",
                value=self.slots_offset,
            )


@dataclass(frozen=True, slots=True)
class Description:
    """What a publisher says about its array: the JSON part of a control block.

    Attributes:
        name: The array's name.
        mechanism: How its memory is shared.
        layout: dtype, shape, strides and offset. Of a Manager's object: as it was when published.
        segment: File name in /dev/shm, or None where there is none.
        address: Where the Manager listens, for its objects only: a path or an abstract name.
        authkey: The Manager's key, hexadecimal. The block's mode 0600 keeps it.
        token: The object's id within its Manager.
        typeid: What kind of object the Manager holds: list, dict, Array, Value.
        unit: Unit of the values, for people.
        labels: Names of the elements along the last axis.
        about: A sentence about the array.
    """

    name: str
    mechanism: Mechanism
    layout: ArrayLayout
    segment: str | None = None
    address: str | None = None
    authkey: str | None = None
    token: str | None = None
    typeid: str | None = None
    unit: str | None = None
    labels: tuple[str, ...] | None = None
    about: str | None = None

    def encode(self) -> bytes:
        """Return the description as UTF-8 JSON.

        Raises:
            ControlBlockError: it is longer than 64 KiB, or a text is one that `decode` refuses.
            LayoutError: the dtype is one that no other process can read.
        """
        texts = {field: _text(getattr(self, field), field) for field in _TEXTS}
        data: dict[str, object] = {
            "mechanism": self.mechanism,
            "layout": self.layout.format(),
            **{field: text for field, text in texts.items() if text is not None},
        }
        if self.labels is not None:
            data["labels"] = _labels(list(self.labels))
        encoded = json.dumps(data, ensure_ascii=False).encode()
        if len(encoded) > MAX_DESCRIPTION_BYTES:
            raise ControlBlockError(
                f"the description of {self.name!r} takes {len(encoded)} bytes; "
                f"{MAX_DESCRIPTION_BYTES} are allowed",
                value=len(encoded),
                limit=MAX_DESCRIPTION_BYTES,
            )
        return encoded

    @classmethod
    def decode(cls, encoded: bytes) -> Description:
        """Read what `encode` wrote; `encoded` may be hostile.

        Raises:
            ControlBlockError: with what is wrong.
            ArrayNameError: the name is one that no array may have.
        """
        try:
            data = json.loads(encoded)
        except (ValueError, RecursionError) as error:
            raise ControlBlockError(f"the description is not JSON: {error}") from None
        if not isinstance(data, Mapping) or data.get("mechanism") not in MECHANISMS:
            raise ControlBlockError("the description names no mechanism", value=reprlib.repr(data))
        try:
            layout = ArrayLayout.parse(data.get("layout"))
        except LayoutError as error:
            raise ControlBlockError(
                f"the description's layout: {error}", value=error.value
            ) from None
        texts = {field: _text(data.get(field), field) for field in _TEXTS if field != "name"}
        return cls(
            name=check_name(data.get("name")),
            mechanism=data["mechanism"],
            layout=layout,
            labels=_labels(data.get("labels")),
            **texts,
        )


_TEXTS = ("name", "segment", "address", "authkey", "token", "typeid", "unit", "about")


def _text(value: object, field: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.isprintable():
        shown = reprlib.repr(value)
        raise ControlBlockError(f"{field} must be printable text, not {shown}", value=shown)
    if field == "segment" and ("/" in value or value in ("", ".", "..")):
        raise ControlBlockError(f"{value[:80]!r} is no file name in /dev/shm", value=value[:80])
    return value


def _labels(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(_is_label(label) for label in value):
        shown = reprlib.repr(value)
        raise ControlBlockError(
            f"labels must be a list of printable texts, not {shown}", value=shown
        )
    return tuple(value)


def _is_label(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def plan_header(
    description: bytes, device: int, inode: int, publisher: Process, published_ns: int, slots: int
) -> Header:
    """Return the header of a new block that holds `description` and has `slots` writer slots."""
    end = HEADER_BYTES + len(description)
    return Header(
        slot_count=slots,
        description_offset=HEADER_BYTES,
        description_bytes=len(description),
        slots_offset=-(-end // SLOT_BYTES) * SLOT_BYTES,
        slots_used=0,
        device=device,
        inode=inode,
        publisher=publisher,
        published_ns=published_ns,
    )


def parse_slots(data: bytes | memoryview) -> Slots:
    """Return the slots in `data` as records of dtype `SLOT`, shape (number of slots,)."""
    whole = len(data) // SLOT_BYTES
    return np.frombuffer(data, SLOT, whole)


def parse_plain_slots(data: bytes | memoryview) -> list[PlainSlot]:
    """Return the slots in `data` as tuples, for a few of them in a fifth of the time."""
    whole = len(data) // SLOT_BYTES * SLOT_BYTES
    plain = cast("list[PlainSlot]", list(_PLAIN_SLOT.iter_unpack(data[:whole])))
    return [(*slot[:-1], slot[-1].rstrip(b"\0")) for slot in plain]


def is_clean(before: Slots, after: Slots) -> bool:
    """Whether no counted write was under way between two looks at the slots.

    Args:
        before: Slots as read before the copy, shape (n,).
        after: Slots as read after it, shape (m,), m >= n: slots may have been claimed meanwhile.
    """
    known = len(before)
    if len(after) < known or before["end"].tobytes() != after["begin"][:known].tobytes():
        return False
    return len(after) == known or not np.count_nonzero(after["begin"][known:])


def total_writes(slots: Slots) -> int:
    """Return how many writes all writers have finished, those that left included."""
    return int(slots["end"].sum())


def encode_label(text: str) -> bytes:
    """Return what a slot holds of a label: at most 64 bytes, and no half of a character."""
    cut = text.encode("utf-8", "replace")[:LABEL_BYTES]
    return cut.decode("utf-8", "ignore").encode()


def decode_label(label: bytes) -> str:
    """Return a slot's label as text that can be shown."""
    text = label.decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
