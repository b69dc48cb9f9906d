"""Scripts and styles of the pages, under addresses that change whenever a file does.

The naive way lets the browser ask for every module at every visit whether it has changed: more than
a hundred questions before the first picture. Here all files stand below a fingerprint of them all,
``/static/v-<hex>/``, and may be kept for ever; imports are relative, so they stay below it. Without
the fingerprint a file is found too, and asked for anew each time.

Where the build has put modules together (hatch_build.py), and no module has changed since, a page
loads what was put together: a browser takes some thirty files in faster than a hundred and sixty.

Style sheets of a page come as one: ``css/base+keys.css`` is `base.css`, then `keys.css`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

import anyio
from fastapi.staticfiles import StaticFiles
from starlette.responses import FileResponse, Response
from starlette.types import Scope

FOR_EVER: Final = "private, max-age=31536000, immutable"
_WHOLE: Final = {"type": "http", "method": "GET", "headers": []}  # asks for all of a file
_VERSIONED = re.compile(r"(v-[0-9a-f]{16})/(.+)", re.DOTALL)
_SHEETS = re.compile(r"css/([a-z_]+(?:\+[a-z_]+)+)\.css")
_IMPORT = re.compile(r'^(?:import|export)\b[^"\';]*\bfrom "(\.[^"]+)";', re.MULTILINE)


class Assets:
    """The files below a folder.

    Args:
        folder: Holds ``js``, ``css`` and ``vendor``, and ``bundled`` where there is one.

    Attributes:
        version: A word that is another one as soon as any file is, as last looked at.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.version = ""
        self.look()

    @property
    def bundled(self) -> bool:
        """Whether what was put together is of the modules that there are."""
        return _is_bundled(self._folder, self.version)

    def look(self) -> str:
        """Look at all files, and return the version."""
        files = sorted(_stamps(self._folder))
        self.version = "v-" + hashlib.sha256(repr(files).encode()).hexdigest()[:16]
        return self.version

    def modules(self, entries: Sequence[str], version: str) -> list[str]:
        """Return the addresses of modules and of all that they import, each once.

        Args:
            entries: Paths below the folder: ``js/array.js``.
            version: Of the files.
        """
        found = _modules(self._folder, tuple(map(self._place, entries)), version)
        return [f"/static/{version}/{path}" for path in found]

    def _place(self, entry: str) -> str:
        """Return where a module is, put together with others where it was."""
        together = f"bundled/{entry}"
        return together if self.bundled and (self._folder / together).exists() else entry


class VersionedFiles(StaticFiles):
    """Serves files with and without their version in the path.

    Those of the version of today are held in memory: a page asks for a hundred at once, and opening
    each took longer than all the rest of its answer.

    Args:
        folder: Holds them.
        assets: Tells their version.
    """

    def __init__(self, folder: Path, assets: Assets) -> None:
        super().__init__(directory=folder)
        self._assets = assets
        self._held: dict[str, Response] = {}
        self._held_version = assets.version

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, which may be kept where the path says which version it is."""
        versioned = _VERSIONED.fullmatch(path)
        if versioned is None:
            return await self._found(path, scope)
        if versioned[1] != self._assets.version:
            return await self._found(versioned[2], scope)
        return await self._lasting(versioned[2], scope)

    async def _lasting(self, path: str, scope: Scope) -> Response:
        """Answer with a file of today's version, which may be kept for ever."""
        if self._held_version != self._assets.version:
            self._held, self._held_version = {}, self._assets.version
        held = self._held.get(path)
        if held is not None:
            return held
        answer = await self._found(path, scope)
        if isinstance(answer, FileResponse):
            answer = Response(await _read(answer), media_type=answer.media_type)
        if answer.status_code == HTTPStatus.OK:
            self._held[path] = answer
        answer.headers["cache-control"] = FOR_EVER
        return answer

    async def _found(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or with several style sheets as one."""
        sheets = _SHEETS.fullmatch(path)
        if sheets is None:
            return await super().get_response(path, scope)
        names = sheets[1].split("+")
        answers = [
            await super(VersionedFiles, self).get_response(f"css/{name}.css", _WHOLE)
            for name in names
        ]
        bodies = [await _read(one) for one in answers if isinstance(one, FileResponse)]
        return Response(b"\n".join(bodies), media_type="text/css")


async def _read(answer: FileResponse) -> bytes:
    return await anyio.Path(answer.path).read_bytes()


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, size and time of every file."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            found = os.stat(path)
            yield path, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=4)
def _is_bundled(folder: Path, version: str) -> bool:  # noqa: ARG001 - the cache's key
    """Whether the stamp of what was put together is that of the scripts; see hatch_build.py."""
    stamp = folder / "bundled/stamp"
    if not stamp.is_file():
        return False
    found = hashlib.sha256()
    for part in ("js", "vendor"):
        for path in sorted((folder / part).rglob("*.js")):
            found.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            found.update(path.read_bytes())
    return stamp.read_text() == found.hexdigest()


@lru_cache(maxsize=64)
def _modules(folder: Path, entries: tuple[str, ...], version: str) -> tuple[str, ...]:  # noqa: ARG001 - the cache's key
    """Go through what modules import, each once."""
    found: dict[str, None] = {}
    waiting = list(reversed(entries))
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            text = (folder / path).read_text("utf-8")
            waiting += [_beside(path, name) for name in _IMPORT.findall(text)]
    return tuple(found)


def _beside(path: str, name: str) -> str:
    """Return the path of a module as another one at `path` calls it: ``./format.js``."""
    return os.path.normpath(os.path.join(os.path.dirname(path), name))
