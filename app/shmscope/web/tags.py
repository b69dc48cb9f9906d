"""ETags of values: equal ones stand for the same writes, seen in the same way.

The naive way hashes the values, and reads all of them to say that they are as they were. Here the
tag is made of the writers' counters, some hundred bytes: a conditional request is answered without
a look at the values. There is a tag where writes are counted and none is under way, and it promises
what the verdict ``clean`` does: no counted write came between. A write that is not counted changes
no tag. In JSON the same values come with another time each time: there the tag is a weak one.

Source: RFC 9110, sections 8.8.3 and 13.1.2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import shmscope
from shmscope.layout.array import ArrayLayout
from shmscope.layout.lens import Lens
from shmscope.layout.selection import Selection
from shmscope.sampling.answers import Chosen
from shmscope.web.accepting import Format

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_DIGEST_BYTES = 16
MOST_TAGS = 4000  # characters


class Sight(NamedTuple):
    """What is seen, and in which form: all that decides an answer beside the writes.

    Attributes:
        drawn: How a picture is drawn; empty for other forms.
    """

    chosen: Chosen
    form: Format
    drawn: str = ""

    def tag(self, state: bytes | None) -> str | None:
        """Return the ETag of an answer, None where there is none.

        Args:
            state: Stands for the writes that it holds.
        """
        if state is None:
            return None
        trace, selection, lens = self.chosen.trace, self.chosen.selection, self.chosen.lens
        digest = _begun(trace.key, trace.layout, selection, lens, self.form, self.drawn).copy()
        digest.update(state)
        return f'{"W/" if self.form == "json" else ""}"{digest.hexdigest()}"'

    def is_known(self, state: bytes | None, known: str) -> bool:
        """Whether a client has this already, by its If-None-Match header."""
        tag = self.tag(state) if known else None
        if tag is None:
            return False
        return known.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(known[:MOST_TAGS])


@lru_cache(maxsize=512)  # who asks once asks again
def _begun(
    key: str, layout: ArrayLayout, selection: Selection, lens: Lens, form: Format, drawn: str
) -> blake2b:
    """Return the digest of all that is the same after every write."""
    said = (
        *(shmscope.__version__, key, layout.format(), str(selection)),
        *(lens.field, lens.part, lens.order, form, drawn),
    )
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES)
