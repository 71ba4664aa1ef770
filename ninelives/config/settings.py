"""Django's settings. What a person may choose comes from `environment.py`; the rest is decided here."""

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from ninelives.config.environment import Endpoint, Environment, database_address

ENVIRONMENT = Environment.read()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key()
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
BASE_URL = ENVIRONMENT.url
CSRF_TRUSTED_ORIGINS = [BASE_URL]
FILES_FOLDER = ENVIRONMENT.data / "files"
# What an account of this kind is told where it was told nothing of its own.
CHANNEL_DEFAULTS = {kind: {"outgoing": str(ENVIRONMENT.outgoing_smtp or "")} for kind in ("mail", "imap")}
CHECKS_SENDERS = ENVIRONMENT.dns != "off"
# (host, port) of the name server to ask; empty: the system's own.
DNS_SERVER = (ENVIRONMENT.dns.host, ENVIRONMENT.dns.port) if isinstance(ENVIRONMENT.dns, Endpoint) else ()
# Names and networks inside that may be called all the same: see foundation/outgoing.
OUTGOING_ALLOW = ENVIRONMENT.outgoing_allow

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    # Before allauth, as its templates are replaced by ours.
    "ninelives.ui",
    "allauth",
    "allauth.account",
    "template_partials",
    "procrastinate.contrib.django",
    "ninelives.foundation.apps.Foundation",
    "ninelives.accounts",
    "ninelives.customers",
    "ninelives.channels",
    "ninelives.knowledge",
    "ninelives.conversations",
    "ninelives.promises",
    "ninelives.routing",
    "ninelives.webhooks",
    "ninelives.reception",
    "ninelives.workspace",
    "ninelives.api",
    "ninelives.demo",
    "ninelives.config.apps.Assembly",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "ninelives.accounts.middleware.in_their_language",
]

ROOT_URLCONF = "ninelives.config.urls"
WSGI_APPLICATION = "ninelives.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ninelives.workspace.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "ninelives.ui.templatetags.ui"],
        },
    }
]


def _database() -> dict[str, Any]:
    # Tools that only look at the code (type checks, migrations check) need no server.
    address = database_address(os.environ.get("DATABASE_URL") or "postgresql://ninelives@localhost/ninelives")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": str(address.port or ""),
        # One connection for each of our few threads, for good; a dead one is noticed and replaced.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # The same statements come again and again: planned once, then only executed.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3} | dict(address.options),
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["ninelives.accounts.signing_in.PeopleWhoWorkHere"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "ninelives.accounts.signing_in.OnlyPeopleTakenOn"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True

SESSION_ENGINE = "ninelives.accounts.sessions"
SESSION_COOKIE_NAME = "ninelives"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https:")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        # Style attributes of cleaned mails; style elements stay forbidden.
        "style-src-attr": ["'unsafe-inline'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

STATIC_URL = "/static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if isinstance(ENVIRONMENT.outgoing_smtp, Endpoint):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = ENVIRONMENT.outgoing_smtp.host, ENVIRONMENT.outgoing_smtp.port
DEFAULT_FROM_EMAIL = "ninelives@localhost"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log.upper()},
    "loggers": {
        # They log addresses and whole job arguments at info: personal data stays out of logs.
        "procrastinate": {"level": "WARNING"},
        "mail.log": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}

PROCRASTINATE_IMPORT_PATHS = [
    "ninelives.customers.tasks",
    "ninelives.conversations.tasks",
    "ninelives.promises.tasks",
    "ninelives.webhooks.tasks",
    "ninelives.reception.tasks",
    "ninelives.config.tasks",
]
