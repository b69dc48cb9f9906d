"""Servers to compare with: `python -m bench.servers NAME DESCRIPTOR ARGUMENT...`."""
