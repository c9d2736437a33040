"""From hours in the lake to a finding with its pictures, to figures, to the command line; every reason in words."""

import dataclasses
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from django.utils import translation
from typer.testing import CliRunner

from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.words import sentence
from arusha.lib.detect.hits import reason_facts
from arusha.rooms.watch.waiting import commands, detect, figures
from arusha.rooms.watch.waiting.tests.tables import AT, MONDAY, give, hall, ohare, row_of, table, with_hour

DAY = MONDAY + timedelta(days=70)
SLOW = {"mean_wait": 95.0, "max_wait": 190.0, "booths": 2}


@pytest.fixture
def watched(home, db):
    """A hall with one slow hour, received and watched."""
    from arusha.conf.compose import compose
    from arusha.core.people.roles import System
    from arusha.flow.runs import watching

    compose()
    usual = hall()
    give(home, with_hour(usual, row_of(usual, DAY, 10), **SLOW))
    (outcome,) = watching.watch([detect.waiting_unusual], by=System("test"), at=AT, progress=lambda told: None)
    assert (outcome.state, outcome.new) == ("done", 1), outcome
    return Finding.objects.get()


def test_a_slow_hour_becomes_a_finding_about_that_hour(watched):
    assert watched.signal == "waiting-unusual" and watched.kind == "hour"
    assert [(s.kind, s.ref) for s in watched.subjects.all()] == [("hour", f"P1/T1/{DAY}/10")]
    assert [told["reason"] for told in watched.reasons] == [
        "wait-longer-than-usual",
        "wait-few-booths",
        "wait-compared",
    ]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_its_page_shows_it_against_the_usual(watched, reader, language):
    response = reader("integrity-officer", language=language).get(f"/findings/{watched.pk}/")
    page = response.content.decode()
    assert response.status_code == 200 and "%(" not in page
    assert page.count("<svg role=") == 4  # the usual waits and the day, each for a page and for a phone
    assert {"en": "among the waits", "fr": "parmi les attentes", "ar": "بين مدد الانتظار"}[language] in page


def test_the_pictures_hold_the_hour_and_what_it_is_compared_with(watched):
    from django.conf import settings

    from arusha.flow.inbox.panels import FindingView
    from arusha.flow.inbox.showing import _rows_of
    from arusha.lib.intake import Lake
    from arusha.rooms.watch.waiting import explain

    lake = Lake(Path(settings.ARUSHA_HOME))
    view = FindingView(watched, (("hour", f"P1/T1/{DAY}/10"),), lambda _: None, lambda *of: _rows_of(lake, *of))
    around = explain.around_of(view)
    assert around.hours.minutes[around.at] == 95.0
    assert len(explain.compared(around, weekday=True)) == 16 and len(explain.compared(around, weekday=False)) == 112
    drawn = explain.draws(around)
    assert max(drawn) < 95 and min(drawn) > 5
    null, day = explain.panels(view)
    assert null.place == "null" and len(null.rows) == 16 and len(day.rows) == 8
    gone = FindingView(watched, (), lambda _: None, lambda *of: table([]))
    assert list(explain.panels(gone)) == []


def test_figures_of_a_month(watched):
    from arusha.flow.scorecard.figures import FIGURES, month_of

    march = month_of(DAY)
    told = FIGURES["waiting.mean"].over(march)
    assert told.of == 31 * 8 and 5 < told.value < 40
    assert FIGURES["waiting.unusual-hours"].over(march).value == 1
    april = month_of(date(2024, 4, 1))
    assert FIGURES["waiting.unusual-hours"].over(april).value == 0
    nothing = month_of(date(2020, 1, 1))
    assert (figures.mean_wait(nothing).value, figures.unusual_hours(nothing).value) == (None, None)


def run(*words: str):
    from contextlib import nullcontext

    app = typer.Typer()
    commands.add(app, nullcontext)
    return CliRunner().invoke(app, ["waiting", "mean", *words])


def test_the_command_says_the_mean_of_the_ohare_files_and_of_parts(home):
    ohare(home)
    assert run().stdout.strip() == "16.65 minutes over 27,295 hours and 21,348,758 passengers"
    part = run("--from", "2016-01-01", "--to", "2016-12-31")
    assert part.stdout.strip() == "18.02 minutes over 6,650 hours and 4,873,212 passengers"
    told = json.loads(run("--port", "ORD", "--json").stdout)
    assert round(told["minutes"], 2) == 16.65 and told["hours"] == 27_295
    assert "none of them fits" in run("--port", "XXX").stdout


def test_the_command_without_data_and_with_a_day_that_is_none(home):
    assert "nothing received" in run().stdout
    wrong = run("--from", "1 May")
    assert wrong.exit_code == 2 and "--from 1 May: give a day as YYYY-MM-DD." in wrong.output


REASONS = (
    detect.Longer(85.0, 12.9, 1673, 28, "ORD", "Terminal 5", "2016-04-29", "18:00"),
    detect.Shorter(0.0, 8.4, 90, None, "ORD", "Terminal 5", "2018-05-26", "04:00"),
    detect.Booths(28, 26.1),
    detect.FewBooths(1, 3.0),
    detect.Compared(16, 8),
)


@pytest.mark.parametrize("language", ["en", "fr", "ar", "pt", "es"])
@pytest.mark.parametrize("told", REASONS, ids=lambda told: type(told).__name__)
def test_every_reason_is_a_sentence_in_every_language(told, language):
    with translation.override(language):
        said = sentence(reason_facts(told))
        english = sentence(reason_facts(told)) if language == "en" else None
    with translation.override("en"):
        in_english = sentence(reason_facts(told))
    assert type(told).reason not in said and "{" not in said
    assert english == in_english or said != in_english
    assert len(dataclasses.fields(told)) >= 2
