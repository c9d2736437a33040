"""A detector is tried, proposed and decided on its page; whom it would find is never told."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arusha.conf.working import wait_for
from arusha.core.journal.models import Entry
from arusha.flow.detectors.tests.conftest import act, watch
from arusha.flow.inbox.models import Finding
from arusha.flow.runs import governing, runs, trying
from arusha.flow.runs.models import DetectorChange, Run
from arusha.flow.runs.tests.small import NOW

NAME = "test-twice"
PAGE = f"/supervision/detectors/{NAME}/"


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def post(client, do, **more):
    return client.post(PAGE, {"do": do, "once": f"{do}-once", **more}, follow=True)


def test_from_a_trial_to_a_change_in_force_by_two_people(world, browser):
    watch()
    one, two = browser(world.one), browser(world.two)
    asked = text(post(one, "try", set_lists="3", vary="lists"))
    assert "0 of 5 values tried" in asked and "Call the trial off" in asked
    wait_for(NOW)
    tried = one.get(PAGE)
    assert "Findings it would make 4" in text(tried) and "lists 2 → 3" in text(tried)
    assert "not found again (they stay) 4" in text(tried) and ">P1<" not in tried.content.decode()
    assert [row[1] for row in tried.context["tried"]["chart"]["rows"]] == [12, 8, 4, 0, 0]
    trial = str(Run.objects.get(kind="try").pk)
    own = text(post(one, "propose", trial=trial, why="too many to look into"))
    assert "someone else decides" in own and "Decline it" in own and "Put it in force" not in own
    there = two.get(PAGE)
    assert "too many to look into" in text(there) and "Put it in force" in text(there)
    version = there.context["offers"]["agree"].form.initial["version"]
    done = text(post(two, "agree", why="agreed", version=version))
    assert "it holds from the next run" in done and "change 2, in force since" in done
    assert watch().hits == 4


def test_the_list_tells_how_each_stands_and_costs_the_same_with_more(world, browser):
    watch()
    client = browser(world.reader)
    assert re.search(r"test-twice A code in two lists On 1", text(client.get("/supervision/detectors/")))
    costs = []
    for number in (2, 3, 4):
        governing.propose(NAME, number % 2 == 1, {"lists": "2"}, _trial(world), act=act(world.one))
        governing.put_in_force(DetectorChange.objects.get(state="proposed").pk, act=act(world.two))
        with CaptureQueriesContext(connection) as queries:
            client.get("/supervision/detectors/")
        costs.append(len(queries))
    assert len(set(costs)) == 1
    assert "Off 4" in text(client.get("/supervision/detectors/"))


def _trial(world):
    done = trying.ask(NAME, {"lists": "2"}, "", act=act(world.one))
    return trying.carry_out(done.id, at=NOW, progress=lambda told: None).pk


def test_what_does_not_read_is_told_at_its_field_and_kept(world, browser):
    answer = post(browser(world.one), "try", set_lists="many", vary="")
    assert answer.status_code == 400 and 'value="many"' in answer.content.decode()
    assert "give a value such as 2" in text(answer) and not Run.objects.filter(kind="try").exists()


def test_a_trial_is_called_off_and_stops_before_the_next_value(world, browser):
    watch()
    client = browser(world.one)
    post(client, "try", set_lists="3", vary="lists")
    assert "called off" in text(post(client, "stop"))
    wait_for(NOW)
    assert Run.objects.get(kind="try").counts == {}


def test_how_a_trial_is_going_is_a_part_of_the_page(world, browser):
    client = browser(world.one)
    post(client, "try", set_lists="3", vary="")
    part = client.get(f"{PAGE}trial/").content.decode()
    assert "<html" not in part and "0 of 1 values tried" in re.sub(r"<[^>]+>", " ", part)
    wait_for(NOW)
    assert "The trial is done" in client.get(f"{PAGE}trial/").content.decode()


def test_two_decide_at_once_and_the_second_is_told(world, browser, someone):
    watch()
    change = governing.propose(NAME, False, {"lists": "2"}, None, act=act(world.one))
    client = browser(world.two)
    version = client.get(PAGE).context["offers"]["agree"].form.initial["version"]
    governing.decline(change.id, act=act(someone("integrity-officer")))
    answer = post(client, "agree", why="agreed", version=version)
    assert answer.status_code == 409 and "changed this meanwhile" in text(answer)
    assert DetectorChange.objects.get(detector=NAME, state="in-force").number == 1


@pytest.mark.parametrize("roles", [("auditor",), ("head-of-office",)])
def test_who_only_reads_is_offered_nothing_and_refused(world, browser, someone, roles):
    watch()
    client = browser(someone(*roles))
    page = text(client.get(PAGE))
    assert "Try it with other settings" not in page and "Propose" not in page
    before = Entry.objects.count()
    assert post(client, "off", why="x").status_code == 409
    assert post(client, "try", set_lists="3", vary="").status_code == 409
    assert Entry.objects.count() == before


@pytest.mark.parametrize("roles", [("officer",), ("system-administrator",)])
def test_nobody_else_sees_it(world, browser, someone, roles):
    client = browser(someone(*roles))
    assert {client.get(path).status_code for path in ("/supervision/detectors/", PAGE, f"{PAGE}trial/")} == {403}


def test_an_unknown_detector_is_not_there(world, browser):
    assert browser(world.one).get("/supervision/detectors/nothing/").status_code == 404


def test_a_finding_names_the_settings_it_was_found_with(world, browser, someone):
    watch()
    finding = Finding.objects.order_by("number").first()
    page = browser(someone("integrity-officer")).get(f"/findings/{finding.pk}/")
    assert "Settings in force change 1 : lists = 2" in text(page).replace(" :", " :")


def test_a_change_waits_on_the_start_page_of_who_may_decide(world, browser):
    watch()
    governing.propose(NAME, False, {"lists": "2"}, None, act=act(world.one))
    assert "Changes of detectors to decide on" in text(browser(world.two).get("/"))
    assert "Changes of detectors to decide on" not in text(browser(world.one).get("/"))


def test_on_a_failed_trial_the_page_says_why(world, browser):
    done = trying.ask(NAME, {"lists": "3"}, "", act=act(world.one))
    runs.fail(done.id, "ValueError: this code cannot be looked at", act=act(_system()))
    assert "this code cannot be looked at" in text(browser(world.one).get(PAGE))


def _system():
    from arusha.core.people.roles import System

    return System("test")
