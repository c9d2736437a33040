"""Another master key for files and protected texts: everything is sealed under the new one, then the old ones go.

Two steps, so that nothing which is just being written under an old key is lost with it: `rotate` makes the key and
seals anew, as often as it is called; `retire` does so once more, and drops the old keys where nothing is left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import models

from arusha.core.files import store
from arusha.core.journal import keys
from arusha.core.journal.acts import Act, act
from arusha.core.journal.effects import Effects, Remember
from arusha.core.journal.sealed_fields import opened, sealed, sealed_fields
from arusha.lib.seal import sealed_column
from arusha.lib.seal.sealed_file import ID_BYTES, id_of

BATCH = 200


@dataclass(frozen=True, slots=True)
class Resealed:
    """Protected texts under the key of now; nothing that anyone reads changes, so no version grows."""

    model: type[models.Model]
    field: Any
    rows: tuple[Any, ...]

    def apply(self, act: Act) -> dict[str, Any]:
        """Open each under its own key, and seal it again."""
        del act
        for row in self.rows:
            made = sealed(self.field, row, opened(self.field, row, _bytes(row, self.field)))
            self.model._default_manager.filter(pk=row.pk).update(**{self.field.name: made})
        return {"facts": {"texts": len(self.rows), "field": f"{self.model._meta.model_name}.{self.field.name}"}}


def _may(actor: Any, row: Any) -> bool:
    del row
    return "system" in actor.roles


@act("keys.rotated", may=_may)
def _rotated(key_id: str, *, act: Act) -> Effects:
    del act
    return Effects((Remember({"key": key_id}),), about="keys:data")


@act("keys.texts-sealed", may=_may)
def _reseal(part: Resealed, *, act: Act) -> Effects:
    del act
    return Effects((part,), about="keys:data")


@act("keys.retired", may=_may)
def _retired(count: int, files: int, *, act: Act) -> Effects:
    del act
    return Effects((Remember({"keys": count, "files": files}),), about="keys:data")


def rotate(*, act: Act, told: Callable[[object], None]) -> tuple[int, int]:
    """Make another key and seal everything under it; the files and the texts that were sealed anew."""
    made = keys.add_data_key()
    _rotated(made.hex(), act=act)
    return seal_anew(act=act, told=told)


def seal_anew(*, act: Act, told: Callable[[object], None]) -> tuple[int, int]:
    """Seal under the key of now whatever is not; the files and the texts. After a kill it goes on where it was."""
    files = 0
    for kept in store.names():
        files += store.rewrap(kept)
        told(f"{files:,} files")
    texts = 0
    for model, field in sealed_fields():
        old = _under_an_old_key(model, field)
        while rows := tuple(islice(old, BATCH)):
            _reseal(Resealed(model, field, rows), act=act)
            texts += len(rows)
            told(f"{files:,} files, {texts:,} texts")
    return files, texts


def retire(*, act: Act, told: Callable[[object], None]) -> tuple[int, int]:
    """Drop every key but the one of now, once nothing is sealed under them; how many, and what was sealed first."""
    files, texts = seal_anew(act=act, told=told)
    count = len(keys.data_keys()) - 1
    if count:
        _retired(count, files, act=act)
        keys.retire_data_keys()
    return count, files + texts


def _under_an_old_key(model: type[models.Model], field: Any) -> Iterator[Any]:
    known = id_of(keys.data_key())
    found = model._default_manager.order_by("pk").only("pk", field.name)
    for row in found.iterator(BATCH):
        stored = _bytes(row, field)
        if stored.startswith(sealed_column.SEALED) and stored[1 : 1 + ID_BYTES] != known:
            yield row


def _bytes(row: models.Model, field: Any) -> bytes:
    return bytes(row.__dict__[field.attname] or b"")
