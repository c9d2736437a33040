"""The mail server, as the environment names it: ARUSHA_MAIL, ARUSHA_MAIL_PASSWORD, ARUSHA_MAIL_FROM, ARUSHA_URL."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
PORTS = {"starttls": 587, "ssl": 465, "none": 25}
SECONDS = 20
FORM = "smtp://user@host:587?tls=starttls, with tls=ssl or tls=none otherwise, or file:///folder"


def configured(environ: Mapping[str, str]) -> bool:
    """Whether a server is named."""
    return bool(environ.get("ARUSHA_MAIL", "").strip())


def address(environ: Mapping[str, str]) -> str:
    """What links in mails begin with. Raises ValueError where it is no address."""
    url = environ.get("ARUSHA_URL", "").strip().rstrip("/")
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"ARUSHA_URL={url}: give the address that people open, such as https://integrity.example.gov")
    return url


def django_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings for mail. Raises ValueError where ARUSHA_MAIL does not read."""
    told: dict[str, Any] = {
        "DEFAULT_FROM_EMAIL": environ.get("ARUSHA_MAIL_FROM", "").strip() or "arusha@localhost",
        "EMAIL_TIMEOUT": SECONDS,
        "EMAIL_BACKEND": NOWHERE,
    }
    return told | (_server(environ["ARUSHA_MAIL"].strip(), environ) if configured(environ) else {})


def _server(named: str, environ: Mapping[str, str]) -> dict[str, Any]:
    read = urlsplit(named)
    if read.scheme == "file" and read.path:
        return {"EMAIL_BACKEND": FILES, "EMAIL_FILE_PATH": unquote(read.path)}
    tls = parse_qs(read.query).get("tls", ["starttls"])[0]
    try:
        port = read.port
    except ValueError:
        port = -1
    if read.scheme != "smtp" or not read.hostname or tls not in PORTS or port == -1:
        raise ValueError(f"ARUSHA_MAIL does not read: give it as {FORM}")
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": read.hostname,
        "EMAIL_PORT": port or PORTS[tls],
        "EMAIL_HOST_USER": unquote(read.username or ""),
        "EMAIL_HOST_PASSWORD": environ.get("ARUSHA_MAIL_PASSWORD") or unquote(read.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "ssl",
    }
