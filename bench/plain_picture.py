"""The least that a picture takes after a click: two pages, one WebSocket frame, one canvas.

A list with one link leads to a page with nothing but a canvas, whose script asks for one frame of
float32 and draws it in grey. What this takes, the browser and the machine take.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

LINK = "/picture"
_LIST = f'<!doctype html><title>list</title><a href="{LINK}">picture</a>'
_PICTURE = """<!doctype html><title>picture</title>
<canvas id="values" width="{side}" height="{side}"></canvas>
<script>
const canvas = document.querySelector("#values");
const socket = new WebSocket(`ws://${{location.host}}/frame`);
socket.binaryType = "arraybuffer";
socket.onmessage = ({{ data }}) => {{
  const values = new Float32Array(data);
  const picture = new ImageData({side}, {side});
  const words = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < values.length; i++) words[i] = 0xff000000 | ((values[i] & 255) * 0x10101);
  canvas.getContext("2d").putImageData(picture, 0, 0);
  canvas.dataset.seq = "1";
}};
</script>"""


@contextmanager
def plain_pages(side: int) -> Iterator[str]:
    """Serve a list and a square picture until the end of the block; yield the list's address."""
    frame = np.arange(side * side, dtype="f4").tobytes()
    pages = {"/": _LIST, LINK: _PICTURE.format(side=side)}

    def answer(_: ServerConnection, request: Request) -> Response | None:
        page = pages.get(request.path)
        if page is None:
            return None
        body = page.encode()
        kind, length = ("Content-Type", "text/html"), ("Content-Length", str(len(body)))
        return Response(200, "OK", Headers([kind, length]), body)

    def send(socket: ServerConnection) -> None:
        socket.send(frame)
        for _ in socket:  # until the page goes
            pass

    with serve(send, "127.0.0.1", 0, process_request=answer, compression=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}/"
        server.shutdown()
