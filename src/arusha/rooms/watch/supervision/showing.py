"""What the pages of models show."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from arusha.flow.inbox.models import Finding
from arusha.rooms.watch.supervision import saying
from arusha.rooms.watch.supervision.composing import STATES
from arusha.rooms.watch.supervision.definition import read
from arusha.rooms.watch.supervision.making import FAMILY
from arusha.rooms.watch.supervision.models import Model, Version
from arusha.ui import charts
from arusha.ui.components import draw

TONES = {"draft": "neutral", "proposed": "caution", "in-force": "good", "declined": "neutral", "retired": "neutral"}
WIDE, PHONE = 480, 330


def in_english(text: str) -> SafeString:
    """Words of a declaration, which speaks English only, in a page of any language."""
    return format_html('<span lang="en" dir="ltr">{}</span>', text)


def headers() -> list[Any]:
    """The headers of the list."""
    return [_("Model"), _("Short name"), _("Latest version"), _("State"), _("Opened")]


def rows() -> list[list[Any]]:
    """Every model: what is in force, else the state of its latest version."""
    latest = Version.objects.filter(of=OuterRef("pk")).order_by("-number")
    ruling = Version.objects.filter(of=OuterRef("pk"), state="in-force")
    found = Model.objects.annotate(
        number=Subquery(latest.values("number")[:1]),
        state=Subquery(latest.values("state")[:1]),
        ruling=Subquery(ruling.values("number")[:1]),
    )
    return [
        [
            {"text": model.title, "href": reverse("models-one", args=[model.pk])},
            {"text": model.slug, "code": True},
            model.number,
            _state(model.state) if not model.ruling or model.ruling == model.number else _both(model),
            _when(model.opened_at),
        ]
        for model in found.order_by("title", "slug")
    ]


def _both(model: Any) -> Any:
    text = _("Version %(n)s in force") % {"n": model.ruling}
    return format_html("{} {}", draw("tag", text=text, tone="good"), _state(model.state))


def current(model: Model, number: str | None) -> Version | None:
    """The version of that number, or the latest."""
    versions = model.versions.select_related("proposed_by", "decided_by").order_by("-number")
    if number and number.isdecimal() and len(number) < 9:
        return versions.filter(number=int(number)).first()
    return versions.first()


def whole(model: Model, version: Version) -> dict[str, Any]:
    """All that the page of a model shows of one version."""
    return {
        "state": _state(version.state),
        "summary": [(_("State"), _state(version.state)), *saying.told(read(version.definition)), *_people(version)],
        "tried": _tried(version),
        "version_headers": [_("Version"), _("State"), _("Proposed"), _("Decided")],
        "version_rows": [_line(model, each) for each in model.versions.order_by("-number")],
        "findings": Finding.objects.filter(signal=f"{FAMILY}:{model.slug}").exists(),
    }


def _line(model: Model, version: Version) -> list[Any]:
    href = f"{reverse('models-one', args=[model.pk])}?version={version.number}"
    when = [_when(at) if at else "–" for at in (version.proposed_at, version.decided_at)]
    return [{"text": str(version.number), "href": href}, _state(version.state), *when]


def _people(version: Version) -> list[tuple[Any, Any]]:
    pairs = ((_("Proposed by"), version.proposed_by), (_("Decided by"), version.decided_by))
    return [(label, person.name) for label, person in pairs if person is not None]


def _tried(version: Version) -> dict[str, Any] | None:
    """What the last trial told, with the number of findings at each threshold as a picture and a table."""
    facts = version.tried
    if not facts:
        return None
    rungs = [(f"{float(than):g}", hits) for than, hits in facts["ladder"]]
    own = f"{read(version.definition).than:g}"
    label = _("Findings at each threshold")
    direction = "rtl" if get_language_bidi() else "ltr"

    def drawn(width: int) -> Any:
        return charts.bars(rungs, x_title=_("Findings"), mark=own, width=width, direction=direction)

    return {
        "said": _("%(hits)s findings, from %(judged)s judged, over %(rows)s rows; it took %(seconds)s seconds.")
        % {
            "hits": _n(facts["hits"]),
            "judged": _n(facts["judged"]),
            "rows": _n(facts["rows"]),
            "seconds": _n(float(facts["seconds"])),
        },
        "title": label,
        "svg": charts.svg(drawn(WIDE), label=label, name="ladder"),
        "narrow": charts.svg(drawn(PHONE), label=label, name="ladder-narrow"),
        "headers": [_("Threshold"), {"label": _("Findings"), "numeric": True}],
        "rows": [[than, hits] for than, hits in rungs],
    }


def _n(value: float) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def _state(state: str) -> Any:
    return draw("tag", text=STATES[state], tone=TONES[state])


def _when(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATE_FORMAT")
