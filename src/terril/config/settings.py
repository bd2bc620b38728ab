"""Settings of the web process and of whatever reads the state: people, rights, records, edits."""

from __future__ import annotations

import os

from terril.config import identity, logs, mail, state

DEBUG = False
#: Several machines behind one address share it: TERRIL_SECRET_KEY.
SECRET_KEY = state.secret_key()
#: Whether visitors come by HTTPS, through a proxy that says so: cookies then travel by HTTPS alone.
HTTPS = os.environ.get("TERRIL_HTTPS", "") == "1"
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *filter(None, os.environ.get("TERRIL_HOSTS", "").split(",")),
]

#: Address of the portal, for messages that leave it.
SITE = os.environ.get("TERRIL_SITE", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
    # Ours first: their templates stand in the place of allauth's.
    "terril.web",
    "django.forms",
    "terril.apps.accounts",
    "terril.apps.organisations",
    "terril.apps.audit",
    "terril.apps.notices",
    "terril.apps.catalogue",
    "terril.apps.agreements",
    "terril.apps.tokens",
    "terril.apps.dashboards",
    "terril.apps.usage",
    "terril.apps.contributions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "terril.web.usage.Counted",
    "terril.web.machines.Machines",
    "terril.web.cache.ReleaseCache",
    "terril.web.headers.PermissionsPolicy",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "terril.web.publication.Answers",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "terril.web.access.Access",
    # Before the token of a form is looked for in it.
    "terril.web.uploads.SizeLimit",
]
CACHES = {
    # Shared by the workers: how often a sign-in was tried, tokens that serve once.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # Pages of a release, by address; each worker keeps its own.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 600, "CULL_FREQUENCY": 4},
    },
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
        # A form that leads to the identity provider is followed there.
        "form-action": ["'self'", *identity.origins()],
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
#: Questions a minute to the JSON interface: from one address, and by one token.
QUOTA_ANONYMOUS = int(os.environ.get("TERRIL_QUOTA_ANONYMOUS", "60"))
QUOTA_TOKEN = int(os.environ.get("TERRIL_QUOTA_TOKEN", "600"))
#: To the OGC services, from one address: each movement of a map is a question for each of its layers.
QUOTA_MAPS = int(os.environ.get("TERRIL_QUOTA_MAPS", "300"))
ROOT_URLCONF = "terril.config.urls"
WSGI_APPLICATION = "terril.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "string_if_invalid": "",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "terril.web.publication.site",
            ],
            "builtins": ["terril.web.templatetags.terril"],
        },
    }
]
DATABASES = {"default": state.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

#: A file that members bring, bytes: told before, and refused before it is read.
IMPORT_BYTES = int(os.environ.get("TERRIL_IMPORT_MO", "200")) * 10**6

# People.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "terril.apps.accounts.passwords.FrenchPasswordValidator"},
]
LOGIN_URL = "/compte/connexion/"
LOGIN_REDIRECT_URL = "/applications/"
SESSION_ENGINE = "terril.apps.accounts.sessions"
SESSION_COOKIE_NAME = "terril_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = HTTPS
ACCOUNT_ADAPTER = "terril.apps.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
#: A proxy of ours says who asks.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
#: The answer is the same whether an address has an account or not.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip", "reset_password": "5/h/key,20/h/ip"}
SOCIALACCOUNT_ADAPTER = "terril.apps.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = identity.providers()
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_ADAPTER = "terril.apps.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Terril"

# Mail: kept as files in the working folder until a server is given.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if mail.HOST else 'filebased'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = mail.HOST, mail.PORT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.USER, mail.PASSWORD
EMAIL_USE_SSL, EMAIL_USE_TLS = mail.SSL, mail.STARTTLS
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = mail.outbox()
DEFAULT_FROM_EMAIL = mail.SENDER
FORM_RENDERER = "terril.web.forms.Renderer"
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
# Only a page with a form sets the cookie of its token.
CSRF_COOKIE_NAME = "terril_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
CSRF_FAILURE_VIEW = "terril.web.pages.errors.expired"
LOGGING = logs.settings()
