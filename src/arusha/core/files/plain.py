"""Sealing what an older version kept in clear: texts in their columns, files in the store. Used by migrations only.

Each row is sealed in a transaction of its own, and a plain file goes last: a kill at any moment is mended by going on.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from arusha.core.files import store
from arusha.core.journal.sealed_fields import sealed
from arusha.lib.seal.sealed_file import MAGIC


def seal_texts(model: Any, columns: Mapping[str, str]) -> None:
    """Seal the texts of a model: from each plain column (the value) into its sealed one (the key)."""
    for row in model.objects.order_by("pk").iterator(200):
        plain = {name: getattr(row, was) for name, was in columns.items()}
        todo = {name: text for name, text in plain.items() if text and not row.__dict__[name]}
        if todo:
            made = {name: sealed(model._meta.get_field(name), row, text) for name, text in todo.items()}
            model.objects.filter(pk=row.pk).update(**made)


def seal_files(model: Any) -> None:
    """Seal the files that rows of a model name by `sha256_plain`; one that is missing or altered stays for doctor."""
    for row in model.objects.filter(kept="").exclude(sha256_plain="").order_by("pk").iterator(200):
        stored = _stored(row.sha256_plain)
        model.objects.filter(pk=row.pk).update(kept=stored.kept if stored else row.sha256_plain)


def remove_plain(models: Iterable[Any]) -> None:
    """Remove the plain files whose sealed ones every row names now."""
    for model in models:
        for sha256, kept in model.objects.exclude(sha256_plain="").values_list("sha256_plain", "kept"):
            path = store.path_of(sha256)
            if kept not in ("", sha256) and path.exists() and not path.read_bytes().startswith(MAGIC):
                path.unlink()


def _stored(sha256: str) -> store.Stored | None:
    try:
        with store.path_of(sha256).open("rb") as file:
            stored = store.put(file)
    except (OSError, store.StoreError):
        return None
    return stored if stored.sha256 == sha256 else None
