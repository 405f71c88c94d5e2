"""What the letter to the other side of a link opens: nothing happens before a button is pushed."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from maillage.accounts.models import User
from maillage.articulation.actions import confirm_between_bodies, confirm_link, refuse_proposal
from maillage.articulation.letters import Asked, read_token
from maillage.articulation.models import ProposalState, ProposedLink
from maillage.articulation.queries import between_bodies, body_voices, proposal, stated, voices
from maillage.core.errors import Invalid
from maillage.core.vocabulary import LinkKind
from maillage.inventory.models import Articulation, LinkLevel
from maillage.web.params import only_known

DECISIONS = ("confirmer", "ecarter")


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Say for one side that a link exists, or that it never will, as the person the letter went to."""
    only_known(request, ())
    asked = read_token(token)
    person = User.objects.filter(pk=asked.user, is_active=True).first()
    uid = uuid.UUID(asked.link)
    link, bodies = proposal(uid), between_bodies(uid)
    if person is None or (link is None and bodies is None):
        raise Http404
    context = _offers(link, asked, person) if link else _bodies(bodies, asked, person) if bodies else {}
    if request.method == "POST" and not context["settled"]:
        decision = request.POST.get("decision", "")
        if decision not in DECISIONS or (decision == "ecarter" and not context["may_refuse"]):
            raise Invalid("choice_unknown", field="decision", value=decision[:20], expected=list(DECISIONS))
        if link and decision == "confirmer":
            confirm_link(link=link, side=asked.side, by=person)
        elif link:
            refuse_proposal(link=link, by=person)
        elif bodies:
            confirm_between_bodies(link=bodies, side=asked.side, by=person)
        context["done"] = decision
    return render(request, "network/asked.html", context | {"sheet": f"/articulations/{uid}"})


def _offers(link: ProposedLink, asked: Asked, person: User) -> dict[str, Any]:
    """A link between offers: whether it still waits for this side, and this person still speaks for it."""
    [mine] = voices(person, [(link.origin_id, link.target_id)])
    said = link.confirmations.filter(side=asked.side).exists()
    waits = link.state in (ProposalState.OPEN, ProposalState.DROPPED) and not said
    return {
        "origin": link.origin.title,
        "target": link.target.title,
        "verb": gettext(LinkKind(link.kind).label),
        "statement": link.statement,
        "settled": not (waits and any(voice.side == asked.side for voice in mine)),
        "may_refuse": stated(link.uid) is None,
    }


def _bodies(link: Articulation, asked: Asked, person: User) -> dict[str, Any]:
    """A documented link between organisations: it is confirmed, never refused."""
    said = link.confirmations.filter(side=asked.side).exists()
    mine = any(voice.side == asked.side for voice in body_voices(person, link))
    return {
        "origin": link.from_organisation,
        "target": link.to_organisation,
        "verb": gettext(LinkKind(link.kind).label),
        "statement": link.statement,
        "settled": said or link.level != LinkLevel.STATED or not mine,
        "may_refuse": False,
    }
