"""Segments that are known by their names only: whose they are, and what is known of their bytes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from shmscope.layout.formats.look import Look


@dataclass(frozen=True, slots=True)
class Opaque:
    """What the name of a segment tells.

    Attributes:
        owner: The program or library that names its segments so.
        sentence: What it is, for people.
        creator_pid: Who made it, where the name says so; the pid may have been reused since.
        payload_offset: Bytes of header before the data, where the owner has one.
        system: Whether it is memory of a program that shares no arrays with it.
    """

    owner: str
    sentence: str
    creator_pid: int | None = None
    payload_offset: int = 0
    system: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern of names; its group `pid` is the creator's.

    Attributes:
        most_bytes: What is larger is something else.
    """

    pattern: str
    owner: str
    sentence: str
    payload_offset: int = 0
    system: bool = False
    most_bytes: float = math.inf


def _system(pattern: str, owner: str, sentence: str) -> _Rule:
    """Return a rule of memory that holds nobody's arrays: a program needs it to run."""
    return _Rule(pattern, owner, sentence, system=True)


def _semaphore(pattern: str, owner: str, sentence: str) -> _Rule:
    """Return a rule of what glibc's sem_open makes."""
    return _Rule(pattern, owner, sentence, system=True, most_bytes=32)


_PID = r"(?P<pid>[0-9]{1,10})"
_CPYTHON = "CPython multiprocessing"
_BROWSER = "memory of a browser's processes"
_SOUND = "memory of a sound server"
_SCREEN = "pictures for the screen"

_RULES: Final = (
    _Rule(r"psm_[0-9a-f]{8}", _CPYTHON, "a SharedMemory block that its program did not name"),
    _Rule(
        rf"pym-{_PID}-.+",
        _CPYTHON,
        "an arena in which multiprocessing's Array, Value and RawArray lie back to back",
    ),
    _semaphore(rf"sem\.loky-{_PID}-.+", "joblib (loky)", "a POSIX semaphore, 32 bytes"),
    _semaphore(
        r"sem\.mp-.+", _CPYTHON, "a POSIX semaphore, 32 bytes: the lock of some Array or Queue"
    ),
    _semaphore(r"sem\..+", "POSIX semaphores", "a named semaphore, 32 bytes"),
    _Rule(
        rf"torch_{_PID}_[0-9]+_[0-9]+",
        "PyTorch",
        "a tensor's storage, shared by name: a header of 64 bytes with its users, then the values",
        payload_offset=64,
    ),
    _Rule(r"plasma.*", "Ray", "the arena of an object store, without headers for others to read"),
    _Rule(
        rf"(?:.*/)?joblib_memmapping_folder_{_PID}_[^/]+(?:/.*)?",
        "joblib",
        "an argument of a parallel call: a pickled wrapper, then the raw array",
    ),
    _Rule(r"sm_.+", "shared-memory-dict", "a dict, pickled or as JSON"),
    _system(
        r"iceoryx_mgmt|iox1_[0-9]+_i_.+|iox2_.+\.(?!\w*data)\w+",
        "iceoryx",
        "management of a system that passes messages",
    ),
    _Rule(r"iox[12]_.+", "iceoryx", "memory for messages"),
    _system(
        r"fastrtps_(?:port.*|.+_el)", "Fast-DDS", "management of a system that passes messages"
    ),
    _Rule(r"(?:fast_datasharing.*|fastrtps_.+)", "Fast-DDS", "memory for messages"),
    _system(r"PostgreSQL\.[0-9]+", "PostgreSQL", "memory of a database's server processes"),
    _Rule(r"vllm_offload_.+", "vLLM", "memory of an inference server"),
    _Rule(rf"sgl_shm_[^_]+(?:_[^_]+)*?_{_PID}_.+", "SGLang", "memory of an inference server"),
    _system(r"nccl-.+", "NCCL", "buffers between the GPUs of a machine"),
    _system(r"cuda\.shm\..+", "CUDA", "memory of the CUDA driver"),
    _system(r"(?:memfd:)?\.?(?:org\.chromium|com\.google\.Chrome)\..+", "Chromium", _BROWSER),
    _system(r"memfd:(?:shared-memory-region|swiftshader_jit)", "Chromium", _BROWSER),
    _system(r"\.com\.microsoft\.Edge\..+", "Edge", _BROWSER),
    _system(r"(?:wayland|org)\.mozilla\.ipc\..+|memfd:mozilla-ipc", "Firefox", _BROWSER),
    _system(r"pulse-shm-[0-9]+|memfd:pulseaudio", "PulseAudio", _SOUND),
    _system(r"memfd:pipewire.*", "PipeWire", _SOUND),
    _system(r"jack-shm-registry|jack(?:-|_db-|_default_)[0-9]+.*", "JACK", _SOUND),
    _system(r"memfd:cubeb-shm-.+", "Firefox", _SOUND),
    _system(r"memfd:(?:wayland|gdk-wayland|weston|mutter|kwin).*", "Wayland", _SCREEN),
    _system(r"memfd:(?:xorg|xshmfence)", "X", _SCREEN),
    _system(r"memfd:doublemapper", ".NET", "code that a program made while it runs"),
    _system(r"lttng-ust-.+", "LTTng", "buffers of a tracer"),
    _system(r"libpod(?:_rootless)?_lock.*", "Podman", "locks of containers"),
    _system(r"u[0-9]+-(?:Shm_|ValveIPC).+", "Steam", "memory of a launcher of games"),
    _Rule(r"SYSV[0-9a-f]{8}", "System V", "a System V segment"),
    _Rule(r"memfd:.*", "memfd", "memory without a file, shared by its descriptor"),
)
_COMPILED: Final = tuple((re.compile(rule.pattern, re.DOTALL), rule) for rule in _RULES)

# UltraDict has names that its user chose; what it puts beside them gives it away.
_ULTRADICT: Final = {
    "_memory": "the changes of a dict, pickled",
    "_full": "the whole of a dict, pickled",
    "": "the control block of a dict: its lock, and where its changes lie",
}
_ULTRADICT_BYTES: Final = 1000


def explain(look: Look) -> Opaque | None:
    """Return what the name of a segment tells, or None; its bytes are not read."""
    for pattern, rule in _COMPILED:
        match = pattern.fullmatch(look.name)
        if match is not None and look.size_bytes <= rule.most_bytes:
            pid = int(match["pid"]) if "pid" in pattern.groupindex else None
            return Opaque(rule.owner, rule.sentence, pid, rule.payload_offset, rule.system)
    return _ultradict(look)


def companions(look: Look) -> tuple[str, ...]:
    """Return the names of the segments that belong to the same entry as this one."""
    if not _is_control(look):
        return ()
    return look.present(f"{look.name}_memory", f"{look.name}_full")


def _ultradict(look: Look) -> Opaque | None:
    for suffix, sentence in _ULTRADICT.items():
        owner = look.sibling(look.name.removesuffix(suffix)) if suffix else look
        if owner is not None and look.name.endswith(suffix) and _is_control(owner):
            return Opaque("UltraDict", sentence)
    return None


def _is_control(look: Look) -> bool:
    return look.size_bytes == _ULTRADICT_BYTES and bool(look.present(f"{look.name}_memory"))
