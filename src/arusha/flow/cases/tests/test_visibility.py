"""Who sees a case: its members and nobody else; never a subject, whatever way they ask."""

import pytest
from django.urls import reverse

from arusha.core.journal.guard import acting
from arusha.core.people.roles import System
from arusha.flow.cases import content, opening
from arusha.flow.cases.models import Case, CaseMember
from arusha.flow.cases.tests.world import NOW, act, finding, signed_in
from arusha.lib.ids import spoken, uuid7

HIDDEN_FROM = ("outsider", "subject", "staff", "recused")


def smuggle(case, actor) -> None:
    """Make someone a member past every act: the query itself has to hide the case."""
    if not case.members.filter(person=actor.person, until=None).exists():
        with acting():
            CaseMember(id=uuid7(NOW), of=case, person_id=actor.person, role="lead", since=NOW).save(force_insert=True)


def test_members_see_it_and_the_program_does(world):
    for who in (world.lead, world.investigator, world.observer, System("worker")):
        assert list(Case.objects.visible_to(who)) == [world.case]


@pytest.mark.parametrize("who", HIDDEN_FROM)
def test_others_find_nothing_in_list_count_search_nor_by_address(world, client, who):
    actor = getattr(world, who)
    if who != "outsider":
        smuggle(world.case, actor)
    assert Case.objects.visible_to(actor).count() == 0
    browser = signed_in(client, actor)
    number = spoken("C", world.case.number)
    for url in ("/cases/", f"/cases/?q={number}", "/cases/?state=open", "/cases/?sort=number"):
        page = browser.get(url)
        assert page.status_code == 200 and page.context["page"].count == 0
        assert world.case.title not in page.text and str(world.case.pk) not in page.text
    for method in (browser.get, browser.post):
        assert method(f"/cases/{world.case.pk}/").status_code == 404


@pytest.mark.parametrize("who", HIDDEN_FROM)
def test_others_can_do_nothing_to_it_either(world, client, who):
    actor = getattr(world, who)
    if who != "outsider":
        smuggle(world.case, actor)
    answer = signed_in(client, actor).post(
        f"/cases/{world.case.pk}/", {"do": "note", "once": "k", "text": "I was here"}
    )
    assert answer.status_code == 404 and world.case.notes.count() == 0


def test_a_subject_of_a_finding_cannot_open_the_form_from_it(world, client):
    url = f"/cases/new/?finding={world.finding.pk}"
    assert signed_in(client, world.subject).get(url).status_code == 404
    assert signed_in(client, world.staff).get(url).status_code == 404
    assert signed_in(client, world.outsider).get(url).status_code == 200


def test_numbers_of_ones_own_cases_tell_nothing_of_a_hidden_one(world, client):
    mine = finding(("traveller", "T-9"), key="mine")
    opening.open_case([mine.pk], "Another matter", act=act(world.subject))
    page = signed_in(client, world.subject).get("/cases/")
    assert page.context["page"].count == 1 and world.case.title not in page.text


def test_an_officer_has_no_cases_in_the_menu_nor_the_page_until_named_to_one(world, client, someone):
    officer = someone("officer")
    browser = signed_in(client, officer)
    assert browser.get("/cases/").status_code == 403
    from arusha.flow.cases import members

    members.name_member(world.case.pk, officer.person, "observer", act=act(world.lead))
    assert browser.get("/cases/").context["page"].count == 1
    assert browser.get(f"/cases/{world.case.pk}/").status_code == 200


def test_whoever_is_not_signed_in_is_asked_to(world, client):
    for url in ("/cases/", f"/cases/{world.case.pk}/", "/cases/new/"):
        answer = client.get(url)
        assert answer.status_code == 302 and answer.url.startswith(reverse("sign-in"))


def test_the_place_of_a_file_tells_nothing_of_case_or_subject(world, settings):
    from io import BytesIO
    from pathlib import Path

    from arusha.core.files import store

    kept = store.put(BytesIO(b"a letter about OFF-9"))
    content.add_file(world.case.pk, kept, "OFF-9.txt", "text/plain", "", act=act(world.lead))
    told = " ".join(str(path.relative_to(settings.ARUSHA_HOME)) for path in Path(settings.ARUSHA_HOME).rglob("*"))
    assert "OFF-9" not in told and str(world.case.pk) not in told and str(world.case.number) not in told


def test_titles_texts_and_subjects_stay_out_of_the_journal(world):
    from arusha.core.journal.models import Entry

    content.add_note(world.case.pk, "secret note", act=act(world.lead))
    opening.add_subject(world.case.pk, "trader", "TR-SECRET", act=act(world.lead, why="secret why"))
    bodies = b"".join(
        bytes(body) for body in Entry.objects.filter(act__startswith="case.").values_list("body", flat=True)
    )
    for secret in (b"secret", b"TR-SECRET", b"OFF-9", b"Ring at North Bridge"):
        assert secret not in bodies
