"""What staff see of forecasts: the hours to come, how far past ones held, who is warned when they did not."""

import re
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from tests.support.checking import checked

from arusha.conf import clock
from arusha.core.journal.acts import Act
from arusha.core.people import people, tokens
from arusha.core.people.roles import System
from arusha.flow.scorecard.figures import FIGURES, Period
from arusha.rooms.watch.waiting.board.deciding import Terms, publish
from arusha.rooms.watch.waiting.forecast.series import series_of
from arusha.rooms.watch.waiting.hours import hours_of
from arusha.rooms.watch.waiting.outlook import home as waiting_home
from arusha.rooms.watch.waiting.outlook.looking import record_of
from arusha.rooms.watch.waiting.tests.tables import AT, give, hall, table

HALL = ("P1", "T1")


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """The clock stands."""
    monkeypatch.setattr(clock, "now", lambda: AT)


def recent(weeks=26, change=1.0, last=4, **made):
    """A hall's hours up to the day before `AT`; the waits of its last weeks are `change` times what they were."""
    whole = hall(weeks=weeks, **made)
    move = timedelta(days=(AT.date() - date(2024, 1, 1)).days - 7 * weeks)
    days = [day + move for day in whole["day"].to_pylist()]
    minutes = whole["mean_wait"].to_numpy().copy()
    late = np.array([day >= AT.date() - timedelta(weeks=last) for day in days])
    minutes[late] *= change ** np.random.default_rng(0).choice([-1, 1], late.sum())
    for name, values in (("day", days), ("mean_wait", minutes), ("max_wait", minutes * 3)):
        at = whole.column_names.index(name)
        whole = whole.set_column(at, whole.schema.field(at), pa.array(values, whole.schema.field(at).type))
    return whole


def record(whole, weeks=8):
    return record_of(HALL, series_of(hours_of(whole))[HALL], weeks)


def said(response):
    assert response.status_code == 200
    html = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_page_tells_what_is_expected_and_how_far_it_held(home, reader, language):
    give(home, recent())
    response = reader("analyst", language=language).get("/waiting/outlook/")
    html = checked(response, language)
    assert html.count("<svg role=") == 4 and "%(" not in html
    if language == "en":
        page = said(response)
        assert "The last hour received began on 1 March 2026 15:00." in page
        assert "made again for the last 8 weeks" in page and "do not rely on it" not in page


def test_the_page_of_old_hours_shows_what_was_expected_then(home, reader):
    give(home, hall(weeks=20))
    page = said(reader("auditor").get("/waiting/outlook/?hall=P1/T1"))
    assert "The last hour received began on 19 May 2024 15:00, more than 36 hours ago" in page


def test_without_hours_or_with_few_the_page_says_so(home, reader):
    analyst = reader("analyst")
    assert "A forecast needs eight weeks of hours." in said(analyst.get("/waiting/outlook/"))
    give(home, recent(weeks=3))
    page = said(analyst.get("/waiting/outlook/"))
    assert "No forecast: fewer than eight weeks" in page and "nothing yet to hold forecasts against" in page
    assert "Select a valid choice" in said(analyst.get("/waiting/outlook/?hall=P9/T9"))


@pytest.mark.parametrize("role", ["officer", "hr-officer"])
def test_others_are_refused(home, reader, role):
    assert reader(role).get("/waiting/outlook/").status_code == 403


def test_the_record_is_that_of_the_last_weeks_and_calibrated():
    held = record(recent(weeks=52))
    assert held.score.forecasts > 1000 and not held.fails
    assert held.score.covered[80] == pytest.approx(0.8, abs=0.05)
    assert held.below == tuple(sorted(held.below)) and held.below[3] == pytest.approx(0.5, abs=0.06)
    assert [row[0] for row in held.by_distance] == [1, 2, 3, 6]  # twelve hours ahead of an open hour it is shut
    assert len(held.recent) == 24


def test_ranges_that_no_longer_hold_are_warned_of(home, reader):
    give(home, recent(change=2.5))
    assert record(recent(change=2.5)).lately < 0.7
    page = said(reader("analyst").get("/waiting/outlook/"))
    assert "do not rely on it" in page
    assert "Forecasts of waiting whose ranges lately did not hold" in said(reader("analyst").get("/"))
    assert "Forecasts of waiting" not in said(reader("auditor").get("/"))


def test_nobody_is_warned_of_ranges_that_hold(home, reader):
    give(home, recent())
    assert "Forecasts of waiting" not in said(reader("analyst").get("/"))
    assert waiting_home.WATCHERS.told == "analyst or risk-officer"


def test_the_scorecard_tells_the_share_within_the_published_target(home, db):
    bands = {"within_15": 6, "within_30": 3, "within_45": 1} | dict.fromkeys(
        ("within_60", "within_90", "within_120", "over_120"), 0
    )
    give(home, table([bands | {"day": date(2026, 1, day), "passengers": 10, "excluded": 0} for day in (5, 6, 7)]))
    month, later = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))
    over = FIGURES["waiting.within-target"].over
    assert (over(month).value, over(month).of) == (pytest.approx(90), 30)
    assert over(later).value is None
    publish(Terms(15, 80, "CC0-1.0"), act=Act(by=System("test"), at=AT, why="x"))
    assert over(month).value == pytest.approx(60)


def test_a_forecast_made_on_the_page_is_that_of_now(home, reader, monkeypatch):
    give(home, recent())
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 2, 7, 45, tzinfo=UTC))
    rows = re.findall(r'role="rowheader"[^>]*>(\d\d:00)<', reader("analyst").get("/waiting/outlook/").content.decode())
    assert rows[:3] == ["08:00", "09:00", "10:00"]


@pytest.fixture
def call(someone, client):
    """Ask the API for forecasts by a token that may read waiting."""
    actor = someone("analyst")
    act = Act(by=System("test"), at=AT, why="because")
    people.open_account(actor.person, "caller", "long-enough-pass-1", act=act)
    text, digest = tokens.fresh()
    tokens.make_token(actor.person, "a test", ["waiting:read"], AT.date(), digest, act=Act(by=actor, at=AT))
    return lambda query: client.get(
        f"/api/v1/waiting/forecast{query}", headers={"authorization": f"Bearer {text}"}
    ).json()


def test_programs_read_the_same_forecast(home, call):
    give(home, table([row | {"terminal": name} for name in ("T1", "T2") for row in recent().to_pylist()]))
    whole = call("")
    assert [one["terminal"] for one in whole["items"]] == ["T1", "T2"] and whole["next"] is None
    hours = whole["items"][0]["hours"]
    assert [hour["hour"] for hour in hours] == [*range(9, 21)] and hours[-1]["expected"] is None
    assert hours[0]["low_95"] <= hours[0]["low_80"] <= hours[0]["expected"] <= hours[0]["high_80"]
    assert whole["items"][0]["method"] == "model" and not whole["items"][0]["of_the_past"]
    first = call("?limit=1")
    assert call(f"?limit=1&after={first['next']}")["items"] == [whole["items"][1]]
    assert [one["terminal"] for one in call("?terminal=T2")["items"]] == ["T2"]
