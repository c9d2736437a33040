"""Those who come alike without coming together: staff of one firm, students of one term, strangers of one habit."""

import numpy as np

from arusha.lib.synth.ground import Ground, leave
from arusha.lib.synth.leisure import alone, outings
from arusha.lib.synth.rows import DAY, HOUR, MINUTE, Part, Rng, Units, join_rows, make_rows


def staff(rng: Rng, ground: Ground, rows: float) -> Part:
    """Firms of five to thirty whose workers drive alone: the firm's working days and hours bring them to the border.

    A firm shuts one working day in ten, as orders have it, and for a fortnight of its own. Who takes its staff for a
    ring has mistaken a calendar for an understanding.
    """
    count = max(1, int(rows / (17 * 330)))
    firms = Units(rng.integers(5, 31, count).astype(np.int32))
    firm = np.repeat(np.arange(count), firms.sizes)
    port = ground.any_port(rng, count)
    out = rng.integers(0, 2, count)
    open_days = (rng.random((count, ground.days)) < 0.9 * ground.work) & ~leave(rng, count, ground.days, 1, (14, 14))
    goes = open_days[firm] & (rng.random((len(firm), ground.days)) < 0.94)
    goes &= ~leave(rng, len(firm), ground.days, 1, (5, 12))
    begins = np.rint(rng.uniform(6.5, 9.5, count) * 4) / 4
    loose = rng.uniform(4, 25, len(firm))
    worker, day = np.nonzero(goes)
    legs = []
    for back, hours in ((False, begins), (True, begins + 8.75)):
        usual = hours[firm] * HOUR + rng.normal(0, 18, len(firm)) * MINUTE
        at = day * DAY + usual[worker] + rng.normal(0, 1, len(worker)) * loose[worker] * MINUTE
        where = firm[worker]
        legs.append(make_rows(worker, port[where], out[where] ^ back, at, rng.random(len(worker))))
    return Part(firms.people, join_rows(legs), (firms.groups("staff", together=False),))


def students(rng: Rng, ground: Ground, rows: float) -> Part:
    """Students and teachers who cross in term, each by a timetable of two to five weekdays."""
    count = int(rows / 210)
    port = ground.any_port(rng, count)
    out = rng.integers(0, 2, count)
    weekday = (np.arange(ground.days) + ground.scenario.start.weekday()) % 7
    timetable = rng.random((count, 7)) < 0.65
    first = np.rint(rng.uniform(7.0, 11.0, (count, 7)) * 2) / 2
    last = first + np.rint(rng.uniform(2.0, 8.0, (count, 7)))
    goes = timetable[:, weekday] & (rng.random((count, ground.days)) < 0.88 * ground.school)
    person, day = np.nonzero(goes)
    legs = []
    for back, hours in ((False, first - 0.6), (True, last + 0.3)):
        at = day * DAY + hours[person, weekday[day]] * HOUR + rng.normal(0, 9, len(person)) * MINUTE
        legs.append(make_rows(person, port[person], out[person] ^ back, at, rng.random(len(person))))
    return Part(count, join_rows(legs))


def lookalikes(rng: Rng, ground: Ground, rows: float) -> Part:
    """Two to four strangers with one port, one weekday and one hour, as often as one another, who never agree on a day.

    A market, a dialysis, a class brings each of them; what they share is when, never whether.
    """
    count = int(rows / (3 * 50))
    units = Units(rng.integers(2, 5, count).astype(np.int32))
    unit = np.repeat(np.arange(count), units.sizes)
    port = ground.any_port(rng, count)
    weekday, hour = rng.integers(0, 7, count), ground.any_time(rng, port, np.zeros(count, np.int64))
    zeal = rng.uniform(0.2, 0.75, count)
    weeks = ground.days // 7
    goes = rng.random((len(unit), weeks)) < zeal[unit, None]
    person, week = np.nonzero(goes)
    mine = unit[person]
    day = week * 7 + (weekday[mine] - ground.scenario.start.weekday()) % 7
    at = day * DAY + np.clip(hour[mine], 6.2 * HOUR, 19 * HOUR) + rng.normal(0, 8, len(person)) * MINUTE
    back = at + rng.uniform(1.5, 2.2, count)[mine] * HOUR + rng.normal(0, 12, len(person)) * MINUTE
    out = rng.integers(0, 2, count)[mine]
    legs = [make_rows(person, port[mine], o, t, rng.random(len(person))) for o, t in ((out, at), (1 - out, back))]
    others = alone(rng, outings(rng, ground, port[unit].astype(np.int32), rng.uniform(1, 8, len(unit))))
    return Part(units.people, join_rows([*legs, others]), (units.groups("lookalikes", together=False),))
