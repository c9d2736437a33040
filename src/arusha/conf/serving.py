"""Serving the pages with gunicorn, configured here rather than by a file."""

import logging
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from arusha.conf import logs


class Served(Logger):
    """Gunicorn's own messages as lines like any other; its log of accesses, with paths and addresses, is never kept."""

    def setup(self, cfg: Any) -> None:
        """No handler of its own: the lines go up to ours."""
        self.cfg = cfg
        self.error_log.handlers, self.error_log.propagate = [], True
        self.error_log.setLevel(logging.WARNING)
        self.access_log.handlers, self.access_log.propagate = [], False

    def access(self, *args: Any, **kwargs: Any) -> None:
        """Told by `logs.told` instead."""

    def access_log_enabled(self) -> bool:
        """It is not."""
        return False


class _Pages(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        from arusha.conf.wsgi import application

        return application


def run(host: str, port: int) -> None:
    """Serve until stopped: one process with eight threads, since SQLite has one writer."""
    logs.begin()
    _Pages(
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": 1,
            "threads": 8,
            "worker_class": "gthread",
            "timeout": 60,
            "logger_class": "arusha.conf.serving.Served",
            "control_socket_disable": True,
        }
    ).run()
