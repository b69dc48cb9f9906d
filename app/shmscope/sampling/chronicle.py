"""What of a tick goes into the timeline."""

from __future__ import annotations

from shmscope.sampling.events import Timeline
from shmscope.sampling.host_watch import HostWatch
from shmscope.sampling.roster import Roster


def chronicle(timeline: Timeline, roster: Roster, host: HostWatch, unix_s: float) -> None:
    """Note what came, went, was raised and was taken back since the tick before.

    Memory that programs keep for themselves comes and goes unnoted: a browser makes such segments
    by the hundred, and would push all else out.

    Args:
        timeline: Where it is noted.
        roster: The arrays, just refreshed.
        host: The host, just looked at.
        unix_s: When, seconds since 1970.
    """
    comings = roster.comings
    others = {trace.id.name for trace in comings.gone}
    for trace in comings.fresh:
        again = trace.id.name in others
        if not trace.subject.system:
            timeline.note_coming(unix_s, trace.key, trace.id.name, again=again)
    for trace in comings.lost:
        timeline.note_going(unix_s, trace.key, trace.id.name, told=not trace.subject.system)
    for trace in roster.by_id.values():
        timeline.note_verdicts(unix_s, trace.key, trace.id.name, trace.verdicts)
    timeline.note_verdicts(unix_s, "", roster.host, host.verdicts)
