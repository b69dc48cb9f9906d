"""SysV shared memory: the ids that the kernel keeps, with no file for them.

/proc/sysvipc/shm has a line of titles, then one line an id (Source: ipc/shm.c):

    key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap

in decimal, but for the octal `perms`. It shows the ids of the reader's own IPC namespace. A mapping
of one stands in maps as ``/SYSV<key in hexadecimal> (deleted)``, with the id as its inode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PREFIX: Final = "/SYSV"
_DOOMED = 0o1000  # SHM_DEST


@dataclass(frozen=True, slots=True)
class SysVId:
    """A SysV segment as the kernel lists it.

    Attributes:
        key: What programs find it by, as an unsigned number; 0 for a private or a removed one.
        shmid: Its id.
        attached: How often it is mapped.
        creator: Pid of the process that made it; it may be long gone.
        owner: User id.
        mode: Permission bits.
        removed: Whether it goes away with the last that has it mapped.
    """

    key: int
    shmid: int
    size_bytes: int
    resident_bytes: int
    attached: int
    creator: int
    owner: int
    mode: int
    removed: bool

    @property
    def label(self) -> str:
        """What to call it."""
        return f"sysv 0x{self.key:08x} {self.shmid}"


def parse_ids(listing: bytes) -> list[SysVId]:
    """Read /proc/sysvipc/shm; a line that cannot be read is passed over."""
    title, _, rest = listing.partition(b"\n")
    names = [name.decode("ascii", "replace") for name in title.split()]
    found = (_parse_id(dict(zip(names, line.split(), strict=False))) for line in rest.splitlines())
    return [one for one in found if one is not None]


def _parse_id(fields: dict[str, bytes]) -> SysVId | None:
    try:
        perms = int(fields["perms"], 8)
        return SysVId(
            key=int(fields["key"]) & 0xFFFFFFFF,
            shmid=int(fields["shmid"]),
            size_bytes=int(fields["size"]),
            resident_bytes=int(fields["rss"]),
            attached=int(fields["nattch"]),
            creator=int(fields["cpid"]),
            owner=int(fields["uid"]),
            mode=perms & 0o777,
            removed=bool(perms & _DOOMED),
        )
    except (KeyError, ValueError):
        return None
