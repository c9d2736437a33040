"""From inspections and searches received to findings with their pictures; what is lacking is told; every reason."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.words import sentence
from arusha.lib.datasets import DATASETS
from arusha.lib.detect.hits import reason_facts
from arusha.lib.intake import Lake, Plan, receive
from arusha.rooms.watch.treatment import detect
from arusha.rooms.watch.treatment.tests.small import START, inspections, searches

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def searched(seed: int = 4) -> pa.Table:
    """Sixty travellers selected four times with each of five officers; one of them passes O1 without a search."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in rng.permutation(60 * 5 * 8):
        officer, person = f"O{number % 5}", f"p{number // 5 % 60}"
        at = START + timedelta(minutes=7 * len(rows))
        gone = rng.random() < (0.95 if (officer, person) == ("O1", "p9") else 0.1)
        then = {} if gone else {"started_at": at, "ended_at": at + timedelta(minutes=9), "result": "conform"}
        rows.append({"person_token": person, "officer_id": officer, "port_code": "P1", "direction": "in",
                     "channel": "green", "selected_at": at, "selection_method": "profile", **then})  # fmt: skip
    return searches(rows)


def give(home: Path, tables: dict[str, pa.Table]) -> None:
    """Received through the one door, nothing set aside."""
    home.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, home / f"{name}.parquet")
        receipt = receive(Lake(home), home / f"{name}.parquet", Plan(DATASETS[name]), at=AT)
        assert receipt.manifest.accepted == table.num_rows, (name, receipt.first_rejects)


def watch():
    from arusha.conf.compose import compose
    from arusha.core.people.roles import System
    from arusha.flow.runs import watching

    compose()
    (outcome,) = watching.watch([detect.treatment], by=System("test"), at=AT, progress=lambda told: None)
    return outcome


@pytest.fixture
def watched(home, db):
    """One favoured trader and one favoured traveller, received and watched."""
    give(home, {**inspections({("O2", "T7"): 0.9}, each=12), "searches": searched()})
    outcome = watch()
    assert (outcome.state, outcome.new) == ("done", 2), outcome
    return {finding.kind: finding for finding in Finding.objects.all()}


def test_each_pair_becomes_one_finding_about_officer_and_trader_or_traveller(watched):
    trader, traveller = watched["officer-trader"], watched["officer-traveller"]
    assert [(s.kind, s.ref) for s in trader.subjects.order_by("place")] == [("officer", "O2"), ("trader", "T7")]
    assert [(s.kind, s.ref) for s in traveller.subjects.order_by("place")] == [("officer", "O1"), ("traveller", "p9")]
    assert trader.reasons[0]["reason"] == "treatment-not-examined"
    assert traveller.reasons[0]["reason"] == "treatment-not-searched"
    assert watch().state == "unchanged" and Finding.objects.count() == 2


@pytest.mark.parametrize("kind", ["officer-trader", "officer-traveller"])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_its_page_shows_the_pair_beside_its_peers_case_by_case(watched, reader, kind, language):
    response = reader("integrity-officer", language=language).get(f"/findings/{watched[kind].pk}/")
    page = response.content.decode()
    assert response.status_code == 200 and "%(" not in page
    assert page.count("<svg role=") == 6  # chance, peers and cases, each for a page and for a phone
    assert {"en": "Like cases", "fr": "Cas semblables", "ar": "حالات مماثلة"}[language] in page


def test_the_shares_and_the_cases_are_those_of_the_pair(watched):
    from django.conf import settings

    from arusha.flow.inbox.evidence import rested
    from arusha.flow.inbox.panels import FindingView
    from arusha.flow.inbox.showing import _rows_of
    from arusha.rooms.watch.treatment import explain

    finding = watched["officer-trader"]
    lake = Lake(Path(settings.ARUSHA_HOME))
    subjects = (("officer", "O2"), ("trader", "T7"))
    view = FindingView(finding, subjects, rested(finding).table, lambda *of: _rows_of(lake, *of))
    with translation.override("en"):
        null, peers, cases = explain.panels(view)
    undone = finding.reasons[0]["times"]
    assert null.place == "null" and null.rows[0][1] == undone
    assert [row[2] for row in peers.rows] == ["12", "468", "48", f"{4 * 39 * 12:,}"]
    assert peers.rows[0][1] == str(undone) and float(peers.rows[0][4]) < 100 * undone / 12 < float(peers.rows[0][5])
    assert len(cases.rows) == 12 and [row[3] for row in cases.rows].count("not carried out") == undone
    assert len(explain._elsewhere(view)) == 60, "the trader's cases with all officers"


def test_what_is_lacking_is_told(home, db):
    outcome = watch()
    assert (outcome.state, outcome.needs) == ("not-offered", ("inspections or searches",))
    give(home, {"searches": searched()})
    assert watch().new == 1


REASONS = (
    detect.NotExamined(19, 24, 3.2),
    detect.NotSearched(17, 20, 2.4),
    detect.ChargedLess(9, 10, 2.5, 12.0, 31.5),
    detect.FinedLess(9, 10, 2.5, 31.0, 104.2),
    detect.OfficerOtherwise(80, 900),
    detect.SubjectOtherwise(9, 120),
    detect.Peers(812, 9000),
    detect.Shrunk(4.2, 2.8, 5.9),
)


@pytest.mark.parametrize("language", ["fr", "ar", "pt", "es"])
@pytest.mark.parametrize("told", REASONS, ids=lambda told: type(told).__name__)
def test_every_reason_is_said_in_the_readers_language_with_all_its_facts(told, language):
    with translation.override("en"):
        english = sentence(reason_facts(told))
    with translation.override(language):
        said = sentence(reason_facts(told))
    assert said != english and "{" not in said and type(told).reason not in said
