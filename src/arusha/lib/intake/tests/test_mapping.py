"""A mapping says all it says, or is refused with its line."""

import pytest

from arusha.lib.intake import IntakeError, parse_mapping
from arusha.lib.intake.mapping import SourceUnit, Take
from arusha.lib.intake.tests.conftest import MAPPINGS

WHOLE = """\
dataset: declarations
source: the trade directorate's monthly export
separator: semicolon
encoding: latin-1
decimal: ","
zone: Africa/Dar_es_Salaam
ambiguous: later
empty: [NA, "-"]
columns:
  declaration_id: No
  item_no: {value: 1}
  accepted_on: {from: Date, format: "%d/%m/%Y"}
  office_code: {from: Office, codes: {NO: '30', "yes": '40'}}
  hs_code: {from: HS, pattern: '(\\d{6}).*', empty: [none]}
  net_mass: {from: Mass, unit: {from: lb}}
  item_price: {from: Price, unit: {from: major, round: nearest}}
lists:
  offices: [30, 40]
ignore: [Remarks]
"""


def test_everything_a_mapping_can_say() -> None:
    plan = parse_mapping(WHOLE)
    assert (plan.dataset.name, plan.separator, plan.encoding, plan.decimal) == ("declarations", ";", "iso8859-1", ",")
    assert (plan.zone, plan.ambiguous, plan.empty) == ("Africa/Dar_es_Salaam", "later", ("NA", "-"))
    assert plan.columns["declaration_id"] == Take(source="No", empty=("NA", "-"))
    assert plan.columns["item_no"].value == "1"
    assert plan.columns["accepted_on"].format == "%d/%m/%Y"
    assert plan.columns["office_code"].codes == {"NO": "30", "yes": "40"}, "no Norway problem"
    assert (plan.columns["hs_code"].pattern, plan.columns["hs_code"].empty) == ("(\\d{6}).*", ("none",))
    assert plan.columns["item_price"].unit == SourceUnit("major", round=True)
    assert plan.lists == {"offices": ("30", "40")}
    assert plan.ignore == ("Remarks",)


CROSSINGS = "dataset: crossings\ncolumns:\n  "
WAITING = "dataset: waiting\ncolumns:\n  "
REFUSED = {
    "unknown key": ("dataset: crossings\nseperator: tab", "line 2: unknown key 'seperator'; did you mean 'separator'?"),
    "allowed ones are told": (
        "dataset: crossings\nzz: 1",
        "allowed: dataset, source, separator, encoding, decimal",
    ),
    "no dataset": ("zone: UTC", "`dataset:` is missing"),
    "unknown dataset": ("dataset: crossing", "line 1: unknown dataset 'crossing'; did you mean 'crossings'?"),
    "unknown column": (CROSSINGS + "prot_code: P", "line 3: unknown key 'prot_code'"),
    "twice": ("dataset: crossings\nzone: UTC\nzone: UTC", "line 3: 'zone' is said twice"),
    "key in a column": (CROSSINGS + "lane:\n    form: L", "line 4: unknown key 'form'"),
    "neither": (CROSSINGS + "lane: {empty: [x]}", "line 3: column 'lane' needs one of `from` and"),
    "both": (CROSSINGS + "lane: {from: L, value: M}", "needs one of `from` and `value`"),
    "constant with more": (CROSSINGS + "lane: {value: M, empty: [a]}", "stands alone"),
    "format of a text": (CROSSINGS + "lane: {from: L, format: '%d'}", "is no date or time"),
    "half a format": (
        CROSSINGS + "crossed_at: {from: L, format: '%d/%m/%Y'}",
        "the whole of a moment",
    ),
    "codes": (
        CROSSINGS + "direction: {from: D, codes: {A: inn}}",
        "unknown value of direction 'inn'",
    ),
    "no unit": (CROSSINGS + "lane: {from: D, unit: {from: kg}}", "column 'lane' has no unit"),
    "wrong unit": (
        WAITING + "mean_wait: {from: D, unit: {from: kg}}",
        "unknown unit for minutes 'kg'; allowed: seconds, minutes, hours",
    ),
    "rounding": (
        WAITING + "mean_wait: {from: D, unit: {from: hours, round: up}}",
        "way to round 'up'",
    ),
    "no group": (CROSSINGS + "lane: {from: D, pattern: 'L'}", "has 0 groups and needs one"),
    "no pattern": (CROSSINGS + "lane: {from: D, pattern: '(L'}", "is no regular expression"),
    "list": ("dataset: crossings\nlists:\n  offices: [A]", "unknown key 'offices'; allowed: ports, lanes"),
    "separator": ("dataset: crossings\nseparator: ';;'", "separator ';;' is not one character"),
    "encoding": ("dataset: crossings\nencoding: utf-9", "unknown encoding 'utf-9'"),
    "encoding that is none": ("dataset: crossings\nencoding: base64", "unknown encoding 'base64'"),
    "zone": ("dataset: crossings\nzone: Africa/Arusha", "unknown time zone 'Africa/Arusha'"),
    "ambiguous": ("dataset: crossings\nambiguous: first", "unknown value 'first'; allowed: earlier, later"),
    "decimal": ("dataset: crossings\ndecimal: ;", "allowed: ., ,"),
    "taken and ignored": (CROSSINGS + "lane: L\nignore: [L]", "'L' is both taken and ignored"),
    "a list for a text": ("dataset: crossings\nzone: [UTC]", "line 2: a list or a block stands where one value"),
    "a text for a list": ("dataset: crossings\nignore: L", "line 2: one value stands where a list is needed"),
    "a text for a block": ("dataset: crossings\ncolumns: L", "line 2: a list or a text stands where `key: value`"),
    "not YAML": ("dataset: crossings\ncolumns: {", "mapping, line 2: not YAML"),
    "empty": ("# nothing", "the file is empty"),
}


@pytest.mark.parametrize("text, says", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_and_why(text: str, says: str) -> None:
    with pytest.raises(IntakeError) as caught:
        parse_mapping(text)
    assert says in str(caught.value)


def test_the_digest_is_of_what_is_said_not_of_how() -> None:
    plain = parse_mapping("dataset: crossings\ncolumns: {lane: L}\nzone: UTC")
    laid_out = parse_mapping("# a remark\nzone: 'UTC'\nsource: here\ndataset: crossings\ncolumns:\n  lane: {from: L}\n")
    assert plain.digest == laid_out.digest
    assert plain.digest != parse_mapping("dataset: crossings\ncolumns: {lane: M}\nzone: UTC").digest


def test_the_reference_mappings_are_right() -> None:
    from arusha.lib.intake import read_mapping

    found = sorted(MAPPINGS.glob("*.yaml"))
    assert found
    for path in found:
        read_mapping(path)
