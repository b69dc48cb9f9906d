"""Who may say what to a hub or a gateway: Zenoh's access control, which denies all else.

It is made when a session opens and stays: for another member the hub is started again. The name
that counts is the common name in the certificate of whoever is at the other end of a link.

Source: https://zenoh.io/docs/manual/access-control/, of Zenoh 1.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from shmscope.fleet.keys import ROOT
from shmscope.fleet.members import Member

MOST_PUT_BYTES: Final = 1 << 16
MOST_REPLY_BYTES: Final = 1 << 19  # a chunk of values has 256 KiB
_ALL: Final = f"{ROOT}/**"
# Who speaks may say these, and who listens may say those.
_TELLING: Final = ("put", "declare_queryable", "reply", "liveliness_token")
_ASKING: Final = ("declare_subscriber", "query")
_LOOKING: Final = ("declare_liveliness_subscriber", "liveliness_query")

Table = dict[str, Any]


def permissions(members: Sequence[Member]) -> Table:
    """Return what the members may say: each for itself, a gateway for its site, a hub may ask."""
    return _control([(member, {"cert_common_names": [member.name]}) for member in members])


def loopback_permissions() -> Table:
    """Return what whoever connects may say where there are no names: speak, and hear nobody."""
    return _control([(None, {})])


def sizes() -> list[Table]:
    """Return how long a message may be: what is longer is dropped, and its session stays."""
    limits = {"put": MOST_PUT_BYTES, "reply": MOST_REPLY_BYTES}
    return [
        {
            "id": f"{message} size",
            "flows": ["ingress"],
            "messages": [message],
            "key_exprs": ["**"],
            "size_limit": most,
        }
        for message, most in limits.items()
    ]


def _control(found: Sequence[tuple[Member | None, Table]]) -> Table:
    rules, subjects, policies = [], [], []
    for number, (member, who) in enumerate(found):
        own = _hub_rules(member) if member and member.role == "hub" else _speaker_rules(member)
        named = [{"id": f"{number} {rule['flows'][0]}", **rule} for rule in own]
        rules += named
        subjects.append({"id": str(number), **who})
        policies.append({"subjects": [str(number)], "rules": [rule["id"] for rule in named]})
    return {
        "enabled": True,
        "default_permission": "deny",
        "rules": rules,
        "subjects": subjects,
        "policies": policies,
    }


def _speaker_rules(member: Member | None) -> list[Table]:
    # Without the second a declared publisher is not told that somebody listens, and sends nothing.
    return [
        _allow("ingress", _TELLING, _ALL if member is None else member.keys),
        _allow("egress", _ASKING, _ALL),
    ]


def _hub_rules(hub: Member) -> list[Table]:
    """Return what passes between a gateway and the hub above it, which is told of the site only."""
    return [
        _allow("ingress", (*_ASKING, *_LOOKING), _ALL),
        _allow("egress", _TELLING, hub.keys),
    ]


def _allow(flow: str, messages: Sequence[str], keys: str) -> Table:
    return {
        "permission": "allow",
        "flows": [flow],
        "messages": list(messages),
        "key_exprs": [keys],
    }
