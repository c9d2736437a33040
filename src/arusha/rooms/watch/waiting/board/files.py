"""The public figures as files: rows, the JSON document, and what each column means."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from arusha.rooms.watch.waiting.board.deciding import LICENCES
from arusha.rooms.watch.waiting.board.seen import HallSeen, Seen
from arusha.rooms.watch.waiting.board.service import FEWEST
from arusha.rooms.watch.waiting.forecast.model import INTERVALS

PLACE = ("port", "port_name", "terminal")
ENDS = tuple(f"{end}_{per_cent}" for per_cent in INTERVALS for end in ("low", "high"))
HOURS = (*PLACE, "day", "hour", "kind", "passengers", "mean_wait", *ENDS, "method")
LEVELS = (*PLACE, "period", "since", "until", "within", "goal", "counted", "share")


def meanings(board: Seen) -> list[tuple[str, str]]:
    """Each column and what it means, in the reader's language."""
    few = {"few": FEWEST}
    return [
        ("port, port_name, terminal", _("The border point: its code, its name where it has one, its terminal or hall")),
        ("day, hour", _("The local day, and the hour at its start; the zone is %(zone)s") % {"zone": board.zone}),
        ("kind", _("received: told by the administration; forecast: expected")),
        ("passengers", _("Travellers in the hour; empty where fewer than %(few)d were counted") % few),
        ("mean_wait", _("The mean wait of the hour in minutes; of a forecast, as likely to be less as more")),
        ("low_50 … high_95", _("Between these the mean wait is expected 50, 80 and 95 times in 100")),
        ("method", _("model, or naive: the same hour of a week before")),
        ("period, since, until", _("The 30 or 365 days that a service level is of, both ends included")),
        ("within, goal", _("The target: minutes, and how many travellers in 100 are to wait no longer")),
        ("counted, share", _("Travellers whose wait was counted, and the share of them, 0 to 1, within the target")),
    ]


def hours(board: Seen) -> Iterator[dict[str, Any]]:
    """The hours of the last week as received, and those to come."""
    for hall in board.halls:
        for told in hall.told:
            row = {"day": told.day.isoformat(), "hour": told.hour, "kind": "received"}
            yield _of(board, hall) | row | {"passengers": told.passengers, "mean_wait": told.minutes}
        for ahead in hall.ahead:
            row = {"day": ahead.day.isoformat(), "hour": ahead.hour, "kind": "forecast", "method": hall.forecast.method}
            ends = [end for per_cent in INTERVALS for end in ahead.interval(per_cent) or ()]
            rounded = dict(zip(ENDS, (round(end, 1) for end in ends), strict=True))
            yield _of(board, hall) | row | {"mean_wait": round(ahead.middle or 0.0, 1)} | rounded


def levels(board: Seen) -> Iterator[dict[str, Any]]:
    """The service levels."""
    for hall in board.halls:
        for period, level in hall.levels.items():
            days = {"period": period, "since": level.since.isoformat(), "until": level.until.isoformat()}
            share = None if level.share is None else round(level.share, 4)
            told = {"within": board.within, "goal": board.goal, "counted": level.counted, "share": share}
            yield _of(board, hall) | days | told


def as_rows(columns: tuple[str, ...], told: Iterator[dict[str, Any]]) -> Iterator[list[Any]]:
    """Rows of a file with these columns."""
    return ([row.get(name) for name in columns] for row in told)


def document(board: Seen, office: str) -> dict[str, Any]:
    """All of it as one JSON document, with its dictionary in English and its licence."""
    return {
        "publisher": office,
        "licence": {"id": board.licence, "address": LICENCES[board.licence]},
        "as_of": board.at.isoformat(),
        "of_the_past": board.past,
        "zone": board.zone,
        "columns": [{"name": name, "meaning": meaning} for name, meaning in meanings(board)],
        "hours": list(hours(board)),
        "service_levels": list(levels(board)),
        "no_forecast": [_of(board, hall) | {"why": hall.forecast.why} for hall in board.halls if hall.forecast.why],
    }


def _of(board: Seen, hall: HallSeen) -> dict[str, Any]:
    return {"port": hall.port, "port_name": board.names.get(hall.port), "terminal": hall.terminal}
