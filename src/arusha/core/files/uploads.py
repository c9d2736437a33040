"""How the pages take an upload: no more of it than the limit is held anywhere, and none of it in clear on the disk."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from arusha.core.files import store
from arusha.core.files.spool import Spool

if TYPE_CHECKING:
    _UploadedFile = UploadedFile[Any]
else:
    _UploadedFile = UploadedFile


class Upload(_UploadedFile):
    """A file of a form. `size` is what was sent, also where it was dropped; `failed` is what the disk said, if it did.

    Of one that is larger than any file may be, or that the disk did not take, nothing is held.
    """

    failed: OSError | None = None


class Spooled(FileUploadHandler):
    """Spools each file, and drops it once it is larger than any may be: the rest is read and forgotten."""

    chunk_size = 1 << 20
    spool: Spool | None = None
    failed: OSError | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin."""
        super().new_file(*args, **kwargs)
        self.spool, self.failed = None, None
        try:
            self.spool = Spool(Path(settings.ARUSHA_HOME) / "evidence" / store.INCOMING)
        except OSError as wrong:
            self.failed = wrong

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece."""
        del start
        if self.spool is None:
            return
        try:
            self.spool.add(raw_data)
        except OSError as wrong:
            self.failed = wrong
        if self.failed or self.spool.size > store.LIMIT:
            self._drop()

    def file_complete(self, file_size: int) -> Upload:
        """The file, at its beginning."""
        file: Any = self.spool or BytesIO()
        file.seek(0)
        made = Upload(file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)
        made.failed = self.failed
        return made

    def upload_interrupted(self) -> None:
        """The sender went away."""
        self._drop()

    def _drop(self) -> None:
        if self.spool is not None:
            self.spool.close()
        self.spool = None
