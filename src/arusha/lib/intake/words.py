"""The sentences of the intake, for whoever needs them without Django: the command line, and a receipt in a log.

They stand in words/*.po under the contexts `reject`, `receipt` and `consistency`, by key, with named places for the
facts.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from arusha.lib.intake.receipt import Receipt, Reject

WORDS = Path(__file__).parent / "words"
LINE = re.compile(r'(?:(msgctxt|msgid|msgstr)\s+)?(".*")')


def sentence(context: str, key: str, facts: Mapping[str, object], language: str = "en") -> str:
    """One sentence; KeyError where the language has none under that key, or the facts leave a place empty."""
    return catalogue(language)[context, key].format_map(facts)


def reject_sentence(reject: Reject, language: str = "en") -> str:
    """Why a row was set aside, without the row's number."""
    named = {"column": reject.column or "", "value": reject.value if reject.value is not None else ""}
    return sentence("reject", reject.reason, {**reject.facts, **named}, language)


def receipt_sentences(receipt: Receipt, language: str = "en") -> tuple[str, ...]:
    """What the bearer of a file is told, a sentence a line; the rejects apart."""
    m = receipt.manifest
    told = [("already", {"received_at": m.said_at, "manifest": m.manifest})] if receipt.already else []
    counts = {"received": m.received, "accepted": m.accepted, "rejected": m.rejected, "duplicates": m.duplicates}
    grouped = "\u202f" if language == "fr" else ","
    told.append(("counts", {name: f"{count:,}".replace(",", grouped) for name, count in counts.items()}))
    told += [("not-checked", {"columns": ", ".join(columns), "list": name}) for name, columns in m.unchecked.items()]
    told += [("not-taken", {"columns": ", ".join(m.not_taken)})] if m.not_taken else []
    return tuple(sentence("receipt", key, facts, language) for key, facts in told)


@lru_cache
def catalogue(language: str) -> Mapping[tuple[str, str], str]:
    """Every sentence of a language by context and key."""
    return {(ctx, key): text for ctx, key, text in _entries((WORDS / f"{language}.po").read_text("utf-8"))}


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    for block in text.split("\n\n"):
        parts = {"msgctxt": "", "msgid": "", "msgstr": ""}
        current = ""
        for keyword, quoted in LINE.findall("\n".join(line for line in block.splitlines() if line[:1] != "#")):
            current = keyword or current
            parts[current] += ast.literal_eval(quoted)
        if parts["msgid"]:
            yield parts["msgctxt"], parts["msgid"], parts["msgstr"]
