"""What is said to people is said in French and Arabic; a finding's reasons in five languages; codes stay readable."""

import dataclasses
import inspect
import re
import typing

import pytest
from django.utils import translation

from arusha.conf import discovery
from arusha.flow.inbox.words import sentence, shown
from tests.support import words

LANGUAGES = ("en", "fr", "ar", "pt", "es")
SAMPLES = {int: 41, float: 3.25, str: "2025-03-18", bool: True}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_everything_said_is_translated(language):
    assert {f"{place}: {text}" for (_, text), place in words.missing(language).items()} == set()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_places_for_facts_are_kept(language):
    from babel.messages.pofile import read_po

    place = re.compile(r"%\(\w+\)[sdg]|\{\w*\}")
    wrong = []
    for path in words.SOURCE.rglob(f"words/{language}.po"):
        with path.open("rb") as source:
            for message in read_po(source, locale=language):
                plain = message.string and isinstance(message.id, str) and message.context is None
                if plain and sorted(place.findall(message.id)) != sorted(place.findall(message.string)):
                    wrong.append(f"{path}: {message.id}")
    assert wrong == []


def reasons():
    """Every reason that a detector declares, with facts of the right types."""
    found = {}
    for module in discovery.modules("detect"):
        for value in vars(module).values():
            if inspect.isclass(value) and hasattr(value, "reason"):
                hints = typing.get_type_hints(value)
                facts = {f.name: _sample(hints[f.name]) for f in dataclasses.fields(value)}
                found[value.reason] = {"reason": value.reason, **facts}
    return found


def _sample(hint):
    kinds = [arm for arm in typing.get_args(hint) or (hint,) if arm is not type(None)]
    literal = [kind for kind in kinds if isinstance(kind, str)]
    return literal[0] if literal else SAMPLES[kinds[0]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(reasons()))
def test_every_reason_is_a_sentence_in_five_languages(language, name):
    with translation.override(language):
        said = str(sentence(reasons()[name]))
    bare = re.sub(r"<[^>]+>", "", said)
    assert not bare.startswith(f"{name}:") and "{" not in bare and len(bare) > 15
    if language == "ar":
        assert re.search(r"[\u0600-\u06ff]", bare)


def test_codes_are_isolated_and_facts_escaped():
    assert shown("OFF-0123") == "<bdi>OFF-0123</bdi>"
    assert "&lt;script&gt;" in shown("<script>")
    with translation.override("fr"):
        assert shown(1234567) in ("1\xa0234\xa0567", "1\u202f234\u202f567")
