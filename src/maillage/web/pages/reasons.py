"""« Pourquoi pas cette offre ? », and what a person says of one offer for their need."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from maillage.answer.absence import why_not
from maillage.answer.actions import LONGEST_COMMENT, judge_offer
from maillage.answer.models import Motive, Outcome
from maillage.core.errors import Invalid, MaillageError
from maillage.core.ranking.choices import Lesson
from maillage.core.sheets import Sheet
from maillage.core.text import required_stems, stems
from maillage.core.trame import Ahead
from maillage.search.queries import Filters, search
from maillage.web.guard import sender_of
from maillage.web.messages import reason_told, told
from maillage.web.pages.answer import REPEATED, Asked, answer_to, read_asked, shortened
from maillage.web.params import chosen, only_known
from maillage.web.spaces import space_for
from maillage.web.typography import french

ACCEPTED = ("besoin", "territoire", "etape", "public", "referent", "fiche", "titre", "avis")
MOST = 8
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """A programme one may mean: its slug, its title, who carries it."""

    slug: str
    title: str
    by: str


def why(request: HttpRequest) -> HttpResponse:
    """Why the programme a person names is not in their answer, or not higher; several titles fit: one link each."""
    query = only_known(request, ACCEPTED, repeated=REPEATED)
    asked, slug, title = read_asked(query), query.get("fiche", ""), query.get("titre", "").strip()[:LONGEST_TITLE]
    if not slug:
        found = [item for item in titled(title) if item.title == french(title)] or list(titled(title))
        if len(found) != 1 or not _bears(found[0].title, title):
            return _which(request, asked, title, found)
        slug = found[0].slug
    return _page(request, asked, slug, thanked=query.get("avis") == "merci")


def _page(request: HttpRequest, asked: Asked, slug: str, *, thanked: bool = False, error: str = "") -> HttpResponse:
    answer = answer_to(asked, asked.territory, space=space_for(request))
    absence = why_not(answer, slug)
    context = {
        "absence": absence,
        "title": french(absence.title),
        "need": french(shortened(answer.text)),
        "place": answer.place,
        "reasons": [french(reason_told(reason)) for reason in absence.reasons],
        "before": [_before(told_before) for told_before in absence.before],
        "query": asked.query(),
        "motives": [(code, str(label)) for code, label in Motive.choices if code != Motive.ANSWERS],
        "outcomes": [(code, french(str(label))) for code, label in Outcome.choices],
        "outcome": _said_before(answer.question.lessons.get(slug), answer.text),
        "longest": LONGEST_COMMENT,
        "thanked": thanked,
        "error": error,
        "judged": absence.is_here,
    }
    return render(request, "answer/why.html", context, status=400 if error else 200)


def _said_before(lesson: Lesson | None, need: str) -> str:
    """What this space said already of the offer for this very need, "" when it said nothing."""
    return lesson.choice.outcome if lesson and need.startswith(lesson.choice.need) else ""


def _before(ahead: Ahead) -> tuple[str, str, str]:
    """The slug and title of an offer told before, and why."""
    reasons = " ; ".join(reason_told(item) for item in ahead.because)
    return ahead.slug, french(ahead.title), french(reasons)


def _which(request: HttpRequest, asked: Asked, title: str, found: list[Titled]) -> HttpResponse:
    links = [(item, f"/pourquoi?{asked.query(fiche=item.slug)}") for item in found]
    unknown = bool(links) and not any(_bears(item.title, title) for item in found)
    context = {"title": title, "links": links, "hidden": parse_qsl(asked.query()), "unknown": unknown}
    return render(request, "answer/which_offer.html", context)


def _bears(title: str, typed: str) -> bool:
    """Whether a title holds every word typed."""
    return set(required_stems(typed)) <= set(stems(title))


def titled(typed: str) -> tuple[Titled, ...]:
    """The programmes whose sheet holds these words, the best first."""
    if len(typed) < 2:
        return ()
    found = search(text=typed, filters=Filters(deadline="all"), today=timezone.localdate(), ranked=False)
    sheets = [item for item in found.items if isinstance(item, Sheet)][:MOST]
    return tuple(
        Titled(slug=sheet.slug, title=french(sheet.title), by=french(" · ".join(sheet.operators[:1])))
        for sheet in sheets
    )


def titles(request: HttpRequest) -> JsonResponse:
    """Titles of programmes as they are typed, as data for the field; without JavaScript, `why` lists them."""
    typed = " ".join(only_known(request, ("q",)).get("q", "")[:LONGEST_TITLE].split())
    found = titled(typed)
    said = ngettext("%(count)s offre trouvée", "%(count)s offres trouvées", len(found)) % {"count": len(found)}
    rows = [{"code": item.slug, "label": item.title, "detail": item.by} for item in found]
    return JsonResponse({"places": rows, "told": said if found else gettext("Aucune offre de ce titre")})


@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Keep what a person says of one offer for their need, and come back to its page; nothing typed is lost."""
    sent = request.POST
    asked, slug = read_asked(QueryDict(sent.get("reponse", "")[:8000])), sent.get("fiche", "")
    useful = chosen(sent, "utile", ("oui", "non"))
    if not useful:
        raise Invalid("choice_unknown", field="utile", value="", expected=["oui", "non"])
    motive = Motive.ANSWERS.value if useful[0] == "oui" else sent.get("raison", "")
    try:
        if not sent.get("site_web", ""):
            judge_offer(
                answer=answer_to(asked, asked.territory, space=space_for(request)),
                slug=slug,
                useful=useful[0] == "oui",
                motive=motive,
                comment=sent.get("mot", ""),
                sender=sender_of(request),
            )
    except MaillageError as error:
        return _page(request, asked, slug, error=told(error))
    return HttpResponseRedirect(f"/pourquoi?{asked.query(fiche=slug, avis='merci')}#avis")
