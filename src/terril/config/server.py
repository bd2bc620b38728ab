"""gunicorn, started from the command line rather than from a file."""

from __future__ import annotations

import gc
from importlib import import_module
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
            "graceful_timeout": 5,
            # Loaded once before the workers are forked: no visitor waits for it.
            "preload_app": True,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn, those that this version knows."""
        for name, value in self._settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, with what its pages read."""
        from django.db import connections  # noqa: PLC0415

        from terril.config.wsgi import application  # noqa: PLC0415 - Django is set up by this import
        from terril.web import portal  # noqa: PLC0415 - needs Django set up
        from terril.web.pages.catalogue import listing  # noqa: PLC0415

        # Every page; else the first request of each worker imports them.
        import_module("terril.config.urls")
        portal.warm()
        listing.warm()
        # A connection does not survive a fork.
        connections.close_all()
        # Territories and packs stay as long as the process: to look through them for what may be freed holds up whoever
        # asks meanwhile for a quarter of a second, and copies their memory in each worker.
        gc.collect()
        gc.freeze()
        return application
