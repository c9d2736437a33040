"""Stated chances against what is seen: where nobody moves with anybody, and where some do."""

from arusha.rooms.watch.co_travel.calibration import calibration
from arusha.rooms.watch.co_travel.detect import CoTravel
from arusha.rooms.watch.co_travel.tests.small import ring, strangers, table


def test_strangers_come_to_small_chances_no_oftener_than_stated():
    found = calibration(table(strangers(900, 30, 21)), CoTravel())
    assert (found.seen[1:] >= found.seen[:-1]).all() and (found.expected[1:] >= found.expected[:-1]).all()
    assert found.expected[-1] > 0.5, "too few pairs to tell anything"
    assert (found.seen <= found.expected + 3 * found.expected**0.5 + 1).all()


def test_a_ring_is_seen_where_no_stranger_is_expected():
    found = calibration(table([*strangers(250, 12, 3), *ring(4, 14, 5)]), CoTravel())
    surest = found.bounds <= 1e-12
    assert found.seen[surest].max() == 6 and found.expected[surest].max() < 0.01
