"""A mapping proposed, its first rows both ways, and how a file differs from the last one of its source."""

from pathlib import Path

import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, parse_mapping
from arusha.lib.intake.drifting import drift, last_of_source
from arusha.lib.intake.previewing import preview
from arusha.lib.intake.proposing import as_yaml, propose
from arusha.lib.intake.tests.conftest import Give

CROSSINGS = DATASETS["crossings"]
GERMAN = (
    "Reisender;Poste;Sens;Horodatage;Bemerkung\nT1;Süd;Entrée;31.03.2026 08:00;x\nT2;Süd;Sortie;01.04.2026 09:00;\n"
)


def made(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "given.csv"
    path.write_text(text, encoding)
    return path


def test_names_formats_codes_encoding_and_separator_are_proposed(tmp_path: Path) -> None:
    plan = propose(made(tmp_path, GERMAN.replace("Reisender", "Voyageur"), "windows-1252"), CROSSINGS)
    assert (plan.encoding, plan.separator) == ("windows-1252", ";")
    takes = {name: take.source for name, take in plan.columns.items()}
    assert takes == {"person_token": "Voyageur", "port_code": "Poste", "direction": "Sens", "crossed_at": "Horodatage"}
    assert plan.columns["crossed_at"].format == "%d.%m.%Y %H:%M"
    assert plan.columns["direction"].codes == {"Entrée": "in", "Sortie": "out"}


def test_what_could_be_two_things_is_left_open(tmp_path: Path) -> None:
    text = "person_token,port_code,direction,crossed_at\nT,A,E,01/02/2026 08:00\nT,A,9,03/04/2026 08:00\n"
    plan = propose(made(tmp_path, text), CROSSINGS)
    assert plan.columns["crossed_at"].format is None and plan.columns["direction"].codes is None


@pytest.mark.parametrize("names", ["Box 7,Box 32,Box 33", "FunctionalReferenceID,SequenceNumeric,Classification/ID"])
def test_the_standards_names_are_known(tmp_path: Path, names: str) -> None:
    plan = propose(made(tmp_path, f"{names}\nD,1,0101\n"), DATASETS["declarations"])
    first, second, third = names.split(",")
    takes = {name: take.source for name, take in plan.columns.items()}
    assert takes == {"declaration_id": first, "item_no": second, "hs_code": third}


def test_a_plan_written_as_a_mapping_reads_as_the_same_plan() -> None:
    text = """dataset: declarations
separator: ";"
decimal: ","
zone: UTC
empty: ["-"]
columns:
  declaration_id: {from: Nr, pattern: "N(.*)"}
  net_mass: {from: kg, unit: {from: grams, round: nearest}, empty: ["?"]}
  accepted_on: {from: Tag, format: "%d.%m.%Y"}
  lane: {value: red}
lists: {offices: [A, B]}
ignore: [x]
"""
    plan = parse_mapping(text)
    assert parse_mapping(as_yaml(plan)).digest == plan.digest


def test_the_first_rows_both_ways_and_what_is_wrong_with_them(tmp_path: Path, lake: Lake) -> None:
    path = made(tmp_path, "person_token,port_code,direction,crossed_at,visa\nT,A,in,2026-03-01 08:00,B\nT,A,up,x,\n")
    seen = preview(path, parse_mapping("dataset: crossings\nzone: Africa/Nairobi"), lake.codes)
    assert seen.given[0] == {"person_token": "T", "port_code": "A", "direction": "in", "crossed_at": "2026-03-01 08:00",
                             "visa": "B"}  # fmt: skip
    understood, aside = seen.understood
    assert understood is not None and str(understood["crossed_at"]) == "2026-03-01 05:00:00+00:00" and aside is None
    assert (seen.tried, seen.accepted, seen.not_taken) == (2, 1, ("visa",))
    assert sorted((flaw.column, flaw.reason, times) for flaw, times in seen.flaws) == [
        ("crossed_at", "not-a-date", 1), ("direction", "not-allowed", 1)
    ]  # fmt: skip
    assert lake.received("crossings") == ()
    with pytest.raises(IntakeError, match="no column"):
        preview(path, parse_mapping("dataset: crossings\ncolumns: {lane: Spur}"), lake.codes)


def test_a_file_tells_how_it_differs_from_the_last_of_its_source(give: Give, lake: Lake) -> None:
    header = "person_token,port_code,direction,crossed_at,lane"
    rows = "".join(f"T{n % 2},A,in,2026-03-01T08:0{n}:00Z,{n}\n" for n in range(6))
    mapping = "dataset: crossings\nsource: border\n"
    first = give(f"{header}\n{rows}", mapping, name="a.csv").manifest
    other = give(
        f"{header},b\n{rows.replace('T', 'X').replace(chr(10), ',1' + chr(10))}", "dataset: crossings\nsource: x"
    ).manifest
    changed = rows.replace("Z,", ",L").replace(",A,", ",B,").replace("T", "Y").replace("01Y", "02T")
    second = give(
        f"{header.replace('lane', 'lane,visa')}\n" + changed.replace("\n", ",v\n"), mapping + "zone: UTC"
    ).manifest
    assert second.accepted == 6
    assert last_of_source(lake.received("crossings"), second) == first and last_of_source([first], other) is None
    assert sorted((one.what, one.column, one.before, one.now) for one in drift(first, second)) == [
        ("codes", "port_code", "A", "B"),
        ("column-new", "visa", "", ""),
        ("kind", "crossed_at", "moment with zone", "moment without zone"),
        ("kind", "lane", "integer", "text"),
        ("zone", "", "–", "UTC"),
    ]
    assert "codes" not in first.columns["person_token"], "persons are not written down, be they ever so few"
    assert [one.what for one in drift(second, first)][0] == "column-gone"
