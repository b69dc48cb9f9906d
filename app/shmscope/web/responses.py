"""What the handlers of the REST API answer with."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from shmscope.web.problems import MEDIA_TYPE
from shmscope.web.wire import encode_json

# The part of a response's description, in OpenAPI, that says it is a problem document.
PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}


def json_answer(body: object, status: int = 200) -> Response:
    """Return plain data and numpy arrays as JSON."""
    return Response(encode_json(body), status, media_type="application/json")
