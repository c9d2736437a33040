"""Every field of every model is classed; foreign keys go the way imports go; every page declares who may see it."""

from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver

from arusha.core.privacy import Privacy, class_of
from arusha.ui.operations import OPERATIONS
from arusha.ui.pages import PAGES

SHELVES = ("lib", "core", "ports", "ui", "flow", "rooms", "conf")


def our_models():
    return [m for m in apps.get_models() if m.__module__.startswith("arusha.")]


def test_every_field_is_classed():
    undecided = [
        f"{m.__name__}.{f.name}"
        for m in our_models()
        for f in m._meta.concrete_fields
        if class_of(f) not in set(Privacy)
    ]
    assert len(our_models()) >= 12 and undecided == []


def shelf(model):
    return SHELVES.index(model.__module__.split(".")[1])


def test_foreign_keys_point_to_the_left():
    wrong = [
        f"{m.__name__}.{f.name}"
        for m in our_models()
        for f in m._meta.concrete_fields
        if f.remote_field and f.remote_field.model.__module__.startswith("arusha.")
        if shelf(f.remote_field.model) > shelf(m)
    ]
    assert wrong == []


def test_the_journal_holds_no_foreign_keys():
    journal = [m for m in our_models() if m._meta.app_label == "journal"]
    assert [f.name for m in journal for f in m._meta.concrete_fields if f.remote_field] == []


def test_every_address_is_a_declared_page():
    served = {pattern.name for pattern in get_resolver().url_patterns}
    pages = {name for name in served if not name.startswith("api.")}
    assert pages == {*PAGES, "api-nothing"} and len(pages) > 10
    assert {name.removeprefix("api.") for name in served - pages} == set(OPERATIONS) and len(OPERATIONS) > 10
    assert [name for name, one in (PAGES | OPERATIONS).items() if not one.may.told] == []


def test_no_role_is_ever_the_system():
    from arusha.core.people.roles import ROLES

    assert "system" not in ROLES


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
