"""An oscilloscope for shared memory.

A program that shares arrays needs three words of this package:

    temps = shmscope.create("temps", shape=(512, 512), dtype="f4", unit="°C")
    temps = shmscope.open("temps", mode="r+")        # in another process
    with temps.writing() as array:                    # one counted write
        array[:] = step(array)

and, for arrays that exist already, `publish`. Importing it loads numpy and the standard library
only.
"""

from __future__ import annotations

from shmscope.publishing.api import create, open, publish  # noqa: A004 - the field's word
from shmscope.publishing.array import Published, SharedArray

__version__ = "0.1.0"
__all__ = ["Published", "SharedArray", "__version__", "create", "open", "publish"]
