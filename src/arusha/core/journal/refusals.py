"""A refusal: what an act answers when a rule, a permission or the state of the thing does not allow it."""

from collections.abc import Callable

from django.utils.functional import Promise


class Refused(Exception):
    """An act was refused; nothing was changed. `rule` is a stable word, `said` the sentence for the person."""

    def __init__(self, rule: str, said: "str | Promise") -> None:
        super().__init__(str(said))
        self.rule = rule
        self.said = said


def refuse_if(condition: bool, rule: str, said: "str | Promise | Callable[[], str]") -> None:
    """Raise `Refused` when the condition holds."""
    if condition:
        raise Refused(rule, said() if callable(said) and not isinstance(said, Promise) else said)
