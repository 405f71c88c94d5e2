"""Articulations: the list of missing links, the sheet of one, what each side says of it, the queue of animateurs."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.articulation.actions import (
    confirm_between_bodies,
    confirm_link,
    open_stated,
    propose_link,
    refuse_proposal,
)
from maillage.articulation.models import BodyConfirmation, Confirmation, ProposalState, ProposedLink, Side
from maillage.articulation.queries import (
    Voice,
    between_bodies,
    body_voices,
    carriers,
    clues_of,
    gain_of,
    history,
    last_computed,
    open_proposals,
    proposal,
    stated,
    voices,
    waiting_halfway,
)
from maillage.core.errors import Invalid, MaillageError
from maillage.core.spreadsheet import neutral
from maillage.core.vocabulary import LinkKind, Status, themes
from maillage.inventory.models import Articulation, LinkLevel, Programme
from maillage.inventory.queries import published_programmes
from maillage.web.guard import animators, contributors
from maillage.web.listing import Search
from maillage.web.messages import reason_told, told
from maillage.web.params import chosen, only_known, page_number
from maillage.web.typography import french, number_in_words
from maillage.web.where import locate, place_of
from maillage.work.actions import enqueue

PATH = "/reseau/liens-manquants"
PER_PAGE = 20
LETTERS = "courriers-articulations"
"""The job that sends what the other sides are asked."""
UNSEEN = (Status.DRAFT.value, Status.REVIEW.value)
"""A link tells the title of its ends: those nobody published are not told."""
COLUMNS = (
    "de",
    "de_titre",
    "lien",
    "vers",
    "vers_titre",
    "force",
    "cases",
    "communes",
    "demande_pesee",
    "gain",
    "raisons",
    "adresse",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A proposed link in words. `clues`, `gain`: (why, points). `voices`: the sides the reader may speak for."""

    row: ProposedLink
    verb: str
    clues: tuple[tuple[str, str], ...]
    gain: tuple[tuple[str, str], ...]
    strength: str
    voices: tuple[Voice, ...]
    said: frozenset[str]

    @property
    def unsaid(self) -> tuple[Voice, ...]:
        """The sides the reader may still confirm."""
        return tuple(voice for voice in self.voices if voice.side.value not in self.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideTold:
    """One end of a link, who carries it, and what its side said."""

    end: Programme | Organisation
    carriers: tuple[Organisation, ...] = ()
    said: Confirmation | BodyConfirmation | None = None


def missing(request: HttpRequest) -> HttpResponse:
    """Links that the data or someone proposes, those that mend most first."""
    query = only_known(request, ("theme", "type", "ou", "territoire", "page"))
    [theme, *_rest] = chosen(query, "theme", themes()) or ("",)
    [kind, *_rest] = chosen(query, "type", LinkKind.codes()) or ("",)
    located = locate(query.get("ou", ""), query.get("territoire", "").strip() if query.get("ou", "-").strip() else "")
    place = place_of(located.code) if located.code and not located.choices else None
    named = {"theme": theme, "type": kind, "territoire": place.code if place else ""}
    search = Search(path=PATH, pairs=tuple((name, value) for name, value in named.items() if value))
    if located.choices:
        links = [(item, search.plus("territoire", item.code)) for item in located.choices]
        return render(request, "lists/which_place.html", {"where": query.get("ou", ""), "links": links})
    rows = open_proposals(theme=theme, kind=kind, place=place.containing if place else ())
    if request.path.endswith(".csv"):
        return _csv(request, list(rows))
    shown = Paginator(rows, PER_PAGE).get_page(page_number(query))
    context = {
        "shown": shown,
        "entries": entries(request, list(shown.object_list)),
        "keep": f"{search.query}&" if search.query else "",
        "place": place,
        "theme": theme,
        "kind": kind,
        "themes": [(one, gettext(one)) for one in themes()],
        "kinds": _kinds(),
        "computed": last_computed(),
        "export": Search(path=f"{PATH}.csv", pairs=search.pairs).address,
    }
    return render(request, "network/missing.html", context)


def _csv(request: HttpRequest, rows: Sequence[ProposedLink]) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-liens-manquants.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow(COLUMNS)
    for row in rows:
        why = " · ".join(reason_told(clue.reason) for clue in clues_of(row))
        ends = (row.origin.slug, row.origin.title, gettext(LinkKind(row.kind).label), row.target.slug, row.target.title)
        worth = (f"{value:.0f}" if value >= 10 else _points(value) for value in (row.demand, row.gain))
        figures = (_points(row.strength), str(row.mended), str(row.communes), *worth, why)
        address = request.build_absolute_uri(row.get_absolute_url())
        writer.writerow([neutral(cell) for cell in (*ends, *figures, address)])
    return response


def entries(request: HttpRequest, rows: Sequence[ProposedLink]) -> list[Entry]:
    """These links in words, with what the reader may say; the same queries whatever their number."""
    spoken = voices(request.user, [(row.origin_id, row.target_id) for row in rows])
    said: dict[int, set[str]] = {}
    confirmed = ProposedLink.objects.filter(pk__in=[row.pk for row in rows], confirmations__isnull=False)
    for key, side in confirmed.values_list("pk", "confirmations__side"):
        said.setdefault(key, set()).add(side)
    return [
        Entry(
            row=row,
            verb=gettext(LinkKind(row.kind).label),
            clues=tuple((reason_told(clue.reason), _points(clue.points)) for clue in clues_of(row)),
            gain=_gain(row),
            strength=_points(row.strength),
            voices=mine,
            said=frozenset(said.get(row.pk, ())),
        )
        for row, mine in zip(rows, spoken, strict=True)
    ]


def sheet(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One articulation, declared or proposed: both sides, where it stands, why, what was said."""
    only_known(request, ())
    row, known = proposal(uid), stated(uid)
    if row is None and known is None:
        return _between_bodies(request, uid)
    ends = (row.origin, row.target) if row else (known.from_programme, known.to_programme) if known else ()
    if any(end and end.status in UNSEEN for end in ends) and not getattr(request.user, "is_animator", False):
        raise Http404
    said = {one.side: one for one in row.confirmations.select_related("organisation")} if row else {}
    carried = carriers(end.pk for end in ends if end)
    names = Organisation.objects.in_bulk([key for keys in carried.values() for key in keys])
    sides = [
        SideTold(end=end, carriers=tuple(names[key] for key in carried.get(end.pk, ())), said=said.get(side))
        for side, end in zip(Side.values, ends, strict=True)
        if end
    ]
    [mine] = voices(request.user, [(sides[0].end.pk, sides[1].end.pk)])
    level = known.level if known else ""
    context = {
        "uid": uid,
        "row": row,
        "known": known if level != LinkLevel.REFUSED else None,
        "sides": sides,
        "verb": gettext(LinkKind(known.kind if known else row.kind if row else "").label),
        "state": _state(row, known),
        "clues": [(reason_told(clue.reason), _points(clue.points)) for clue in clues_of(row)] if row else [],
        "strength": _points(row.strength) if row else "",
        "gain": _gain(row) if row and not known else (),
        "history": history(uid),
        "unsaid": _unsaid(row, known, mine, said.keys()),
        "may_refuse": bool(mine) and row is not None and known is None and row.state == ProposalState.OPEN,
    }
    return render(request, "network/link.html", context)


def _unsaid(
    row: ProposedLink | None, known: Articulation | None, mine: Sequence[Voice], said: Collection[str]
) -> tuple[Voice, ...]:
    """The sides the reader may confirm now."""
    settled = (row and row.state not in (ProposalState.OPEN, ProposalState.DROPPED)) or (
        known and known.level != LinkLevel.STATED
    )
    return () if settled else tuple(voice for voice in mine if voice.side.value not in said)


def _between_bodies(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """An articulation between two organisations: documented, then confirmed by each of them."""
    known = between_bodies(uid)
    if known is None:
        raise Http404
    said = {one.side: one for one in known.confirmations.select_related("organisation")}
    ends = {Side.ORIGIN: known.from_organisation, Side.TARGET: known.to_organisation}
    sides = [SideTold(end=end, said=said.get(side)) for side, end in ends.items() if end]
    mine = body_voices(request.user, known) if known.level == LinkLevel.STATED else ()
    context = {
        "uid": uid,
        "known": known,
        "sides": sides,
        "verb": gettext(LinkKind(known.kind).label),
        "state": _state(None, known),
        "history": history(uid),
        "unsaid": tuple(voice for voice in mine if voice.side.value not in said),
        "waits": known.level == LinkLevel.STATED,
    }
    return render(request, "network/link.html", context)


def _state(row: ProposedLink | None, known: Articulation | None) -> str:
    if known and known.level != LinkLevel.REFUSED:
        return gettext("confirmée par les deux") if known.level == LinkLevel.CONFIRMED else gettext("documentée")
    if row is None:
        return gettext("écartée pour toujours")
    if row.state == ProposalState.OPEN:
        return str(row.get_proposer_display())
    return str(row.get_state_display())


@require_POST
def confirm(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Say for one side that the link exists."""
    side = request.POST.get("cote", "")
    bodies = between_bodies(uid)
    if bodies is not None:
        return _said(request, uid, lambda by: confirm_between_bodies(link=bodies, side=side, by=by))
    return _said(request, uid, lambda by: confirm_link(link=_link_at(uid), side=side, by=by))


@require_POST
def refuse(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Say that these two offers are not to be linked, for ever."""
    why = request.POST.get("raison", "")
    return _said(request, uid, lambda by: refuse_proposal(link=_link_at(uid), by=by, why=why))


def _link_at(uid: uuid.UUID) -> ProposedLink:
    """The proposed link of an address, opened beside a documented articulation when there is none yet."""
    link, known = proposal(uid), stated(uid)
    if link is None and known is None:
        raise Http404
    return link or open_stated(articulation=cast(Articulation, known))


@contributors
def _said(request: HttpRequest, uid: uuid.UUID, say: Callable[[User], object]) -> HttpResponse:
    """What a side says, then back to where it was read."""
    back = request.POST.get("retour", "")
    address = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else f"/articulations/{uid}"
    try:
        say(cast(User, request.user))
        enqueue(LETTERS)
        messages.success(request, gettext("C’est noté."))
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect(address)


@contributors
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a link from or to an offer one carries."""
    query = only_known(request, ("de",))
    sent = request.POST if request.method == "POST" else query
    origin = get_object_or_404(published_programmes(), slug=sent.get("de", ""))
    error = ""
    if request.method == "POST":
        slug = urlsplit(sent.get("vers", "").strip()).path.rstrip("/").rpartition("/")[2]
        try:
            target = published_programmes().filter(slug=slug).first()
            if target is None:
                raise Invalid("link_end_unknown", slug=sent.get("vers", "")[:200], between="programme")
            ends = (target, origin) if sent.get("sens") == "entrant" else (origin, target)
            link = propose_link(
                origin=ends[0],
                target=ends[1],
                kind=sent.get("type", ""),
                statement=sent.get("phrase", ""),
                by=cast(User, request.user),
            )
            enqueue(LETTERS)
            messages.success(request, gettext("Le lien est proposé : l’autre côté est prévenu et peut le confirmer."))
            return HttpResponseRedirect(link.get_absolute_url())
        except MaillageError as refused:
            error = told(refused)
    context = {"origin": origin, "kinds": _kinds(), "sent": sent, "error": error}
    return render(request, "network/propose.html", context, status=400 if error else 200)


@animators
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for the animation: links one side confirmed, then those that would mend most."""
    query = only_known(request, ("page",))
    halfway = list(waiting_halfway()[:PER_PAGE])
    shown = Paginator(open_proposals().filter(confirmations=None), PER_PAGE).get_page(page_number(query))
    told_entries = entries(request, [*halfway, *shown.object_list])
    context = {
        "halfway": told_entries[: len(halfway)],
        "halfway_total": waiting_halfway().count(),
        "entries": told_entries[len(halfway) :],
        "shown": shown,
        "computed": last_computed(),
        "here": request.get_full_path(),
    }
    return render(request, "network/queue.html", context)


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, gettext(kind.label)) for kind in LinkKind]


def _gain(row: ProposedLink) -> tuple[tuple[str, str], ...]:
    """Why this link is worth it, and the points each reason adds."""
    return tuple((reason_told(reason), number_in_words(round(points))) for reason, points in gain_of(row).parts)


def _points(value: float) -> str:
    return french(f"{value:.2f}".replace(".", ","))
