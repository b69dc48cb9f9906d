"""The names under which agents and the hub speak: one branch of the key space an agent.

    shmscope/v1/<site>/<host>/<agent>/alive     a token, which goes when the agent does
                                    /stats     what passes, one message a tick
                                    /q/list    questions: the rows of all arrays,
                                    /q/snapshot    one frame, or one answer of the REST API,
                                    /q/chunk       a piece of what is too large for an answer

Each part is percent-encoded: a host may be called anything, and `/ * $ # ? @` mean something to the
carrier. The agent is a random id of each start, so that two of them are never taken for one.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from shmscope.errors import ConfigurationError

ROOT: Final = "shmscope/v1"
NO_SITE: Final = "_"
MOST_NAME_BYTES: Final = 200

Part: TypeAlias = Literal["alive", "stats", "q/list", "q/snapshot", "q/chunk"]
PARTS: Final[tuple[Part, ...]] = ("alive", "stats", "q/list", "q/snapshot", "q/chunk")
QUESTIONS: Final[tuple[Part, ...]] = ("q/list", "q/snapshot", "q/chunk")


class Place(NamedTuple):
    """Whose keys they are: one agent's.

    Attributes:
        site: Where the host is; `_` where that was not said.
        host: Name of the host.
        agent: Id of this start of its agent.
    """

    site: str
    host: str
    agent: str

    def key(self, part: Part) -> str:
        """Return the key of a part."""
        return f"{ROOT}/{'/'.join(quote(name, safe='') for name in self)}/{part}"


def every(part: Part) -> str:
    """Return the key expression of a part of all agents."""
    return f"{ROOT}/*/*/*/{part}"


@lru_cache(maxsize=1 << 14)  # every agent says something twice a second
def parse_key(key: str) -> tuple[Place, Part] | None:
    """Return whose key it is and of what; None for what no agent of ours would say.

    A name has one spelling in a key: permissions go by it, and two are not one host.
    """
    names, known = key.removeprefix(f"{ROOT}/").split("/", 3), key.startswith(f"{ROOT}/")
    if not known or len(names) != 4:
        return None
    place = Place(*(unquote(name) for name in names[:3]))
    for part in PARTS:
        if part == names[3] and all(map(_is_sound, place)) and place.key(part) == key:
            return place, part
    return None


def _is_sound(name: str) -> bool:
    return problem_of_name(name) is None


def new_agent() -> str:
    """Return the id of a start."""
    return secrets.token_hex(8)


def check_name(name: str, what: str) -> str:
    """Return the name of a host or site, if it may be called so.

    Args:
        name: The name.
        what: Where it was given, for the error.

    Raises:
        ConfigurationError: with the rule that it breaks.
    """
    problem = problem_of_name(name)
    if problem is not None:
        raise ConfigurationError(
            f"{what}: {name[:80]!r}: {problem}", value=name[:80], limit=MOST_NAME_BYTES
        )
    return name


def problem_of_name(name: str) -> str | None:
    """Return why nothing may be called so, None where it may."""
    if not name or name.isspace() or not name.isprintable():
        return "a name has characters, which can be printed"
    if "/" in name or name in (".", ".."):
        return "a name stands in addresses: it has no slash, and is more than dots"
    size = len(name.encode("utf-8", "replace"))
    if size > MOST_NAME_BYTES:
        return f"it is {size} bytes long, {MOST_NAME_BYTES} are allowed"
    return None
