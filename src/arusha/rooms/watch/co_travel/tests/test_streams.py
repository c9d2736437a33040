"""Crossings as streams: what is kept, in which order, whatever the names."""

import numpy as np
import pytest

from arusha.rooms.watch.co_travel.order import in_time_order
from arusha.rooms.watch.co_travel.streams import crowded_hours, streams_of
from arusha.rooms.watch.co_travel.tests.small import DAY, HOUR, strangers, table


def test_only_those_who_cross_often_stay_and_every_crossing_is_of_its_stream():
    rows = [*strangers(30, 6, 1), *strangers(5, 3, 2, port="P2", name="few"), ("x", "P2", "out", 7.0)] + [
        ("y", "P2", "out", float(day * DAY)) for day in range(4)
    ]
    streams = streams_of(table(rows), 4)
    assert streams.travellers == 31 and len(streams.key) == 184
    assert (np.diff(streams.key) >= 0).all()
    for traveller in range(streams.travellers):
        mine = streams.own[streams.own_starts[traveller] : streams.own_starts[traveller + 1]]
        names = {rows[streams.row[place]][0] for place in mine}
        assert len(names) == 1 and (streams.who[mine] == traveller).all() and (np.diff(mine) > 0).all()
        assert rows[streams.named[traveller]][0] in names


def test_a_repeated_row_counts_once_and_does_not_make_anybody_cross_often():
    rows = [("a", "P", "in", 0.0), ("a", "P", "in", float(DAY)), ("a", "P", "in", 2.0 * DAY)]
    assert streams_of(table(rows + rows), 4).travellers == 0
    four = [*rows, ("a", "P", "in", 3.0 * DAY)]
    streams = streams_of(table(four + four[::-1]), 4)
    assert sorted(streams.row.tolist()) == [0, 1, 2, 3]


def test_an_unknown_direction_is_told():
    with pytest.raises(ValueError, match="'sideways'"):
        streams_of(table([("a", "P", "sideways", 0.0)]), 1)


def test_each_stream_is_sorted_by_itself_and_equal_moments_stay_as_they_stand():
    key = np.array([3, 1, 3, 9, 8, 1 << 62, 8], np.int64)
    who, row = np.arange(7, dtype=np.int32), np.arange(7, dtype=np.int32)
    key, who, row = in_time_order(key, who, row, np.array([0, 3, 7]))
    assert key.tolist() == [1, 3, 3, 8, 8, 9, 1 << 62] and who.tolist() == row.tolist() == [1, 0, 2, 4, 6, 3, 5]


def test_an_hour_is_crowded_by_its_own_measure():
    count = np.full((2, 24 * 7 * 10), 20)
    count[0, 24 * 7 * 5 + 9] = 90
    count[1, 9 :: 24 * 7] = 400  # every week at that hour: a habit
    assert np.argwhere(crowded_hours(count)).tolist() == [[0, 24 * 7 * 5 + 9]]


def test_crossings_of_a_crowded_hour_are_left_out():
    feast = [(f"s{person}", "P1", "in", 40.0 * DAY + 13 * HOUR + person) for person in range(80)]
    streams = streams_of(table([*strangers(80, 12, 4, days=200), *feast]), 4)
    assert not ((streams.key % streams.block) // HOUR == 40 * 24 + 13).any()
