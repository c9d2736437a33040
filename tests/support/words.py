"""What the code says to people and what is translated: `python -m tests.support.words fr` lists what is missing."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "arusha"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
Word = tuple[str | None, str]


def folders() -> list[Path]:
    """Folders that say something to people: those with words, or with code beside which words would stand."""
    shelves = [SOURCE / shelf for shelf in ("core", "ui", "flow", "rooms", "conf")]
    return [
        path.parent for shelf in shelves for path in sorted(shelf.rglob("__init__.py")) if "tests" not in path.parts
    ]


def used(folder: Path) -> Iterator[tuple[Word, str]]:
    """Every word said in a folder's own files and templates, with the place that says it."""
    import django
    from django.utils.translation.template import templatize

    assert django.VERSION
    templates = list((folder / "templates").rglob("*.html")) if (folder / "templates").is_dir() else []
    for path in [*sorted(folder.glob("*.py")), *sorted(templates)]:
        text = path.read_text()
        code = templatize(text, origin=str(path)) if path.suffix == ".html" else text
        for line, message, _comments, context in extract("python", io.BytesIO(code.encode()), KEYWORDS):
            first = message if isinstance(message, str) else message[0]
            if first:
                yield (context, first), f"{path.relative_to(ROOT)}:{line}"


def translated(language: str) -> set[Word]:
    """Every word that some folder translates."""
    found: set[Word] = set()
    for path in SOURCE.rglob(f"words/{language}.po"):
        with path.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id and message.string:
                    found.add((message.context, message.id if isinstance(message.id, str) else message.id[0]))
    return found


def missing(language: str) -> dict[Word, str]:
    """Words said somewhere that the language lacks, with one place that says each."""
    have = translated(language)
    return {word: place for folder in folders() for word, place in used(folder) if word not in have}


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arusha.conf.settings")
    for (context, text), place in missing(sys.argv[1]).items():
        sys.stdout.write(f"{place}\t{context or ''}\t{text!r}\n")
