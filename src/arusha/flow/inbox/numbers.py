"""Numbers that people say aloud: the next one, never reused."""

from django.db.models import Max, Model


def next_number(model: type[Model]) -> int:
    """One more than the largest given. Called within an act's transaction, which holds the database's write lock."""
    largest: int | None = model._default_manager.aggregate(largest=Max("number"))["largest"]
    return (largest or 1000) + 1
