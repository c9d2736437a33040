"""An invented world with planted wrongs, seeded; its data and its answer key go to different folders."""

from arusha.lib.synth.key import AnswerKey, read_key
from arusha.lib.synth.scenarios import SCENARIOS, Scenario
from arusha.lib.synth.world import World, make

__all__ = ["SCENARIOS", "AnswerKey", "Scenario", "World", "make", "read_key"]
