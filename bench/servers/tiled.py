"""tiled over one array in its memory."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np


def make_app(folder: str) -> Any:
    """Return tiled's application with the array of values.npy as `values`."""
    arrays = importlib.import_module("tiled.adapters.array")
    mapping = importlib.import_module("tiled.adapters.mapping")
    config = importlib.import_module("tiled.config")
    server = importlib.import_module("tiled.server.app")
    array = np.load(f"{folder}/values.npy")
    tree = mapping.MapAdapter({"values": arrays.ArrayAdapter.from_array(array)})
    return server.build_app(tree, config.Authentication(allow_anonymous_access=True))
