"""Systems are named as they are known, and what bears an id has a folder."""

from arusha.conf import discovery, reference
from arusha.lib.systems import SYSTEMS

CLAIMED = {system for module in discovery.modules("capability") for system in getattr(module, "SYSTEMS", ())}


def test_folders_name_systems_that_are_known():
    assert {"W1", "W2", "W8"} <= CLAIMED <= set(SYSTEMS)


def test_a_journey_bears_the_id_of_a_system_that_is_there():
    shown = {system for system, _, _ in reference._journeys()}
    assert {"W1", "W2", "W8"} <= shown <= CLAIMED
