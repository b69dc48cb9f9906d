"""How often a surveyor looks: never for more than a share of the time, and never too late.

While somebody watches, a look at everything is followed by a rest of 50 times what it cost, so that
it takes 2 % of a core; a rest of five seconds is the longest, though, for that is how late memory
without a name may show. While nobody watches it is 400 times, or a quarter of a percent. What has a
name shows within two seconds: half a second until the names are compared, and a look that is at
most a second and a half away, however much it costs.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

NAMES_S: Final = 0.5


class Pace(NamedTuple):
    """How long to rest after a survey.

    Attributes:
        least_s: At least so long.
        times: So many times the CPU time that it cost.
        most_s: At most so long.
    """

    least_s: float
    times: float
    most_s: float

    def rest_s(self, cost_s: float) -> float:
        """Return how long to rest after a survey that cost so much CPU time."""
        return min(max(self.least_s, self.times * cost_s), self.most_s)


UNWATCHED: Final = Pace(5.0, 400, math.inf)
WATCHED: Final = Pace(1.0, 50, 5.0)
NEWS: Final = Pace(0.0, 50, 1.5)
HURRIED: Final = Pace(0.1, 10, 1.0)
FAILED: Final = Pace(1.0, 50, 30.0)
