"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terril.config.settings")

application = get_wsgi_application()

from terril.config.replaced import follow_file  # noqa: E402 - Django is set up by now

follow_file()
