"""Does a list page show what its address asks, all of it once, and refuse what it can't?"""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from arusha.ui.components import draw
from arusha.ui.lists import Column, ListError, paginate, read

COLUMNS = (
    Column("Number", "number", sorts="serial"),
    Column("Opened", "opened", sorts="opened_at"),
    Column("State", "state"),
)


def ask(address="", **changes):
    given = {"order": "-opened", "filters": ("state", "unit")} | changes
    return read(QueryDict(address), COLUMNS, **given)


def test_the_usual_order_and_the_asked_one():
    assert ask().order_by() == ("-opened_at", "id")
    assert ask("sort=number").order_by(tie="pk") == ("serial", "pk")


@pytest.mark.parametrize("sort", ["weight", "state", "--opened", "-", "serial", "opened_at"])
def test_a_column_that_does_not_sort_is_refused(sort):
    with pytest.raises(ListError, match="sort by"):
        ask(f"sort={sort}")


@pytest.mark.parametrize("page", ["0", "-1", "two", "1.5", "٣", "²", "1e3", "000"])
def test_what_is_no_page_number_is_refused(page):
    with pytest.raises(ListError, match="no page number"):
        ask(f"page={page}")


@pytest.mark.parametrize("page", ["4", "99999999999999999999"])
def test_a_page_past_the_end_is_the_last_one(page):
    assert paginate(range(60), ask(f"page={page}")).number == 3


def test_filters_stay_and_strangers_go():
    page = paginate(range(60), ask("state=open&state=watched&unit=&evil=1&page=2"))
    assert page.next_url == "?state=open&state=watched&page=3"
    assert page.previous_url == "?state=open&state=watched"


def test_a_filter_with_an_odd_value_is_quoted():
    assert paginate(range(60), ask("unit=a%26b%3D%C3%A9")).next_url == "?unit=a%26b%3D%C3%A9&page=2"


def test_choosing_the_sorted_column_turns_it_round_and_goes_to_page_one():
    number, opened, state = ask("sort=opened&page=2&state=open").headers()
    assert opened["sorted"] == "ascending"
    assert opened["sort_url"] == "?state=open"
    assert number["sorted"] is None
    assert number["sort_url"] == "?state=open&sort=number"
    assert "sort_url" not in state


def test_the_headers_are_what_a_table_takes():
    html = draw("table", caption="x", headers=ask().headers(), rows=[])
    assert 'aria-sort="descending"' in html


def test_a_form_of_filters_carries_the_order():
    assert ask("sort=number").hidden() == [("sort", "number")]
    assert ask().hidden() == []


@given(count=st.integers(0, 400), per_page=st.integers(1, 40))
def test_the_pages_together_are_the_list(count, per_page):
    rows = list(range(count))
    asked = ask(per_page=per_page)
    page = paginate(rows, asked)
    seen = [*page.items]
    while page.next_url:
        page = paginate(rows, ask(page.next_url[1:], per_page=per_page))
        assert page.items == rows[page.first - 1 : page.last]
        seen += page.items
    assert seen == rows


@given(pages=st.integers(1, 60), number=st.integers(1, 60))
def test_the_links_lead_from_first_to_last_with_this_one_among_them(pages, number):
    page = paginate(range(pages * 25), ask(f"page={number}"))
    numbers = [link["number"] for link in page.links if "number" in link]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1 and numbers[-1] == page.pages
    assert [link["number"] for link in page.links if link.get("current")] == [page.number]
    assert len(page.links) <= 7


class Counted:
    """Rows that count how they are asked, as a query set would be."""

    def __init__(self, rows):
        self.rows, self.asked = rows, []

    def count(self):
        self.asked.append("count")
        return len(self.rows)

    def __getitem__(self, piece):
        self.asked.append("slice")
        return self.rows[piece]


@pytest.mark.parametrize("size", [1, 3, 300])
def test_a_page_costs_one_count_and_one_slice(size):
    rows = Counted(list(range(size)))
    page = paginate(rows, ask())
    assert page.links and page.last
    assert rows.asked == ["count", "slice"]


def test_an_empty_list_shows_nought_of_nought():
    page = paginate([], ask())
    assert (page.first, page.last, page.count, page.pages) == (0, 0, 0, 1)
    assert "<nav" not in draw("page-links", page=page)
