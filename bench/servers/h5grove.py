"""h5grove over a folder of HDF5 files."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np


def make_app(folder: str) -> Any:
    """Return h5grove's application over `folder`, with the array of values.npy as values.h5."""
    h5py = importlib.import_module("h5py")
    grove = importlib.import_module("h5grove.fastapi_utils")
    fastapi = importlib.import_module("fastapi")
    with h5py.File(f"{folder}/values.h5", "w") as file:
        file["values"] = np.load(f"{folder}/values.npy")
    grove.settings.base_dir = folder
    app = fastapi.FastAPI()
    app.include_router(grove.router)
    return app
