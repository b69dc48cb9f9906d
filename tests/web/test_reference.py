"""The page of the REST API: all of the OpenAPI document, in words."""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory
from typing import Any

import pytest
from tests.web.running import Running

from shmscope.web.reference import groups, limits, told


@pytest.mark.parametrize(
    ("schema", "words", "within"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 4096}, "integer", "from 1, to 4,096"),
        ({"type": "string", "maxLength": 200}, "text", "at most 200 characters"),
        ({"enum": ["a", "b"]}, '"a" or "b"', ""),
        ({"const": "x"}, '"x"', ""),
        ({"$ref": "#/components/schemas/Row"}, "Row", ""),
        ({"type": "array", "items": {"$ref": "#/x/Row"}}, "list of Row", ""),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "number or null", ""),
        ({"anyOf": [{"type": "number", "minimum": 0}]}, "number", "from 0"),
        ({"type": "object"}, "object", ""),
        ({}, "anything", ""),
    ],
)
def test_a_schema_in_words(schema: dict[str, Any], words: str, within: str) -> None:
    assert told(schema) == words
    assert limits(schema) == within


def test_the_page_shows_every_operation_parameter_and_schema(served: Running) -> None:
    document = served.get("/api/v1/openapi.json").json()
    page = served.get("/docs", accept="text/html")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    operations = [one for group in groups(document).values() for one in group]
    assert len(operations) == sum(len(ways) for ways in document["paths"].values())
    for one in operations:
        assert f'id="{one.ident}"' in page.text
        for parameter in one.parameters:
            assert f'id="{one.ident}-{parameter["name"]}"' in page.text
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text


def test_the_page_holds_no_style_and_no_script_of_its_own(served: Running) -> None:
    text = served.get("/docs", accept="text/html").text
    assert "style=" not in text
    assert "<style" not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')


def test_the_example_of_a_body_is_one_that_is_taken(served: Running, name: str) -> None:
    operations = groups(served.get("/api/v1/openapi.json").json())
    bodies = {one.ident: one.body for group in operations.values() for one in group if one.body}
    assert set(bodies) == {"keep_layout", "watch"}
    headers = {"content-type": "application/json"}
    segment = SharedMemory(name, create=True, size=1024)
    try:
        path = served.path_of(name)
        watched = served.http.post(f"{path}/watches", content=bodies["watch"], headers=headers)
        assert watched.status_code == 201
        seen = served.http.put(f"{path}/layout", content=bodies["keep_layout"], headers=headers)
        assert seen.json()["shape"] == [4, 60]
    finally:
        segment.close()
        segment.unlink()
