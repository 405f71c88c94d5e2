"""The only settings file. What changes from one machine to another comes from the environment, or `var/secrets.env`.

An unreadable value stops the start with its name. `docs/guide/reglages.md` lists every variable.
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

env = Env()
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products at every answer: threads cost more than they bring
PROJECT = Path(__file__).resolve().parents[3]
VAR = Path(env.str("MAILLAGE_VAR", str(PROJECT / "var")))
"""Where everything this machine makes lives: database, index, keys, backups."""
VAR.mkdir(parents=True, exist_ok=True)
env.read_env(str(VAR / "secrets.env"), recurse=False)  # whoever starts a command: a person, cron, systemd


def local_key() -> str:
    """The secret key of this machine, made once and kept readable by its owner alone."""
    from django.core.management.utils import get_random_secret_key

    path = VAR / "secret_key"
    if not path.exists():
        path.write_text(get_random_secret_key(), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


DEBUG = env.bool("MAILLAGE_DEBUG", False)
SECRET_KEY = env.str("MAILLAGE_SECRET_KEY", "") or local_key()
ALLOWED_HOSTS = env.list("MAILLAGE_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("MAILLAGE_ORIGINS", [])
HTTPS = env.bool("MAILLAGE_HTTPS", False)
SITE_URL = env.str("MAILLAGE_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "maillage.accounts",
    "maillage.work",
    "maillage.territories",
    "maillage.actors",
    "maillage.inventory",
    "maillage.harvest",
    "maillage.curation",
    "maillage.search",
    "maillage.articulation",
    "maillage.dialogue",
    "maillage.coverage",
    "maillage.answer",
    "maillage.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "maillage.web.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "maillage.web.failures.SaysWhatWentWrong",
]

ROOT_URLCONF = "maillage.config.urls"
WSGI_APPLICATION = "maillage.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "src/maillage/web/templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "maillage.web.templatetags.typography",
            ],
        },
    }
]

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'maillage.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Maillage] "
LOGIN_REDIRECT_URL = "/mon-espace"
LOGIN_URL = "/compte/connexion"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a code stays good for the half minute before and after: telephones drift, people type slowly
EMAIL_CONFIG = env.dj_email_url("MAILLAGE_EMAIL_URL", "console:")
if "EMAIL_BACKEND" not in EMAIL_CONFIG:
    raise EnvError(
        'Environment variable "MAILLAGE_EMAIL_URL" invalid: begin it with submission://, smtp:// or console:'
    )
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL_CONFIG["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = env.int("MAILLAGE_EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = env.str("MAILLAGE_FROM", "Maillage <ne-pas-repondre@localhost>")

CONTACT = env.str("MAILLAGE_CONTACT", SITE_URL)
"""Where those whose sites we read can reach whoever runs this house: an e-mail address or a page."""
EMBEDDINGS = env.str("MAILLAGE_EMBEDDINGS", "")
"""A language model kept on this machine (docs/method/classement.md); without it nothing is missing."""
if EMBEDDINGS:
    from maillage.core.ranking.embeddings import plug

    plug(EMBEDDINGS)

SOURCE_SECRETS = {"aides-territoires": env.str("MAILLAGE_AIDES_TERRITOIRES_KEY", "")}
"""What sources gave us to be recognised by, under the slug of their connector; empty when they gave nothing."""

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("en", _("anglais"))]
LOCALE_PATHS = [PROJECT / "src/maillage/locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "maillage.web.formats"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [PROJECT / "src/maillage/web/static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "maillage.web.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "maillage.web.failures.csrf_failed"
APPEND_SLASH = False
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

JOBS = "maillage.config.jobs.JOBS"
"""The list of what is done alone, read by `maillage.work`."""

SILENCED_SYSTEM_CHECKS = ["models.W042"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("MAILLAGE_LOG", "INFO")},
}
