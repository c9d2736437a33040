"""The Customs tables, declared once.

One declaration feeds validation, the Arrow schema, the rejects, the documentation, the privacy class and the synthetic
data. `DATASETS` holds them by name.
"""

from arusha.lib.datasets.declaration import Column, Dataset, dataset
from arusha.lib.datasets.fields import AtLeast, AtMost, Class, Code, Element, Instant, Personal, Token, Unit
from arusha.lib.datasets.tables import (
    DATASETS,
    CodeEntry,
    Crossing,
    Declaration,
    Household,
    Inspection,
    Search,
    Shift,
    Waiting,
)

__all__ = [
    "DATASETS",
    "AtLeast",
    "AtMost",
    "Class",
    "Code",
    "CodeEntry",
    "Column",
    "Crossing",
    "Dataset",
    "Declaration",
    "Element",
    "Household",
    "Inspection",
    "Instant",
    "Personal",
    "Search",
    "Shift",
    "Token",
    "Unit",
    "Waiting",
    "dataset",
]
