"""Settings of the web process. No database, no account yet: only the operator has a session, in a signed cookie."""

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

INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "terril.web"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "terril.web.cache.ReleaseCache",
    "terril.web.headers.PermissionsPolicy",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "terril.web.publication.Answers",
    "django.middleware.common.CommonMiddleware",
]
#: Pages of a release, by address; each worker keeps its own.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 600, "CULL_FREQUENCY": 4},
    }
}
#: « ign » offers the national base map, where the browsers of the agency reach it.
BASEMAP = os.environ.get("TERRIL_BASEMAP", "")
BASEMAP_ORIGIN = {"ign": "https://data.geopf.fr"}.get(BASEMAP)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "worker-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *filter(None, [BASEMAP_ORIGIN])],
        "connect-src": ["'self'", *filter(None, [BASEMAP_ORIGIN])],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
#: Who publishes this portal, said by the legal notice: whoever installs it fills it in.
PUBLISHER = {
    "name": os.environ.get("TERRIL_EDITEUR", ""),
    "address": os.environ.get("TERRIL_ADRESSE", ""),
    "director": os.environ.get("TERRIL_DIRECTION", ""),
    "contact": os.environ.get("TERRIL_CONTACT", ""),
    "host": os.environ.get("TERRIL_HEBERGEUR", ""),
}
ROOT_URLCONF = "terril.config.urls"
WSGI_APPLICATION = "terril.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "string_if_invalid": "",
            "context_processors": ["terril.web.publication.site"],
            "builtins": ["terril.web.templatetags.terril"],
        },
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
# Addresses of our own files carry their fingerprint.
WHITENOISE_MAX_AGE = 86_400
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Only the forms of the operator have a token; a page that has none sets no cookie.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_PATH = "/anomalies/"
CSRF_FAILURE_VIEW = "terril.web.pages.errors.expired"
LOGGING_CONFIG = None
