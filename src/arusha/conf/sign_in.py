"""Signing in with a name and a password, out again, and choosing a language."""

from ipaddress import ip_address
from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from arusha.conf import clock
from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Account
from arusha.core.people.roles import EVERYONE
from arusha.ui.pages import act_of, page


class Accounts(ModelBackend):
    """Password sign-in for accounts that have not ended, and never for a demonstration account in a real one."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the account is in force today."""
        from django.conf import settings

        today = timezone.localtime(clock.now()).date()
        ended = user.until is not None and user.until < today
        return not ended and (settings.ARUSHA_DEMO or not user.demo)


class SignIn(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"), max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


@page("sign-in/", name="sign-in", may=EVERYONE, methods=("GET", "POST"))
def sign_in(request: Any) -> HttpResponse:
    """Ask for name and password; wrong ones are counted, and five lock the name out for a quarter of an hour."""
    onward = _onward(request)
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = authenticate(request, **form.cleaned_data)
        if isinstance(account, Account):
            login(request, account)
            today = timezone.localtime(request.at).date()
            people.signed_in(account.pk, act=Act(by=actor_of(account.person, today), at=request.at))
            return redirect(onward)
        form.add_error(None, _("This name and password do not go together."))
    return render(request, "ui/sign_in.html", {"form": form, "next": onward}, status=400 if form.errors else 200)


@page("sign-out/", name="sign-out", may=EVERYONE, methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    logout(request)
    return redirect("sign-in")


@page("language/", name="set_language", may=EVERYONE, methods=("POST",))
def set_language(request: Any) -> HttpResponse:
    """Read on in another language; it is kept with the account where there is one."""
    from django.conf import settings

    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        request.session["language"] = language
        if request.actor is not None:
            people.choose_language(request.user.pk, language, act=act_of(request))
    return redirect(_onward(request))


def address(request: HttpRequest) -> str:
    """Where a request comes from: what the proxy on this machine says it saw, where one speaks HTTPS in front."""
    from django.conf import settings

    near = request.META.get("REMOTE_ADDR", "")
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    if not settings.SESSION_COOKIE_SECURE or not told:
        return near
    try:
        return str(ip_address(told)) if ip_address(near).is_loopback else near
    except ValueError:
        return near


def locked_out(request: Any, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """What someone sees whose name is locked out."""
    del credentials, args, kwargs
    return render(request, "ui/sign_in.html", {"form": SignIn(), "locked_out": True}, status=429)


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
