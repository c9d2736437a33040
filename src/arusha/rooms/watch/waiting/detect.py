"""Hours in which waiting took longer, or shorter, than is usual there on that weekday and hour."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from arusha.lib.datasets import Waiting
from arusha.lib.detect import Hit, Params, Table, benjamini_hochberg, detector, reason
from arusha.rooms.watch.waiting.hours import Floats, Hours, hours_of
from arusha.rooms.watch.waiting.own import own_variation
from arusha.rooms.watch.waiting.quiet import UsualHours
from arusha.rooms.watch.waiting.usual import Usual, usual_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FEW = 0.8  # of the usual booths: fewer than that is worth a word
KIND = "hour"


class WaitingUnusual(Params):
    """`fdr`: share of reported hours that may be usual ones. `weeks`: before and after, whose hours are compared.

    `shrink`: how many weeks of the same weekday and hour weigh as much as the same hour on the other weekdays.
    """

    fdr: float = 0.01
    weeks: int = 8
    shrink: float = 4.0


ORDINARY = WaitingUnusual()
"""The settings that hold where none are given."""


@reason("wait-longer-than-usual")
class Longer:
    """The hour's mean wait in minutes, what is usual, and where and when; `booths` open, None where it is not told."""

    minutes: float
    usual: float
    passengers: int
    booths: int | None
    port: str
    terminal: str
    day: str
    hour: str
    direction: str = "long"


@reason("wait-shorter-than-usual")
class Shorter:
    """The same, for an hour that was shorter: passengers waved through, or a source that did not count."""

    minutes: float
    usual: float
    passengers: int
    booths: int | None
    port: str
    terminal: str
    day: str
    hour: str
    direction: str = "short"


@reason("wait-booths")
class Booths:
    """`booths` were open where `usual_booths` are usual for the hour."""

    booths: int
    usual_booths: float


@reason("wait-few-booths")
class FewBooths:
    """Fewer booths were open than is usual, which may explain the wait and wants an explanation itself."""

    booths: int
    usual_booths: float


@reason("wait-compared")
class Compared:
    """It was compared with so many weeks of the same weekday and hour, up to `within` weeks before and after."""

    weeks: int
    within: int


@detector(
    "waiting-unusual",
    of=KIND,
    null=UsualHours(weeks=8, shrink=4.0),
    blind_to=(
        "slow-every-week-at-that-hour",
        "fewer-than-4-weeks-of-that-weekday-and-hour",
        "fewer-than-100-hours-of-a-terminal",
        "slow-only-because-more-passengers-came",
        "one-passenger-held-back-among-many",
        "hours-in-which-no-wait-was-counted",
        "waits-that-the-source-misstates-always",
    ),
)
def waiting_unusual(waiting: Table[Waiting], *, p: WaitingUnusual = ORDINARY) -> Iterator[Hit]:
    """Hours that depart from what is usual for their port, terminal, weekday, hour and number of passengers.

    p is two-sided, p = erfc(|departure / scale| / √2); q corrects over every hour that could be judged.
    """
    if p.weeks < 1 or not p.shrink > 0:
        raise ValueError("waiting-unusual: weeks is at least 1, and shrink more than 0")
    hours = hours_of(waiting.data)
    usual = usual_of(hours, weeks=p.weeks, shrink=p.shrink, own=own_variation(waiting.data))
    tried = np.flatnonzero(usual.tried)
    chance, rate = judged(usual.score()[tried])
    for i in np.flatnonzero(rate <= p.fdr):
        yield _hit(waiting, hours, usual, int(tried[i]), float(chance[i]), float(rate[i]), p)


def judged(score: Floats) -> tuple[Floats, Floats]:
    """p and q of standard scores, shape (hours tried,)."""
    chance = np.array([math.erfc(abs(one) / math.sqrt(2)) for one in score.tolist()])
    return chance, benjamini_hochberg(chance) if len(chance) else chance


def subject_of(port: str, terminal: str, day: str, hour: int) -> str:
    """The one text that names an hour: port, terminal, day and hour, with a slash between."""
    return f"{port}/{terminal}/{day}/{hour:02d}"


def _hit(
    waiting: Table[Waiting], hours: Hours, usual: Usual, i: int, chance: float, rate: float, p: WaitingUnusual
) -> Hit:
    port, terminal = hours.halls[hours.hall[i]]
    begins = EPOCH + timedelta(days=int(hours.day[i]), hours=int(hours.hour[i]))
    day, minutes, expected = begins.date().isoformat(), float(hours.minutes[i]), float(usual.minutes()[i])
    booths = None if np.isnan(hours.booths[i]) else int(hours.booths[i])
    kind = Longer if usual.departure[i] > 0 else Shorter
    told: list[object] = [
        kind(minutes, expected, int(hours.passengers[i]), booths, port, terminal, day, f"{int(hours.hour[i]):02d}:00")
    ]
    if booths is not None and not np.isnan(usual.booths[i]):
        few = booths < FEW * usual.booths[i] and kind is Longer
        told.append((FewBooths if few else Booths)(booths, float(usual.booths[i])))
    told.append(Compared(int(usual.weeks[i]), p.weeks))
    return Hit(
        kind=KIND,
        subjects=(subject_of(port, terminal, day, int(hours.hour[i])),),
        # the table tells the port's own day and hour and no zone: they stand here as they are told
        span=(begins, begins + timedelta(hours=1)),
        support=round(minutes),
        expected=expected,
        p=chance,
        q=rate,
        reasons=tuple(told),
        evidence=waiting.refs([int(hours.row[i])]),
    )
