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
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import shmscope
from shmscope.sampling.answers import Chosen
from shmscope.web.accepting import Format

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_DIGEST_BYTES = 16
MOST_TAGS = 4000  # characters


@dataclass(frozen=True)
class Sight:
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
        digest = self._begun.copy()
        digest.update(state)
        return f'{"W/" if self.form == "json" else ""}"{digest.hexdigest()}"'

    def is_known(self, state: bytes | None, known: str) -> bool:
        """Whether a client has this already, by its If-None-Match header."""
        tag = self.tag(state) if known else None
        if tag is None:
            return False
        return known.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(known[:MOST_TAGS])

    @cached_property
    def _begun(self) -> blake2b:
        """The digest of all that is the same after every write."""
        trace, lens = self.chosen.trace, self.chosen.lens
        said = (
            *(shmscope.__version__, trace.key, trace.layout.format(), str(self.chosen.selection)),
            *(lens.field, lens.part, lens.order, self.form, self.drawn),
        )
        return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES)
