"""How much trouble a ring takes not to be seen, step by step: what `effort` worlds hold and a figure shows."""

from dataclasses import replace

from arusha.lib.synth.plans import Collusion, RingPlan

_PLAIN = RingPlan("plain", 10, (12, 20), hides=True, presence=0.9, recruited=0.6)
"""Three to eight people, most of them of ordinary life, who cross together twelve to twenty times when others do."""


EFFORTS: dict[str, dict[str, RingPlan]] = {
    "no effort but to hide among others": {"12 to 20 crossings, nine in ten present": _PLAIN},
    "fewer crossings": {
        f"{times} crossings in the year": replace(_PLAIN, band=f"times-{times}", crossings=(times, times))
        for times in (8, 6, 5, 4, 3)
    },
    "turns": {
        f"each member at {share:.0%} of them": replace(_PLAIN, band=f"turns-{share:.0%}", presence=share)
        for share in (0.7, 0.5, 0.3)
    },
    "further apart": {
        f"{low} to {high} minutes from first to last": replace(_PLAIN, band=f"apart-{high}", spread=(low, high))
        for low, high in ((30, 60), (60, 90), (90, 120), (150, 180))
    },
    "decoys": {
        f"{few} to {many} others brought along": replace(_PLAIN, band=f"decoys-{many}", decoys=(few, many))
        for few, many in ((1, 3), (4, 6), (8, 12))
    },
    "sleeping weeks": {
        f"awake in {share:.0%} of the weeks": replace(_PLAIN, band=f"awake-{share:.0%}", awake=share)
        for share in (0.5, 0.25, 0.1)
    },
    "changing ports": {
        f"over {ports} ports": replace(_PLAIN, band=f"ports-{ports}", ports=ports) for ports in (3, 5, 10)
    },
    "a habit": {
        "one weekday and hour, 30 to 46 weeks": replace(
            _PLAIN, band="habit", crossings=(30, 46), span=(364, 364), fixed_hour=True, spread=(10, 20)
        )
    },
}
"""Kinds of effort, each with its steps in growing order: what the step is, and ten rings to each million crossings."""

LEANINGS: dict[str, RingPlan] = {
    f"{share:.0%} of the ring's crossings": replace(
        _PLAIN,
        band=f"officer-{share:.0%}",
        per_million=4,
        crossings=(60, 90),
        officer=Collusion("lane", share),
    )
    for share in (0.7, 0.4, 0.25, 0.15, 0.08)
}
"""How much of the ring's crossings the officer takes, in falling order."""
