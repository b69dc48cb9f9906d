"""Guesses at what the bytes of a segment are that nobody describes.

- `sample` reads at most 4 MiB of it, and puts 16 KiB of what is not zero side by side.
- `readings` reads these as every dtype in turn, `lengths` says how many bits it takes to describe
  them so, and `candidates` makes a score of that: the logarithm of the bits, and something added
  for values that are odd and for dtypes that are rare.
- `texts`, `pairs` and `records` find what is more than a number: text, complex numbers, fields.
- `rows`, with `variogram` and `channels`, finds shapes; `headers` finds where the array begins.
- `ranking` makes guesses of it all, with a confidence, and `reasons` the sentences.

docs/guesses.md has how often they are right.
"""

from __future__ import annotations

from shmscope.layout.guesses.ranking import Guess, guess

__all__ = ["Guess", "guess"]
