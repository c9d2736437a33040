"""Withdrawing and restoring received files, restating them, and what becomes of the findings that rested on them."""

import io
from pathlib import Path

import pytest
from django.conf import settings

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import System
from arusha.flow.inbox import findings
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.showing import _change
from arusha.flow.runs import receiving, watching
from arusha.flow.runs.receiving import Beside
from arusha.flow.runs.sources import correcting, withdrawing
from arusha.flow.runs.tests.small import NOW, twice
from arusha.flow.runs.turns import turn
from arusha.lib.intake import IntakeError, Lake

pytestmark = pytest.mark.django_db
BY = System("test")
HEADER = "list,code,name\n"


@pytest.fixture(autouse=True)
def home(tmp_path, settings, db):
    settings.ARUSHA_HOME = tmp_path / "home"
    return settings.ARUSHA_HOME


def receive(folder: Path, rows: str, name: str, **more):
    (folder / name).write_text(HEADER + rows.replace(" ", "\n") + "\n")
    beside = Beside(**more)
    done = receiving.receive("codes", folder / name, None, by=BY, at=NOW, progress=lambda told: None, beside=beside)
    return done.manifest.manifest


def act(why: str = "it was the test system's", by=BY) -> Act:
    return Act(by=by, at=NOW, why=why)


def watch(minute=0):
    return list(watching.watch([twice], by=BY, at=NOW.replace(minute=minute), progress=lambda told: None))


def codes() -> list[str]:
    return sorted(Lake(settings.ARUSHA_HOME).read("codes").data["code"].to_pylist())


def test_withdrawing_is_an_act_with_a_reason_and_so_is_undoing_it(tmp_path):
    name = receive(tmp_path, "ports,P1,", "a.csv")
    with pytest.raises(Refused) as refused:
        withdrawing.withdraw("codes", name, act=act(""))
    assert refused.value.rule == "why-missing" and codes() == ["P1"]
    withdrawing.withdraw("codes", name[:12], act=act())
    assert codes() == []
    with pytest.raises(Refused) as refused:
        withdrawing.withdraw("codes", name, act=act())
    assert refused.value.rule == "source-withdrawn"
    withdrawing.restore("codes", name, act=act("it was ours after all"))
    assert codes() == ["P1"]
    assert list(Entry.objects.order_by("seq").values_list("act", flat=True))[-2:] == [
        "source.withdrawn",
        "source.restored",
    ]
    with pytest.raises(Refused) as refused:
        withdrawing.restore("codes", name, act=act())
    assert refused.value.rule == "source-restored"


def test_only_those_who_receive_may_withdraw(tmp_path, someone):
    name = receive(tmp_path, "ports,P1,", "a.csv")
    for role, may in (("officer", False), ("auditor", False), ("analyst", True)):
        if may:
            withdrawing.withdraw("codes", name, act=act(by=someone(role)))
        else:
            with pytest.raises(Refused) as refused:
                withdrawing.withdraw("codes", name, act=act(by=someone(role)))
            assert refused.value.rule == "not-allowed"
    assert codes() == []


def test_undoing_is_refused_where_a_later_file_holds_the_same_rows(tmp_path):
    first = receive(tmp_path, "ports,P1,One ports,P2,Two", "a.csv")
    withdrawing.withdraw("codes", first, act=act())
    second = receive(tmp_path, "ports,P1,Uno ports,P3,Tre", "b.csv")
    with pytest.raises(Refused) as refused:
        withdrawing.restore("codes", first, act=act())
    assert refused.value.rule == "source-clash"
    assert str(refused.value).startswith("1 rows of a.csv, which would count again, are in b.csv too")
    withdrawing.withdraw("codes", second, act=act())
    withdrawing.restore("codes", first, act=act())
    assert codes() == ["P1", "P2"]


def test_a_restatement_may_not_be_withdrawn_where_the_earlier_file_would_count_twice(tmp_path):
    first = receive(tmp_path, "ports,P1,One ports,P2,Two", "a.csv")
    second = receive(tmp_path, "ports,P1,One", "b.csv", replaces=(first,))
    receive(tmp_path, "ports,P2,Two", "c.csv")
    with pytest.raises(Refused) as refused:
        withdrawing.withdraw("codes", second, act=act())
    assert refused.value.rule == "source-clash" and codes() == ["P1", "P2"]


def test_a_kill_between_the_act_and_the_file_beside_the_lake_is_mended_by_the_next_run(tmp_path, home):
    name = receive(tmp_path, "ports,P1,", "a.csv")
    withdrawing.withdraw("codes", name, act=act())
    (home / "lake" / "codes" / ".withdrawn.json").unlink()
    assert codes() == ["P1"]
    watch()
    assert codes() == []


def test_while_data_comes_in_nothing_is_withdrawn(tmp_path, home):
    name = receive(tmp_path, "ports,P1,", "a.csv")
    with turn(home, lambda told: None), pytest.raises(Refused) as refused:
        withdrawing.withdraw("codes", name, act=act())
    assert refused.value.rule == "source-busy" and codes() == ["P1"]


def test_a_finding_whose_rows_were_withdrawn_says_that_it_is_no_longer_found(tmp_path, someone):
    receive(tmp_path, "ports,P1,One ports,P9,x", "a.csv")
    second = receive(tmp_path, "lanes,P1,One", "b.csv")
    watch()
    finding = Finding.objects.get()
    findings.dispose(finding.pk, "confirmed", act=act(by=someone("integrity-officer")))
    withdrawing.withdraw("codes", second, act=act())
    watch()
    finding.refresh_from_db()
    assert (finding.state, finding.changed["found"]) == ("open", False)
    assert _change(finding) == (
        "b.csv, on which it rested, was withdrawn. Without it, it is no longer found. "
        "It had been disposed of as: Confirmed."
    )
    entries = Entry.objects.filter(act="finding.rejudged").count()
    receive(tmp_path, "ports,P7,x", "c.csv")
    watch()
    assert Entry.objects.filter(act="finding.rejudged").count() == entries == 1, "it is told once"


def test_a_finding_found_again_with_other_numbers_says_what_changed(tmp_path):
    receive(tmp_path, "ports,P1,One lanes,P1,One", "a.csv")
    second = receive(tmp_path, "offices,P1,One posts,P1,One", "b.csv")
    watch()
    receive(tmp_path, "offices,P1,Uno", "c.csv", replaces=(second,))
    watch()
    finding = Finding.objects.get()
    assert (finding.support, finding.state) == (3, "open")
    assert _change(finding) == (
        "b.csv, on which it rested, was restated by c.csv. Without it, it is still found. Counted then 4, now 3."
    )


def test_a_finding_is_as_it_was_when_the_rows_count_again(tmp_path):
    receive(tmp_path, "ports,P1,One", "a.csv")
    second = receive(tmp_path, "lanes,P1,One", "b.csv")
    watch(1)
    withdrawing.withdraw("codes", second, act=act())
    watch(2)
    assert Finding.objects.get().changed["found"] is False
    withdrawing.restore("codes", second, act=act())
    (outcome,) = watch(3)
    assert outcome.state == "done" and Finding.objects.get().changed is None
    assert watch(4)[0].state == "unchanged"


def test_without_any_data_left_the_findings_say_so_too(tmp_path):
    only = receive(tmp_path, "ports,P1,One lanes,P1,One", "a.csv")
    watch()
    withdrawing.withdraw("codes", only, act=act())
    assert watch()[0].state == "not-offered"
    assert Finding.objects.get().changed["found"] is False


def test_rows_that_step_in_keep_a_finding_as_it_is(tmp_path):
    first = receive(tmp_path, "ports,P1,One lanes,P1,One", "a.csv")
    receive(tmp_path, "lanes,P1,One ports,P1,One posts,X,", "b.csv")
    watch()
    withdrawing.withdraw("codes", first, act=act())
    watch()
    finding = Finding.objects.get()
    assert (finding.support, finding.changed) == (2, None) and codes() == ["P1", "P1", "X"]


def test_a_restating_file_is_asked_about_and_a_correction_comes_in(tmp_path):
    receive(tmp_path, "ports,P1,One ports,P2,Two", "a.csv")
    with pytest.raises(IntakeError, match="say --replaces"):
        receive(tmp_path, "ports,P1,Uno ports,P2,Two", "b.csv", anyway=False)
    third = receive(tmp_path, "ports,P3,x ports,,y", "c.csv")
    held = io.StringIO(newline="")
    assert correcting.take("codes", third, held, by=BY, at=NOW) == 1
    (tmp_path / "d.csv").write_text(held.getvalue().replace(",ports,,y", ",ports,P4,y"))
    done = receiving.receive(
        "codes", tmp_path / "d.csv", None, by=BY, at=NOW, progress=lambda told: None, beside=Beside(corrects=third)
    )
    assert done.manifest.accepted == 1 and codes() == ["P1", "P2", "P3", "P4"]
    assert Entry.objects.filter(act="source.rows-taken").count() == 1
