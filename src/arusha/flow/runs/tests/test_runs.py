"""Receiving and watching as recorded runs."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from arusha.core.journal.models import Entry
from arusha.core.people.roles import System
from arusha.flow.inbox.evidence import rested
from arusha.flow.inbox.hits import path_of
from arusha.flow.inbox.models import Finding
from arusha.flow.runs import receiving, watching
from arusha.flow.runs.models import Run
from arusha.flow.runs.tests.small import NOW, twice
from arusha.lib.intake import IntakeError, Lake

pytestmark = pytest.mark.django_db
BY = System("test")


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.ARUSHA_HOME = tmp_path / "home"
    return settings.ARUSHA_HOME


def receive(folder: Path, text: str, name: str = "codes.csv"):
    file = folder / name
    file.write_text(text)
    return receiving.receive("codes", file, None, by=BY, at=NOW, progress=lambda told: None)


def watch(**more):
    return list(watching.watch([twice], by=BY, at=NOW, progress=lambda told: None, **more))


def test_what_a_file_gave_is_on_record(tmp_path):
    receipt = receive(tmp_path, "list,code,name\nports,P1,One\nports,,None\nports,P1,One\n")
    run = Run.objects.get()
    counts = {key: run.counts[key] for key in ("received", "accepted", "rejected", "duplicates")}
    assert counts == {"received": 3, "accepted": 1, "rejected": 1, "duplicates": 1}
    assert run.state == "done" and run.counts["manifest"] == receipt.manifest.manifest
    assert list(Entry.objects.order_by("seq").values_list("act", flat=True)) == ["run.asked", "run.ended"]


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path):
    receive(tmp_path, "list,code,name\nports,P1,One\n")
    again = receive(tmp_path, "list,code,name\nports,P1,One\n")
    assert again.already and len(Lake(settings.ARUSHA_HOME).manifests("codes")) == 1


def test_a_file_that_cannot_be_read_is_a_failed_run_that_says_why(tmp_path):
    with pytest.raises(IntakeError):
        receive(tmp_path, "list;code;name\nports;P1;One\n")
    run = Run.objects.get()
    assert run.state == "failed" and "separator" in run.error


def test_a_table_is_received_as_a_run_that_tells_no_secret_and_leaves_no_file(tmp_path, home):
    import sqlite3

    from arusha.lib.intake.source_tables import address

    with sqlite3.connect(tmp_path / "lists.db") as base:
        base.execute("create table lists (list, code, name)")
        base.execute("insert into lists values ('ports', 'P1', 'One'), ('ports', null, 'Two')")
    base.close()
    where = address("env:X", {"X": str(tmp_path / "lists.db")})
    args = ("codes", where, "lists", None)
    receipt = receiving.receive_table(*args, by=BY, at=NOW, progress=lambda told: None)
    assert (receipt.manifest.accepted, receipt.manifest.rejected) == (1, 1)
    assert Run.objects.get().inputs == {"file": "lists of lists.db"} and receipt.manifest.file == "lists of lists.db"
    assert receiving.receive_table(*args, by=BY, at=NOW, progress=lambda told: None).already
    with pytest.raises(IntakeError, match="no such table"):
        receiving.receive_table("codes", where, "none", None, by=BY, at=NOW, progress=lambda told: None)
    assert sorted(path.name for path in home.iterdir()) == ["lake", "runs.lock"]


def test_a_dataset_that_nobody_declared_is_refused_with_the_declared_ones():
    with pytest.raises(IntakeError, match="crossings"):
        receiving.receive("crosings", Path("x.csv"), None, by=BY, at=NOW, progress=lambda told: None)


def test_hits_become_findings_with_their_rows(tmp_path):
    receive(tmp_path, "list,code,name\nports,P1,One\nports,P2,Two\nlanes,P1,Lane\n")
    (outcome,) = watch()
    finding = Finding.objects.get()
    assert (outcome.state, outcome.hits, outcome.new) == ("done", 1, 1)
    assert list(finding.subjects.values_list("kind", "ref")) == [("code", "P1")]
    rows = rested(finding)
    assert rows.datasets() == ["codes"] and [r["_row"] for r in rows.slice("codes", 0, 10)] == [0, 2]


def test_nothing_new_received_nothing_is_run_again(tmp_path):
    receive(tmp_path, "list,code,name\nports,P1,One\nlanes,P1,Lane\n")
    watch()
    (again,) = watch()
    assert again.state == "unchanged" and Run.objects.filter(kind="detect").count() == 1


def test_new_data_is_a_new_run_and_the_same_finding(tmp_path):
    receive(tmp_path, "list,code,name\nports,P1,One\nlanes,P1,Lane\n")
    watch()
    receive(tmp_path, "list,code,name\noffices,P1,Office\n", "more.csv")
    (again,) = watch()
    finding = Finding.objects.get()
    assert (again.hits, again.new) == (1, 0) and finding.support == 3 and finding.sightings.count() == 2


def test_a_run_as_of_an_earlier_day_leaves_the_inbox_as_it_is(tmp_path):
    receive(tmp_path, "list,code,name\nports,P1,One\nlanes,P1,Lane\n")
    watch()
    before = Finding.objects.values().get()
    (past,) = watch(as_of=date(2025, 1, 1))
    assert (past.state, past.hits, past.new) == ("past", 1, 0)
    assert Finding.objects.values().get() == before and path_of(past.run).exists()


def test_days_may_be_watched_one_after_the_other(tmp_path):
    receive(tmp_path, "list,code,name\nports,P1,One\nlanes,P1,Lane\n")
    states = [watch(as_of=day)[0].state for day in (date(2025, 1, 1), date(2025, 1, 2), date(2025, 1, 1), None)]
    assert states == ["done", "done", "unchanged", "done"] and Finding.objects.get().sightings.count() == 3


def test_a_file_of_hits_that_was_altered_is_computed_again(tmp_path):
    receive(tmp_path, "list,code,name\nports,P1,One\nlanes,P1,Lane\n")
    (first,) = watch()
    path_of(first.run).write_bytes(b"something else")
    (again,) = watch()
    assert again.state == "done" and again.run != first.run and Finding.objects.count() == 1


def test_without_its_data_a_detector_is_not_offered_and_says_what_it_needs():
    (outcome,) = watch()
    assert (outcome.state, outcome.needs) == ("not-offered", ("codes",)) and not Run.objects.exists()


def test_a_detector_that_fails_is_told_and_stops_no_other(tmp_path):
    receive(tmp_path, "list,code,name\nports,broken,One\n")
    (outcome,) = watch()
    assert outcome.state == "failed" and "cannot be looked at" in Run.objects.get(kind="detect").error
    receive(tmp_path, "list,code,name\nports,P1,One\n", "more.csv")


def test_a_second_run_waits_for_the_first(tmp_path, home):
    from arusha.flow.runs.turns import turn

    told = []
    waits = (
        "import sys; from pathlib import Path\n"
        "from arusha.flow.runs.turns import turn\n"
        "with turn(Path(sys.argv[1]), lambda text: (sys.stdout.write(text + chr(10)), sys.stdout.flush())):\n"
        "    sys.stdout.write('mine')\n"
    )
    with turn(home, told.append):
        other = subprocess.Popen([sys.executable, "-c", waits, str(home)], stdout=subprocess.PIPE, text=True)
        assert other.stdout.readline() == "another run is under way; waiting for it to end\n"
    out, _err = other.communicate(timeout=20)
    assert out == "mine" and told == []


def test_detectors_run_after_those_whose_hits_they_take():
    from dataclasses import replace

    from arusha.flow.inbox.signals import SIGNALS, SameMembers, signal
    from arusha.lib.factors import Factor

    after = replace(twice, name="test-after")
    kinds = {"title": {"group": "x"}, "subjects": {"group": ("code", "code")}}
    signal("test-after", factor=Factor.AUDIT, match=SameMembers(), hits_of={"groups": "test-twice"}, **kinds)
    assert [d.name for d in watching.in_order([after, twice])] == ["test-twice", "test-after"]
    del SIGNALS["test-after"]
