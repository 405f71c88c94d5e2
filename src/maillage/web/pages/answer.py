"""The answer: one need, one place, the trame."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext

from maillage.answer.export import as_data, rows_of
from maillage.answer.queries import LONGEST, Answer, answer_need
from maillage.core.errors import Invalid, Unknown
from maillage.core.spreadsheet import neutral
from maillage.core.tags import Correction
from maillage.core.vocabulary import Audience, Stage, categories
from maillage.search.wanted import Wanted
from maillage.web.feeds import ways_to_be_told
from maillage.web.forms.ask import Ask
from maillage.web.fragments import render_page
from maillage.web.messages import told
from maillage.web.params import chosen, only_known
from maillage.web.spaces import NOBODY, Space, space_for
from maillage.web.typical import typical_view
from maillage.web.typography import french
from maillage.web.understanding import SESSION, amounts_of, groups_of, read_gesture
from maillage.web.weaving import families_of, loom_of, offer_view, rows_of_trame
from maillage.web.where import Choice, locate

ACCEPTED = ("besoin", "ou", "territoire", "etape", "public", "avis", "referent")
REPEATED = ("theme", "avec", "sans")
MOST_GESTURES = 60
"""Corrections an address may hold of each side."""
NEED_ERRORS = frozenset({"need_empty", "need_too_long"})
PLACE_ERRORS = frozenset({"territory_unknown", "territory_ambiguous", "territory_malformed", "territory_postcode"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of an answer says."""

    need: str
    where: str
    territory: str
    stage: str
    audience: str
    themes: tuple[str, ...]
    more: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    referent: bool = True

    def corrections(self) -> tuple[Correction, ...]:
        """What the person corrected of this need, as its address says it."""
        gestures = [f"sans:{each}" for each in self.without] + [f"avec:{each}" for each in self.more]
        return tuple(read for each in gestures if (read := read_gesture(each)))

    def query(self, **changes: Any) -> str:
        """The query string of this answer, with these parts changed."""
        parts = {
            "besoin": self.need,
            "territoire": self.territory,
            "etape": self.stage,
            "public": self.audience,
            "theme": list(self.themes),
            "avec": list(self.more),
            "sans": list(self.without),
            "referent": "" if self.referent else "non",
        } | changes
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)


def read_asked(query: QueryDict) -> Asked:
    """The question of this query; the place still as typed."""
    return Asked(
        need=query.get("besoin", "").strip(),
        where=query.get("ou", "").strip()[:200],
        territory=query.get("territoire", "").strip() if query.get("ou", "-").strip() else "",
        stage=query.get("etape", ""),
        audience=query.get("public", ""),
        themes=tuple(dict.fromkeys(code for code in query.getlist("theme") if code)),
        more=_gestures(query, "avec"),
        without=_gestures(query, "sans"),
        referent=(chosen(query, "referent", ("non",)) or ("",))[0] != "non",
    )


def _gestures(query: QueryDict, side: str) -> tuple[str, ...]:
    """The corrections of an address. Raises Invalid("choice_unknown") for one that is not ours."""
    found = tuple(dict.fromkeys(value for value in query.getlist(side)[:MOST_GESTURES] if value))
    for value in found:
        if read_gesture(f"{side}:{value}") is None:
            raise Invalid("choice_unknown", field=side, value=value[:80], expected=["theme:tourisme", "odd:6"])
    return found


def answer(request: HttpRequest) -> HttpResponse:
    """The page of an answer, or the page that says what is missing to make one, with all that was typed."""
    asked = read_asked(only_known(request, ACCEPTED, repeated=REPEATED))
    try:
        located = locate(asked.where, asked.territory)
        if located.choices and asked.need:
            return _which_place(request, asked, located.choices)
        found = answer_to(asked, located.code, space=space_for(request))
    except (Invalid, Unknown) as error:
        if error.code not in NEED_ERRORS | PLACE_ERRORS:
            raise
        return _ask_again(request, asked, error)
    settled = replace(
        asked,
        need=found.text,
        where=found.place.label if found.place else "",
        territory=found.place.code if found.place else "",
    )
    context = page_context(found, settled, told=request.GET.get("avis") == "merci")
    context["remembers"] = SESSION in request.session
    return render_page(request, "answer/page.html", "answer/_answer.html", context)


def answer_to(asked: Asked, territory: str, *, whole: bool = False, space: Space = NOBODY) -> Answer:
    """The answer to this question, in this place, for this space; `whole` for a spreadsheet."""
    return answer_need(
        text=asked.need,
        territory=territory,
        stage=asked.stage,
        audience=asked.audience,
        themes=asked.themes,
        corrections=(*space.learnt, *asked.corrections()),
        choices=space.choices,
        referent=asked.referent,
        whole=whole,
    )


def _which_place(request: HttpRequest, asked: Asked, choices: tuple[Choice, ...]) -> HttpResponse:
    """Several places have that name: one link each, the need kept."""
    links = [(choice, "/repondre?" + asked.query(territoire=choice.code)) for choice in choices]
    return render(request, "answer/which_place.html", {"asked": asked, "links": links})


def _ask_again(request: HttpRequest, asked: Asked, error: Invalid | Unknown) -> HttpResponse:
    sentence = told(error)
    ask = Ask(
        need=asked.need[: LONGEST + 1000],
        where=asked.where or asked.territory,
        error=sentence if error.code in NEED_ERRORS else "",
        place_error=sentence if error.code in PLACE_ERRORS else "",
    )
    return render(request, "answer/ask_again.html", {"ask": ask}, status=400)


def page_context(found: Answer, asked: Asked, *, told: bool = False) -> dict[str, Any]:
    """Everything the templates of the answer need."""
    loom = loom_of(found)
    query = asked.query()
    shown = {offer.slug: offer for cell in found.cells for offer in cell.offers}
    return {
        "answer": found,
        "ask": Ask(need=found.text, where=asked.where, territory=asked.territory),
        "short": french(shortened(found.text)),
        "named": [(hit, "/repondre?" + asked.query(territoire=hit.code)) for hit in found.named],
        "understood": groups_of(found.understanding),
        "amounts": amounts_of(found.understanding),
        "typical": typical_view(found, query=asked.query, refused=not asked.referent),
        "themes": [tag.code for tag in found.understanding.categories],
        "stages": [_choice(stage, asked.stage) for stage in Stage],
        "audiences": [_choice(audience, asked.audience) for audience in Audience],
        "theme_choices": theme_choices(tag.code for tag in found.understanding.categories),
        "rows": rows_of_trame(found, loom),
        "families": families_of(found, loom),
        "steps": [offer_view(step, loom) for step in found.steps],
        "unverified": sum(1 for offer in shown.values() if not offer.match.sheet.verified_on),
        "exports": {"csv": f"/repondre.csv?{query}", "json": f"/repondre.json?{query}"},
        "query": query,
        "hidden": parse_qsl(query),
        "told": told,
        "followed": ways_to_be_told(_followed(found)),
    }


def _followed(found: Answer) -> Wanted:
    """The list that stands for an answer in time: its themes, here; no sheet holds all the words of a need."""
    codes = tuple(("categorie", tag.code) for tag in found.understanding.categories)
    return Wanted(shelf="programme", choices=codes, place=found.place.code if found.place else "")


def shortened(text: str, length: int = 160) -> str:
    """The need, cut at a word when it is too long for a sentence."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + "…"


def _choice(member: Stage | Audience, chosen: str) -> dict[str, Any]:
    return {"code": member.value, "label": gettext(member.label), "chosen": member.value == chosen}


def theme_choices(kept: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """The categories to tick, by theme; a theme with a ticked category comes open."""
    ticked = set(kept)
    found = []
    for theme, members in groupby(categories().values(), key=lambda category: category.theme):
        codes = list(members)
        is_open = any(category.code in ticked for category in codes)
        choices = [
            {"code": item.code, "label": gettext(item.label), "kept": item.code in ticked, "open": is_open}
            for item in codes
        ]
        found.append((gettext(theme), choices))
    return found


def _exported(request: HttpRequest, *, whole: bool = False) -> Answer:
    asked = read_asked(only_known(request, ACCEPTED, repeated=REPEATED))
    located = locate(asked.where, asked.territory)
    if located.choices:
        raise Invalid("place_not_chosen", value=asked.where, candidates=[each.code for each in located.choices])
    return answer_to(asked, located.code, whole=whole, space=space_for(request))


def answer_json(request: HttpRequest) -> HttpResponse:
    """The answer as data, the same as the terminal's."""
    return JsonResponse(as_data(_exported(request), translate=gettext), json_dumps_params={"ensure_ascii": False})


def answer_csv(request: HttpRequest) -> HttpResponse:
    """The answer as rows for a spreadsheet, semicolons and a mark so that French ones open it right."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-reponse.csv"'
    writer = csv.writer(response, delimiter=";")
    for row in rows_of(_exported(request, whole=True), translate=gettext):
        writer.writerow([neutral(value) for value in row])
    return response
