"""`import shmscope` in a writer stays cheap: the client is loaded when somebody asks for it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import shmscope

PROGRAM = """
import json, sys
import numpy
before = set(sys.modules)
import shmscope
{more}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""


def loaded(more: str = "") -> set[str]:
    """Return which packages a program loads beyond numpy."""
    command = [sys.executable, "-c", PROGRAM.format(more=more)]
    printed = subprocess.run(command, check=True, capture_output=True).stdout
    return set(json.loads(printed)) - {"__mp_main__"}  # multiprocessing's name of the program


def test_importing_it_loads_the_standard_library_only() -> None:
    assert loaded() <= {"shmscope", "numpy", *sys.stdlib_module_names}


def test_showing_a_local_array_loads_no_more(name: str) -> None:
    show = f"with shmscope.create({name!r}, 4) as array: assert array._repr_html_()"
    assert loaded(show) <= {"shmscope", "numpy", *sys.stdlib_module_names}


def test_asking_for_the_client_loads_what_it_needs_and_no_web_server() -> None:
    packages = loaded("shmscope.connect")
    assert {"cbor2", "websockets"} <= packages
    assert not packages & {"fastapi", "starlette", "uvicorn", "jinja2", "pydantic", "httpx2"}


def test_what_is_not_there_is_an_attribute_error() -> None:
    assert shmscope.client.connect is shmscope.connect
    with pytest.raises(AttributeError, match="no attribute 'conect'"):
        shmscope.conect  # noqa: B018
