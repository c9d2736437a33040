"""Are label, hint, error and input of a field tied together, whatever its shape?"""

import re
from datetime import date

import pytest
from django import forms

from arusha.ui.components import ComponentError, draw
from arusha.ui.fields import DayMonthYear


class Reply(forms.Form):
    name = forms.CharField(help_text="As in the register")
    why = forms.CharField(widget=forms.Textarea, required=False)
    how = forms.ChoiceField(choices=[("a", "Agree"), ("b", "Not")], widget=forms.RadioSelect)
    parts = forms.MultipleChoiceField(
        choices=[("x", "X"), ("y", "Y")], widget=forms.CheckboxSelectMultiple, required=False
    )
    sure = forms.BooleanField()
    day = forms.DateField(widget=DayMonthYear, help_text="27 3 2027")
    where = forms.ChoiceField(choices=[("n", "North")])
    paper = forms.FileField(required=False)


NAMES = list(Reply.base_fields)


@pytest.mark.parametrize("name", NAMES)
def test_every_input_has_a_label(name):
    html = draw("field", field=Reply()[name])
    ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', html)
    assert ids
    for one in ids:
        assert f'for="{one}"' in html


@pytest.mark.parametrize("name", NAMES)
def test_what_describes_a_field_stands_in_it(name):
    form = Reply({"parts": "z", "day_day": "31", "day_month": "2", "day_year": "2027"})
    html = draw("field", field=form[name])
    described = re.findall(r'aria-describedby="([^"]*)"', html)
    for one in " ".join(described).split():
        assert html.count(f'id="{one}"') == 1
    if form[name].errors:
        assert f"id_{name}_error" in " ".join(described)
        assert "ar-form-group--error" in html


@pytest.mark.parametrize("name", NAMES)
def test_no_id_stands_twice(name):
    ids = re.findall(r'\bid="([^"]+)"', draw("field", field=Reply({})[name]))
    assert len(ids) == len(set(ids))


def test_a_group_has_a_legend_and_keeps_what_was_chosen():
    html = draw("field", field=Reply({"how": "b"})["how"])
    assert "<fieldset" in html and "<legend" in html
    assert re.search(r'value="b" checked', html)
    assert not re.search(r'value="a" checked', html)


def test_a_label_and_hint_of_the_page_take_precedence():
    html = draw("field", field=Reply()["name"], label="Whose", hint="In full")
    assert "Whose" in html and "In full" in html
    assert "As in the register" not in html


def test_a_field_that_may_stay_empty_says_so():
    assert "(optional)" in draw("field", field=Reply()["why"])
    assert "(optional)" not in draw("field", field=Reply()["name"])
    assert "(optional)" not in draw("field", field=Reply()["why"], mark_optional=False)


def test_a_name_that_the_form_does_not_have():
    with pytest.raises(ComponentError, match="field must be a field of a form"):
        draw("field", field="")


def test_a_width_that_no_class_has():
    with pytest.raises(ComponentError, match="width is one of 2, 3, 4"):
        draw("field", field=Reply()["name"], width=7)


def test_errors_lead_to_the_first_box_they_are_about():
    form = Reply({})
    form.add_error(None, "Together they make no sense.")
    html = draw("errors", form=form)
    assert 'href="#id_how_0"' in html
    assert 'href="#id_day_day"' in html
    assert 'href="#id_name"' in html
    assert "<li>Together they make no sense.</li>" in html


class OnlyDay(forms.Form):
    day = forms.DateField(widget=DayMonthYear)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_typed_date_is_read_in_every_language(language):
    from django.utils import translation

    with translation.override(language):
        form = OnlyDay({"day_day": " 7", "day_month": "3", "day_year": "2027"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["day"] == date(2027, 3, 7)


@pytest.mark.parametrize("typed", [("31", "2", "2027"), ("x", "3", "2027"), ("7", "3", "27"), ("7", "", "2027")])
def test_what_is_no_date_is_refused_and_shown_as_typed(typed):
    form = OnlyDay(dict(zip(("day_day", "day_month", "day_year"), typed, strict=True)))
    assert not form.is_valid()
    assert re.findall(r'value="([^"]*)"', draw("field", field=form["day"])) == list(typed)


def test_an_initial_date_fills_the_boxes():
    html = draw("field", field=OnlyDay(initial={"day": date(2027, 12, 31)})["day"])
    assert re.findall(r'value="([^"]*)"', html) == ["31", "12", "2027"]


def test_nothing_typed_is_nothing_given():
    assert OnlyDay({"day_day": "", "day_month": "", "day_year": ""})["day"].data is None
