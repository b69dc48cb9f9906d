"""What an array's page will most likely draw first, so that the browser can fetch it early.

The page chooses for itself, by what the values' schema says; only then it would know what to fetch,
and the picture would wait for some thirty modules. A wrong guess costs nothing but that time.
"""

from __future__ import annotations

from shmscope.layout.array import ArrayLayout

FEW = 64
CURVES = 8
CHANNELS = (3, 4)

GRID, LINE, HEAT_MAP = "js/grid/view.js", "js/line/view.js", "js/heat/heat_map.js"
PICTURE, DUMP = "js/heat/picture.js", "js/hex/dump.js"


def first_view(layout: ArrayLayout) -> str:
    """Return the path of the module that draws such an array.

    Args:
        layout: Of the whole array, which is what a page shows at first.
    """
    shape, kind = layout.shape, layout.dtype.kind
    if kind not in "biufc" or layout.size <= FEW:
        return GRID
    is_bytes = kind == "u" and layout.dtype.itemsize == 1
    if len(shape) == 1:
        return DUMP if is_bytes else LINE
    if is_bytes and len(shape) == 3 and (shape[0] in CHANNELS or shape[-1] in CHANNELS):
        return PICTURE
    return LINE if len(shape) == 2 and shape[1] <= CURVES else HEAT_MAP
