"""Serving the pages with gunicorn, configured here rather than by a file."""

from typing import Any

from gunicorn.app.base import BaseApplication


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
    _Pages(
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": 1,
            "threads": 8,
            "worker_class": "gthread",
            "timeout": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
    ).run()
