"""A mapping proposed from a file: by the names of its columns, and by what their first values look like.

What can be read in two ways is left open, for a person to say; a proposal is a draft and no decision.
"""

import csv
import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from arusha.lib.datasets import Column, Dataset
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.mapping import SEPARATORS, Plan, Take
from arusha.lib.intake.reading import opened, survey

SAMPLE = 200
NEAR = 0.86
FORMATS = tuple(
    day + time
    for day in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")
    for time in ("", " %H:%M", " %H:%M:%S")
)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?")
SAME: Mapping[str, str] = {
    "person_token": "person traveller traveler passenger token voyageur viajero viajante reisender person_id pax",
    "port_code": "port post border_point poste ponto puesto ort location checkpoint frontera",
    "direction": "sens sentido dir inout in_out richtung movement",
    "crossed_at": "crossing_time timestamp datetime passed_at date_time when zeit horodatage fecha_hora data_hora",
    "lane": "booth guichet faixa carril spur counter couloir",
    "officer_id": "officer staff staff_number agent inspector oficial funcionario matricule",
    "unit_id": "unit division team brigade unite unidad unidade",
    "shift_start": "start begin from debut inicio begin_at start_time",
    "shift_end": "end until to fin fim end_time",
    "household_id": "household menage hogar agregado",
    "declaration_id": "declaration number numero_declaration declaracion mrn dua sad_number",
    "item_no": "item article item_number rank",
    "accepted_on": "acceptance_date registration_date date_acceptance fecha_aceptacion",
    "office_code": "office bureau customs_office aduana alfandega",
    "hs_code": "hs commodity tariff tariff_code heading nomenclature ncm",
    "origin_country": "origin origine origen origem",
    "net_mass": "net_weight poids_net peso_neto peso_liquido",
    "item_price": "price value invoice_value prix valor",
    "importer_id": "importer consignee importateur importador nif",
    "declarant_id": "declarant broker agent_code declarante",
}
"""What sources call our columns in the languages and systems we have met; the standards' names are declared."""
WAYS: Mapping[str, str] = {
    **dict.fromkeys(("in", "i", "entry", "arrival", "inbound", "entree", "entrada", "einreise", "arrivee"), "in"),
    **dict.fromkeys(("out", "o", "exit", "departure", "outbound", "sortie", "salida", "saida", "ausreise"), "out"),
}
Sample = Mapping[str, Sequence[str]]


def propose(path: Path, dataset: Dataset, sheet: str = "") -> Plan:
    """A plan for the file as far as it can be told; IntakeError where the file cannot be read at all."""
    plan = sniffed(path, Plan(dataset, sheet=sheet))
    names, sample = first_values(path, plan)
    found = match(dataset, names)
    columns = {
        column.name: _take(column, found[column.name], sample) for column in dataset.columns if column.name in found
    }
    return replace(plan, columns=columns)


def sniffed(path: Path, plan: Plan) -> Plan:
    """The plan with the encoding and the separator that the file seems to have."""
    try:
        kind = survey(path, "utf-8").kind
        encoding = "utf-8"
    except IntakeError as wrong:
        if wrong.kind != "wrong-encoding":
            raise
        with path.open("rb") as file:
            start = file.read(2)
        kind, encoding = "csv", "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "windows-1252"
    if kind != "csv":
        return plan
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as text:
        header = text.readline(1 << 20)
    marks = [",", *(mark for mark in SEPARATORS.values() if mark != ",")]
    widths = {mark: len(next(csv.reader([header.strip("\r\n")], delimiter=mark), [])) for mark in marks}
    return replace(plan, encoding=encoding, separator=max(marks, key=lambda mark: widths[mark]))


def first_values(path: Path, plan: Plan) -> tuple[tuple[str, ...], Sample]:
    """The file's columns and the first values of each, as texts."""
    with opened(path, survey(path, plan.encoding), plan) as source:
        named = tuple(name for name in source.names if name)
        batch = next(iter(source.batches(named)), None)
        if batch is None:
            return source.names, dict.fromkeys(named, ())
        texts = {name: batch.columns[name].slice(0, SAMPLE) for name in named}
        return source.names, {
            name: [str(v) for v in text.to_pylist() if v not in (None, "")] for name, text in texts.items()
        }


def match(dataset: Dataset, names: Sequence[str]) -> dict[str, str]:
    """Our columns and the source's that seem to be they: those called the same before those called nearly the same."""
    free = {plain(name): name for name in reversed(names) if name}
    found: dict[str, str] = {}
    for exact in (True, False):
        for column in dataset.columns:
            if column.name not in found:
                hit = _called(column, list(free), exact)
                if hit is not None:
                    found[column.name] = free.pop(hit)
    return found


def as_yaml(plan: Plan) -> str:
    """The plan as a mapping file."""
    said: dict[str, Any] = {"dataset": plan.dataset.name}
    said |= {key: getattr(plan, key) for key in ("source", "zone", "ambiguous", "sheet") if getattr(plan, key)}
    said |= {key: value for key, value in _differing(plan).items() if value}
    columns = {name: _as_said(name, take, plan.empty) for name, take in plan.columns.items()}
    said |= {"columns": columns} if columns else {}
    said |= {"lists": {name: list(codes) for name, codes in plan.lists.items()}} if plan.lists else {}
    said |= {"ignore": list(plan.ignore)} if plan.ignore else {}
    return str(yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120))


def _differing(plan: Plan) -> dict[str, Any]:
    usual = Plan(plan.dataset)
    told = {
        key: getattr(plan, key)
        for key in ("separator", "encoding", "decimal")
        if getattr(plan, key) != getattr(usual, key)
    }
    return {**told, "empty": list(plan.empty)}


def _as_said(name: str, take: Take, empty: tuple[str, ...]) -> Any:
    del name
    if take.value is not None:
        return {"value": take.value}
    said: dict[str, Any] = {"from": take.source}
    said |= {key: getattr(take, key) for key in ("format", "pattern") if getattr(take, key)}
    said |= {"codes": dict(take.codes)} if take.codes is not None else {}
    said |= {"empty": list(take.empty)} if take.empty != empty else {}
    if take.unit is not None:
        said["unit"] = {"from": take.unit.source, **({"round": "nearest"} if take.unit.round else {})}
    return said if len(said) > 1 else take.source


def plain(name: str) -> str:
    """A name without accents, case and signs: `Date d'acceptation` and `date_d_acceptation` are the same."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_") or name.casefold()


def _called(column: Column, free: list[str], exact: bool) -> str | None:
    element = column.element
    standard = [f"box_{element.sad}", f"sad_{element.sad}"] if element.sad else []
    names = [column.name, *standard, *(name for name in (element.wco, element.asycuda) if name)]
    known = [plain(name) for name in (*names, *SAME.get(column.name, "").split())]
    if exact:
        return next((name for name in known if name in free), None)
    near = [hit for name in known[:1] for hit in difflib.get_close_matches(name, free, 1, NEAR)]
    return near[0] if near else None


def _take(column: Column, source: str, sample: Sample) -> Take:
    values = [value.strip() for value in sample.get(source, ()) if value.strip()]
    take = Take(source=source)
    if column.kind in ("date", "instant") and values and not all(ISO.fullmatch(value) for value in values):
        fits = [form for form in FORMATS if (column.kind == "instant") == ("%H" in form) and _fits(values, form)]
        return replace(take, format=fits[0]) if len(fits) == 1 else take
    if column.allowed == ("in", "out") and values:
        seen = {value: WAYS.get(plain(value)) for value in dict.fromkeys(values)}
        codes = {value: way for value, way in seen.items() if way}
        if len(codes) == len(seen) and any(value != way for value, way in codes.items()):
            return replace(take, codes=codes)
    return take


def _fits(values: Sequence[str], form: str) -> bool:
    try:
        for value in values:
            datetime.strptime(value, form).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
