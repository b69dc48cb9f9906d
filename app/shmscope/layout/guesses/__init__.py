"""Guesses at what the bytes of a segment are that nobody describes.

See docs/guesses.md for what is looked at, how it is scored, and how often it is right.
"""

from __future__ import annotations

from shmscope.layout.guesses.ranking import Guess, guess

__all__ = ["Guess", "guess"]
