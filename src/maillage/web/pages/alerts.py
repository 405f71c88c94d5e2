"""« M’avertir »: keep a search, confirm an address, change or stop, take everything away. Without account."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError, Unknown
from maillage.search import actions
from maillage.search.links import manage_link, to_confirm, to_manage
from maillage.search.models import Frequency, SavedSearch
from maillage.search.wanted import parse_wanted
from maillage.search.watched import searches_beside
from maillage.web.guard import sender_of
from maillage.web.messages import told
from maillage.web.params import only_known

FIELDS = ("liste", "email", "rythme", "site_web")


def new_alert(request: HttpRequest) -> HttpResponse:
    """Ask to be told about a list; nothing typed is lost when something is wrong."""
    if request.method != "POST":
        query = only_known(request, ("liste",))
        return _form(request, {"liste": query.get("liste", "/programmes"), "rythme": Frequency.WEEKLY.value})
    values = {name: request.POST.get(name, "")[:4000] for name in FIELDS}
    user = _owner(request)
    try:
        mail = None
        if not values["site_web"]:
            mail = actions.subscribe(
                wanted=parse_wanted(values["liste"]),
                email=user.email if user else values["email"],
                frequency=values["rythme"],
                sender=sender_of(request),
                user=user,
            )
    except MaillageError as error:
        return _form(request, values, error=told(error))
    if user:
        messages.success(request, gettext("C’est noté : vous serez averti."))
        return HttpResponseRedirect("/mon-espace#recherches")
    if mail:
        actions.send(only=mail)
    return HttpResponseRedirect("/alertes/envoyee")


def _owner(request: HttpRequest) -> User | None:
    """The person signed in, when their address was confirmed: no message is needed then."""
    user = request.user
    if not isinstance(user, User):
        return None
    known = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return user if known.exists() else None


def _form(request: HttpRequest, values: dict[str, str], *, error: str = "") -> HttpResponse:
    wanted = None if error else parse_wanted(values["liste"])
    context: dict[str, Any] = {
        "values": values,
        "error": error,
        "wanted": wanted,
        "told": wanted.told() if wanted else "",
        "owner": _owner(request),
        "rhythms": Frequency.choices,
    }
    return render(request, "alerts/new.html", context, status=400 if error else 200)


def sent(request: HttpRequest) -> HttpResponse:
    """The same words for a known address and for an unknown one."""
    only_known(request, ())
    return render(request, "alerts/sent.html")


def confirm(request: HttpRequest, word: str) -> HttpResponse:
    """A page with one button: programs that open links in mail confirm nothing."""
    only_known(request, ())
    uid = to_confirm(word)
    if request.method == "POST":
        search = actions.confirm(uid)
        messages.success(request, gettext("C’est confirmé : vous serez averti."))
        return HttpResponseRedirect(f"/alertes/{manage_link(search)}")
    found = SavedSearch.objects.filter(uid=uid).first()
    if found is None:
        raise Unknown("alert_link_unknown")
    return _private(render(request, "alerts/confirm.html", {"search": found, "told": _words(found)}))


def manage(request: HttpRequest, word: str) -> HttpResponse:
    """Every search of the address that got the link: change, pause, take away, one or all."""
    only_known(request, ())
    uid = to_manage(word)
    rows = searches_beside(uid)
    if not rows:
        raise Unknown("alert_link_unknown")
    if request.method == "POST":
        return _act(request, rows, word)
    context = {"searches": [(row, _words(row), row.uid == uid) for row in rows], "rhythms": Frequency.choices}
    return _private(render(request, "alerts/manage.html", context))


def _act(request: HttpRequest, rows: list[SavedSearch], word: str) -> HttpResponse:
    asked = request.POST.get("geste", "")
    if asked == "tout-effacer":
        actions.forget_address(rows[0].email)
        return HttpResponseRedirect("/alertes/effacee")
    search = next((row for row in rows if str(row.uid) == request.POST.get("recherche", "")), None)
    if search is None:
        raise Unknown("alert_link_unknown")
    if asked == "rythme":
        actions.change_frequency(search, frequency=request.POST.get("rythme", ""))
    elif asked == "pause":
        actions.pause([search])
    elif asked == "reprendre":
        actions.resume(search)
    elif asked == "effacer":
        actions.unsubscribe(search.uid)
        left = [row for row in rows if row.pk != search.pk]
        return HttpResponseRedirect(f"/alertes/{manage_link(left[0])}" if left else "/alertes/effacee")
    else:
        expected = ["rythme", "pause", "reprendre", "effacer", "tout-effacer"]
        raise Invalid("choice_unknown", field="geste", value=asked, expected=expected)
    messages.success(request, gettext("C’est fait."))
    return HttpResponseRedirect(f"/alertes/{word}")


@csrf_exempt
def stop(request: HttpRequest, word: str) -> HttpResponse:
    """Stop in one gesture: mail programs POST here by themselves (RFC 8058); a person gets a page with a button."""
    uid = to_manage(word)
    if request.method == "POST":
        actions.unsubscribe(uid)
        return render(request, "alerts/erased.html")  # no redirect: RFC 8058, 3.1
    only_known(request, ())
    found = SavedSearch.objects.filter(uid=uid).first()
    if found is None:
        return HttpResponseRedirect("/alertes/effacee")
    return _private(render(request, "alerts/stop.html", {"told": _words(found), "word": word}))


def erased(request: HttpRequest) -> HttpResponse:
    """Nothing is kept any more."""
    only_known(request, ())
    return render(request, "alerts/erased.html")


def _words(search: SavedSearch) -> str:
    try:
        return parse_wanted(search.address).told()
    except MaillageError:
        return search.query


def _private(response: HttpResponse) -> HttpResponse:
    """A page behind a signed link is nobody else's: not kept, not indexed."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
