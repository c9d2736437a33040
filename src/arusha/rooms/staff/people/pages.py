"""The pages of this folder, by what one comes for."""

from arusha.rooms.staff.people import accounts, own, person, registers, start, tokens, told

__all__ = ["accounts", "own", "person", "registers", "start", "tokens", "told"]
