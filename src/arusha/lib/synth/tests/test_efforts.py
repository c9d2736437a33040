"""The steps of a ring's trouble: each more than the one before, and all of them in the world that measures them."""

from typing import Any

from arusha.lib.synth import SCENARIOS, make
from arusha.lib.synth.efforts import EFFORTS, LEANINGS

STEPS = [plan for steps in EFFORTS.values() for plan in steps.values()]


def test_every_step_has_a_band_of_its_own_and_ten_rings_in_a_million_crossings() -> None:
    plans = SCENARIOS["effort"].rings
    assert [plan.band for plan in plans] == [plan.band for plan in (*STEPS, *LEANINGS.values())]
    assert len({plan.band for plan in plans}) == len(plans)
    assert all(plan.per_million == 10 and plan.hides and plan.recruited > 0.5 for plan in STEPS)


def test_the_steps_of_a_kind_grow() -> None:
    def all_of(kind: str, name: str) -> list[Any]:
        return [getattr(plan, name) for plan in EFFORTS[kind].values()]

    for kind, name, up in (
        ("fewer crossings", "crossings", False),
        ("turns", "presence", False),
        ("further apart", "spread", True),
        ("decoys", "decoys", True),
        ("sleeping weeks", "awake", False),
        ("changing ports", "ports", True),
    ):
        steps = all_of(kind, name)
        assert steps == sorted(steps, reverse=not up) and len(set(steps)) == len(steps)
    takes = [plan.officer.effort for plan in LEANINGS.values() if plan.officer]
    assert takes == sorted(takes, reverse=True) and len(takes) == len(LEANINGS)


def test_a_small_world_of_efforts_holds_one_ring_of_each() -> None:
    rings = make("effort", 120_000, 4).key.rings.to_pylist()
    assert {ring["band"] for ring in rings} == {plan.band for plan in SCENARIOS["effort"].rings}
