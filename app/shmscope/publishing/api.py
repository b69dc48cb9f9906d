"""The writer's four words: `create`, `open`, `publish` and, on what they return, `writing`."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Sequence
from typing import Any, Literal, NoReturn, TypedDict, overload

import numpy as np
import numpy.typing as npt

from shmscope.errors import NotShareableError, UnknownArrayError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import DEFAULT_SLOTS, Description, Mechanism
from shmscope.layout.names import block_name, block_prefix, check_name
from shmscope.layout.objects import as_array
from shmscope.publishing.array import Published, SharedArray, withdraw
from shmscope.publishing.block import Block, join, join_or_make
from shmscope.publishing.files import block_paths, is_named, read_description
from shmscope.publishing.segment import SHM_DIR, OwnSegment
from shmscope.publishing.sweep import sweep
from shmscope.publishing.targets import MemoryTarget, locate

Mode = Literal["r", "r+"]


class _Texts(TypedDict):
    unit: str | None
    labels: tuple[str, ...] | None
    about: str | None


def create(  # noqa: PLR0913 - unit, labels, about and label are each a text for people
    name: str,
    shape: int | Sequence[int],
    dtype: npt.DTypeLike = "f8",
    *,
    unit: str | None = None,
    labels: Sequence[str] | None = None,
    about: str | None = None,
    label: str | None = None,
    reserve: bool = True,
) -> SharedArray:
    """Create a shared array of zeros, under a name, and publish it.

    The segment is an ordinary one: any program can attach to ``SharedMemory(name)`` and see nothing
    but the array's bytes. It lives until `unlink`, or until the process tree that created it ends.

    Args:
        name: Name of the segment and of the array.
        shape: Elements along each axis.
        dtype: Any dtype without Python objects.
        unit: Unit of the values, for people.
        labels: Names of the elements along the last axis, for people.
        about: A sentence about the array, for people.
        label: What this process is called among the writers; default its name.
        reserve: Take the memory now, so that a full /dev/shm is an error here and not a bus error
            at some later store. False leaves the array sparse.

    Raises:
        AlreadyPublishedError: a segment of this name exists.
        ArrayNameError: the name is not allowed.
        ControlBlockError: a text is not printable, or all of them are longer than 64 KiB.
        LayoutError: the dtype or shape is not allowed.
        PublishError: /dev/shm has not as much memory left.
    """
    check_name(name)
    lengths = (shape,) if isinstance(shape, int | np.integer) else shape
    layout = ArrayLayout.contiguous(np.dtype(dtype), [int(length) for length in lengths])
    description = Description(
        name, "shared_memory", layout, segment=name, unit=unit, labels=_labels(labels), about=about
    )
    description.encode()  # refuses before anything exists
    sweep()
    segment = OwnSegment.create(name, layout.size_bytes, reserve=reserve)
    try:
        path = _block_path(name, f"{segment.device:x}-{segment.inode:x}-0")
        block, _ = join_or_make(path, description, segment.device, segment.inode, DEFAULT_SLOTS)
    except BaseException:
        segment.unlink()
        raise
    return SharedArray(
        layout.view(segment.buffer),
        block,
        description,
        label=label,
        rebuild=(_reopen, (path, None)),
        segment=segment,
        owner=True,
    )


def open(name: str, mode: Mode = "r", *, label: str | None = None) -> SharedArray:  # noqa: A001 - the field's word
    """Attach to a published array that has a name in /dev/shm. Nothing is created.

    Args:
        name: The array's name.
        mode: ``"r"`` maps it read-only; ``"r+"`` for writing.
        label: What this process is called among the writers; default its name.

    Raises:
        UnknownArrayError: no such array is published here, or several are.
    """
    if mode not in ("r", "r+"):
        raise ValueError(f'mode must be "r" or "r+", not {mode!r}')
    found = [path for path in block_paths(block_prefix(check_name(name))) if _offers(path, name)]
    if len(found) == 1:
        return _attach(found[0], mode, label)
    if found:
        raise UnknownArrayError(
            f"{len(found)} arrays called {name!r} are published here: {', '.join(found)}",
            value=name,
        )
    raise UnknownArrayError(
        f"no array called {name!r} with a name in {SHM_DIR} is published here; "
        f"there {_listed(_published_names())}",
        value=name,
    )


@overload
def publish(
    name: str,
    target: np.ndarray[Any, Any],
    *,
    shape: Sequence[int] | None = ...,
    unit: str | None = ...,
    labels: Sequence[str] | None = ...,
    about: str | None = ...,
    label: str | None = ...,
) -> SharedArray: ...
@overload
def publish(
    name: str,
    target: Any,
    *,
    shape: Sequence[int] | None = ...,
    unit: str | None = ...,
    labels: Sequence[str] | None = ...,
    about: str | None = ...,
    label: str | None = ...,
) -> Any: ...
def publish(
    name: str,
    target: Any,
    *,
    shape: Sequence[int] | None = None,
    unit: str | None = None,
    labels: Sequence[str] | None = None,
    about: str | None = None,
    label: str | None = None,
) -> Any:
    """Publish what is shared already, where it lies; nothing is moved or wrapped.

    Every process that writes publishes the same thing under the same name, or is handed what this
    returns; the first makes the control block, the others join it.

    Args:
        name: Name of the array on the page.
        target: A numpy view of shared memory; a multiprocessing Array, Value, RawArray or RawValue;
            or a Manager's list, dict, Array or Value.
        shape: Shape to see a multiprocessing.Array in; default as long as it is.
        unit: Unit of the values, for people.
        labels: Names of the elements along the last axis, for people.
        about: A sentence about the array, for people.
        label: What this process is called among the writers; default its name.

    Returns:
        A `SharedArray`, or for a Manager's object a `Published` whose sections yield the proxy.

    Raises:
        NotShareableError: `target` lies where no other process can open it.
        AlreadyPublishedError: the name is taken by another layout of the same memory.
        ArrayNameError: the name is not allowed.
        ControlBlockError: a text is not printable, or all of them are longer than 64 KiB.
        LayoutError: the dtype is one that cannot be written down.
    """
    check_name(name)
    sweep()
    texts: _Texts = {"unit": unit, "labels": _labels(labels), "about": about}
    if _is_proxy(target):
        return _publish_proxy(name, target, texts, label)
    array, mechanism = _as_view(target)
    if shape is not None:
        array = array.reshape(tuple(shape))
    memory = locate(array, mechanism)
    description = Description(name, mechanism, memory.layout, segment=memory.segment, **texts)
    path = _block_path(name, memory.identity)
    block, found = join_or_make(path, description, memory.device, memory.inode, DEFAULT_SLOTS)
    _withdraw_when_freed(array, block)
    rebuild = _rebuild(target, path, memory, found, label)
    return SharedArray(array, block, found, label=label, rebuild=rebuild)


def _rebuild(
    target: Any, path: str, memory: MemoryTarget, found: Description, label: str | None
) -> Any:
    """Return how a spawned process gets the same array: by its name, or by its Array."""
    if memory.segment is not None:
        return _reopen, (path, None)
    if isinstance(target, np.ndarray):
        return None
    return _republish, (found.name, target, found.layout.shape, label)


def _reopen(path: str, label: str | None) -> SharedArray:
    return _attach(path, "r+", label)


def _republish(name: str, target: Any, shape: tuple[int, ...] | None, label: str | None) -> Any:
    return publish(name, target, shape=shape, label=label)


def _attach(path: str, mode: Mode, label: str | None) -> SharedArray:
    header, description = read_description(path) or _gone(path)
    segment = OwnSegment.attach(description.segment or "", writable=mode == "r+")
    if (segment.device, segment.inode) != (header.device, header.inode):
        _gone(path)
    description.layout.check_fits(len(segment.buffer))
    block = join(path)[0] if mode == "r+" else None
    return SharedArray(
        description.layout.view(segment.buffer),
        block,
        description,
        label=label,
        rebuild=(_reopen, (path, label)),
        segment=segment,
    )


def _gone(path: str) -> NoReturn:
    raise UnknownArrayError(f"the array of {path} is gone", value=path)


def _publish_proxy(name: str, proxy: Any, texts: _Texts, label: str | None) -> Published[Any]:
    token = proxy._token  # noqa: SLF001 - a proxy has no public word for where its object is
    address = token.address
    if not isinstance(address, str):
        raise NotShareableError(
            f"the Manager of {name!r} listens on {address!r}: only Managers on a Unix socket of "
            "this machine can be looked at",
            value=str(address),
        )
    now = as_array(proxy._getvalue())  # noqa: SLF001 - nor for its object
    description = Description(
        name,
        "Manager",
        ArrayLayout.contiguous(now.dtype, now.shape),
        address=address.replace("\0", "@"),
        authkey=bytes(proxy._authkey).hex(),  # noqa: SLF001 - nor for its key
        token=token.id,
        typeid=token.typeid,
        **texts,
    )
    path = _block_path(name, f"{address}\0{token.id}")
    found = read_description(path)
    if found is not None:  # the list may have another length by now: that is no other layout
        description = found[1]
    block, description = join_or_make(path, description, 0, 0, DEFAULT_SLOTS)
    rebuild = _republish, (name, proxy, None, label)
    return Published(proxy, block, description, label=label, rebuild=rebuild)


def _is_proxy(target: object) -> bool:
    managers = sys.modules.get("multiprocessing.managers")
    return managers is not None and isinstance(target, managers.BaseProxy)


def _as_view(target: Any) -> tuple[np.ndarray[Any, Any], Mechanism]:
    """Return a numpy view of `target`'s own memory, and the mechanism it is shared by."""
    if isinstance(target, np.ndarray):
        return target, "Array" if _is_in_arena(target) else "shared_memory"
    import ctypes  # noqa: PLC0415 - whoever publishes numpy views does without

    raw = target.get_obj() if hasattr(target, "get_obj") else target
    if isinstance(raw, ctypes.Array):
        return np.ctypeslib.as_array(raw), "Array"
    if isinstance(raw, ctypes._SimpleCData | ctypes.Structure):  # noqa: SLF001 - in ctypes' own docs
        view: np.ndarray[Any, Any] = np.ndarray((), np.dtype(type(raw)), raw)  # type: ignore[arg-type]  # a ctypes object is a buffer
        return view, "Array"
    raise NotShareableError(
        f"{type(target).__name__} cannot be published: give a numpy view of shared memory, a "
        "multiprocessing Array or Value, or a Manager's list, dict, Array or Value",
        value=type(target).__name__,
    )


def _is_in_arena(array: np.ndarray[Any, Any]) -> bool:
    """Whether `array` looks into the memory of a multiprocessing.Array."""
    return type(_owner(array)).__module__ not in ("mmap", "builtins")


def _owner(array: np.ndarray[Any, Any]) -> Any:
    """Return the object whose memory `array` is a view of: a mapping, or a ctypes object."""
    base: Any = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    return base


def _withdraw_when_freed(array: np.ndarray[Any, Any], block: Block) -> None:
    """Take an array off the page when its publisher frees it: its arena is used again."""
    owner = _owner(array)
    if _is_in_arena(array) and block.header.publisher.pid == os.getpid():
        weakref.finalize(owner, _withdraw, block, os.getpid()).atexit = False


def _withdraw(block: Block, pid: int) -> None:
    if os.getpid() == pid:
        withdraw(block)


def _labels(labels: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if labels is None else tuple(str(label) for label in labels)


def _block_path(name: str, identity: str) -> str:
    return f"{SHM_DIR}/{block_name(name, identity)}"


def _offers(path: str, name: str) -> bool:
    """Whether the block at `path` describes a living array `name` that can be attached to."""
    found = read_description(path)
    if found is None or found[1].name != name or found[1].segment is None:
        return False
    return is_named(found[1].segment, found[0])


def _published_names() -> list[str]:
    blocks = (read_description(path) for path in block_paths())
    return sorted({found[1].name for found in blocks if found is not None and found[1].segment})


def _listed(names: list[str]) -> str:
    if not names:
        return "are none"
    shown = ", ".join(repr(name) for name in names[:10])
    return f"are {shown}" + (f" and {len(names) - 10} more" if len(names) > 10 else "")
