"""gunicorn, started from the command line rather than from a file."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):
    """The web application under gunicorn.

    Parameters
    ----------
    host, port : address to listen on.
    workers : processes.
    """

    def __init__(self, host: str, port: int, workers: int) -> None:
        self._settings = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "proc_name": "terril",
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn, those that this version knows."""
        for name, value in self._settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, imported in the worker."""
        from terril.config.wsgi import application  # noqa: PLC0415 - after the fork, as gunicorn wants

        return application
