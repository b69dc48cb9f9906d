"""The same array shared in two ways: by a program that publishes it, and by one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tests.faults.serving import Serving
from tests.sources.puppets import Puppet

SHM: Final = Path("/dev/shm")
COUNT: Final = 1000
SIZE_BYTES: Final = 4 * COUNT
WAYS: Final = ("published", "foreign")
Way: TypeAlias = Literal["published", "foreign"]
Start: TypeAlias = Callable[[], Puppet]

_MAKE: Final = {
    "published": "shared = shmscope.create({name!r}, {count}, 'f4', label='first'); "
    "array = shared.array",
    "foreign": "memory = SharedMemory({name!r}, create=True, size=4 * {count}); "
    "array = np.ndarray({count}, 'f4', memory.buf)",
}
_WRITE: Final = {"published": "shared[:] = {value}", "foreign": "array[:] = {value}"}


@dataclass(frozen=True, slots=True)
class Shared:
    """An array of 1,000 float32 in a process of its own.

    Attributes:
        way: How it is shared.
        puppet: The process.
    """

    way: Way
    name: str
    puppet: Puppet

    @property
    def path(self) -> Path:
        """Where its segment is."""
        return SHM / self.name

    def make(self, count: int = COUNT) -> None:
        """Make it, and write it once."""
        self.puppet.do(_MAKE[self.way].format(name=self.name, count=count))
        self.write(1)

    def write(self, value: float) -> None:
        """Write it once."""
        self.puppet.do(_WRITE[self.way].format(value=value))

    def known(self, serving: Serving) -> str:
        """Return its id, once the server sees it as what it is."""
        array = serving.id_of(self.name)
        if self.way == "foreign":
            layout = {"dtype": "<f4", "shape": [COUNT]}
            answer = serving.http.put(f"/api/v1/arrays/{array}/layout", json=layout)
            assert answer.status_code == 200, answer.text
        return array


def share(way: Way, name: str, start: Start) -> Shared:
    """Have a new process share an array."""
    shared = Shared(way, name, start())
    shared.make()
    return shared
