"""A report as its page and its paper show it: codes in words, shares in percent, places with an address."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.core.vocabulary import GapKind, LinkKind, Nature, Stage, categories
from maillage.core.wording import Reason
from maillage.coverage.queries import WHOLE, PlaceRow
from maillage.report.figures import HIDDEN
from maillage.report.queries import Report
from maillage.web.drawn import map_alone
from maillage.web.maps import Drawing, drawing_of
from maillage.web.messages import reason_told
from maillage.web.typography import french, number_in_words

PATH = "/rapport"
SOURCES_TOLD, COMPETENCES_TOLD = 40, 30
SERVED = {
    "whole": _("des membres servent tout le territoire"),
    "most": _("des membres servent plus de la moitié des habitants"),
    "half": _("d’un quart à la moitié des habitants"),
    "some": _("moins d’un quart des habitants"),
    "nothing": _("aucun membre connu"),
}
"""Class of a département → its words, on the map of a network."""
FIGURES = (
    ("habitants", _("habitants")),
    ("part_servie_de_pres", _("de ce qui est attendu est servi de près")),
    ("membres", _("membres publiés")),
    ("part_habitants_servis", _("des habitants du pays ont un membre chez eux")),
    ("part_communes_servies", _("des communes du pays ont un membre")),
    ("offres", _("offres distinctes")),
    ("offres_local", _("locales")),
    ("offres_departmental", _("départementales")),
    ("offres_regional", _("régionales")),
    ("offres_national", _("nationales")),
    ("offres_sous_condition", _("sous condition")),
    ("offres_generalistes", _("offres généralistes, sans thème, hors des cases")),
    ("acteurs", _("acteurs qui servent ce périmètre")),
    ("preuves", _("preuves de demande")),
    ("preuves_study", _("besoins tirés d’études")),
    ("preuves_direct", _("besoins exprimés")),
    ("preuves_search", _("recherches sans réponse")),
    ("preuves_funded", _("projets demandés ou financés")),
)
"""The key figures in the order they are told, with their words."""


def address(report: Report, path: str = PATH, **other: str) -> str:
    """The address of this report, as of its day."""
    scope = report.scope
    said = {"reseau": scope.network} if scope.network else {"territoire": scope.code if scope.level else ""}
    said |= {"date": report.day.isoformat()} | other
    return f"{path}?{urlencode({name: value for name, value in said.items() if value})}"


def told_of(report: Report) -> dict[str, Any]:
    """What both templates need."""
    told = report.told
    competences = [
        row for row in told["competences"] if row["recherchee_par"] or row["exercee_par"] or row["apportee_par"]
    ]
    return {
        "report": report,
        "name": french(report.name),
        "is_network": bool(report.scope.network),
        "figures": _figures(told["chiffres"]),
        "themes": [_theme(row) for row in told["themes"]],
        "stages": [gettext(stage.label) for stage in Stage],
        "grid": _grid(told["trame"]),
        "places": [_place(row, report) for row in told["territoires"]],
        "gaps": [_gap(row) for row in told["manques"]],
        "gaps_total": told["manques_en_tout"],
        "overlaps": [_overlap(row) for row in told["recouvrements"]],
        "overlaps_total": told["recouvrements_en_tout"],
        "network": told["reseau"],
        "measures": _measures(told["reseau"]),
        "missing": [_missing(row) for row in told["liens_manquants"]],
        "missing_total": told["liens_manquants_en_tout"],
        "competences": [{**row, "competence": french(gettext(row["competence"]))} for row in competences],
        "freshness": told["fraicheur"],
        "sources": told["sources"][:SOURCES_TOLD],
        "sources_left": max(0, len(told["sources"]) - SOURCES_TOLD),
        "digest": report.digest,
        "drawing": drawing(report),
    }


def drawing(report: Report) -> Drawing | None:
    """The map of its places; None when there are fewer than two."""
    if report.scope.network:
        rows = [_served_row(row) for row in report.told["territoires"]]
        made = drawing_of([(row, name, _inner(row.code, report)) for row, name in rows])
        legend = tuple((look, gettext(SERVED[look]), count) for look, _words, count in made.legend if look in SERVED)
        shapes = tuple(replace(each, words=gettext(SERVED.get(each.look, SERVED["nothing"]))) for each in made.shapes)
        return replace(made, legend=legend, shapes=shapes)
    names = {row["code"]: row["territoire"] for row in report.told["territoires"]}
    if len(report.rows) < 2:
        return None
    return drawing_of([(row, names[row.code], _inner(row.code, report)) for row in report.rows])


def map_address(report: Report, made: Drawing, *, title: str) -> str:
    """The map as an image inside the page: nothing is fetched."""
    svg = map_alone(made, title=title, day=report.day)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _inner(code: str, report: Report) -> str:
    return f"{PATH}?territoire={code}&date={report.day.isoformat()}"


def _served_row(row: Mapping[str, Any]) -> tuple[PlaceRow, str]:
    """A département as a map draws it: what is served is the share of people with a member."""
    share = float(row["part_habitants_servis"])
    counts: dict[str, Any] = dict.fromkeys(("near", "distant", "conditional", "pieces"), 0)
    shares: dict[str, Any] = dict.fromkeys(("people", "communes", "usable", "known"), share)
    kind = None if share >= WHOLE else GapKind.NOTHING
    made = PlaceRow(
        code=row["code"],
        inhabitants=row["habitants"],
        served=share,
        kind=kind,
        demand=0.0,
        strength=0.0,
        **counts,
        **shares,
    )
    return made, row["territoire"]


def _figures(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(value, words), in the order of FIGURES, those of this scope only."""
    return [(_value(name, told[name]), gettext(words)) for name, words in FIGURES if name in told]


def _value(name: str, value: Any) -> str:
    if isinstance(value, str):
        least = value.rpartition(" ")[2]
        return gettext(HIDDEN_WORDS) % {"count": least} if value == HIDDEN.format(least=least) else value
    return percent(value) if name.startswith("part_") else number_in_words(int(value))


HIDDEN_WORDS = _("moins de %(count)s")


def percent(share: float | None) -> str:
    """`23 %`, `0,4 %`; nothing for what is not expected."""
    if share is None:
        return ""
    value = 100 * share
    text = f"{value:.1f}".replace(".", ",") if 0 < value < 1 else f"{value:.0f}"
    return french(f"{text} %")


def _theme(row: Mapping[str, Any]) -> dict[str, Any]:
    near = row["offres_local"] + row["offres_departmental"]
    distant = row["offres_regional"] + row["offres_national"]
    name = french(gettext(row["theme"]))
    return {**row, "theme": name, "share": percent(row["part_servie_de_pres"]), "near": near, "distant": distant}


def _grid(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "nature": gettext(nature.label),
            "cells": [
                {
                    "stage": gettext(Stage(cell["etape"]).label),
                    "share": percent(cell["part_servie_de_pres"]),
                    "offers": cell["offres"],
                }
                for cell in cells
                if cell["nature"] == nature.value
            ],
        }
        for nature in Nature
    ]


def _place(row: Mapping[str, Any], report: Report) -> dict[str, Any]:
    shares = {name: percent(value) for name, value in row.items() if name.startswith("part_")}
    kind = gettext(GapKind(row["manque"]).label) if row.get("manque") else ""
    return {**row, **shares, "name": french(row["territoire"]), "kind": kind, "address": _inner(row["code"], report)}


def _gap(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "place": french(row["territoire"]),
        "category": french(gettext(categories()[row["categorie"]].label)),
        "kind": gettext(GapKind(row["sorte"]).label),
        "score": f"{row['score']:.1f}".replace(".", ","),
        "reasons": _reasons(row),
        "address": f"/couverture/manques/{row['code']}/{row['categorie']}",
    }


def _overlap(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "offers": [(french(each["titre"]), f"/programmes/{each['offre']}") for each in row["offres"]],
        "categories": [french(gettext(categories()[code].label)) for code in row["categories"]],
        "stages": [gettext(Stage(code).label) for code in row["etapes"]],
        "reasons": _reasons(row),
    }


def _missing(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "origin": french(row["de_titre"]),
        "target": french(row["vers_titre"]),
        "verb": gettext(LinkKind(row["lien"]).label),
        "reasons": _reasons(row),
    }


def _reasons(row: Mapping[str, Any]) -> list[str]:
    return [reason_told(Reason(each["code"], tuple(each["faits"].items()))) for each in row["raisons"]]


MEASURES = (
    ("ponts", _("Les ponts : le plus de chemins passent par eux")),
    ("points_de_fragilite", _("Les points de fragilité")),
    ("relient_les_trois_natures", _("Qui relie les trois natures")),
)


def _measures(told: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Words of each measure, with the organisations it names: name, address, value."""
    found = []
    for key, words in MEASURES:
        rows = [(french(row["nom"]), f"/acteurs/{row['acteur']}", _measured(row["valeur"])) for row in told[key]]
        found.append((gettext(words), rows))
    return found


def _measured(value: float) -> str:
    return percent(value) if isinstance(value, float) and value < 1 else number_in_words(int(value))
