"""Django's settings: read from where the installation lies; nothing here is edited to add a capability."""

import os
import secrets
from pathlib import Path

from arusha.conf import database, discovery, mail, places

ARUSHA_HOME = places.home()
ARUSHA_KEYS = places.keys()
INSTALLATION = places.installation(ARUSHA_HOME)
ARUSHA_DEMO = bool(INSTALLATION and INSTALLATION.demo)

_secret = ARUSHA_KEYS / "pages.key"
SECRET_KEY = _secret.read_text().strip() if _secret.exists() else secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("ARUSHA_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    *discovery.apps(),
]
MIDDLEWARE = [
    "arusha.conf.logs.told",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "arusha.conf.middleware.request_of_a_person",
    "axes.middleware.AxesMiddleware",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
ROOT_URLCONF = "arusha.conf.urls"
WSGI_APPLICATION = "arusha.conf.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": discovery.templates(),
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"ui": "arusha.ui.templatetags.ui"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "arusha.conf.context.shell",
            ],
        },
    }
]
FILE_UPLOAD_HANDLERS = ["arusha.core.files.uploads.Spooled"]
DATABASES = {"default": database.django_settings(ARUSHA_HOME, ARUSHA_KEYS)}
ARUSHA_MAIL, ARUSHA_URL = mail.configured(os.environ), mail.address(os.environ)
globals().update(mail.django_settings(os.environ))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "arusha.conf.sign_in.Accounts"]
LOGIN_URL = "sign-in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "arusha.conf.sign_in.address"
AXES_LOCKOUT_CALLABLE = "arusha.conf.sign_in.locked_out"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("ARUSHA_HTTPS", "") == "1"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "ui" / "locale"]
FORMAT_MODULE_PATH = "arusha.ui.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = INSTALLATION.zone if INSTALLATION else "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).resolve().parent.parent / "ui" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31536000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "arusha.conf.logs.Lines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "arusha": {"level": "INFO"},
        # Ours alone tell of what happens, for theirs hold paths, names and addresses; a refusal is no fault.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # unique by Accounts.get_by_natural_key, which ignores the case of letters
