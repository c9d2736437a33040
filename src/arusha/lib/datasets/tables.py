"""The tables themselves. Names follow the Single Administrative Document, the WCO Data Model and ASYCUDA."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from arusha.lib.datasets.declaration import Dataset, dataset, declared_as
from arusha.lib.datasets.fields import AtLeast, AtMost, Class, Code, Element, Instant, Personal, Token, Unit

Lane = Literal["red", "yellow", "blue", "green"]
"""Selectivity lanes: physical examination; documents; release with an audit afterwards; release."""


@dataset("crossings", key=("person_token", "port_code", "crossed_at", "direction"), time="crossed_at")
class Crossing:
    """One person passes one border point once."""

    person_token: Annotated[Token, Personal(Class.PSEUDONYM), "the traveller, as a token given by the source"]
    port_code: Annotated[str, Code("ports"), "the border point"]
    direction: Annotated[Literal["in", "out"], "into the country or out of it"]
    crossed_at: Annotated[Instant, "when the traveller passed"]
    lane: Annotated[str | None, Code("lanes"), "the lane or booth, where it is recorded"] = None


@dataset(
    "roster",
    key=("officer_id", "shift_start", "post"),
    time="shift_start",
    ordered=(("shift_start", "shift_end"),),
)
class Shift:
    """One officer is on duty at one post for one span of time."""

    officer_id: Annotated[Token, Personal(Class.STAFF), "the officer's staff number"]
    unit_id: Annotated[str, "the unit whose roster it is"]
    port_code: Annotated[str, Code("ports"), "the border point"]
    direction: Annotated[Literal["in", "out"] | None, "the direction served; empty where both"] = None
    post: Annotated[str | None, Code("lanes"), "the lane that the shift works; empty where none is assigned"] = None
    shift_start: Annotated[Instant, "when the shift starts"]
    shift_end: Annotated[Instant, "when the shift ends"]


@dataset("households", key=("person_token",))
class Household:
    """People who are known to live together, so that crossing together says nothing."""

    person_token: Annotated[Token, Personal(Class.PSEUDONYM), "the traveller, as in crossings"]
    household_id: Annotated[Token, Personal(Class.PSEUDONYM), "the household"]


@dataset("waiting", key=("port_code", "terminal", "day", "hour"), time="day")
class Waiting:
    """One hour at one border point: how many passengers waited, and how long. Day and hour are the port's own."""

    port_code: Annotated[str, Code("ports"), "the border point"]
    terminal: Annotated[str, "the terminal or hall"]
    day: Annotated[date, "the local day"]
    hour: Annotated[int, AtLeast(0), AtMost(23), "the local hour of the day, 0 to 23, at its start"]
    mean_wait: Annotated[float, AtLeast(0), Unit("minutes"), "mean wait of the hour's passengers, in minutes"]
    max_wait: Annotated[float, AtLeast(0), Unit("minutes"), "longest wait of the hour, in minutes"]
    passengers: Annotated[int, AtLeast(0), "passengers processed, those excluded from the bands among them"]
    excluded: Annotated[int | None, AtLeast(0), "passengers whose wait was not counted"] = None
    within_15: Annotated[int | None, AtLeast(0), "waited up to 15 minutes"] = None
    within_30: Annotated[int | None, AtLeast(0), "waited 16 to 30 minutes"] = None
    within_45: Annotated[int | None, AtLeast(0), "waited 31 to 45 minutes"] = None
    within_60: Annotated[int | None, AtLeast(0), "waited 46 to 60 minutes"] = None
    within_90: Annotated[int | None, AtLeast(0), "waited 61 to 90 minutes"] = None
    within_120: Annotated[int | None, AtLeast(0), "waited 91 to 120 minutes"] = None
    over_120: Annotated[int | None, AtLeast(0), "waited more than 120 minutes"] = None
    flights: Annotated[int | None, AtLeast(0), "flights that arrived"] = None
    booths: Annotated[int | None, AtLeast(0), "booths open"] = None


@dataset("declarations", key=("declaration_id", "item_no"), time="accepted_on")
class Declaration:
    """One item of one goods declaration, with what came of it where it was checked."""

    declaration_id: Annotated[Token, Element("7", "FunctionalReferenceID"), "the declaration's number"]
    item_no: Annotated[int, AtLeast(1), Element("32", "SequenceNumeric"), "the item's number in it"]
    accepted_on: Annotated[date, "the local day of acceptance"]
    office_code: Annotated[str, Code("offices"), Element("A", "DeclarationOfficeID"), "the office of clearance"]
    declaration_type: Annotated[str | None, Element("1", "TypeCode"), "the type of declaration"] = None
    declarant_id: Annotated[
        Token | None, Personal(Class.TRADE), Element("14", "Declarant/ID"), "declarant or representative"
    ] = None
    importer_id: Annotated[Token | None, Personal(Class.TRADE), Element("8", "Importer/ID"), "consignee"] = None
    exporter_id: Annotated[Token | None, Personal(Class.TRADE), Element("2", "Exporter/ID"), "consignor"] = None
    carrier_id: Annotated[Token | None, Personal(Class.TRADE), "carrier or courier"] = None
    transport_mode: Annotated[str | None, Element("25", "BorderTransportMeans/ModeCode"), "mode of transport"] = None
    dispatch_country: Annotated[str | None, Element("15", "ExportCountry/ID"), "country of dispatch"] = None
    origin_country: Annotated[str | None, Element("34", "Origin/CountryCode"), "country of origin"] = None
    hs_code: Annotated[str, Element("33", "Classification/ID"), "Harmonized System code, as text: zeros lead"]
    procedure: Annotated[str | None, Element("37", "GovernmentProcedure"), "customs procedure"] = None
    preference: Annotated[str | None, Element("36", "DutyRegimeCode"), "preference claimed"] = None
    tax_type: Annotated[str | None, Element("47", "DutyTaxFee/TypeCode"), "type of tax"] = None
    tax_rate: Annotated[float | None, AtLeast(0), "rate of tax, in per cent"] = None
    net_mass: Annotated[
        float | None, AtLeast(0), Unit("kilograms"), Element("38", "NetNetWeightMeasure"), "net mass, in kilograms"
    ] = None
    item_price: Annotated[
        int | None, AtLeast(0), Unit("minor", "currency"), Element("42", "ItemChargeAmount"), "price, in minor units"
    ] = None
    currency: Annotated[str | None, Element("22", "ItemChargeAmount/currencyID"), "ISO 4217 code of the price"] = None
    lane: Annotated[str | None, "selectivity lane: red, yellow, blue, green"] = None
    checked: Annotated[bool | None, "whether it was examined"] = None
    irregular: Annotated[bool | None, "whether the check found an irregularity"] = None


@dataset(
    "inspections",
    key=("declaration_id", "assigned_at"),
    time="assigned_at",
    ordered=(("started_at", "ended_at"),),
)
class Inspection:
    """One declaration is given to one inspector to examine; given on to another, it is a row of its own."""

    declaration_id: Annotated[Token, Element("7", "FunctionalReferenceID"), "the declaration's number"]
    inspector_id: Annotated[Token, Personal(Class.STAFF), "the inspector's staff number"]
    assigned_at: Annotated[Instant, "when it was given to the inspector"]
    assignment_method: Annotated[str | None, "how it was given: automatic, manual, reassigned, …"] = None
    lane: Annotated[Lane, "the selectivity lane, after re-routing where there was any"]
    rerouted_from: Annotated[Lane | None, "the lane it was selected for; empty where it was not re-routed"] = None
    started_at: Annotated[Instant | None, "when the examination began; empty where none was carried out"] = None
    ended_at: Annotated[Instant | None, "when it ended"] = None
    result: Annotated[Literal["conform", "irregular"] | None, "what it found; empty where none was carried out"] = None
    duty_adjustment: Annotated[
        int | None, Unit("minor", "currency"), "duty that it added, in minor units; less than zero where it took off"
    ] = None
    penalty: Annotated[int | None, AtLeast(0), Unit("minor", "currency"), "penalty imposed, in minor units"] = None
    currency: Annotated[str | None, "ISO 4217 code of duty and penalty"] = None


@dataset(
    "searches",
    key=("person_token", "port_code", "selected_at"),
    time="selected_at",
    ordered=(("started_at", "ended_at"),),
)
class Search:
    """One traveller is selected to be searched, baggage or person, by one officer. Channels as in Kyoto, Annex J 1."""

    person_token: Annotated[Token, Personal(Class.PSEUDONYM), "the traveller, as in crossings"]
    officer_id: Annotated[Token, Personal(Class.STAFF), "the officer who was to search"]
    port_code: Annotated[str, Code("ports"), "the border point"]
    direction: Annotated[Literal["in", "out"], "into the country or out of it"]
    channel: Annotated[Literal["red", "green"] | None, "the channel that the traveller took"] = None
    selected_at: Annotated[Instant, "when the traveller was selected"]
    selection_method: Annotated[str | None, "how: profile, random, officer, …"] = None
    started_at: Annotated[Instant | None, "when the search began; empty where none was carried out"] = None
    ended_at: Annotated[Instant | None, "when it ended"] = None
    result: Annotated[Literal["conform", "irregular"] | None, "what it found; empty where none was carried out"] = None
    goods_kind: Annotated[str | None, "the kind of goods found, as the administration calls it"] = None
    goods_value: Annotated[int | None, AtLeast(0), Unit("minor", "currency"), "their value, in minor units"] = None
    duty: Annotated[int | None, AtLeast(0), Unit("minor", "currency"), "duty charged, in minor units"] = None
    penalty: Annotated[int | None, AtLeast(0), Unit("minor", "currency"), "penalty imposed, in minor units"] = None
    currency: Annotated[str | None, "ISO 4217 code of value, duty and penalty"] = None


@dataset("codes", key=("list", "code"))
class CodeEntry:
    """One value of a list of codes that the administration keeps: its ports, lanes, offices."""

    list: Annotated[str, "the list: ports, lanes, offices, …"]
    code: Annotated[str, "the value as it stands in the data"]
    name: Annotated[str | None, "what people call it"] = None


DATASETS: Mapping[str, Dataset] = {
    declared.name: declared
    for declared in map(declared_as, (Crossing, Shift, Household, Waiting, Declaration, Inspection, Search, CodeEntry))
}
"""Every declared table, by name."""
