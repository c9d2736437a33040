"""Accounts: opened, renewed, closed; one's own password; signing in and being locked out."""

import pytest
from django.test import Client
from django.utils import translation
from tests.support.checking import checked
from tests.support.fixtures import NOW, TODAY

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.people import people
from arusha.core.people.models import Account, Recusal
from arusha.rooms.staff.people.tests.conftest import PASSWORD

FIRST = "a first password"


def opened(client, person, **typed):
    told = {"username": "amina", "language": "fr", "password": FIRST, "again": FIRST}
    return client.post(f"/people/{person}/account/", told | typed)


def sign_in(name, password):
    client = Client()
    return client, client.post("/sign-in/", {"username": name, "password": password})


def test_the_journal_never_holds_a_password_and_the_page_never_sends_it_back(someone, administrator, browser):
    client, other = browser(administrator), someone("officer")
    refused = opened(client, other.person, again="something else")
    html = checked(refused)
    assert refused.status_code == 400 and "The two passwords are not the same." in html
    assert 'value="amina"' in html and FIRST not in html
    assert opened(client, other.person).status_code == 302
    assert FIRST not in b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True)).decode()


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"password": "short", "again": "short"}, 400, "A password has at least 12 characters."),
        ({"username": "TAKEN"}, 409, "The sign-in name TAKEN is taken."),
    ],
)
def test_a_short_password_and_a_taken_name_are_refused(typed, status, said, someone, administrator, browser):
    people.open_account(someone().person, "taken", PASSWORD, act=Act(by=administrator, at=NOW))
    other = someone("officer")
    response = opened(browser(administrator), other.person, **typed)
    assert response.status_code == status and said in checked(response)
    assert not Account.objects.filter(person=other.person).exists()


def test_a_person_has_one_account(someone, administrator, browser):
    client, other = browser(administrator), someone("officer")
    opened(client, other.person)
    again = opened(client, other.person, username="amina2")
    assert again.status_code == 409 and "This person has an account already." in checked(again)


def test_whoever_has_a_password_from_another_is_asked_to_change_it_first(someone, administrator, browser):
    other = someone("officer")
    opened(browser(administrator), other.person, language="en")
    client, response = sign_in("amina", FIRST)
    assert response.url == "/" and client.get("/").url == "/me/password/"
    assert "Your password was set by someone else." in checked(client.get("/me/password/"))
    typed = {"old": FIRST, "password": "only I know this", "again": "only I know this"}
    done = client.post("/me/password/", typed, follow=True)
    assert done.redirect_chain[0][0] == "/me/" and "Your password is changed." in checked(done)
    assert client.get("/").status_code == 200
    assert sign_in("amina", FIRST)[1].status_code == 400
    assert sign_in("amina", "only I know this")[1].status_code == 302
    about = f"account:{Account.objects.get(username='amina').pk}"
    assert Entry.objects.filter(act="people.password-changed", about=about).count() == 1


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"old": "not it at all"}, 409, "This is not your password of now."),
        ({"password": PASSWORD, "again": PASSWORD}, 409, "Choose a password other than the one of now."),
        ({"password": "short", "again": "short"}, 400, "A password has at least 12 characters."),
        ({"again": "another one here"}, 400, "The two passwords are not the same."),
    ],
)
def test_a_password_is_changed_only_by_who_knows_the_old_one(typed, status, said, someone, browser):
    me = someone("officer")
    client = browser(me)
    before = Account.objects.get(person=me.person).password
    told = {"old": PASSWORD, "password": "a new pass phrase", "again": "a new pass phrase"} | typed
    response = client.post("/me/password/", told)
    assert response.status_code == status and said in checked(response)
    assert Account.objects.get(person=me.person).password == before


def test_changing_the_password_ends_the_other_sessions(someone, browser):
    me = someone("officer")
    here, elsewhere = browser(me), browser(me)
    told = {"old": PASSWORD, "password": "a new pass phrase", "again": "a new pass phrase"}
    assert here.post("/me/password/", told).status_code == 302
    assert here.get("/me/").status_code == 200 and elsewhere.get("/me/").status_code == 302


def test_nobody_changes_the_password_of_another(someone, administrator):
    other = someone("officer")
    people.open_account(other.person, "amina", PASSWORD, act=Act(by=administrator, at=NOW))
    account = Account.objects.get(username="amina")
    with pytest.raises(Refused, match="someone else"):
        people.change_password(account.pk, PASSWORD, "a new pass phrase", act=Act(by=administrator, at=NOW))


def test_closing_an_account_signs_out_at_once_and_renewing_opens_it_again(one_moment, someone, administrator, browser):
    client, other = browser(administrator), someone("officer")
    opened(client, other.person)
    theirs, _response = sign_in("amina", FIRST)
    close, renew = (f"/people/{other.person}/account/{word}/" for word in ("close", "renew"))
    assert client.post(close, {"why": ""}).status_code == 400
    assert client.post(close, {"why": "dismissed"}).status_code == 302
    assert theirs.get("/me/").status_code == 302 and sign_in("amina", FIRST)[1].status_code == 400
    assert client.post(close, {"why": "again"}).status_code == 409
    assert "closed on" in checked(client.get(f"/people/{other.person}/"))
    typed = {"password": "a second password", "again": "a second password", "why": "came back"}
    assert client.post(renew, typed).status_code == 302
    theirs, response = sign_in("amina", "a second password")
    assert response.status_code == 302 and theirs.get("/").url == "/me/password/"


@pytest.mark.parametrize("word", ["close", "renew"])
def test_nobody_closes_or_renews_their_own_account(word, administrator, browser):
    client = browser(administrator)
    typed = {"why": "x", "password": "another password", "again": "another password"}
    assert client.post(f"/people/{administrator.person}/account/{word}/", typed).status_code == 409
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_five_failures_lock_the_name_out(language, someone, browser):
    browser(someone("officer"))
    name = Account.objects.get().username
    client = Client(headers={"accept-language": language})
    answers = [client.post("/sign-in/", {"username": name, "password": f"wrong {n}"}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 429]
    checked(answers[-1], language)
    right = client.post("/sign-in/", {"username": name, "password": PASSWORD})
    assert right.status_code == 429 and "_auth_user_id" not in client.session
    with translation.override(language):
        assert translation.gettext("Sign-in is locked") in right.content.decode()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_ones_own_pages_are_whole_for_whoever_has_no_role(language, someone, browser):
    client = browser(someone(staff="OFF-3"), language)
    for path in ("/", "/me/", "/me/password/", "/me/recusal/", "/notices/"):
        response = client.get(path)
        assert response.status_code == 200, path
        checked(response, language)
    assert "OFF-3" in client.get("/me/").content.decode()


def test_ones_own_pages_ask_a_stranger_to_sign_in(db):
    for path in ("/", "/me/", "/me/password/", "/me/recusal/", "/notices/", "/people/"):
        assert Client().get(path).url == f"/sign-in/?next={path}"


def test_a_recusal_is_declared_for_oneself_and_a_unit_has_to_exist(someone, browser):
    me = someone("integrity-officer")
    client = browser(me)
    first = {"since_day": TODAY.day, "since_month": TODAY.month, "since_year": TODAY.year}
    typed = {"kind": "unit", "ref": "U-77", "why": "my sister serves there"} | first
    refused = client.post("/me/recusal/", typed)
    html = checked(refused)
    assert refused.status_code == 400 and "There is no unit U-77." in html and "my sister serves there" in html
    assert client.post("/me/recusal/", typed | {"ref": "U-1"}).status_code == 302
    row = Recusal.objects.get()
    assert (str(row.person_id), row.kind, row.ref, row.since) == (me.person, "unit", "U-1", TODAY)


def test_the_language_is_chosen_on_ones_own_page(someone, browser):
    me = someone("officer")
    client = browser(me)
    done = client.post("/language/", {"language": "fr", "next": "/me/"}, follow=True)
    assert checked(done, "fr") and Account.objects.get(person=me.person).language == "fr"
