"""A camera's frames in memory that the program shares by itself: published, not moved.

The program has its own SharedMemory and a numpy view of it, as many programs do; `publish` tells
shmscope what lies there. Whoever attaches to the segment sees what they always saw.
"""

import math
import sys
import time
from contextlib import suppress
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import numpy.typing as npt

import shmscope

HELLO = "camera: start me alone with  python -m shmscope.workers.camera  (Ctrl-C stops me)"
HEIGHT, WIDTH, FRAME_S = 240, 320, 1 / 30
Picture = npt.NDArray[np.uint8]


def sky() -> Picture:
    """Return what stands still: a sky that grows lighter towards a dark ground."""
    rows = np.linspace(0, 1, HEIGHT)[:, None, None]
    picture = np.broadcast_to([40, 90, 170] + rows * [150, 110, 50], (HEIGHT, WIDTH, 3)).copy()
    picture[HEIGHT * 4 // 5 :] = [50, 80, 40]
    return picture.astype(np.uint8)


def take(still: Picture, grain: Picture, count: int) -> Picture:
    """Return frame number `count`: the sun moves, the sensor is noisy, a bar counts the frames."""
    picture = still.copy()
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    sun_x = count * 2 % WIDTH
    sun_y = HEIGHT * (0.6 - 0.45 * math.sin(math.pi * sun_x / WIDTH))
    picture[(y - sun_y) ** 2 + (x - sun_x) ** 2 < 22**2] = [240, 210, 80]
    picture += np.roll(grain, (count * 71, count * 37), axis=(0, 1))
    picture[-8:] = 0
    picture[-6:-2, : count % WIDTH] = [230, 60, 40]
    return picture


def main(name: str = "camera") -> None:
    """Take pictures into shared memory, 30 a second."""
    print(HELLO, flush=True)
    memory = SharedMemory(create=True, size=HEIGHT * WIDTH * 3)
    try:
        view: Picture = np.ndarray((HEIGHT, WIDTH, 3), np.uint8, memory.buf)
        about = "RGB frames, 30 a second; the bar at the bottom grows by a pixel a frame."
        camera = shmscope.publish(name, view, labels=("red", "green", "blue"), about=about)
        still, grain = sky(), np.random.default_rng().integers(0, 12, view.shape, np.uint8)
        for count in range(sys.maxsize):
            picture = take(still, grain, count)
            with camera.writing() as frame:
                frame[:] = picture
            time.sleep(FRAME_S - time.monotonic() % FRAME_S)
    finally:
        memory.unlink()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
