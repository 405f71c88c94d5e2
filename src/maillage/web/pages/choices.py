"""What became of an offer for a need: said by an account, kept in its space, forgotten in one gesture."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.answer.actions import choose, forget_choice
from maillage.answer.choosing import chosen_by
from maillage.core.errors import MaillageError, Unknown
from maillage.web.guard import signed_in
from maillage.web.messages import told
from maillage.web.pages.answer import answer_to, read_asked
from maillage.web.params import only_known, page_number
from maillage.web.spaces import space_for

PER_PAGE = 30


@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """All that this space chose, the latest first, each with the way to forget it."""
    query = only_known(request, ("page",))
    shown = Paginator(chosen_by(cast(User, request.user)), PER_PAGE).get_page(page_number(query))
    return render(request, "mine/choices.html", {"shown": shown, "mine": request.user.pk})


@require_POST
@signed_in
def say(request: HttpRequest) -> HttpResponse:
    """Keep what became of an offer for the need of an answer, and come back to why it is there."""
    asked, slug = read_asked(QueryDict(request.POST.get("reponse", "")[:8000])), request.POST.get("fiche", "")
    answer = answer_to(asked, asked.territory, space=space_for(request))
    try:
        choose(answer=answer, slug=slug, outcome=request.POST.get("suite", ""), by=cast(User, request.user))
        messages.success(request, gettext("C’est noté : vos prochains besoins voisins en tiendront compte."))
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect(f"/pourquoi?{asked.query(fiche=slug)}#suite")


@require_POST
@signed_in
def forget(request: HttpRequest) -> HttpResponse:
    """Forget one choice, or all those of the account."""
    text = request.POST.get("lequel", "")
    if text and not (text.isascii() and text.isdigit()):
        raise Unknown("choice_forgotten", value=text[:20])
    forget_choice(by=cast(User, request.user), pk=int(text[:12]) if text else None)
    messages.success(request, gettext("C’est oublié."))
    return HttpResponseRedirect("/mon-espace/choix")
