"""The public board: off until it is decided, in five languages, cacheable, nothing small, old said to be old, files."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from tests.support import words
from tests.support.checking import checked

from arusha.conf import clock
from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import System
from arusha.rooms.watch.waiting.board import deciding, demo, seen, service
from arusha.rooms.watch.waiting.board.deciding import Terms
from arusha.rooms.watch.waiting.board.models import Board
from arusha.rooms.watch.waiting.tests.tables import AT, give, hall, row_of, table, with_hour
from arusha.ui.public import LANGUAGES

NOW = datetime(2024, 6, 3, 11, 20, tzinfo=UTC)  # a Monday: the hall opens from 8 to 16
TERMS = Terms(within=15, goal=80, licence="CC-BY-4.0")
PATHS = ("/waiting-times/", "/waiting-times/en/", "/waiting-times/en/P1/", "/waiting-times/hours.csv")
FILES = ("/waiting-times/service-level.csv", "/waiting-times/waiting-times.json")


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """The clock stands."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def board(home, db):
    """Twenty-three weeks of one hall up to eleven o'clock, published."""
    give(home, up_to(NOW))
    return publish()


def publish(**terms):
    given = Terms(**{**{name: getattr(TERMS, name) for name in Terms.__slots__}, **terms})
    deciding.publish(given, act=Act(by=System("test"), at=NOW, why="Because"))
    return Board.objects.get()


def up_to(at, weeks=24):
    whole = banded(hall(weeks=weeks))
    days = zip(whole["day"].to_pylist(), whole["hour"].to_pylist(), strict=True)
    return whole.filter([(day, hour) < (at.date(), at.hour) for day, hour in days])


def banded(whole):
    """Nine in ten of every hour waited no longer than a quarter of an hour, the rest half an hour at most."""
    rows = []
    for row in whole.to_pylist():
        within = row["passengers"] * 9 // 10
        bands = {name: 0 for name in whole.column_names if name.startswith(("within_", "over_"))}
        rows.append(row | bands | {"within_15": within, "within_30": row["passengers"] - within, "excluded": 0})
    return table(rows)


def said(response):
    assert response.status_code == 200
    html = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def rows_of(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", [*PATHS, *FILES])
def test_nothing_is_there_until_it_is_decided(home, db, client, path):
    give(home, up_to(NOW))
    assert client.get(path).status_code == 404
    board = publish()
    assert client.get(path).status_code in (200, 302)
    deciding.withdraw(board.pk, act=Act(by=DIRECTOR, at=NOW, why="Enough"))
    assert client.get(path).status_code == 404


class Director:
    """Who may decide it."""

    ref, person, roles = "person:1", None, frozenset({"head-of-office"})


DIRECTOR = Director()


def test_the_browser_is_asked_once_and_the_address_says_the_rest(board, client):
    def sent(**headers):
        return client.get("/waiting-times/", headers=headers)

    assert sent(accept_language="pt-BR,pt;q=0.9,en;q=0.5").headers["Location"] == "/waiting-times/pt/"
    assert sent(accept_language="sw,ar;q=0.4").headers["Location"] == "/waiting-times/ar/"
    assert sent().headers["Location"] == "/waiting-times/en/"
    assert "Accept-Language" in sent().headers["Vary"]
    assert client.get("/waiting-times/xx/").status_code == 404
    assert client.get("/waiting-times/en/P9/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_whole_page_in_five_languages(board, client, language):
    titles = {"ar": "الانتظار على الحدود", "en": "Waits at the border"}
    titles |= {"es": "Esperas en la frontera", "fr": "Attentes à la frontière"}
    titles["pt"] = "Esperas na fronteira"
    for path in (f"/waiting-times/{language}/", f"/waiting-times/{language}/P1/"):
        html = checked(client.get(path), language)
        for other in LANGUAGES:
            assert f'href="{path.replace(f"/{language}/", f"/{other}/")}" class="ar-languages__choice"' in html
    assert titles[language] in said(client.get(f"/waiting-times/{language}/"))


@pytest.mark.parametrize("language", ["pt", "es"])
def test_no_public_sentence_is_left_in_english(language):
    public = ("board/board.html", "board/port.html", "ui/public.html", "showing.py", "files.py")
    lacking = {
        f"{place}: {text}"
        for (_, text), place in words.missing(language).items()
        if place.rpartition(":")[0].endswith(public) and ("/board/" in place or "public" in place)
    }
    assert lacking == set()


def test_what_was_told_and_what_is_expected(board, client):
    page = said(client.get("/waiting-times/en/P1/"))
    told = up_to(NOW).slice(up_to(NOW).num_rows - 1).to_pylist()[0]
    assert (told["day"], told["hour"]) == (date(2024, 6, 3), 10)
    assert f"Mean wait in the hour from 10:00 {round(told['mean_wait'])} minutes" in page
    assert "Expected from 11:00" in page and "less than an hour ago" in page
    assert "missed by" in page and "Not of today" not in page
    rows = rows_of(client.get("/waiting-times/hours.csv"))
    ahead = [(row["day"], row["hour"]) for row in rows if row["kind"] == "forecast"]
    assert ahead == [("2024-06-03", str(hour)) for hour in range(11, 16)]
    for row in rows[-5:]:
        ends = [
            float(row[name]) for name in ("low_95", "low_80", "low_50", "mean_wait", "high_50", "high_80", "high_95")
        ]
        assert ends == sorted(ends)


def test_it_may_be_kept_and_need_not_be_sent_again(board, client, reader):
    first = client.get("/waiting-times/en/")
    assert first.headers["Cache-Control"] == "public, max-age=300" and not first.cookies
    again = client.get("/waiting-times/en/", headers={"if_none_match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    assert client.get("/waiting-times/fr/").headers["ETag"] != first.headers["ETag"]
    inside = reader("analyst").get("/waiting-times/en/")
    assert inside.content == first.content and "Sign out" not in said(inside)


def test_small_groups_are_not_told(home, db, client):
    whole = up_to(NOW)
    last = row_of(whole, NOW.date(), 10)
    nine = {"passengers": 9, "within_15": 9, "within_30": 0, "mean_wait": 77.0}
    give(home, with_hour(whole, last, **nine))
    publish()
    row = next(
        r
        for r in rows_of(client.get(FILES[0].replace("service-level", "hours")))
        if (r["day"], r["hour"]) == ("2024-06-03", "10")
    )
    assert (row["passengers"], row["mean_wait"]) == ("", "")
    assert "77" not in said(client.get("/waiting-times/en/P1/"))
    few = with_hour(whole.slice(last), 0, **nine)
    level = service.levels(few, 15, NOW.date())["month"]
    assert (level.counted, level.share) == (None, None)
    ten = service.levels(with_hour(few, 0, within_30=1), 15, NOW.date())["month"]
    assert (ten.counted, ten.share) == (10, 0.9)


def test_the_service_level_is_the_share_within_the_target(board, client):
    rows = {row["period"]: row for row in rows_of(client.get("/waiting-times/service-level.csv"))}
    whole = up_to(NOW)
    for period, days in (("month", 30), ("year", 365)):
        since = NOW.date() - timedelta(days=days - 1)
        kept = [row for row in whole.to_pylist() if row["day"] >= since]
        counted, within = (sum(row[name] for row in kept) for name in ("passengers", "within_15"))
        assert rows[period]["since"] == since.isoformat() and rows[period]["until"] == "2024-06-03"
        assert int(rows[period]["counted"]) == counted and float(rows[period]["share"]) == round(within / counted, 4)
    assert rows["month"]["within"] == "15" and rows["month"]["goal"] == "80"


def test_old_hours_are_said_to_be_old_and_not_forecast(home, db, client, monkeypatch):
    give(home, up_to(NOW))
    publish()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3))
    page = said(client.get("/waiting-times/en/"))
    assert "Old figures" in page and "the last hour told ended 3 days ago" in page
    assert "No forecast: the last hour told is more than 36 hours old." in said(client.get("/waiting-times/en/P1/"))
    assert json.loads(client.get(FILES[1]).content)["no_forecast"][0]["why"] == "stale"


def test_hours_that_claim_to_be_of_the_future_are_not_shown(home, db, client):
    give(home, up_to(NOW + timedelta(hours=3)))
    publish()
    assert "from 10:00" in said(client.get("/waiting-times/en/P1/"))
    kinds = {(r["day"], r["hour"]): r["kind"] for r in rows_of(client.get("/waiting-times/hours.csv"))}
    assert kinds["2024-06-03", "11"] == "forecast" and kinds["2024-06-03", "10"] == "received"


def test_a_board_of_the_past_is_of_noon_on_its_last_day_and_says_so(home, db, client, monkeypatch):
    give(home, up_to(datetime(2024, 6, 3, 16, tzinfo=UTC)))
    publish(as_of="last-day")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=700))
    page = said(client.get("/waiting-times/en/P1/"))
    assert "Not of today" in page and "It is of 3 June 2024, 12:00" in page
    assert "Expected from 12:00" in page and "Old figures" not in page


def test_an_empty_board_says_so(home, db, client):
    publish()
    assert "No waiting times yet" in said(client.get("/waiting-times/en/"))
    assert rows_of(client.get("/waiting-times/hours.csv")) == []


def test_the_document_holds_all_with_its_dictionary_and_licence(board, client):
    response = client.get("/waiting-times/waiting-times.json")
    told = json.loads(response.content)
    assert told["licence"] == {"id": "CC-BY-4.0", "address": "https://creativecommons.org/licenses/by/4.0/"}
    assert response.headers["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    named = {part for column in told["columns"] for part in re.split(r", | … ", column["name"])}
    assert {name for row in told["hours"] for name in row} - {"high_50", "low_80", "high_80", "low_95"} <= named
    assert {name for row in told["service_levels"] for name in row} <= named
    assert len(told["hours"]) == len(rows_of(client.get("/waiting-times/hours.csv")))


def test_a_director_decides_with_a_reason_and_the_journal_holds_it(home, reader, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)
    give(home, up_to(NOW))
    director = reader("head-of-office")
    page = director.get("/waiting/board/")
    checked(page)
    assert "Waiting times are not published." in said(page)
    form = {"do": "publish", "once": "key-1", "within": "45", "goal": "90", "licence": "CC0-1.0", "as_of": "now"}
    assert director.post("/waiting/board/", form).status_code == 400
    assert not Board.objects.exists()
    assert director.post("/waiting/board/", form | {"why": "The public may know"}).status_code == 302
    assert director.post("/waiting/board/", form | {"why": "The public may know"}).status_code == 302
    assert Entry.objects.filter(act="waiting-board.published").count() == 1
    assert "90 in 100" in said(client.get("/waiting-times/en/"))
    board = Board.objects.get()
    form |= {"do": "change", "once": "key-2", "why": "Less", "goal": "70", "version": board.version}
    assert director.post("/waiting/board/", form).status_code == 302
    assert director.post("/waiting/board/", form | {"once": "key-3", "goal": "60"}).status_code == 409
    assert "70 in 100" in said(client.get("/waiting-times/en/"))
    leave = {"do": "withdraw", "once": "key-4", "why": "No more", "version": Board.objects.get().version}
    assert director.post("/waiting/board/", leave).status_code == 302
    assert client.get("/waiting-times/en/").status_code == 404


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_others_read_the_decision_and_cannot_take_it(home, reader, role, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)
    colleague = reader(role)
    page = colleague.get("/waiting/board/")
    checked(page)
    assert "Publish waiting times" not in said(page)
    form = {"do": "publish", "once": "key-1", "within": "45", "goal": "90", "licence": "CC0-1.0", "as_of": "now"}
    assert colleague.post("/waiting/board/", form | {"why": "x"}).status_code == 409
    assert not Board.objects.exists() and reader("officer").get("/waiting/board/").status_code == 403


@pytest.mark.parametrize(
    ("terms", "rule"),
    [({"within": 20}, "board-within"), ({"goal": 0}, "board-goal"), ({"licence": "mine"}, "board-licence")],
)
def test_terms_that_cannot_be_kept_are_refused(db, terms, rule):
    with pytest.raises(Refused) as refused:
        publish(**terms)
    assert refused.value.rule == rule


def test_the_demonstration_publishes_once_by_the_same_act(db):
    demo.decide(NOW)
    demo.decide(NOW)
    assert Entry.objects.get(act="waiting-board.published").by == "system:demo"
    assert Board.objects.get().as_of == "last-day"


def test_the_same_board_is_not_made_twice_within_a_quarter_of_an_hour(board, client, monkeypatch):
    seen._seen.cache_clear()
    for minutes in (0, 5, 8):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: NOW + timedelta(minutes=minutes))
        client.get("/waiting-times/en/")
    assert seen._seen.cache_info().misses == 1


def test_the_zone_of_the_office_says_which_hour_it_is(home, db, client, monkeypatch):
    monkeypatch.setattr(settings, "TIME_ZONE", "Africa/Nairobi")
    give(home, up_to(NOW + timedelta(hours=3)))
    publish()
    page = said(client.get("/waiting-times/en/P1/"))
    assert "local time (Africa/Nairobi)" in page and "from 13:00" in page and "Expected from 14:00" in page


def test_two_halls_of_a_port_stand_on_its_page(home, db, client):
    two = [row | {"terminal": name} for name in ("T1", "T2") for row in up_to(NOW).to_pylist()]
    give(home, table(two))
    publish()
    page = said(client.get("/waiting-times/en/P1/"))
    assert "P1 T1" in page and "P1 T2" in page
    assert said(client.get("/waiting-times/en/")).count("P1 T") == 2
