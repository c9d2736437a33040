"""Taking an upload into the store: only from whoever may add it, and refused with words where it cannot be kept."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.files import archives, kinds, store
from arusha.core.files.names import ending_of, plain_name
from arusha.core.journal.refusals import Refused, refuse_if

NOT_TAKEN: dict[str, "str | Promise"] = {
    "damaged": _("This archive is damaged: it cannot be looked into. Make it again."),
    "entries": _("This archive holds more than 10,000 files. Split it."),
    "size": _("Unpacked, this archive would be larger than 1 GB. Split it."),
    "ratio": _("Unpacked, this archive would be more than 200 times as large: such a file is made to fill disks."),
    "nesting": _(
        "Archives are packed within archives here, too deep or too large to be looked into. Unpack them first."
    ),
    "path": _("“%(entry)s” in this archive would be written outside the folder it is unpacked to. Pack it again."),
    "link": _("“%(entry)s” in this archive is a link and no file. Pack the file itself."),
    "method": _(
        "“%(entry)s” in this archive is packed in a rare way that cannot be looked into safely. Pack it as a usual zip."
    ),
    "locked": _("“%(entry)s” in this archive is locked with a password, so it cannot be looked into. Unlock it first."),
}
"""What is said of an archive, by the rule that it breaks."""


class Upload(NamedTuple):
    """An upload that the store keeps."""

    stored: store.Stored
    name: str
    media: str


def taken(file: Any, held: int = 0) -> Upload:
    """Keep an uploaded file, beside `held` bytes that the case or action holds already.

    Raises
    ------
    Refused
        `file-large`, `file-empty`, `files-many`, `file-kind`, `file-runs`, `file-named-otherwise`, `archive-…`, or
        `file-unkept` where the disk does not take it.
    """
    name = plain_name(file.name or "")
    refuse_if(
        file.size > store.LIMIT,
        "file-large",
        _("The file is too large: 50 MB at most. Split it, or keep a smaller copy."),
    )
    refuse_if(not file.size, "file-empty", _("The file is empty."))
    refuse_if(
        held + file.size > store.LIMIT_TOGETHER,
        "files-many",
        _("With this file there would be more than 2 GB here. Keep large recordings elsewhere, and their hash here."),
    )
    try:
        _refuse_unkept(getattr(file, "failed", None))
        media = checked(file, name).media
        file.seek(0)
        stored = store.put(file)
    except OSError as wrong:
        _refuse_unkept(wrong)
        raise
    return Upload(stored, name, media)


def checked(file: Any, name: str) -> kinds.Kind:
    """The kind of a file by what is in it, once it may be evidence and its name promises nothing else.

    Raises
    ------
    Refused
        as `taken` does.
    """
    ending = ending_of(name)
    if kinds.RUNS.fullmatch(ending):
        said = _("A file whose name ends with .%s could be run by whoever opens it. Pack it, or save it as PDF.")
        raise Refused("file-runs", said % ending)
    file.seek(0)
    kind = kinds.sniffed(file.read(kinds.HEAD))
    if kind is kinds.ZIP:
        kind = _looked_into(file)
    if kind not in kinds.EVIDENCE:
        told = {"kind": kind.called, "allowed": ", ".join(str(allowed.called) for allowed in kinds.EVIDENCE)}
        raise Refused("file-kind", _("By what is in it, the file is: %(kind)s. Taken are: %(allowed)s.") % told)
    promised = kinds.named(ending)
    if promised is not None and promised is not kind and not (kind is kinds.ZIP and promised in kinds.ARCHIVES):
        told = {"ending": ending, "kind": kind.called}
        raise Refused(
            "file-named-otherwise",
            _("The name ends with .%(ending)s, but by what is in it the file is: %(kind)s. Name it for what it is.")
            % told,
        )
    return kind


def _looked_into(file: Any) -> kinds.Kind:
    try:
        return archives.looked_into(file, file.size)
    except archives.ArchiveError as wrong:
        said = NOT_TAKEN[wrong.rule]
        told = str(said) % {"entry": plain_name(wrong.entry)} if wrong.entry and "%(" in str(said) else said
        raise Refused(f"archive-{wrong.rule}", told) from None


def _refuse_unkept(wrong: OSError | None) -> None:
    if wrong is not None and wrong.errno is not None:
        raise Refused(
            "file-unkept",
            _("The disk does not take the file (%s), and nothing of it was kept. Tell your system administrator.")
            % wrong.strerror,
        )
