"""What a file is called: a name without a path or a trick in it."""

import unicodedata

LONGEST_NAME = 150


def plain_name(given: str) -> str:
    """The last part of a path of either kind, without control characters or marks that turn the reading direction.

    A mark such as U+202E makes `fdp.exe` look like `exe.pdf`.
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    kept = " ".join(kept.split()).strip(". ")
    if len(kept) > LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        short = dot and len(ending) <= 10
        kept = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if short else kept[:LONGEST_NAME]
    return kept or "file"


def was_changed(given: str) -> bool:
    """Whether the plain name says other than what was given, beyond how its letters are composed."""
    return plain_name(given) != unicodedata.normalize("NFC", given)


def ending_of(name: str) -> str:
    """The part after the last dot, in small letters; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""
