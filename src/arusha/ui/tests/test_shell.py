"""Is every page of the shell whole, in each language and direction, and does it obey a strict policy?"""

import re
from collections import Counter

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path
from django.utils import translation

from arusha.ui import assets, gallery, lists, views
from arusha.ui.components import COMPONENTS

PAGE = '{% extends "ui/page.html" %}{% load ui %}'


class SignIn(forms.Form):
    username = forms.CharField(label="Name")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)


class Addresses:
    """The one address that the shell itself asks for; its tests need no capability's."""

    urlpatterns = [path("language/", lambda request: None, name="set_language")]


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = Addresses


@pytest.fixture(params=["en", "fr", "ar"])
def language(request):
    with translation.override(request.param):
        yield request.param


def page(blocks="", **context):
    request = RequestFactory().get("/here?a=1")
    shell = {"nav": [], "demo_mode": False, "office_name": "", "account": None}
    return engines["django"].from_string(PAGE + blocks).render({"request": request, **shell, **context})


def shown_gallery():
    return gallery.gallery(RequestFactory().get("/gallery")).content.decode()


def test_the_gallery_shows_every_component(language):
    html = shown_gallery()
    source = (assets.HERE.parent / "templates" / "ui" / "gallery.html").read_text(encoding="utf-8")
    drawn = set(re.findall(r'{% ui(?:block)? "([\w-]+)"', source))
    assert set(COMPONENTS) - drawn <= {"bdi", "breadcrumbs"}
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html


def test_every_id_is_unique_and_every_reference_leads_somewhere(language):
    html = shown_gallery()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert [one for one, times in Counter(ids).items() if times > 1] == []
    for references in re.findall(r'\s(?:for|aria-describedby|aria-controls|aria-labelledby)="([^"]+)"', html):
        assert set(references.split()) <= set(ids)


def test_nothing_on_a_page_needs_a_looser_policy(language):
    html = shown_gallery()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_headings_begin_with_one_and_skip_no_level(language):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", shown_gallery())]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_title_is_the_heading():
    html = page("{% block title %}Finding {% bdi number %} & more{% endblock %}", number="F-7")
    assert "<title>Finding F-7 & more – Arusha</title>" in html
    assert '<h1 class="ar-heading-l ar-page__heading">Finding <bdi>F-7</bdi> & more</h1>' in html


def test_a_title_says_when_there_are_errors():
    assert "<title>Error: Reply – Arusha</title>" in page("{% block title %}Reply{% endblock %}", has_errors=True)


def test_an_aside_and_actions_stand_only_where_a_page_fills_them():
    empty = page("{% block content %}x{% endblock %}")
    assert "ar-aside" not in empty and "ar-page--aside" not in empty and "ar-page__actions" not in empty
    full = page("{% block aside %}y{% endblock %}{% block actions %}z{% endblock %}")
    assert 'class="ar-page__columns ar-page--aside"' in full and "ar-page__actions" in full


@pytest.mark.parametrize(("code", "sheet"), [("en", "arusha.css"), ("ar", "arusha.rtl.css")])
def test_the_sheet_goes_with_the_direction(code, sheet):
    with translation.override(code):
        assert f'href="/static/{assets.address(sheet)}"' in page()


def test_the_menu_marks_where_one_is():
    nav = [
        {"label": "Inbox", "url": "/here", "current": True, "count": 3},
        {"label": "Cases", "url": "/c", "current": False},
    ]
    html = page(nav=nav)
    assert re.search(r'href="/here" aria-current="page">Inbox <span class="ar-nav__count">3</span>', html)
    assert 'href="/c">Cases</a>' in html


def test_the_languages_name_themselves_and_one_is_current(language):
    html = page()
    assert ">English<" in html and ">Français<" in html and ">العربيّة<" in html
    assert re.findall(r'lang="(\w+)" aria-current="true"', html) == [language]
    assert 'name="next" value="/here?a=1"' in html


def test_a_demonstration_says_so_and_others_do_not():
    assert "ar-demo" in page(demo_mode=True)
    assert "ar-demo" not in page()


def test_a_name_in_the_header_is_escaped_and_isolated():
    html = page(account={"name": "<b>N</b>", "role": "r", "links": [], "sign_out_url": "/out"}, office_name="<i>O</i>")
    assert "<bdi>&lt;i&gt;O&lt;/i&gt;</bdi>" in html
    assert '<bdi class="ar-account__name">&lt;b&gt;N&lt;/b&gt;</bdi>' in html
    assert 'action="/out"' in html


def test_the_keyboard_reaches_the_content_first():
    html = page()
    assert html.index('href="#main" class="ar-skip-link"') < html.index("<header")
    assert '<main id="main" tabindex="-1">' in html


def test_the_footer_says_what_a_finding_is():
    assert "A finding is a lead for a person to judge, never guilt." in page()


@pytest.mark.parametrize("code", ["400", "403", "404", "500"])
def test_an_error_page_stands_without_any_context(code, language):
    html = render_to_string(f"{code}.html")
    title = re.search(r"<title>(.*?) – Arusha</title>", html)[1]
    assert f">{title}</h1>" in html
    assert 'href="/"' in html


def test_a_refused_list_is_answered_in_its_own_words():
    request = RequestFactory().get("/?sort=weight")
    with pytest.raises(lists.ListError) as refused:
        lists.read(QueryDict("sort=weight"), gallery.COLUMNS, order="-opened")
    response = views.bad_request(request, refused.value)
    assert response.status_code == 400
    assert "This list doesn&#x27;t sort by “weight”." in response.content.decode()


def test_other_refusals_tell_nothing_of_the_inside():
    response = views.bad_request(RequestFactory().get("/"), ValueError("password=hunter2"))
    assert "hunter2" not in response.content.decode()


def test_sign_in_asks_for_a_name_and_a_password():
    html = render_to_string("ui/sign_in.html", {"form": SignIn(), "next": "/inbox"}, RequestFactory().get("/"))
    assert 'type="password"' in html
    assert 'name="next" value="/inbox"' in html
    assert html.count("<h1") == 1
    assert "ar-notice" not in html


def test_sign_in_says_when_it_is_locked():
    html = render_to_string("ui/sign_in.html", {"form": SignIn(), "locked_out": True, "locked_until": "14:30"})
    assert "Try again after 14:30" in html
