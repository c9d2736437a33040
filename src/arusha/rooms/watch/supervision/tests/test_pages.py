"""The pages: composing step by step, what is refused with all that was typed, trying, agreeing, who may look."""

import pytest

from arusha.conf import clock
from arusha.rooms.watch.supervision.definition import read
from arusha.rooms.watch.supervision.models import Model, Version
from arusha.rooms.watch.supervision.tests.tables import AT, OFTEN, declared, keep

NEW = "/supervision/models/new/?table=declarations"
TYPED = {
    "do": "compose", "once": "k1", "title": "Often irregular", "slug": "often-irregular", "measure": "share", "of": "",
    "subject0": "declarations.declarant_id", "share0": "declarations.irregular", "share0_test": "=",
    "share0_value": "true", "period": "whole", "against": "peers", "peer0": "declarations.office_code",
    "side": "least", "than": "1.5", "least": "10", "fdr": "0.01", "every": "receipt",
}  # fmt: skip


@pytest.fixture(autouse=True)
def still(monkeypatch, home):
    """The clock stands."""
    monkeypatch.setattr(clock, "now", lambda: AT)


def test_an_analyst_composes_tries_and_proposes_and_another_agrees(reader, home):
    keep(home, "declarations", declared(worse="B07"))
    client = reader("analyst")
    assert "declarations.declarant_id" in client.get(NEW).content.decode()
    assert client.post(NEW, TYPED).status_code == 302
    version = Version.objects.get()
    assert read(version.definition) == OFTEN and version.state == "draft"
    page = f"/supervision/models/{Model.objects.get().pk}/"
    assert client.post(page, {"do": "try", "once": "k2"}).status_code == 302
    said = client.get(page).content.decode()
    assert "1 findings, from 40 judged, over 4,000 rows" in said and "B07" not in said
    assert client.post(page, {"do": "propose", "once": "k3", "why": "it fits", "version": 2}).status_code == 302
    assert client.post(page, {"do": "agree", "once": "k4", "why": "me", "version": 3}).status_code == 409
    refused = client.post(page, {"do": "agree", "once": "k5", "why": "me"})
    assert "You are not allowed to do this" in refused.content.decode()
    other = reader("risk-officer")
    assert "Put it in force" in other.get(page).content.decode()
    assert other.post(page, {"do": "agree", "once": "k6", "why": "agreed", "version": 3}).status_code == 302
    assert Version.objects.get().state == "in-force"
    assert "In force" in other.get("/supervision/models/").content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"where0": "declarations.declarant_id", "where0_value": "B01"}, "watches nobody by name"),
        ({"where0": "declarations.net_mass", "where0_value": "heavy"}, "does not read as a value"),
        ({"share0": "", "share0_value": ""}, "a condition is needed"),
        ({"share0": ""}, "that this value is compared with: true"),
        ({"slug": "Often Irregular"}, "small letters, digits and hyphens"),
        ({"than": "-1"}, "greater than or equal to 0"),
        ({"against": "before"}, "choose days, weeks or months"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(reader, typed, said):
    response = reader("analyst").post(NEW, TYPED | typed)
    text = response.content.decode()
    assert response.status_code in (400, 409) and said in text and not Model.objects.exists()
    assert "Often irregular" in text and f'value="{(TYPED | typed)["than"]}"' in text


def test_two_models_do_not_share_a_short_name(reader):
    client = reader("analyst")
    client.post(NEW, TYPED)
    response = client.post(NEW, TYPED | {"once": "k9"})
    assert response.status_code == 409 and "of that short name already" in response.content.decode()
    assert Model.objects.count() == 1


def test_trying_without_data_says_what_is_lacking(reader):
    client = reader("analyst")
    client.post(NEW, TYPED)
    response = client.post(f"/supervision/models/{Model.objects.get().pk}/", {"do": "try", "once": "k2"})
    said = response.content.decode()
    assert response.status_code == 409 and "Nothing has been received of the table declarations" in said


def test_a_change_shows_what_was_and_drafts_another_version(reader):
    client = reader("analyst")
    client.post(NEW, TYPED)
    model = Model.objects.get()
    page = f"/supervision/models/{model.pk}/change/"
    shown = client.get(page).content.decode()
    assert 'value="1.5"' in shown and 'name="slug"' not in shown
    changed = {name: value for name, value in TYPED.items() if name not in ("slug", "title")}
    assert client.post(page, changed | {"do": "change", "once": "k2", "than": "2.5", "version": 1}).status_code == 302
    assert read(Version.objects.get().definition).than == 2.5
    again = client.post(page, changed | {"do": "change", "once": "k3", "than": "2.5"})
    assert again.status_code == 409 and "says already" in again.content.decode()


@pytest.mark.parametrize("query", ["?table=invoices", "?table=declarations&join=declarations", "?table="])
def test_tables_that_are_not_there_are_refused(reader, query):
    assert reader("analyst").get(f"/supervision/models/new/{query}").status_code == 400


def test_a_model_over_two_tables(reader, home):
    keep(home, "declarations", declared())
    address = NEW + "&join=crossings"
    client = reader("analyst")
    shown = client.get(address).content.decode()
    assert "declarant_id=person_token" in shown and "Without a row there" in shown
    joined = TYPED | {"on0": "declarant_id=person_token", "found": "missing", "within": ""}
    assert client.post(address, joined).status_code == 302
    asked = read(Version.objects.get().definition)
    assert asked.join.table == "crossings" and asked.join.found is False and asked.join.within is None


@pytest.mark.parametrize(
    ("role", "look", "make"),
    [("analyst", 200, 200), ("risk-officer", 200, 200), ("integrity-officer", 200, 200), ("auditor", 200, 403),
     ("officer", 403, 403), ("hr-officer", 403, 403), ("system-administrator", 403, 403)],
)  # fmt: skip
def test_who_may_look_and_who_may_compose(reader, role, look, make):
    client = reader(role)
    assert client.get("/supervision/models/").status_code == look
    assert client.get(NEW).status_code == make
