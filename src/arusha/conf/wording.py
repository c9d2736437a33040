"""The words of each language: every folder's `words/<language>.po`, compiled into one catalogue a language.

Run as `python -m arusha.conf.wording`. The catalogues are built, not committed; they ship in the wheel.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "ui" / "locale"


class WordsClash(ValueError):
    """Two folders translate the same words differently; the message names both."""


def sources() -> dict[str, list[Path]]:
    """Every .po file by its language."""
    found = defaultdict(list)
    for path in sorted(PACKAGE.rglob("words/*.po")):
        found[path.stem].append(path)
    return dict(found)


def stale() -> Iterator[str]:
    """Languages whose catalogue is missing or older than one of its sources."""
    for language, paths in sources().items():
        built = LOCALE / language / "LC_MESSAGES" / "django.mo"
        if not built.exists() or built.stat().st_mtime < max(path.stat().st_mtime for path in paths):
            yield language


def build() -> list[str]:
    """Compile what is stale; the languages compiled."""
    done = list(stale())
    for language in done:
        _compile(language, sources()[language])
    return done


def _compile(language: str, paths: list[Path]) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale=language)
    came_from: dict[tuple[object, object], Path] = {}
    for path in paths:
        with path.open("rb") as source:
            for message in read_po(source, locale=language):
                if not message.id or not message.string:
                    continue
                key = (message.context, message.id if isinstance(message.id, str) else message.id[0])
                held = whole.get(key[1], key[0])  # type: ignore[arg-type]
                if held is not None and held.string != message.string:
                    raise WordsClash(f"{key[1]!r} is translated differently in {came_from[key]} and {path}")
                came_from[key] = path
                whole.add(message.id, message.string, context=message.context)
    target = LOCALE / language / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    with draft.open("wb") as out:
        write_mo(out, whole)
    draft.replace(target)


if __name__ == "__main__":
    build()
