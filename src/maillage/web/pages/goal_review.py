"""Read the suggested goals again: accept with a role and a target, or refuse for ever; a territory's own targets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.core.agenda import Target, goals, targets, targets_of
from maillage.core.errors import Invalid, MaillageError
from maillage.core.vocabulary import GoalRole
from maillage.core.wording import because
from maillage.inventory.actions import archive_local_target, judge_goal, put_local_target
from maillage.inventory.goals import goals_to_review, local_targets
from maillage.inventory.models import LocalTarget, Need, Programme, SdgTag, TagState
from maillage.inventory.studies import place_named
from maillage.web.guard import animators
from maillage.web.messages import reason_told, told
from maillage.web.params import chosen, only_known, page_number

PER_PAGE = 20
SHOWN = 90
"""Characters of a target told in a choice."""
DECISIONS = {"accepter": TagState.ACCEPTED, "ecarter": TagState.REFUSED}


@animators
def review(request: HttpRequest) -> HttpResponse:
    """The suggestions that wait, goal by goal, each with the two signals that agreed."""
    query = only_known(request, ("odd", "page"))
    asked = chosen(query, "odd", map(str, goals()))
    number = int(asked[0]) if asked else None
    shown = Paginator(goals_to_review(number), PER_PAGE).get_page(page_number(query))
    language = get_language() or "fr"
    context = {
        "shown": shown,
        "tags": [(tag, goals()[tag.goal].short(language), _reasons(tag), _choices(tag.goal)) for tag in shown],
        "goals": [(one.number, one.short(language)) for one in goals().values()],
        "asked": number,
        "keep": f"odd={number}&" if number else "",
        "roles": GoalRole.choices(),
    }
    return render(request, "animation/goals.html", context)


def _reasons(tag: SdgTag) -> list[str]:
    return [reason_told(because(code, **facts)) for code, facts in tag.reasons]


def _choices(goal: int) -> list[tuple[str, str]]:
    return told_targets(targets_of(goal))


def told_targets(found: Iterable[Target]) -> list[tuple[str, str]]:
    """These targets as choices: code, and code with the start of its text."""
    language = get_language() or "fr"
    texts = ((one.code, one.text(language)) for one in found)
    return [(code, f"{code} · {text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}") for code, text in texts]


@require_POST
@animators
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a suggestion with its role and target, or refuse it for ever."""
    tag = get_object_or_404(SdgTag.objects.select_related("programme", "need"), pk=pk)
    about = cast(Programme | Need, tag.programme or tag.need)
    _judge(request, about, tag.goal)
    return HttpResponseRedirect(_back(request.POST))


@require_POST
@animators
def decide_on_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Say which goal a sheet serves, or does not, suggested or not."""
    row = get_object_or_404(Programme, slug=slug)
    asked = chosen(request.POST, "odd", map(str, goals()))
    if not asked:
        raise Invalid("choice_unknown", field="odd", value="", expected=list(goals()))
    _judge(request, row, int(asked[0]))
    return HttpResponseRedirect(f"/animation/fiches/{row.slug}#odd")


def _judge(request: HttpRequest, about: Programme | Need, goal: int) -> None:
    sent = request.POST
    decision = sent.get("decision", "")
    if decision not in DECISIONS:
        raise Invalid("choice_unknown", field="decision", value=decision, expected=list(DECISIONS))
    role = (chosen(sent, "role", GoalRole.codes()) or (GoalRole.DIRECT,))[0]
    target = sent.get("cible", "").strip() if decision == "accepter" else ""
    by = cast(User, request.user)
    try:
        judge_goal(about=about, goal=goal, state=DECISIONS[decision], role=GoalRole(role), target=target, by=by)
        messages.success(request, gettext("C’est noté."))
    except MaillageError as error:
        messages.error(request, told(error))


def _back(sent: QueryDict) -> str:
    asked = chosen(sent, "filtre", map(str, goals()))
    return f"/animation/odd?odd={asked[0]}" if asked else "/animation/odd"


@animators
def own_targets(request: HttpRequest) -> HttpResponse:
    """The targets territories gave themselves: those we hold, and a form to add one."""
    only_known(request, ())
    error, values = "", {name: request.POST.get(name, "") for name in ("ou", "cible", "texte", "echeance", "source")}
    if request.method == "POST":
        try:
            _put_own(values, by=cast(User, request.user))
            messages.success(request, gettext("La cible est gardée."))
            return HttpResponseRedirect("/animation/odd/cibles")
        except MaillageError as refusal:
            error = told(refusal)
    context = {"rows": local_targets(), "targets": told_targets(targets().values()), "values": values, "error": error}
    return render(request, "animation/local_targets.html", context, status=400 if error else 200)


def _put_own(values: dict[str, Any], *, by: User) -> None:
    place = place_named(values["ou"])
    if place is None:
        raise Invalid("field_required", field="territoire")
    year = values["echeance"].strip()
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Invalid("choice_unknown", field="echeance", value=year[:20], expected=["2000 à 2100"])
    put_local_target(
        territory=place,
        target=values["cible"],
        text=values["texte"],
        source_url=values["source"].strip(),
        due_year=int(year) if year else None,
        by=by,
    )


@require_POST
@animators
def drop_own(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a local target off the pages."""
    archive_local_target(row=get_object_or_404(LocalTarget, pk=pk), by=cast(User, request.user))
    messages.success(request, gettext("La cible n’est plus montrée."))
    return HttpResponseRedirect("/animation/odd/cibles")
