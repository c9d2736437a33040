"""Filters are kept, counted, shared with a role, removed; and what comes into a list is told without moving it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.flow.inbox import findings, saved
from arusha.flow.inbox.models import SavedFilter
from arusha.flow.inbox.tests.seen import NOW, group, officer, see

pytestmark = pytest.mark.django_db


def act(by, **more):
    return Act(by=by, at=NOW, **more)


def links(client, path="/findings/"):
    page = client.get(path).content.decode()
    part = re.search(r'<ul class="ar-saved">(.*?)</ul>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", part[1]).split()) if part else ""


def keep(client, name, asked, **more):
    form = {"name": name, "asked": asked, "once": f"once-{name}", **more}
    return client.post("/findings/saved/", form, follow=True)


def test_a_filter_is_kept_and_stands_above_the_list_with_its_count(signed_in):
    for n in range(3):
        see(group(f"a{n}"))
    see(officer("OFF-1", "a0"))
    client = signed_in("integrity-officer")
    page = client.get("/findings/?signal=test-officer%2Fofficer&state=any&page=1&junk=x")
    asked = page.context["asked"]
    done = keep(client, "Officers", asked)
    assert done.redirect_chain[-1][0] == "/findings/?state=any&signal=test-officer%2Fofficer"
    assert links(client) == "Officers (1) All saved filters"
    see(officer("OFF-2", "a1"))
    assert "Officers (2)" in links(client)


@pytest.mark.parametrize("asked", ["junk=1", "state=open&marks=without"])
def test_the_list_as_it_opens_is_no_filter(signed_in, asked):
    client = signed_in("analyst")
    assert not client.get(f"/findings/?{asked}").context["savable"]
    assert keep(client, "All", asked).status_code == 409


def test_the_name_and_the_query_are_not_in_clear_at_rest(signed_in):
    client = signed_in("analyst")
    keep(client, "About Amina", "q=OFF-77&state=any")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, query FROM inbox_savedfilter")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    bodies = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    assert b"Amina" not in stored + bodies and b"OFF-77" not in stored + bodies
    assert SavedFilter.objects.get().query == "state=any&q=OFF-77"


def test_a_search_is_kept_without_a_count_and_never_shared(signed_in):
    client = signed_in("analyst")
    keep(client, "Somebody", "q=OFF-77&state=any")
    before = Entry.objects.filter(act="findings.searched").count()
    assert links(client) == "Somebody All saved filters"
    assert Entry.objects.filter(act="findings.searched").count() == before
    refused = keep(client, "Shared", "q=OFF-77&state=any", shared="analyst")
    assert refused.status_code == 409 and "whom you look for" in refused.content.decode()


def test_a_filter_is_shared_with_a_role_and_each_counts_what_they_may_see(signed_in):
    see(group("a0"))
    see(officer("OFF-9", "a0"))
    one, subject, other = signed_in("analyst"), signed_in("analyst", staff="OFF-9"), signed_in("auditor")
    keep(one, "Everything", "state=any", shared="analyst")
    assert "Everything (2)" in links(one) and "Everything (1)" in links(subject) and links(other) == ""
    row = SavedFilter.objects.get()
    assert subject.post(f"/findings/saved/{row.pk}/remove/").status_code == 404
    with pytest.raises(Refused):
        saved.remove(row.pk, act=act(subject.actor))
    one.post(f"/findings/saved/{row.pk}/remove/", {"once": "gone"})
    assert links(subject) == "" and "Removed lately" in one.get("/findings/saved/").content.decode()
    one.post(f"/findings/saved/{row.pk}/restore/", {"once": "back"})
    assert "Everything (1)" in links(subject)


@pytest.mark.parametrize(
    ("name", "query", "shared", "rule"),
    [
        (" ", "state=any", "", "filter-name"),
        ("x" * 61, "state=any", "", "filter-name-long"),
        ("kept", "state=nonsense", "", "filter-empty"),
        ("kept", "state=any", "auditor", "filter-role"),
        ("kept", "state=any", "officer", "filter-role"),
        ("TAKEN", "state=any", "", "filter-name-taken"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_rule(someone, name, query, shared, rule):
    actor = someone("analyst")
    saved.save("Taken", "state=explained", act=act(actor))
    with pytest.raises(Refused) as refused:
        saved.save(name, query, shared, act=act(actor))
    assert refused.value.rule == rule


def test_there_are_twenty_at_most(someone):
    actor = someone("analyst")
    for n in range(20):
        saved.save(f"Filter {n}", "state=any", act=act(actor))
    with pytest.raises(Refused, match="20 filters"):
        saved.save("One more", "state=any", act=act(actor))


def news(client, address):
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()).split())


def test_what_comes_in_is_told_and_moves_nothing(signed_in):
    see(group("a0"))
    client = signed_in("integrity-officer")
    address = client.get("/findings/").context["news"]
    assert news(client, address) == ""
    see(group("b0"))
    see(group("c0"))
    see(group("d0", marks=("household",)))
    assert news(client, address) == "2 new findings. Show them"
    assert 'href="/findings/?state=open&amp;marks=without"' in client.get(address).content.decode()
    assert client.get("/findings/").context["news"] != address


def test_news_are_of_the_list_that_is_open_and_of_nothing_about_the_reader(signed_in):
    client = signed_in("analyst", staff="OFF-9")
    other = client.get("/findings/?state=explained").context["news"]
    officers = client.get("/findings/?signal=test-officer%2Fofficer&state=any").context["news"]
    done = see(group("a0"))
    see(officer("OFF-9", "a0"))
    findings.dispose(done.pk, "explained", act=Act(by=signed_in("integrity-officer").actor, at=NOW, why="a tour"))
    assert news(client, other) == "1 new finding. Show them" and news(client, officers) == ""
    assert "since=0" in other


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "٣"])
def test_a_number_made_by_hand_tells_nothing(signed_in, since):
    see(group("a0"))
    assert news(signed_in("analyst"), f"/findings/news/?since={since}") == ""


def test_news_and_saved_filters_cost_the_same_with_three_findings_and_with_thirty(signed_in):
    client, costs = signed_in("integrity-officer"), []
    keep(client, "Every state", "state=any")
    for n in range(30):
        see(group(f"a{n}"))
        if n in (2, 29):
            with CaptureQueriesContext(connection) as queries:
                client.get("/findings/saved/")
                client.get("/findings/news/?since=1")
            costs.append(len(queries))
    assert costs[0] == costs[1]
