"""Layouts by hand: the TOML file, the text of an option, dtypes, and the JSON of a request.

The first byte says which of them the rest is.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

from tests.fuzz.sentences import check_error

from shmscope.errors import ConfigurationError, LayoutError, ShmscopeError
from shmscope.layout.hand import (
    LayoutRule,
    format_dtype_text,
    format_option,
    format_toml,
    parse_dtype_text,
    parse_option,
    parse_rule,
)
from shmscope.sources.configuration import parse_configuration

SIZES = (0, 1, 4096, 1 << 40)
NAMES = ("psm_1a2b3c4d", "a" * 255, "\x1b[2J\udcff")
MOST_RULES = 50


def check(data: bytes) -> None:
    """Check that an input is refused with a sentence, or says what can be and can be written."""
    kind, rest = data[:1], data[1:]
    text = rest.decode("utf-8", "replace")
    try:
        if kind == b"o":
            check_rule(parse_option(text))
        elif kind == b"d":
            dtype = parse_dtype_text(text)
            written = format_dtype_text(dtype)
            again = written if isinstance(written, str) else json.dumps(written)
            assert parse_dtype_text(again) == dtype
        elif kind == b"j":
            check_rule(parse_rule(json.loads(rest), pattern="*"))
        else:
            check_file(rest)
    except (LayoutError, ConfigurationError) as error:
        check_error(error)
    except (ValueError, RecursionError):  # of json.loads: the request is refused before
        assert kind == b"j"


def check_file(data: bytes) -> None:
    """Check a whole file."""
    found = parse_configuration(data)
    for rule in found.rules[:MOST_RULES]:
        check_rule(rule)
    assert all(root.startswith("/") and "\0" not in root for root in found.roots)


def check_rule(rule: LayoutRule) -> None:
    """Check that a rule keeps within every segment, and is the same when it is written down."""
    for name in NAMES:
        rule.matches(name)
    for size_bytes in SIZES:
        try:
            layout = rule.resolve(size_bytes)
        except ShmscopeError as error:
            check_error(error)
            continue
        assert layout.extent[0] >= 0
        assert -1 not in layout.shape
        assert -1 not in rule.shape or layout.extent[1] <= size_bytes
    assert parse_option(format_option(rule)) == rule
    [table] = tomllib.loads(format_toml(rule))["array"]
    assert parse_rule(table) == rule


def seeds() -> Iterator[bytes]:
    """Yield inputs to begin with."""
    yield b't[[array]]\nname = "psm_*"\ndtype = "<f4"\nshape = [4, -1]\nunit = "V"\n'
    yield b'troots = ["/tmp"]\n[[limits]]\nname = "*"\nstalled_s = 5\n[server]\nport = 1\n'
    yield b't[[array]]\nname="a"\ndtype=[["a","<f8"],["b","S3",[2]]]\nstrides=[-8]\noffset=800\n'
    yield b"oname=psm_1 dtype='a:<f4, b:{c:(2,)<i2}' shape=4,-1 offset=0x40 order=F as=heat"
    yield b'oname="a b" dtype=<f8 shape=(4,) strides=16 labels=\'["x", "y"]\' about="z"'
    yield b"dtime:<f8, :V3, xyz:(3,)<f4, in:{a:u1,}"
    yield b"d[('a', '<f4', (2,)), (('t', 'b'), 'S3')]"
    yield b'j{"dtype": "<M8[25s]", "shape": "2x3", "offset": 8, "labels": ["a"], "order": "C"}'


WORDS = (
    "[[array]]", "[[limits]]", "[server]", "roots = ", "name = ", "dtype = ", "shape = ", "offset",
    "strides = ", "order = ", "labels = ", "about = ", "unit = ", "as = ", '"<f4"', "name=",
    "dtype=", "shape=", "0x40", "-1", "4611686018427387904", "(2,)", "a:<f4", "M8[ns]", '"""',
)  # fmt: skip
