"""The null of treatment, as a value: worlds in which it makes no difference to whom a case falls."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import table_of
from arusha.rooms.watch.treatment.cases import Cases, of_declarations, of_travellers, together

OFFICER = {"inspections": "inspector_id", "searches": "officer_id"}


@dataclass(frozen=True, slots=True)
class OfficerShuffle:
    """Every case keeps its outcome; officers change cases, within place, lane or channel, way of selection and quarter.

    Traders and travellers keep what is theirs, places and lanes too, and every officer as many cases of each stratum.
    Earlier assignments of a declaration stay as they were.
    """

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """The tables with officers exchanged."""
        drawn = dict(tables)
        for name, cases in cases_in(tables).items():
            stratum = together(cases.broad, (cases.at - cases.at.min(initial=0)) // (91 * 86_400_000_000))
            before = np.lexsort((np.arange(len(cases)), stratum))
            after = np.lexsort((rng.random(len(cases)), stratum))
            source = np.arange(tables[name].num_rows)
            source[cases.row[before]] = cases.row[after]
            at = tables[name].column_names.index(OFFICER[name])
            field = tables[name].schema.field(at)
            drawn[name] = tables[name].set_column(at, field, tables[name][OFFICER[name]].take(pa.array(source)))
        return drawn


def cases_in(tables: Mapping[str, pa.Table]) -> dict[str, Cases]:
    """The cases of tables by name, as far as there are any."""
    given = {name: table_of(DATASETS[name], tables[name]) for name in DATASETS if name in tables}
    cases = {}
    if "inspections" in given and "declarations" in given:
        cases["inspections"] = of_declarations(given["inspections"], given["declarations"])
    if "searches" in given:
        cases["searches"] = of_travellers(given["searches"])
    return cases
