"""What each stored field says of people, decided field by field.

A model's field is wrapped in one of four words: `open_`, `internal`, `personal`, `protected`. A field that is not stops
the tests.
"""

from arusha.core.privacy.classes import Privacy, class_of, internal, open_, personal, protected

__all__ = ["Privacy", "class_of", "internal", "open_", "personal", "protected"]
