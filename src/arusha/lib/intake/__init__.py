"""What a file gives: reading, mapping, checks, rejects, and the immutable lake with its manifests.

`receive` is the one door. Nothing here knows Django, a clock or a setting.
"""

from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.lake import Lake
from arusha.lib.intake.manifest import Manifest
from arusha.lib.intake.mapping import Plan, parse_mapping, read_mapping
from arusha.lib.intake.receipt import Receipt, Reject
from arusha.lib.intake.receive import STEPS, receive

__all__ = [
    "STEPS",
    "IntakeError",
    "Lake",
    "Manifest",
    "Plan",
    "Receipt",
    "Reject",
    "parse_mapping",
    "read_mapping",
    "receive",
]
