"""All settings, read from the environment. README lists every name.

Outside the demo a half configured site does not start: what is missing or contradicts
itself is named in one sentence. Nothing here has an insecure default.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from environs import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# What kind of site this is
DEMO = env.bool("CAIRN_DEMO", False)  # demo log-ins, mails as files, /demo/mail/
DEBUG = env.bool("DEBUG", False)
SITE_NAME = env.str("SITE_NAME", "Cairn")
SITE_URL = env.str("SITE_URL").rstrip("/")  # part of every signed id: never changes
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", "operator@example.org" if DEMO else None)
READ_ONLY_UNTIL = env.str("READ_ONLY_UNTIL", "")  # words, such as "15:00 UTC"
DATA = Path(env.str("CAIRN_DATA", str(BASE_DIR / ".cairn")))

_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname or _site.path:
    raise ImproperlyConfigured("SITE_URL is an address without a path, https://…")
if _site.scheme == "http" and not (DEMO or DEBUG):
    raise ImproperlyConfigured("SITE_URL begins with https:// outside the demo.")
if not OPERATOR_EMAIL:
    raise ImproperlyConfigured("OPERATOR_EMAIL says who receives problem reports.")
if DEBUG and _site.hostname not in {"localhost", "127.0.0.1"}:
    raise ImproperlyConfigured("DEBUG shows the site's insides: localhost only.")
if DEMO and _site.hostname not in {"localhost", "127.0.0.1"}:
    raise ImproperlyConfigured("CAIRN_DEMO has public passwords: localhost only.")

# Secrets
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])


def _key_encryption_key() -> bytes:
    """Read the 32 bytes that seal issuers' private keys, from value or file."""
    text = env.str("CREDENTIALS_KEK", "")
    if path := env.str("CREDENTIALS_KEK_FILE", ""):
        if text:
            raise ImproperlyConfigured("Set CREDENTIALS_KEK or its file, not both.")
        text = Path(path).read_text().strip()
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("CREDENTIALS_KEK is 32 random bytes in base64.")
    return key


CREDENTIALS_KEK = _key_encryption_key()

# Applications
INSTALLED_APPS = [
    "portfolio",
    "pathways",
    "credentials",
    "credentials.apps.StaffAdminConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "portfolio.site.watching.request_log",
    "portfolio.site.watching.slow_query_log",
    "portfolio.site.middleware.canonical_host",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portfolio.site.middleware.extra_headers",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "portfolio.site.languages.speak",
    "portfolio.site.middleware.read_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portfolio.site.middleware.htmx_log_in",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portfolio.site.middleware.FormStatus",
    "portfolio.site.middleware.Busy",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "portfolio.urls"
WSGI_APPLICATION = "portfolio.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portfolio.site.context.site",
            ],
            "builtins": [
                "credentials.templatetags.icons",
                "django.templatetags.i18n",
                "credentials.templatetags.languages",
            ],
        },
    },
]

# Database: one PostgreSQL for everything, jobs included
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", engine="django.db.backends.postgresql")
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8), "timeout": 10},
    # A stuck lock or a lost client ends in a sentence, not in a waiting site.
    "options": "-c lock_timeout=3s -c statement_timeout=10s"
    " -c idle_in_transaction_session_timeout=15s",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Counts of allauth's own limits, shared by all processes.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
    },
    # Pieces of pages, drawn once in each process. The key of a piece holds everything
    # that it shows, so none is ever stale; verdicts and times are not kept.
    "fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

# Accounts
AUTH_USER_MODEL = "portfolio.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {
        "NAME": f"{_validation}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": f"{_validation}.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portfolio.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "add_email": "portfolio.accounts.account_forms.AddEmailForm",
    "change_password": "portfolio.accounts.account_forms.ChangePasswordForm",
    "confirm_email_verification_code": (
        "portfolio.accounts.account_forms.ConfirmEmailVerificationCodeForm"
    ),
    "confirm_password_reset_code": (
        "portfolio.accounts.account_forms.ConfirmPasswordResetCodeForm"
    ),
    "login": "portfolio.accounts.account_forms.LoginForm",
    "reauthenticate": "portfolio.accounts.account_forms.ReauthenticateForm",
    "reset_password": "portfolio.accounts.account_forms.ResetPasswordForm",
    "reset_password_from_key": "portfolio.accounts.account_forms.ResetPasswordKeyForm",
    "set_password": "portfolio.accounts.account_forms.SetPasswordForm",
    "signup": "portfolio.accounts.account_forms.SignupForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Changing the address there would tell whether an account exists.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # mails can take minutes; 3 tries
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # both answers send one mail, at the same pace
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# The second wall: ours, in portfolio/accounts/adapter.py, come first.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,10/5m/key",
    "login": "60/m/ip",
    "signup": "60/h/ip",
    "reset_password": "20/m/ip,5/h/key",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
USERSESSIONS_TRACK_ACTIVITY = False  # looking at a page writes nothing

# Mail
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <{OPERATOR_EMAIL}>")
SERVER_EMAIL = OPERATOR_EMAIL
if DEMO:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": DATA / "mail"},
        }
    }
else:
    _mail = env.dj_email_url("EMAIL_URL")
    MAILERS = {
        "default": {
            "BACKEND": _mail["EMAIL_BACKEND"],
            "OPTIONS": {
                "host": _mail["EMAIL_HOST"],
                "port": _mail["EMAIL_PORT"],
                "username": _mail["EMAIL_HOST_USER"],
                "password": _mail["EMAIL_HOST_PASSWORD"],
                "use_tls": _mail["EMAIL_USE_TLS"],
                "use_ssl": _mail["EMAIL_USE_SSL"],
                "timeout": 20,
            },
        }
    }

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portfolio.formats"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# Static files and what people upload
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA / "media"  # never served by the web server, only by views that look
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if _bucket := env.str("STORAGE_S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _bucket,
            "endpoint_url": env.str("STORAGE_S3_ENDPOINT", None),
            "default_acl": None,
            "querystring_auth": True,
        },
    }
WHITENOISE_MAX_AGE = 3600
# Pages name files with their hash alone; the others would be compressed for nobody.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
PROCRASTINATE_ON_APP_READY = "credentials.enqueuing.prepare"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_MAX_BYTES = 25 * 1024 * 1024

# Issuing
STATUS_LIST_LENGTH = 131_072  # the smallest list that hides one holder among others
# Of the entries so many are given out, then a new list begins. Storing them takes two
# seconds a list, which whoever starts the demo waits for.
STATUS_LIST_SHARE = 0.05 if DEMO else 0.9

# Security
ALLOWED_HOSTS = [
    _site.hostname,
    *env.list("ALLOWED_HOSTS", ["127.0.0.1"] if DEMO else []),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_https = _site.scheme == "https"
if _https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# The prefix keeps a neighbouring host from planting these cookies.
SESSION_COOKIE_NAME = "__Host-sessionid" if _https else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _https else "csrftoken"
LANGUAGE_COOKIE_NAME = "__Host-language" if _https else "language"
LANGUAGE_COOKIE_AGE = 365 * 86400
CSRF_FAILURE_VIEW = "portfolio.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Logs: what happened, never who (no addresses, no e-mails)
LOG_FORMAT = env.str("LOG_FORMAT", "lines" if DEMO or DEBUG else "json")
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", 50 if DEBUG else 0)
if LOG_FORMAT not in {"json", "lines"}:
    raise ImproperlyConfigured("LOG_FORMAT is json or lines.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"people": {"()": "portfolio.site.logs.WithoutPeople"}},
    "formatters": {
        "json": {"()": "portfolio.site.logs.JsonLine"},
        "lines": {"()": "portfolio.site.logs.Line"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["people"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # not twice, and no mails
        # They tell of each task at each command, and of each step of each PDF.
        "procrastinate": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
