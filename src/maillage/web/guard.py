"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from maillage.accounts.models import User
from maillage.dialogue.queries.leading import leads

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def _only(allowed: Callable[[User], bool], view: View[Rest]) -> View[Rest]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not allowed(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def signed_in(view: View[Rest]) -> View[Rest]:
    """Anyone with an account; the others are asked to sign in and brought back."""
    return _only(lambda _: True, view)


def contributors(view: View[Rest]) -> View[Rest]:
    """Contributors and animateurs."""
    return _only(lambda user: user.is_contributor, view)


def animators(view: View[Rest]) -> View[Rest]:
    """Animateurs only."""
    return _only(lambda user: user.is_animator, view)


def leaders(view: View[Rest]) -> View[Rest]:
    """Those who keep the space of dialogue."""
    return _only(leads, view)


def sender_of(request: HttpRequest) -> str:
    """The network address a request comes from; behind our own HTTPS proxy, the one the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
