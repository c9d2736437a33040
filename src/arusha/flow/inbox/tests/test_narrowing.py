"""A list is turned page by page: every visible finding once, in order, whatever is asked; and its counts stop."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arusha.core.journal.guard import acting
from arusha.flow.inbox import listing, narrowing
from arusha.flow.inbox.findings import STATES
from arusha.flow.inbox.models import UNSURE, Finding, FindingSubject
from arusha.flow.inbox.tests.seen import NOW, group, see
from arusha.ui import keyset, lists

pytestmark = pytest.mark.django_db
ORDERS = ("number", "q", "support", "last_at")
ROW = st.tuples(
    st.sampled_from(sorted(STATES)), st.booleans(), st.sampled_from([None, 0.1, 0.2]), st.integers(1, 3), st.booleans()
)


def put(rows, actor):
    """Findings as given (state, ordinary, q, support, about the actor), without acts."""
    with acting():
        FindingSubject.objects.all().delete()
        Finding.objects.all().delete()
        for n, (state, ordinary, q, support, mine) in enumerate(rows):
            at = NOW - timedelta(days=support)
            finding = Finding.objects.create(
                **{"id": UUID(int=n + 1), "number": 1001 + n, "signal": "test-group", "kind": "group"},
                **{"factor": "audit", "state": state, "ordinary": ordinary, "q": q, "support": support},
                **{"sure": UNSURE if q is None else q, "first_at": at, "last_at": at, "opened_at": at, "seen_at": at},
            )
            ref = actor.person if mine else f"t-{n}"
            rest = {"place": 0, "first": True, "current": True}
            FindingSubject.objects.create(of=finding, kind="person", ref=ref, **rest)


def ask_for(order, per_page):
    return lists.read({"sort": order}, listing.COLUMNS, order="q", per_page=per_page)


def walked(wanted, actor, ask, start=keyset.Turn(), back=False):
    """Every page from a turn on, until there is no further one."""
    pages, turn = [], start
    while True:
        page = narrowing.page(wanted, actor, ask, turn)
        pages.append([number for _value, number, _pk in page.items])
        place = page.before if back else page.after
        if place is None:
            return pages, page
        turn = keyset.Turn(place, back)


@given(
    rows=st.lists(ROW, max_size=14),
    order=st.sampled_from([f"{sign}{name}" for name in ORDERS for sign in ("", "-")]),
    states=st.sampled_from([("open",), tuple(STATES)]),
    ordinary=st.sampled_from([(False,), (False, True)]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_turning_pages_shows_every_visible_finding_once_and_in_order(someone_who_reads, rows, order, states, ordinary):
    actor = someone_who_reads
    put(rows, actor)
    wanted = narrowing.Narrowed(states=states, ordinary=ordinary)
    key = {"q": "sure"}.get(order.removeprefix("-"), order.removeprefix("-"))
    visible = [
        f
        for f in Finding.objects.all()
        if f.state in states and f.ordinary in ordinary and not rows[f.number - 1001][4]
    ]
    expected = [
        f.number for f in sorted(visible, key=lambda f: (getattr(f, key), f.number), reverse=order.startswith("-"))
    ]
    forward, last = walked(wanted, actor, ask_for(order, 3))
    assert [number for page in forward for number in page] == expected
    assert all(len(page) == 3 for page in forward[:-1]) and last.count == len(expected)
    if len(forward) > 1:
        back, _first = walked(wanted, actor, ask_for(order, 3), keyset.Turn(last.before, back=True), back=True)
        assert [number for page in reversed(back) for number in page] == expected[: -len(forward[-1])]


@pytest.fixture
def someone_who_reads(someone):
    return someone("integrity-officer")


def test_a_place_in_the_address_stays_where_it_was_when_findings_come_in_above(signed_in):
    for n in range(30):
        see(group(f"a{n}", q=0.01 + n / 100))
    client = signed_in("integrity-officer")
    address = client.get("/findings/").context["page"].next_url
    before = [row[0] for row in client.get(f"/findings/{address}").context["rows"]]
    see(group("new", q=0.0001))
    assert [row[0] for row in client.get(f"/findings/{address}").context["rows"]] == before and len(before) == 5


@pytest.mark.parametrize("asked", ["after=x,1", "after=0.1", "before=0.1,x", "page=2", "sort=last_at&after=2026,1"])
def test_a_place_made_by_hand_is_refused_in_words(signed_in, asked):
    answer = signed_in("integrity-officer").get(f"/findings/?{asked}")
    assert answer.status_code == 400 and "list" in answer.content.decode()


def test_a_count_stops_at_its_bound_and_says_so(signed_in, monkeypatch):
    for n in range(5):
        see(group(f"a{n}"))
    found = Finding.objects.all()
    assert (narrowing.counted(found, 3), narrowing.counted(found, 5), narrowing.counted(found, 9)) == (4, 5, 5)
    assert listing.counted(keyset.BOUND + 1) == "more than 1,000" and listing.counted(keyset.BOUND) == "1,000"


def test_a_finding_without_a_q_comes_after_all_that_have_one(signed_in):
    without, sure, unsure = see(group("a", q=None)), see(group("b", q=0.001)), see(group("c", q=1.0))
    page = signed_in("integrity-officer").get("/findings/").content.decode()
    assert page.index(str(sure.pk)) < page.index(str(unsure.pk)) < page.index(str(without.pk))


def test_a_finding_that_loses_its_mark_is_ordinary_no_more():
    first = see(group("a", "b", marks=("household",)))
    assert first.ordinary and first.sure == 1e-6
    again = see(group("a", "b", q=0.5))
    assert again.pk == first.pk and not again.ordinary and again.sure == 0.5


@pytest.mark.parametrize("path", ["/findings/?state=any", "/findings/?q=traveller-1&state=any", "/findings/{pk}/"])
def test_pages_cost_the_same_with_three_findings_and_with_thirty(signed_in, path):
    client, costs = signed_in("integrity-officer"), []
    for n in range(30):
        one = see(group("traveller-1", f"x{n}", f"y{n}", f"z{n}"))
        if n in (2, 29):
            client.get(path.format(pk=one.pk))  # a search is recorded the first time
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path.format(pk=one.pk)).status_code == 200
            costs.append(len(queries))
    assert costs[0] == costs[1]
