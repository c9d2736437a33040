"""What a detector is: a plain typed function from Customs tables to hits, with its null stated.

Nothing here knows Django, a clock or a setting, so that a detector runs on files alone and again a year later.
"""

from arusha.lib.detect.detector import Detector, Params, detector, reason
from arusha.lib.detect.discovery import benjamini_hochberg, holm
from arusha.lib.detect.hits import HITS, Evidence, Hit, hits_table
from arusha.lib.detect.nulls import LaneShuffle, Null, Nulls, WeekShift, WeekShuffle
from arusha.lib.detect.tables import Source, Table, table_of

__all__ = [
    "HITS",
    "Detector",
    "Evidence",
    "Hit",
    "LaneShuffle",
    "Null",
    "Nulls",
    "Params",
    "Source",
    "Table",
    "WeekShift",
    "WeekShuffle",
    "benjamini_hochberg",
    "detector",
    "hits_table",
    "holm",
    "reason",
    "table_of",
]
