"""Local times to UTC, many at once, with the system's or the `tzdata` package's zones.

Arrow can do it too, but only where the operating system has a zone database, and it doesn't say which of the times
occurred twice and which never.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_utc(
    local: NDArray[np.int64], zone: str, ambiguous: str | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Local microseconds since 1970 as UTC ones, those that occurred twice and those that never occurred, all (n,).

    `ambiguous` is `earlier`, `later` or None; where None, the time of a moment that occurred twice means nothing, as
    it does where the moment never occurred.
    """
    years = local.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64)
    utc, twice, never = np.zeros_like(local), np.zeros(len(local), bool), np.zeros(len(local), bool)
    for year in np.unique(years):
        mine = years == year
        starts, offsets = _spans(zone, int(year) + 1970)
        span = np.searchsorted(starts + offsets, local[mine], side="right") - 1
        ends = np.append(starts[1:], np.iinfo(np.int64).max // 2) + offsets
        never[mine] = local[mine] >= ends[span]
        before = np.maximum(span - 1, 0)
        twice[mine] = (span > 0) & (local[mine] < ends[before])
        chosen = np.where(twice[mine] & (ambiguous != "later"), before, span)
        utc[mine] = local[mine] - offsets[chosen]
    return utc, twice, never


@lru_cache(maxsize=1024)
def _spans(zone: str, year: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From when (UTC microseconds) which offset held, a few days beyond the year on both sides."""
    rules = ZoneInfo(zone)
    first = (datetime(min(max(year, 2), 9998), 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1) - 3 * DAY
    starts, offsets = [np.iinfo(np.int64).min // 2], [_offset(rules, first)]
    for day in range(first, first + 372 * DAY, DAY):
        if _offset(rules, day + DAY) != offsets[-1]:
            starts.append(_change(rules, day, day + DAY))
            offsets.append(_offset(rules, day + DAY))
    return np.array(starts), np.array(offsets)


def _offset(rules: ZoneInfo, utc: int) -> int:
    told = (EPOCH + timedelta(microseconds=utc)).astimezone(rules).utcoffset()
    return (told or timedelta(0)) // timedelta(microseconds=1)


def _change(rules: ZoneInfo, before: int, after: int) -> int:
    """The first second at which the offset of `after` holds, which does not hold at `before`."""
    while after - before > SECOND:
        middle = (before + after) // 2 // SECOND * SECOND
        if _offset(rules, middle) == _offset(rules, before):
            before = middle
        else:
            after = middle
    return after
