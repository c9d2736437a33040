"""The pages: figures in three languages, what can be asked, what is refused, hours that break a rule, files."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arusha.conf import clock
from arusha.rooms.watch.waiting.tests.tables import AT, MONDAY, give, hall, ohare, table

BREAKS = {"passengers": 90, "booths": 0}


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """The clock stands."""
    monkeypatch.setattr(clock, "now", lambda: AT)


def text(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL))


def rows_of(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("language", "mean", "passengers", "title"),
    [
        ("en", "16.65", "21,348,758", "Waiting times"),
        ("fr", "16,65", "21\xa0348\xa0758", "Temps d’attente"),
        ("ar", "16.65", "21,348,758", "أوقات الانتظار"),
    ],
)
def test_the_ohare_files_on_the_page(home, reader, language, mean, passengers, title):
    ohare(home)
    response = reader("analyst", language=language).get("/waiting/")
    said = text(response)
    assert mean in said and title in said and "cbp_awt_ORD-2019.csv" in said
    assert passengers in response.content.decode().replace("\u202f", "\xa0")
    assert said.count("%(") == 0 and response.content.decode().count("<svg role=") == 6
    # the consistency rules with how many hours and passengers each flags
    assert ("2,314" if language == "en" else "2") in said and "136" in said


@pytest.mark.parametrize("roles", [("officer",), ("hr-officer",), ()])
@pytest.mark.parametrize("path", ["/waiting/", "/waiting.csv", "/waiting/consistency/no-flight/"])
def test_others_are_refused(home, reader, roles, path):
    assert reader(*roles).get(path).status_code == 403


def test_nobody_signed_in_is_asked_to_sign_in(home, db, client):
    assert client.get("/waiting/").status_code == 302


@pytest.mark.parametrize("role", ["integrity-officer", "analyst", "risk-officer", "auditor", "head-of-office"])
def test_without_data_the_page_says_how_to_receive_some(home, reader, role):
    said = text(reader(role).get("/waiting/"))
    assert "No waiting times yet" in said
    assert "arusha receive waiting FILE --mapping us-cbp-airport-waits" in said


def test_a_port_and_days_narrow_all_of_it(home, reader):
    rows = [{"mean_wait": 10.0}, {"port_code": "P2", "mean_wait": 20.0}]
    rows += [{"port_code": "P2", "terminal": "T2", "mean_wait": 60.0, "day": MONDAY + timedelta(days=1)}]
    give(home, table(rows))
    client = reader("auditor")
    asked = {"/waiting/": "30.00", "/waiting/?port=P2": "40.00", "/waiting/?port=P2&terminal=T2": "60.00"}
    asked |= {"/waiting/?until=2024-01-01": "15.00", "/waiting/?since=2024-01-02&until=2024-01-02": "60.00"}
    for path, mean in asked.items():
        assert f"{mean} minutes" in text(client.get(path)), path
    assert "No hour fits" in text(client.get("/waiting/?port=P1&since=2024-01-02"))
    assert len(rows_of(client.get("/waiting.csv?port=P2"))) == 1 + 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=yesterday", "Enter a valid date"),
        ("since=2024-02-01&until=2024-01-01", "The last day is before the first"),
        ("port=nowhere", "Select a valid choice"),
        ("terminal=%3Cscript%3E", "Select a valid choice"),
    ],
)
def test_what_cannot_be_asked_is_said_and_shows_no_figure(home, reader, asked, said):
    give(home, table([{}]))
    response = reader("auditor").get(f"/waiting/?{asked}")
    assert said in text(response) and "Mean wait, weighted" not in text(response)
    assert "<script>" not in response.content.decode().split("<main")[1]


def test_names_from_a_file_are_text(home, reader):
    give(home, table([{"port_code": "<b>P</b>", "terminal": "=T&1"}]))
    response = reader("analyst").get("/waiting/")
    assert "&lt;b&gt;P&lt;/b&gt;" in response.content.decode() and "<b>P</b>" not in response.content.decode()
    assert rows_of(reader("analyst").get("/waiting.csv"))[1][:2] == ["<b>P</b>", "'=T&1"]


def test_hours_that_break_a_rule_are_listed_sorted_and_downloaded(home, reader):
    give(home, table([{"hour": h, "passengers": 10 * h, "booths": h % 2} for h in range(1, 9)]))
    client = reader("analyst")
    said = text(client.get("/waiting/consistency/no-booth-open/"))
    assert "no booth was open" in said and said.index("08:00") < said.index("06:00") < said.index("02:00")
    rising = text(client.get("/waiting/consistency/no-booth-open/?sort=hour&since=2024-01-01"))
    assert rising.index("02:00") < rising.index("08:00")
    lines = rows_of(client.get("/waiting/consistency/no-booth-open.csv"))
    assert [line[3] for line in lines[1:]] == ["2", "4", "6", "8"]
    assert client.get("/waiting/consistency/no-such-rule/").status_code == 404
    assert client.get("/waiting/consistency/no-such-rule.csv").status_code == 404
    assert client.get("/waiting/consistency/no-booth-open/?sort=nothing").status_code == 400
    assert "No hour breaks this rule" in text(client.get("/waiting/consistency/no-flight/"))


def test_a_long_list_has_pages(home, reader):
    give(home, table([{"day": MONDAY + timedelta(days=d), **BREAKS} for d in range(60)]))
    client = reader("analyst")
    assert "Showing 26 to 50 of 60" in text(client.get("/waiting/consistency/no-booth-open/?page=2"))


@pytest.mark.parametrize("path", ["/waiting/", "/waiting/consistency/no-booth-open/"])
def test_one_hour_and_many_cost_the_same_queries(home, reader, path):
    client = reader("analyst")
    spent = []
    for count in (1, 30):
        give(
            home / str(count),
            table([{"hour": h % 24, "day": MONDAY + timedelta(days=h), **BREAKS} for h in range(count)]),
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(path)
        spent.append(len(queries))
    assert spent[0] == spent[1]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_nothing_is_left_untranslated_on_the_pages(home, reader, language):
    give(home, table([BREAKS]))
    client = reader("auditor", language=language)
    pages = [text(client.get(path)) for path in ("/waiting/", "/waiting/consistency/no-booth-open/")]
    english = ("Mean wait", "Ports and terminals", "agree with itself", "no booth was open", "Hours not tried")
    assert all(any(words in page for page in pages) == (language == "en") for words in english)


def test_a_page_of_four_years_is_quick(home, reader):
    import time

    give(home, hall(weeks=208))
    client = reader("analyst")
    client.get("/waiting/")  # the drawing library is loaded once
    began = time.perf_counter()
    client.get("/waiting/?since=2024-01-08")
    assert time.perf_counter() - began < 2  # half a second on an idle machine
