"""Does a component take what it declares, and nothing else?"""

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from arusha.ui.components import COMPONENTS, NEEDED, ComponentError, draw


def render(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_misspelt_attribute_names_component_attribute_and_the_allowed_ones():
    with pytest.raises(
        ComponentError, match="component 'button' has no attribute 'hreff'; allowed are: text, href, kind"
    ):
        render('{% ui "button" text="Go" hreff="/" %}')


def test_a_misspelling_is_found_in_a_branch_that_is_never_drawn():
    with pytest.raises(ComponentError, match="'tone'"):
        render('{% if no %}{% ui "button" text="Go" tone="bad" %}{% endif %}')


@pytest.mark.parametrize("name", [name for name, one in COMPONENTS.items() if NEEDED in one.attributes.values()])
def test_a_missing_attribute_is_an_error_in_every_component(name):
    with pytest.raises(ComponentError, match=f"component '{name}' needs the attribute"):
        draw(name, **({"body": ""} if COMPONENTS[name].body != "none" else {}))


def test_an_unknown_variable_is_no_value():
    with pytest.raises(ComponentError, match="component 'tag': the attribute 'text' has no value"):
        render('{% ui "tag" text=nothing.there %}')


def test_a_value_outside_its_choices_is_an_error():
    with pytest.raises(ComponentError, match="'tone' is one of neutral, good, .*, not 'green'"):
        render('{% ui "tag" text="Open" tone="green" %}')


def test_an_unknown_component_is_an_error():
    with pytest.raises(ComponentError, match="no component is called 'buton'"):
        render('{% ui "buton" text="Go" %}')


def test_a_name_without_quotes_is_an_error():
    with pytest.raises(ComponentError, match="in quotes"):
        render('{% ui button text="Go" %}')


def test_a_word_that_is_no_attribute_is_an_error():
    with pytest.raises(ComponentError, match="expected attribute=value, found '\"Go\"'"):
        render('{% ui "button" "Go" %}')


def test_a_body_where_there_is_none():
    with pytest.raises(ComponentError, match="'tag' has no body"):
        render('{% uiblock "tag" text="x" %}y{% enduiblock %}')


def test_no_body_where_one_is_needed():
    with pytest.raises(ComponentError, match="'panel' has a body"):
        render('{% ui "panel" title="x" %}')


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_has_its_template(name):
    from django.template.loader import get_template

    assert get_template(f"ui/components/{name}.html")


@pytest.mark.parametrize(
    "source",
    [
        '{% ui "button" text=evil %}',
        '{% ui "button" text="x" href=evil %}',
        '{% ui "tag" text=evil %}',
        '{% ui "bdi" value=evil %}',
        "{% bdi evil %}",
        "{{ evil|bdi }}",
        '{% ui "notice" text=evil title=evil %}',
        '{% uiblock "details" summary=evil %}{{ evil }}{% enduiblock %}',
        '{% ui "table" caption=evil headers=row rows=rows empty=evil %}',
        '{% ui "summary" rows=pairs %}',
        '{% ui "post-button" text=evil action=evil values=pairs %}',
        '{% ui "empty" title=evil text=evil action=evil href=evil %}',
        '{% ui "stat" label=evil value=evil unit=evil trend_text=evil %}',
    ],
)
def test_what_people_wrote_is_escaped(source):
    evil = '"><script>alert(1)</script>'
    html = render(source, evil=evil, row=[evil], rows=[[evil]], pairs=[(evil, evil)])
    assert "<script" not in html
    assert evil not in html


def test_a_body_is_drawn_once_and_not_escaped_twice():
    html = render('{% uiblock "panel" title=title %}<p>{{ word }}</p>{% enduiblock %}', title="A & B", word="x & y")
    assert "<p>x &amp; y</p>" in html
    assert ">A &amp; B</h2>" in html


def test_a_post_button_carries_the_token_and_its_values():
    html = render('{% ui "post-button" text="Assign" action="/do" values=held %}', csrf_token="t0ken", held={"id": 7})
    assert 'name="csrfmiddlewaretoken" value="t0ken"' in html
    assert '<input type="hidden" name="id" value="7">' in html


def test_a_button_with_an_address_is_a_link():
    assert render('{% ui "button" text="Go" href="/x" %}').startswith('<a href="/x" role="button"')


class TestTable:
    def test_cells_know_their_column(self):
        headers = ["Who", {"label": "Times", "numeric": True}]
        html = draw("table", caption="Seen", headers=headers, rows=[["T-1", 41]])
        assert '<td role="cell" class="ar-table__cell ar-table__cell--numeric" data-label="Times">41</td>' in html
        assert '<th scope="row"' in html

    def test_the_sorted_column_says_how(self):
        header = {"label": "Times", "sort_url": "?sort=times", "sorted": "descending"}
        html = draw("table", caption="Seen", headers=[header], rows=[])
        assert 'aria-sort="descending"' in html
        assert 'href="?sort=times"' in html

    def test_an_empty_one_says_so_across_all_columns(self):
        html = draw("table", caption="Seen", headers=["A", "B"], rows=[], empty="Nobody was seen.")
        assert 'colspan="2">Nobody was seen.' in html

    def test_a_row_of_another_length_is_an_error(self):
        with pytest.raises(ComponentError, match="a row has 1 cells under 2 headers"):
            draw("table", caption="Seen", headers=["A", "B"], rows=[["a"]])

    def test_a_misspelt_cell_is_an_error(self):
        with pytest.raises(ComponentError, match="a cell has no url; allowed are: text, href"):
            draw("table", caption="Seen", headers=["A"], rows=[[{"text": "a", "url": "/"}]])

    def test_pieces_and_links_in_cells(self):
        cells = [{"text": "T-1", "href": "/t/1", "code": True}, draw("tag", text="Open"), mark_safe("<b>x</b>"), None]
        html = draw("table", caption="Seen", headers=list("ABCD"), rows=[{"cells": cells, "current": True}])
        assert '<a href="/t/1"><bdi class="ar-code">T-1</bdi></a>' in html
        assert '<strong class="ar-tag ar-tag--neutral">Open</strong>' in html
        assert "<b>x</b>" in html
        assert ">–</td>" in html
        assert "ar-table__row--current" in html


def test_nought_is_a_figure_and_not_an_empty_cell():
    assert ">0</td>" in draw("table", caption="x", headers=["A", "B"], rows=[["a", 0]])


def test_a_trend_is_told_in_words():
    assert "Falling" in draw("stat", label="Waiting", value=12, trend="down")
    assert "2 fewer" in draw("stat", label="Waiting", value=12, trend="down", trend_text="2 fewer")


def test_a_chart_comes_with_its_table():
    html = draw("chart", title="Waits", svg=mark_safe("<svg></svg>"), headers=["Month", "Minutes"], rows=[["May", 12]])
    assert "<figcaption>" in html
    assert "<svg></svg>" in html
    assert 'data-label="Minutes">12</td>' in html


def test_without_errors_there_is_no_summary():
    assert draw("errors", items=[]).strip() == ""
