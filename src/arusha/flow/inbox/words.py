"""From typed facts to a sentence in the reader's language. Codes are isolated, so that they survive in Arabic."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

SMALLEST = 0.001
"""What is less is told as less, not as nothing."""


def sentence(facts: Mapping[str, Any]) -> SafeString:
    """The sentence of a reason: its text under the context 'reason', its facts put in their places.

    A reason without a text is shown as its bare facts, never hidden.
    """
    name = str(facts["reason"])
    text = pgettext("reason", name)
    told = {key: shown(value) for key, value in facts.items() if key != "reason"}
    if text == name:
        return format_html("{}: {}", name, ", ".join(f"{key} {value}" for key, value in told.items()))
    return mark_safe(str(conditional_escape(text)).format_map(told))  # every fact was escaped by `shown`


def sentences(reasons: Iterable[Mapping[str, Any]]) -> list[SafeString]:
    """The sentences of a finding's reasons, in order."""
    return [sentence(facts) for facts in reasons]


def shown(value: Any) -> SafeString:
    """A fact as a reader sees it: numbers and days by language, times in the office's zone, codes isolated."""
    match value:
        case bool() | None:
            return SafeString("")
        case int():
            return conditional_escape(formats.number_format(value, use_l10n=True, force_grouping=True))
        case float() if 0 < value < SMALLEST:
            return format_html('<bdi dir="ltr">&lt; {}</bdi>', formats.number_format(SMALLEST, use_l10n=True))
        case float():
            return conditional_escape(formats.number_format(value, decimal_pos=_places(value), use_l10n=True))
        case list() | tuple():
            return SafeString(", ".join(shown(inner) for inner in value))
    moment = _moment(str(value))
    if moment is not None:
        return conditional_escape(moment)
    return format_html("<bdi>{}</bdi>", value)


def _places(value: float) -> int:
    if value == 0 or abs(value) >= 100:
        return 0
    return 1 if abs(value) >= 1 else 3


def _moment(text: str) -> str | None:
    if len(text) < 10 or text[4:5] != "-" or text[7:8] != "-":
        return None
    try:
        if len(text) == 10:
            return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = told if told.tzinfo else told.replace(tzinfo=UTC)
    return formats.date_format(timezone.localtime(aware), "DATETIME_FORMAT")
