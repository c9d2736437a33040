"""Mails tell counts and links, in the person's language, once; a server that refuses is asked again and told of."""

from datetime import datetime, timedelta

import pytest
from django.core import mail as outbox

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.notices import mail
from arusha.core.notices.models import Mail, MailChoice
from arusha.core.people import people
from arusha.core.people.roles import Actor, System
from arusha.flow.digests.due import due
from arusha.flow.inbox import findings
from arusha.flow.inbox.tests.seen import NOW, group, officer, see

pytestmark = pytest.mark.django_db
BACKENDS = "django.core.mail.backends"


@pytest.fixture(autouse=True)
def configured(settings):
    settings.ARUSHA_MAIL, settings.ARUSHA_URL = True, "https://integrity.example.gov"
    settings.EMAIL_BACKEND = f"{BACKENDS}.locmem.EmailBackend"


@pytest.fixture
def reader(someone):
    """Who chose the daily digest and reminders, in a language."""

    def make(*roles, digest="daily", reminders=False, language="en", **more):
        actor = someone(*roles, **more)
        act = Act(by=System("test"), at=NOW)
        name = f"u{actor.name[-1]}"
        people.open_account(actor.person, name, "a long password", language=language, act=act)
        mail.choose(f"{name}@example.gov", digest, reminders, act=Act(by=actor, at=NOW))
        return actor

    return make


def assigned(actor, *names):
    for name in names:
        give(see(group(name)), actor)


def give(finding, actor):
    analyst = Actor("", "somebody", None, frozenset({"analyst"}), frozenset())
    findings.assign(finding.pk, actor.person, act=Act(by=analyst, at=NOW))


def test_a_digest_tells_how_many_and_where_and_nothing_else(reader):
    actor = reader("investigator", staff="OFF-1")
    assigned(actor, "T-SECRET", "T-OTHER")
    give(see(officer("OFF-1", "T-THIRD")), actor)
    due(NOW)
    (sent,) = outbox.outbox
    assert sent.to == [f"u{actor.name[-1]}@example.gov"] and sent.subject.endswith(
        "5 things wait"
    )  # three notices among them
    assert "Findings assigned to you: 2\nhttps://integrity.example.gov/findings/?state=open&whose=mine" in sent.body
    assert "https://integrity.example.gov/me/mail/" in sent.body
    for secret in ("T-SECRET", "F-100", actor.name, "A group", "OFF-1"):
        assert secret not in sent.body + sent.subject


def test_each_goes_once_a_day_and_again_the_next(reader):
    assigned(reader("investigator"), "a")
    for later in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1)):
        due(later)
    assert len(outbox.outbox) == 2 and Mail.objects.filter(state="sent").count() == 2


def test_what_may_have_gone_is_never_sent_twice(reader, monkeypatch):
    assigned(reader("investigator"), "a")

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as dies:
        dies.setattr(mail, "_sent", killed)
        with pytest.raises(KeyboardInterrupt):
            due(NOW)
    due(NOW + timedelta(hours=1))
    assert len(outbox.outbox) == 1 and Mail.objects.get().state == "begun"


def test_a_server_that_refuses_is_asked_again_and_doctor_says_so(reader, settings):
    from arusha.conf.health import Fault, _mail

    assigned(reader("investigator"), "a")
    settings.EMAIL_BACKEND = f"{BACKENDS}.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    due(NOW)
    assert (Mail.objects.get().state, Mail.objects.get().error) == ("failed", "ConnectionRefusedError")
    with pytest.raises(Fault, match="does not answer"):
        _mail(NOW)
    settings.EMAIL_BACKEND = f"{BACKENDS}.locmem.EmailBackend"
    with pytest.raises(Fault, match="1 of the last week failed, the latest with ConnectionRefusedError"):
        _mail(NOW)
    due(NOW + timedelta(hours=1))
    assert (Mail.objects.get().state, Mail.objects.get().tries) == ("sent", 2) and len(outbox.outbox) == 1
    assert _mail(NOW) == "the server answers"


def test_it_gives_up_after_five_tries(reader, settings):
    assigned(reader("investigator"), "a")
    settings.EMAIL_BACKEND = f"{BACKENDS}.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    for hour in range(8):
        due(NOW + timedelta(hours=hour))
    assert Mail.objects.get().tries == 5


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "4 choses attendent"), ("ar", "4 أشياء تنتظر")],
)
def test_it_is_in_the_persons_language(reader, language, said):
    assigned(reader("investigator", language=language), "a", "b")
    due(NOW)
    assert said in outbox.outbox[0].subject and said in outbox.outbox[0].body


def test_where_nothing_waits_nothing_is_sent_that_day(reader):
    actor = reader("investigator")
    due(NOW)
    assigned(actor, "a")
    due(NOW + timedelta(hours=3))
    assert outbox.outbox == [] and Mail.objects.get().state == "nothing"


def test_a_weekly_digest_is_one_a_week_from_monday_on(reader):
    assigned(reader("investigator", digest="weekly"), "a")
    monday = datetime.fromisoformat("2026-03-09T03:30:00+00:00")
    for later in (NOW, NOW + timedelta(days=3), monday, monday + timedelta(hours=3), monday + timedelta(days=1)):
        due(later)
    assert list(Mail.objects.order_by("at").values_list("period", flat=True)) == ["2026-W10", "2026-W11"]
    assert Mail.objects.get(period="2026-W11").at == monday + timedelta(hours=3)


def test_a_reminder_comes_when_something_has_waited_too_long(reader):
    actor = reader("investigator", digest="", reminders=True)
    assigned(actor, "a")
    due(NOW + timedelta(days=30))
    assert outbox.outbox == []
    due(NOW + timedelta(days=31))
    assert "open for more than 30 days: 1" in outbox.outbox[0].body


def test_nobody_is_sent_anything_unasked_nor_after_leaving_nor_without_a_server(reader, someone, settings):
    from arusha.core.people.models import Account

    assigned(someone("investigator"), "a")
    gone = reader("investigator")
    assigned(gone, "b")
    account = Account.objects.get(person=gone.person)
    people.close_account(account.pk, act=Act(by=System("test"), at=NOW - timedelta(days=2), why="left"))
    due(NOW)
    settings.ARUSHA_MAIL = False
    assigned(reader("investigator"), "c")
    due(NOW + timedelta(days=1))
    assert outbox.outbox == [] and not Mail.objects.exists()


@pytest.mark.parametrize(
    ("address", "digest", "rule"),
    [("", "daily", "mail-address"), ("nobody", "daily", "mail-address"), ("a@example.gov", "hourly", "mail-digest")],
)
def test_what_does_not_fit_is_refused(someone, address, digest, rule):
    with pytest.raises(Refused) as refused:
        mail.choose(address, digest, False, act=Act(by=someone("officer"), at=NOW))
    assert refused.value.rule == rule and not MailChoice.objects.exists()


def test_a_person_chooses_on_their_own_page_and_the_journal_keeps_no_address(reader, client):
    from arusha.core.people.models import Account

    actor = reader("officer", digest="weekly")
    client.force_login(Account.objects.get(person=actor.person), backend="arusha.conf.sign_in.Accounts")
    page = client.get("/me/mail/").content.decode()
    assert "example.gov" in page and 'href="/me/mail/"' in client.get("/me/").content.decode()
    form = {"digest": "daily", "reminders": "on", "address": "me@elsewhere.example", "once": "one"}
    assert client.post("/me/mail/", form).status_code == 302
    held = MailChoice.objects.get()
    assert (held.digest, held.reminders, held.address) == ("daily", True, "me@elsewhere.example")
    assert client.post("/me/mail/", form | {"address": "", "once": "two"}).status_code == 409
    off = client.post("/me/mail/", {"digest": "never", "address": "", "once": "three"}, follow=True)
    assert "Nothing is sent to you." in off.content.decode() and MailChoice.objects.get().digest == ""
    assert 'value="never"' in off.content.decode()
    assert b"elsewhere" not in b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, {"EMAIL_BACKEND": f"{BACKENDS}.dummy.EmailBackend"}),
        ({"ARUSHA_MAIL": "smtp://m@mail.gov"}, {"EMAIL_HOST": "mail.gov", "EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
        ({"ARUSHA_MAIL": "smtp://mail.gov?tls=ssl"}, {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
        ({"ARUSHA_MAIL": "smtp://m:p%40@h:26?tls=none"}, {"EMAIL_PORT": 26, "EMAIL_HOST_PASSWORD": "p@"}),
        ({"ARUSHA_MAIL": "smtp://m@h", "ARUSHA_MAIL_PASSWORD": "x"}, {"EMAIL_HOST_PASSWORD": "x"}),
        ({"ARUSHA_MAIL": "file:///tmp/out"}, {"EMAIL_FILE_PATH": "/tmp/out"}),
    ],
)
def test_the_environment_names_the_server(environ, told):
    from arusha.conf.mail import django_settings

    assert told.items() <= django_settings(environ).items()


@pytest.mark.parametrize("named", ["mail.gov", "smtp://", "smtp://h:x", "smtp://h?tls=maybe", "file://"])
def test_a_server_that_does_not_read_is_refused_in_words(named):
    from arusha.conf.mail import django_settings

    with pytest.raises(ValueError, match="ARUSHA_MAIL does not read"):
        django_settings({"ARUSHA_MAIL": named})
