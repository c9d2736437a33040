"""Taking an upload into the store: only from whoever may add it, and refused with words where it cannot be kept."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from arusha.core.files import store
from arusha.core.files.names import plain_name, sniffed
from arusha.core.journal.refusals import Refused

HEAD = 4096


class Upload(NamedTuple):
    """An upload that the store keeps."""

    stored: store.Stored
    name: str
    media: str


def taken(file: Any) -> Upload:
    """Keep an uploaded file.

    Raises
    ------
    Refused
        `file-large` or `file-empty`.
    """
    head = file.read(HEAD)
    file.seek(0)
    try:
        stored = store.put(file)
    except store.TooLargeError:
        raise Refused(
            "file-large", _("The file is too large: 50 MB at most. Split it, or keep a smaller copy.")
        ) from None
    except store.EmptyError:
        raise Refused("file-empty", _("The file is empty.")) from None
    return Upload(stored, plain_name(file.name or ""), sniffed(head))
