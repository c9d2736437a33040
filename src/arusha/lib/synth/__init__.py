"""An invented world with planted wrongs, seeded; its data and its answer key go to different folders."""

from arusha.lib.synth.favours import Favoured, pooled_favours, score_favours
from arusha.lib.synth.files import write
from arusha.lib.synth.guard import forbid_key_folders, refuse_key_path
from arusha.lib.synth.key import AnswerKey, read_key
from arusha.lib.synth.plans import Scenario
from arusha.lib.synth.scenarios import SCENARIOS
from arusha.lib.synth.score import Report, pooled, score, score_folder
from arusha.lib.synth.world import World, make

__all__ = [
    "SCENARIOS",
    "AnswerKey",
    "Favoured",
    "Report",
    "Scenario",
    "World",
    "forbid_key_folders",
    "make",
    "pooled",
    "pooled_favours",
    "read_key",
    "refuse_key_path",
    "score",
    "score_favours",
    "score_folder",
    "write",
]
