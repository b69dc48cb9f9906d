"""docs/client.md: every snippet runs, and every name in it is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.client.serving import serving
from tests.waiting import until

import shmscope
from shmscope import errors
from shmscope.client import AsyncRemoteArray, Client, Frame, RemoteArray
from shmscope.client.asynchronous import AsyncClient

DOCUMENT = (Path(__file__).parents[2] / "docs/client.md").read_text()
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


def test_every_snippet_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    known: dict[str, Any] = {}
    with shmscope.create(name, (16, 16), "f4", unit="°C") as array, serving() as address:
        array[...] = 95.0
        with shmscope.connect(address) as waiting:
            until(lambda: waiting.arrays(name))
        for snippet in SNIPPETS:
            text = snippet.replace("http://127.0.0.1:8765", address).replace('"temps"', repr(name))
            exec(text.replace('"te*"', repr(f"{name}*")), known)  # noqa: S102 - it is the document's own
        known["client"].close()
        np.testing.assert_array_equal(known["corner"], array[0:10, ::2])
    printed = capsys.readouterr().out
    assert f"{name} (16, 16) float32 °C" in printed
    assert len(SNIPPETS) == 3


def test_every_call_and_attribute_of_the_tables_is_there() -> None:
    arrays = set(re.findall(r"`array\.([a-z_]+)", DOCUMENT))
    assert arrays >= {"read", "snapshot", "stream", "statistics"}
    assert all(hasattr(RemoteArray, name) or name == "row" for name in arrays)
    assert all(hasattr(Client, name) for name in re.findall(r"`client\.([a-z_]+)\(", DOCUMENT))
    assert all(hasattr(Frame, name) for name in re.findall(r"frame\.([a-z_]+)", DOCUMENT))
    for name in re.findall(r"`([A-Za-z]+Error)`", DOCUMENT):
        assert issubclass(getattr(errors, name), errors.ShmscopeError)


@pytest.mark.parametrize(("one", "other"), [(Client, AsyncClient), (RemoteArray, AsyncRemoteArray)])
def test_both_clients_have_the_same_names(one: type, other: type) -> None:
    names, others = ({n for n in dir(kind) if not n.startswith("_")} for kind in (one, other))
    assert names - others <= {"array"}  # what asks the server must be awaited
    assert others <= names


def test_the_limits_are_those_documented() -> None:
    from shmscope.client.wishes import RECONNECT_S  # noqa: PLC0415 - beside what it is compared to
    from shmscope.web.wishes import DEFAULT_POINTS  # noqa: PLC0415 - beside what it is compared to

    assert f"`reconnect_s={RECONNECT_S:g}` seconds" in DOCUMENT
    assert f"more than {DEFAULT_POINTS:,}\nelements" in DOCUMENT
