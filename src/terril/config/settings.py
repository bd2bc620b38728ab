"""Settings of the web process. Nothing is stored yet: no database, no session, no account."""

from __future__ import annotations

import os
import secrets

DEBUG = False
# Only signs what one process hands to itself; a deployment with several machines gives its own.
SECRET_KEY = os.environ.get("TERRIL_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *filter(None, os.environ.get("TERRIL_HOSTS", "").split(",")),
]

INSTALLED_APPS = ["django.contrib.staticfiles", "terril.web"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "terril.web.headers.SecurityHeaders",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "terril.config.urls"
WSGI_APPLICATION = "terril.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"string_if_invalid": "", "context_processors": []},
    }
]
DATABASES: dict[str, object] = {}
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
STATIC_URL = "/static/"
# Served from the package itself: nothing to collect before serving.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
LOGGING_CONFIG = None
