"""Which systems a journey shows. A test bears `@pytest.mark.system("W2")`; at the end the run says which were seen."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tags travel with a test's report, from whichever process runs it."""
    for item in items:
        item.user_properties += [("system", system) for mark in item.iter_markers("system") for system in mark.args]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line: the systems whose journeys passed, and those whose did not."""
    outcomes: dict[str, set[str]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            for name, system in getattr(report, "user_properties", ()):
                if name == "system":
                    outcomes.setdefault(system, set()).add(outcome)
    shown = sorted(system for system, seen in outcomes.items() if seen == {"passed"})
    if outcomes:
        rest = sorted(outcomes.keys() - shown)
        aside = f"; not shown: {', '.join(rest)}" if rest else ""
        terminalreporter.write_line(f"systems shown by a journey: {', '.join(shown) or 'none'}{aside}")
