"""Goods declarations: brokers, importers with their suppliers, heavy-tailed masses and prices, selectivity lanes."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.datasets import DATASETS
from arusha.lib.synth.ground import Ground
from arusha.lib.synth.key import IMPORTERS
from arusha.lib.synth.rows import Floats, Rng

CURRENCY = "XTS"  # kept by ISO 4217 for testing; two decimal places here
COUNTRIES = tuple(f"X{letter}" for letter in "ABCDEFGHIJKLMNOP")  # kept by ISO 3166 for users' own: no country
MODES = ("1", "3", "4", "5")  # sea, road, air, post
TYPES = ("IM4", "IM5", "IM7", "EX1")
LANES = ("green", "blue", "yellow", "red")
CHECKED = np.array([0.02, 0.06, 0.25, 1.0])  # share examined, by lane

GOODS: tuple[tuple[str, float, float, float], ...] = (
    # HS code, usual price of a kilogram, rate of duty in per cent, median mass of an item in kilograms
    ("020714", 2.1, 20, 9000),
    ("040221", 3.6, 10, 6000),
    ("070320", 1.4, 25, 8000),
    ("080390", 0.9, 10, 12000),
    ("090111", 3.4, 5, 4000),
    ("100630", 0.7, 15, 25000),
    ("110100", 0.5, 15, 22000),
    ("150710", 1.2, 10, 15000),
    ("170199", 0.6, 30, 24000),
    ("190531", 3.1, 25, 2200),
    ("220300", 1.3, 30, 9000),
    ("220421", 4.6, 30, 3000),
    ("220830", 11.0, 40, 1500),
    ("240220", 15.0, 60, 1800),
    ("252329", 0.1, 10, 28000),
    ("271019", 0.8, 5, 26000),
    ("300490", 88.0, 0, 160),
    ("310210", 0.4, 0, 25000),
    ("330300", 32.0, 20, 240),
    ("340250", 1.9, 15, 3500),
    ("390120", 1.3, 5, 12000),
    ("392690", 5.2, 15, 500),
    ("401110", 3.9, 15, 4200),
    ("441820", 2.4, 20, 2600),
    ("480256", 1.0, 10, 9000),
    ("490199", 7.5, 0, 300),
    ("520100", 1.8, 0, 14000),
    ("540752", 6.3, 12, 1900),
    ("610910", 14.0, 25, 420),
    ("620342", 17.0, 25, 380),
    ("630900", 1.1, 35, 5200),
    ("640399", 23.0, 25, 350),
    ("690721", 0.5, 20, 20000),
    ("701090", 0.7, 10, 9000),
    ("721049", 0.9, 10, 18000),
    ("730890", 2.2, 10, 6000),
    ("760120", 2.3, 0, 15000),
    ("820559", 8.0, 10, 220),
    ("841510", 7.6, 15, 1300),
    ("841821", 5.5, 20, 1700),
    ("847130", 210.0, 0, 70),
    ("850440", 28.0, 5, 160),
    ("851713", 470.0, 0, 24),
    ("852872", 19.0, 20, 600),
    ("854143", 5.8, 0, 2500),
    ("870323", 9.2, 35, 1400),
    ("870899", 8.4, 15, 330),
    ("871120", 6.5, 25, 900),
    ("901890", 120.0, 0, 45),
    ("940360", 3.4, 25, 1100),
    ("950300", 9.0, 20, 420),
    ("961900", 3.0, 15, 2400),
)


@dataclass(frozen=True, slots=True)
class _Traders:
    """Each importer's office, broker, suppliers' country, goods, the price declared of the true one, and weight."""

    office: NDArray[np.int64]
    broker: NDArray[np.int64]
    country: NDArray[np.int64]
    goods: NDArray[np.int64]  # shape (importers, 4)
    declares: Floats
    weight: Floats


def make_declarations(rng: Rng, ground: Ground) -> tuple[pa.Table, pa.Table]:
    """The scenario's declarations by day, item by item, and the importers who declare less than they paid (key)."""
    count, offices = ground.scenario.declarations, max(1, ground.scenario.offices)
    traders = _traders(rng, max(20, count // 60), offices)
    day = np.sort(_days(rng, ground, count))
    importer = rng.choice(len(traders.weight), count, p=traders.weight)
    lane = _lanes(rng, traders, importer)
    items = np.minimum(rng.geometric(0.8, count), 9)
    of = np.repeat(np.arange(count), items)
    number = np.arange(len(of)) - np.repeat(np.cumsum(items) - items, items) + 1
    columns = {
        **_header(rng, ground, traders, day, importer, lane),
        "declaration_type": pa.array(TYPES).take(pa.array(rng.choice(4, count, p=(0.78, 0.05, 0.07, 0.10)))),
    }
    table = {name: column.take(pa.array(of)) for name, column in columns.items()}
    table |= {"item_no": pa.array(number)} | _item(rng, traders, importer[of])
    table |= _outcome(rng, traders, importer[of], lane[of])
    schema = DATASETS["declarations"].schema
    less = np.flatnonzero(traders.declares < 1)
    key = pa.Table.from_arrays([_ids("IMP", less), pa.array(traders.declares[less])], schema=IMPORTERS)
    ordered = [_column(table, field, len(of)) for field in schema]
    return pa.Table.from_arrays(ordered, schema=schema), key


def _column(table: dict[str, pa.Array], field: pa.Field, count: int) -> pa.Array:
    return table[field.name] if field.name in table else pa.nulls(count, field.type)


def _traders(rng: Rng, count: int, offices: int) -> _Traders:
    brokers = max(6, count // 25)
    of_office = _zipf(offices, 0.9)
    broker_office = rng.choice(offices, brokers, p=of_office)
    broker = rng.choice(brokers, count, p=_zipf(brokers, 0.8))
    weight = rng.permutation(_zipf(count, 0.9))
    declares = np.ones(count)
    # Traders of middling size: large enough to show, too small to be watched anyway.
    middling = np.argsort(-weight)[count // 40 : count // 5]
    less = rng.choice(middling, min(12, len(middling)), replace=False)
    declares[less] = rng.uniform(0.35, 0.6, len(less))
    stays = rng.random(count) < 0.8
    office = np.where(stays, broker_office[broker], rng.choice(offices, count, p=of_office))
    goods = rng.choice(len(GOODS), (count, 4), p=rng.permutation(_zipf(len(GOODS), 0.6)))
    return _Traders(office, broker, rng.choice(len(COUNTRIES), count, p=_zipf(16, 0.9)), goods, declares, weight)


def _zipf(count: int, power: float) -> Floats:
    weight = np.arange(1, count + 1) ** -power
    return np.asarray(weight / weight.sum())


def _days(rng: Rng, ground: Ground, count: int) -> NDArray[np.int64]:
    weekday = (np.arange(ground.days) + ground.scenario.start.weekday()) % 7
    weight = np.where(weekday < 5, 1.0, np.where(weekday == 5, 0.25, 0.02)) * np.where(np.isnan(ground.feast), 1, 0.05)
    weight *= 1 + 0.15 * np.sin(np.arange(ground.days) / ground.days * 4 * np.pi)
    return rng.choice(ground.days, count, p=weight / weight.sum())


def _header(
    rng: Rng,
    ground: Ground,
    traders: _Traders,
    day: NDArray[np.int64],
    importer: NDArray[np.int64],
    lane: NDArray[np.int64],
) -> dict[str, pa.Array]:
    """What a declaration says once, for all its items."""
    count = len(day)
    office = traders.office[importer]
    first = (ground.scenario.start - date(1970, 1, 1)).days
    usual = rng.random(count) < 0.85
    broker = np.where(usual, traders.broker[importer], rng.integers(0, traders.broker.max() + 1, count))
    supplier = importer * 8 + np.minimum(rng.geometric(0.5, count), 8) - 1
    origin = np.where(rng.random(count) < 0.7, traders.country[importer], rng.integers(0, len(COUNTRIES), count))
    sent = np.where(rng.random(count) < 0.9, origin, rng.integers(0, len(COUNTRIES), count))
    prefers = np.where((origin % 3 == 0) & (rng.random(count) < 0.6), 1, 0)
    names = [f"D{(ground.scenario.start.year)}-O{o + 1:02d}-{n + 1:07d}" for n, o in enumerate(office.tolist())]
    return {
        "declaration_id": pa.array(names),
        "accepted_on": pa.array((first + day).astype(np.int32)).cast(pa.date32()),
        "office_code": pa.array([f"O{o + 1:02d}" for o in range(int(office.max()) + 1)]).take(pa.array(office)),
        "declarant_id": _ids("BRK", broker),
        "importer_id": _ids("IMP", importer),
        "exporter_id": _ids("EXP", supplier),
        "transport_mode": pa.array(MODES).take(pa.array(rng.choice(4, count, p=(0.45, 0.38, 0.13, 0.04)))),
        "dispatch_country": pa.array(COUNTRIES).take(pa.array(sent)),
        "origin_country": pa.array(COUNTRIES).take(pa.array(origin)),
        "procedure": pa.array(("4000", "4051", "7100")).take(pa.array(rng.choice(3, count, p=(0.86, 0.05, 0.09)))),
        "preference": pa.array(("100", "300")).take(pa.array(prefers)),
        "lane": pa.array(LANES).take(pa.array(lane)),
    }


def _ids(kind: str, number: NDArray[np.int64]) -> pa.Array:
    most = int(number.max(initial=-1)) + 1
    return pa.array([f"{kind}{n + 1:06d}" for n in range(most)], pa.string()).take(pa.array(number))


def _item(rng: Rng, traders: _Traders, importer: NDArray[np.int64]) -> dict[str, pa.Array]:
    """What an item says: goods, mass and price; the price of a kilogram wanders about the usual for its code."""
    count = len(importer)
    mine = traders.goods[importer, np.minimum(rng.geometric(0.55, count), 4) - 1]
    goods = np.where(rng.random(count) < 0.9, mine, rng.integers(0, len(GOODS), count))
    price, rate, usual = (np.array(column) for column in list(zip(*GOODS, strict=True))[1:])
    mass = np.round(usual[goods] * np.exp(rng.normal(0, 1.1, count)), 2)
    paid = mass * price[goods] * np.exp(rng.normal(0, 0.22, count)) * traders.declares[importer]
    return {
        "hs_code": pa.array([row[0] for row in GOODS]).take(pa.array(goods)),
        "net_mass": pa.array(mass),
        "item_price": pa.array(np.maximum(1, np.rint(paid * 100)).astype(np.int64)),
        "currency": pa.repeat(CURRENCY, count),
        "tax_type": pa.repeat("CUD", count),
        "tax_rate": pa.array(rate[goods].astype(float)),
    }


def _lanes(rng: Rng, traders: _Traders, importer: NDArray[np.int64]) -> NDArray[np.int64]:
    """Criteria see a third of those who declare too little; a quota is drawn for the rest."""
    seen = (traders.declares < 1) & (rng.random(len(traders.declares)) < 1 / 3)
    drawn = rng.choice(4, len(importer), p=(0.68, 0.09, 0.18, 0.05))
    return np.where(seen[importer] & (rng.random(len(importer)) < 0.4), 3, drawn)


def _outcome(rng: Rng, traders: _Traders, importer: NDArray[np.int64], lane: NDArray[np.int64]) -> dict[str, pa.Array]:
    checked = rng.random(len(lane)) < CHECKED[lane]
    chance = np.where(traders.declares[importer] < 1, 0.55, 0.04)
    return {
        "checked": pa.array(checked),
        "irregular": pa.array(rng.random(len(lane)) < chance, mask=~checked),
    }
