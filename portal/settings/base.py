"""Settings common to every way of running; ``configure`` turns the typed environment into Django's names."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"

INSTALLED_APPS = [
    "portal.core",
    "portal.accounts",
    "portal.web",
    "portal.demo",
    "modeltranslation",
    "i18n",
    "content",
    "licensing",
    "media",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.accounts.apps.StaffConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "ninja",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "portal.web.middleware.security_headers",
    "portal.web.middleware.no_nul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.accounts.sessions.watch",
    "portal.web.rate_limits.RateLimits",
    "portal.accounts.middleware.staff_language",
    "portal.accounts.middleware.staff_door",
    "licensing.web.acting.acting_middleware",
    "portal.web.middleware.vault_faults",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.web.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "portal.web.forms.PortalRenderer"
MESSAGE_STORAGE = "portal.web.notices.MarkedNotices"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "portal.accounts.passwords.LengthByFactor"},
    {"NAME": "portal.accounts.passwords.NotCommon"},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages: one row or page holds all of them; every language falls back to English only, marked as such.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("pt-br", "Português (Brasil)"), ("fr", "Français"), ("ar", "العربية")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = False
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
MODELTRANSLATION_CUSTOM_FIELDS = ("StreamField", "RichTextField")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [ROOT / "i18n" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "portal" / "static"]
STATIC_ROOT = VAR / "static"
SEAL_FOLDER = VAR / "seal"
MEDIA_URL = "/uploads/"
MEDIA_ROOT = VAR / "uploads"

# Accounts
SITE_ID = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "portal.accounts.forms.SignupForm", "add_email": "portal.accounts.forms.NewAddressForm"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = None
# The four doors are limited by portal.web.rate_limits and the adapter; the second factor and what is left keep allauth's own limits.
ACCOUNT_RATE_LIMITS = {"login": "", "signup": "", "reset_password": "", "reauthenticate": "", "login_failed": "30/m/ip,10/300s/key"}
RATE_LIMITS = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "portal.accounts.forms.AddPasskeyForm", "edit_webauthn": "portal.accounts.forms.EditPasskeyForm"}
MFA_TOTP_ISSUER = "Program Portal"
USERSESSIONS_TRACK_ACTIVITY = False

# Wagtail
WAGTAIL_SITE_NAME = gettext_lazy("Program Portal")
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_USER_TIME_ZONES = ["UTC"]  # fields of the CMS say UTC and mean it
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILIMAGES_IMAGE_MODEL = "content.SiteImage"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "content.SiteDocument"
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_MODERATION_ENABLED = False
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# Browser security; the content security policy is written by portal.web.middleware.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "portal.web.errors.csrf_failure"
SILENCED_SYSTEM_CHECKS: list[str] = []


def configure(values: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings for the typed environment ``values``."""
    https = values["PORTAL_ORIGIN"].startswith("https:")
    host = urlsplit(values["PORTAL_ORIGIN"]).hostname
    settings = {
        **{
            name: values[name]
            for name in ("DEMO", "SECRET_KEY", "PORTAL_ORIGIN", "VAULT_URL", "HANDOVER", "SEAL_KEY_FILE", "SEAL_CERT_FILE")
        },
        **{name: values[name] for name in ("LICENSOR_NAME", "LICENSOR_HOLIDAYS", "METRICS_TOKEN", "TRUSTED_PROXIES", "DEMO_CARDS")},
        **{name: value for name, value in values.items() if name.startswith("STRIPE_")},
        "SEAL_FORMER_CERTS_FILE": values["SEAL_FORMER_CERTS_FILE"],
        "DATABASES": {"default": database(values["DATABASE_URL"])},
        "CACHES": {"default": cache(values["CACHE_URL"])},
        # One name only: health checks from the machine itself send it too (docs/settings.md).
        "ALLOWED_HOSTS": [host, "127.0.0.1", "localhost"] if values["DEMO"] else [host],
        "CSRF_TRUSTED_ORIGINS": [values["PORTAL_ORIGIN"]],
        "WAGTAILADMIN_BASE_URL": values["PORTAL_ORIGIN"],
        "DEFAULT_FROM_EMAIL": values["EMAIL_FROM"],
        "SERVER_EMAIL": values["EMAIL_FROM"],
        **mail(values["EMAIL_URL"]),
        **broker(values["CELERY_BROKER_URL"]),
        "LOGGING": logging(values["LOG_FORMAT"]),
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "SECURE_SSL_REDIRECT": https,
        "SECURE_HSTS_SECONDS": 31_536_000 if https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": https,
        "SECURE_HSTS_PRELOAD": https,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not https,
    }
    if https:
        settings |= {"SESSION_COOKIE_NAME": "__Host-session", "CSRF_COOKIE_NAME": "__Host-csrf"}
        settings |= {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")} if values["TRUSTED_PROXIES"] else {}
    return settings


def database(spec: dict[str, Any]) -> dict[str, Any]:
    """Add what each database needs to be safe under several processes (stack notes: docs/adr/002)."""
    if spec["ENGINE"].endswith("sqlite3"):
        name = spec["NAME"]
        path = name if name == ":memory:" or Path(name).is_absolute() else str(ROOT / name)
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        # Opening a SQLite connection and its pragmas costs more than a warm page, so connections are kept.
        return {
            **spec,
            "NAME": path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        }
    return {**spec, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


def cache(url: str) -> dict[str, Any]:
    if url.startswith("redis:"):
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


def mail(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme in ("console", "memory"):
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{'locmem' if parts.scheme == 'memory' else 'console'}.EmailBackend"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and "plain" not in parse_qs(parts.query),
        "EMAIL_TIMEOUT": 20,
    }


def broker(url: str) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "CELERY_BROKER_URL": url,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_TIMEZONE": "UTC",
    }
    if url.startswith("filesystem:"):
        folder = VAR / "broker"
        for name in ("messages", "processed", "control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        settings["CELERY_BROKER_TRANSPORT_OPTIONS"] = {
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "processed_folder": str(folder / "processed"),
            "control_folder": str(folder / "control"),
            "store_processed": False,
        }
    return settings


def logging(form: str) -> dict[str, Any]:
    plain = {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": plain, "json": {"()": "portal.core.logs.JsonFormatter"}},
        "filters": {"hide_links": {"()": "portal.core.logs.HideLinks"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["hide_links"]}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            **{name: {"level": "WARNING"} for name in ("django_tasks", "wagtail", "django.server", "pyhanko", "fontTools", "celery")},
            "kombu": {"level": "ERROR"},
        },
    }
