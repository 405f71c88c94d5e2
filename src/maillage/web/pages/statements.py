"""Statements of a session: put one, vote on the next, read what brings the groups together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.consensus import Ranked, Standing
from maillage.core.errors import Invalid, MaillageError
from maillage.core.weighing import weight
from maillage.dialogue.actions.stating import propose_statement, vote_statement, withdraw_statement
from maillage.dialogue.models import Session, Statement
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.programme import session_numbered
from maillage.dialogue.queries.statements import Gathered, gathered, may_vote_for, votes_of
from maillage.dialogue.queries.taking_part import is_member_of
from maillage.web.guard import signed_in
from maillage.web.messages import reason_told, told
from maillage.web.params import only_known
from maillage.web.sessioning import session_title

VALUES = {"oui": 1, "non": -1, "passe": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedView:
    """A statement as the results show it."""

    statement: Statement
    reasons: tuple[str, ...]
    is_shared: bool


@signed_in
def room(request: HttpRequest, number: int) -> HttpResponse:
    """The next statement to vote on, one's votes, a form to put another, and the results from 15 voters on."""
    query = only_known(request, ("structure",))
    row = session_numbered(number, user=request.user)
    if not is_member_of(request.user, row):
        raise PermissionDenied
    slug = request.POST.get("structure", "") or query.get("structure", "")
    mine = may_vote_for(request.user, row)
    chosen = next((each for each in mine if each.slug == slug), mine[0] if mine and not slug else None)
    if slug and chosen is None:
        raise PermissionDenied
    context: dict[str, Any] = {}
    if request.method == "POST":
        if chosen is None:
            raise PermissionDenied
        text = request.POST.get("texte", "")
        try:
            propose_statement(session=row, organisation=chosen, text=text, by=cast(User, request.user))
        except MaillageError as error:
            context = {"text": text, "error": told(error)}
        else:
            messages.success(request, gettext("L’affirmation est proposée à toutes."))
            return HttpResponseRedirect(_at(number, chosen))
    context |= _context(row, chosen, mine)
    context["is_animator"] = leads(request.user)
    return render(request, "dialogue/statements.html", context, status=409 if "error" in context else 200)


def _context(row: Session, chosen: Organisation | None, mine: list[Organisation]) -> dict[str, Any]:
    found = gathered(row)
    said = votes_of(row, chosen) if chosen else {}
    rows = list(found.statements.values())
    return {
        "session": row,
        "title": session_title(row),
        "organisations": mine,
        "chosen": chosen,
        "next": next((each for each in rows if chosen and each.pk not in said), None),
        "left": len([each for each in rows if each.pk not in said]),
        "votes": [(each, said.get(each.pk)) for each in rows],
        "choices": [
            ("oui", 1, gettext("D’accord")),
            ("non", -1, gettext("Pas d’accord")),
            ("passe", 0, gettext("Passer")),
        ],
        "voters": found.voters,
        "missing": max(0, round(weight("consensus", "voters_least")) - found.voters),
        "groups": _groups(found),
        "ranked": [_ranked(each, found) for each in found.found.ranked] if found.found else [],
    }


def _groups(found: Gathered) -> list[tuple[str, int, list[Statement], list[Statement]]]:
    """Each group: its name, its size, the statements it votes for and against unlike the others."""
    if found.found is None or len(found.found.groups) < 2:
        return []
    known = found.statements
    return [
        (each.name, each.size, [known[key] for key in each.for_], [known[key] for key in each.against])
        for each in found.found.groups
    ]


def _ranked(ranked: Ranked, found: Gathered) -> RankedView:
    return RankedView(
        statement=found.statements[ranked.key],
        reasons=tuple(reason_told(each) for each in ranked.reasons),
        is_shared=ranked.standing == Standing.SHARED,
    )


@require_POST
@signed_in
def vote(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Say what one of one's organisations thinks of a statement, then come back to the next one."""
    statement = _statement(request, number, pk)
    mine = may_vote_for(request.user, statement.session)
    chosen = next((each for each in mine if each.slug == request.POST.get("structure", "")), None)
    if chosen is None:
        raise PermissionDenied
    value = request.POST.get("voix", "")
    if value not in VALUES:
        raise Invalid("choice_unknown", field="voix", value=value[:40], expected=list(VALUES))
    by = cast(User, request.user)
    return _done(
        request,
        lambda: vote_statement(statement=statement, organisation=chosen, value=VALUES[value], by=by),
        to=_at(number, chosen),
    )


@require_POST
@signed_in
def withdraw(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take a statement away."""
    statement = _statement(request, number, pk)
    by = cast(User, request.user)
    return _done(
        request,
        lambda: withdraw_statement(statement=statement, by=by),
        to=f"/dialogue/sessions/{number}/affirmations",
    )


def _statement(request: HttpRequest, number: int, pk: int) -> Statement:
    row = session_numbered(number, user=request.user)
    rows = Statement.objects.select_related("session", "organisation")
    return get_object_or_404(rows, session=row, withdrawn_at=None, pk=pk)


def _at(number: int, organisation: Organisation) -> str:
    return f"/dialogue/sessions/{number}/affirmations?structure={organisation.slug}"


def _done(request: HttpRequest, act: Callable[[], object], *, to: str) -> HttpResponse:
    try:
        act()
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect(to)
