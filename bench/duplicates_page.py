"""The figures of docs/method/doublons.md, written between two marks from `results/duplicates.json`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "method" / "doublons.md"
BEGIN, END = "<!-- mesures : python -m bench.duplicates -->", "<!-- fin des mesures -->"
SETS = {
    "textual_abt-buy": "Abt-Buy (produits)",
    "structured_dblp-acm": "DBLP-ACM (articles)",
    "structured_fodors-zagats": "Fodors-Zagats (restaurants)",
}
KEYS = ("f1", "precision", "recall", "precision_auto", "recall_auto")
Results = Mapping[str, Any]


def write(results: Results) -> None:
    """Put the figures in the page."""
    PAGE.write_text(text_of(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")


def text_of(page: str, results: Results) -> str:
    """The page with these figures between the marks."""
    told = "\n".join([BEGIN, "", *_grants(results), "", *_around(results), "", *_classics(results), "", END])
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: told, page, flags=re.DOTALL)


def _grants(results: Results) -> list[str]:
    grants = results["grants"]
    rows = [
        ("toutes les paires", grants["ours"], grants["resampled"]["all"]),
        ("paires disputées", grants["contested"], grants["resampled"]["contested"]),
    ]
    crossed = grants["cross_validated"]
    lines = [
        "**Paires réelles de dotations** (texte seul, jamais les coûts ; entre crochets, 95 % des tirages de blocs).",
        "",
        "| couples | F1 | précision | rappel | précision, seuil automatique | rappel, seuil automatique |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {' | '.join(_between(figures[key], spread[key]) for key in KEYS)} |"
        for name, figures, spread in rows
    ]
    lines += [
        f"| {name}, réglées sans le bloc jugé | {' | '.join(_number(crossed[part][key]) for key in KEYS)} |"
        for part, name in (("all", "toutes"), ("contested", "disputées"))
    ]
    start, slope = crossed["start"], crossed["slope"]
    lines += [
        "",
        f"Réglés dix fois sans un dixième des blocs, le départ dans un même lieu va de {_number(start[0])} à "
        f"{_number(start[1])}, la pente de {_number(slope[0])} à {_number(slope[1])}.",
    ]
    if peer := grants.get("splink"):
        lines.append(
            f"Splink sur les mêmes paires, sans étiquette : F1 {_number(peer['f1'])} à une chance sur deux, "
            f"{_number(peer['best_f1'])} au seuil qui l’arrange le plus."
        )
    return lines


def _around(results: Results) -> list[str]:
    programmes, speed = results["programmes"], results["speed"]
    made = speed["quality"]
    return [
        f"**Programmes réels** : {programmes['pairs']} programmes que deux paquets donnent sous un même identifiant, "
        f"parmi {programmes['sheets']} fiches, identifiant et page cachés : {_number(programmes['recall'])} retrouvés, "
        f"{_number(programmes['recall_auto'])} sans demander à personne ; {programmes['others']} autres paires "
        "proposées entre ces mêmes listes (à la lecture, de vrais doubles que l’identifiant ne disait pas).",
        "",
        f"**Vitesse** : {speed['sheets']} fiches réalistes en {_number(speed['wall_s'])} s "
        f"({_number(speed['cpu_s'])} s de processeur), au plus {_number(speed['peak_mb'])} Mo, sur "
        f"{results['machine']['cores']} cœurs partagés (charge {_number(results['machine']['load_before'])}) ; doubles "
        f"fabriqués : rappel {_number(made['recall'])}, précision {_number(made['precision_auto'])} au seuil "
        f"automatique et {_number(made['precision'])} doutes compris (les titres sont faits "
        "de morceaux d’autres titres).",
    ]


def _classics(results: Results) -> list[str]:
    lines = [
        "**Jeux classiques**, partie de test, nos poids tels quels (rien n’est réglé sur eux). « Au mieux » : le seuil "
        "qui convient le mieux à ces paires mêmes, que personne ne connaît d’avance. Splink apprend sans étiquette.",
        "",
        "| jeu | paires | F1 | précision | rappel | au mieux | Splink : F1 | Splink : au mieux |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, title in SETS.items():
        found = results["classics"][name]
        ours, peer = found["ours"], found.get("splink")
        figures = [_number(ours[key]) for key in ("f1", "precision", "recall", "best_f1")]
        figures += [_number(peer[key]) for key in ("f1", "best_f1")] if peer else ["non mesuré", "non mesuré"]
        lines.append(f"| {title} | {found['pairs']} | {' | '.join(figures)} |")
    return lines


def _between(value: float, spread: list[float]) -> str:
    return f"{_number(value)} [{_number(spread[0])} ; {_number(spread[1])}]"


def _number(value: float) -> str:
    """French figures: three decimals for a share, one above 10, none above 100."""
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) > 10 else f"{value:.3f}".rstrip("0")
    return text.rstrip(".").replace(".", ",").replace("-", "−")
