"""CSV made block by block: nobody waits for the rest when the request's time is over."""

from __future__ import annotations

import numpy as np
import pytest

from shmscope.errors import OverdueError
from shmscope.layout.selection import parse_selection
from shmscope.sources.deadline import Deadline, under
from shmscope.web.tables import BLOCK_ROWS, csv_body


def test_lines_stop_at_the_block_at_which_the_deadline_has_passed() -> None:
    rows = 3 * BLOCK_ROWS
    blocks = csv_body(parse_selection("...", (rows,)), np.zeros(rows, "u1"))
    now_s = [0.0]
    with under(Deadline(1.0, lambda: now_s[0])):
        assert next(blocks).count(b"\n") == BLOCK_ROWS
        now_s[0] = 2.0
        with pytest.raises(OverdueError, match="no answer within 1 s"):
            next(blocks)
