"""What happened in a case, as its entries in the journal tell it, in sentences; and who looked at it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.keys import reasons_key
from arusha.core.journal.models import Entry, Reason
from arusha.core.people.models import Person
from arusha.flow.cases.models import Case
from arusha.flow.cases.states import MEMBER_ROLES
from arusha.lib.seal.sealed_text import SealedTextError, open_text

TOLD: dict[str, "str | Promise"] = {
    "case.opened": _("The case was opened"),
    "case.finding-added": _("A finding was taken into the case"),
    "case.subject-added": _("A subject was added by hand"),
    "case.member-named": _("%(member)s was named to the case as %(role)s"),
    "case.member-ended": _("%(member)s left the case"),
    "case.noted": _("A note was written"),
    "case.file-added": _("A file became evidence"),
    "case.rows-frozen": _("The rows of a finding became evidence"),
    "case.task-added": _("A task was given"),
    "case.task-done": _("A task was done"),
    "case.asked": _("A question was put to a subject"),
    "case.question-read": _("The subject saw the question"),
    "case.replied": _("The subject replied"),
    "case.reply-declined": _("The subject declined to reply"),
    "case.decided": _("The outcome was recorded"),
    "case.closed": _("The case was closed"),
    "case.reopened": _("The case was opened again"),
}
LOOKS: dict[str, "str | Promise"] = {
    "case.looked": _("Looked at the case"),
    "case.file-taken": _("Took a file"),
}
TONES = {"case.opened": "info", "case.decided": "brand", "case.closed": "good", "case.reopened": "caution"}
LOOKS_SHOWN = 50


def happened(case: Case) -> list[dict[str, Any]]:
    """The items of the timeline, the newest first."""
    about = [f"case:{case.pk}", *(f"casereply:{reply.pk}" for reply in case.replies.all())]
    entries = list(Entry.objects.filter(about__in=about, act__in=TOLD).order_by("-seq"))
    bodies = [json.loads(bytes(entry.body)) for entry in entries]
    names = names_of(entries, bodies)
    reasons = reasons_of(entries, bodies)
    return [
        {
            "title": _sentence(entry.act, body, names),
            "when": entry.at,
            "by": names.get(entry.by, ""),
            "text": reasons.get(str(entry.id)),
            "tone": TONES.get(entry.act, "neutral"),
        }
        for entry, body in zip(entries, bodies, strict=True)
    ]


def looks(case: Case) -> list[dict[str, Any]]:
    """Who looked last, the newest first."""
    entries = Entry.objects.filter(about=f"case:{case.pk}", act__in=LOOKS).order_by("-seq")[:LOOKS_SHOWN]
    entries_list = list(entries)
    names = names_of(entries_list, [])
    return [{"title": LOOKS[e.act], "when": e.at, "by": names.get(e.by, "")} for e in entries_list]


def _sentence(act: str, body: Mapping[str, Any], names: Mapping[str, str]) -> str:
    facts = body["facts"].get("facts", {})
    told = {
        "member": names.get(f"person:{facts.get('member')}", ""),
        "role": MEMBER_ROLES.get(facts.get("role", ""), ""),
    }
    return str(TOLD[act]) % told


def names_of(entries: Iterable[Entry], bodies: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Names by the way the journal refers to people; one query."""
    wanted = {entry.by for entry in entries}
    wanted |= {f"person:{body['facts'].get('facts', {}).get('member')}" for body in bodies}
    ids = [ref.partition(":")[2] for ref in wanted if ref.startswith("person:") and not ref.endswith(":None")]
    return {f"person:{pk}": name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}


def reasons_of(entries: Sequence[Entry], bodies: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The reasons that were given, opened for a member whose look is recorded."""
    given = {entry.id: body["why"] for entry, body in zip(entries, bodies, strict=True) if body["why"]}
    sealed = dict(Reason.objects.filter(entry__in=given).values_list("entry", "ciphertext"))
    return {str(key): _opened(sealed.get(key), key.bytes, why) for key, why in given.items()}


def _opened(ciphertext: Any, context: bytes, commitment: str) -> str:
    if ciphertext is None:
        return str(_("The reason was erased."))
    try:
        return open_text(bytes(ciphertext), reasons_key(), context, bytes.fromhex(commitment))
    except SealedTextError:
        return str(_("The reason cannot be read: it was altered."))
