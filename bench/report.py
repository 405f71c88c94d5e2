"""The table of docs/mesures.md, written from bench/results/*.json beside the figures of the nearest peer."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "mesures.md"
LARGEST = 50_000
KINDS = {
    "home": "Accueil",
    "search_0": "Recherche, texte",
    "search_1": "Recherche, texte + commune",
    "search_2": "Recherche, texte + commune + public",
    "search_3": "Recherche, texte + commune + public + thème",
    "sheet": "Fiche d’un programme",
    "answer": "Réponse articulée",
    "places": "Nom de lieu à mesure qu’on tape",
}
PEER = """## Le voisin le plus proche, pour comparer

Aides-territoires (dernière version Django), PostgreSQL, 2 processus, 50 000 aides, mesuré le 21 novembre 2026 sur 2 cœurs partagés
(dossier de conception du projet, MEASURES) : page de recherche texte + commune + public + thème, p50 472 ms, p95 1 107 ms à
1 visiteur, 2 560 ms à 8 visiteurs, 680 ms de calcul par page (application 216, base 464), 129 ko de HTML envoyé, 1,7 Mo en
23 requêtes ; nom de lieu, p50 288 ms, p95 380 ms. La moitié de son temps d’application tient à des gabarits recompilés à chaque page.
"""


def look_up(found: Mapping[str, Any], path: str) -> float | None:
    """The value at `a.b.c`, None when the bench did not measure it."""
    value: Any = found
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return float(value)


def verdicts(found: Mapping[str, Any]) -> list[tuple[dict[str, Any], float | None]]:
    """Each target with the value measured."""
    targets = tomllib.loads((ROOT / "bench" / "targets.toml").read_text(encoding="utf-8"))["target"]
    return [(target, look_up(found, target["path"])) for target in targets]


def missed(found: Mapping[str, Any]) -> list[str]:
    """Names of the targets not reached, or not measured."""
    return [target["name"] for target, value in verdicts(found) if value is None or value > target["limit"]]


def page(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The whole page, from results by file name without extension."""
    parts = [
        "# Mesures\n\nÉcrit par `make bench` depuis `bench/results/*.json` : ne pas modifier à la main. Les programmes sont d’abord"
        " les vrais\n(inventaire de départ et paquets importés), puis des recombinaisons tirées avec une graine ; les besoins sont"
        " 200 titres de projets réels.\nLe temps d’horloge dérive quand la machine est partagée (charge indiquée) ; le temps de"
        " calcul tient.\n"
    ]
    sizes = sorted(int(name) for name in results if name.isdigit())
    if str(LARGEST) in results:
        parts.append(_targets(results[str(LARGEST)]))
    parts += [_size(size, results[str(size)]) for size in sizes]
    if "clone" in results:
        parts.append(_clone(results["clone"]))
    return "\n".join([*parts, PEER])


def _targets(found: Mapping[str, Any]) -> str:
    rows = [
        "## Ce qu’il fallait atteindre à 50 000 programmes\n",
        "| quoi | atteint | à atteindre | |",
        "|---|---|---|---|",
    ]
    for target, value in verdicts(found):
        told = "non mesuré" if value is None else f"{_number(value)} {target['unit']}"
        done = "oui" if value is not None and value <= target["limit"] else "**non**"
        rows.append(f"| {target['name']} | {told} | < {_number(target['limit'])} {target['unit']} | {done} |")
    return "\n".join(rows) + "\n"


def _size(size: int, found: Mapping[str, Any]) -> str:
    machine, sizes = found["machine"], found["sizes"]
    rows = [
        f"## {size:,} programmes\n".replace(",", " "),
        f"{machine['cores']} cœurs, {machine['memory_gb']} Go, Python {machine['python']}, le {machine['day']}, charge avant"
        f" {_number(machine['load_before'])} ; {sizes['programmes']} programmes ({found['load']['real']} réels),"
        f" {sizes['organisations']} acteurs, base {_number(sizes['database_mb'])} Mo, index {_number(sizes['index_mb'])} Mo.\n",
        "| dans un processus, à chaud | p50 | p95 | calcul |",
        "|---|---|---|---|",
    ]
    for filters, timing in found["inside"]["search"].items():
        rows.append(f"| moteur, {filters} filtre(s) et facettes | {_timing(timing['warm'])}")
    rows.append(f"| réponse articulée (`answer_need`) | {_timing(found['inside']['answer']['warm'])}")
    if "places" in found["inside"]:
        rows.append(f"| nom de lieu | {_timing(found['inside']['places']['warm'])}")
    if "served" in found:
        rows += _served(found["served"])
    load = found["load"]
    rows.append(
        f"\nCharger les programmes recombinés : {_number(load['programmes']['wall_s'])} s ; construire l’index :"
        f" {_number(load['index']['wall_s'])} s pour {load['index']['documents']} fiches.\n"
    )
    return "\n".join(rows)


def _served(served: Mapping[str, Any]) -> list[str]:
    rows = [
        f"\nServeur prêt en {_number(served['start_s'])} s ; mémoire {_number(served['memory_mb']['idle'])} Mo au repos,"
        f" {_number(served['memory_mb']['after'])} Mo après.\n",
        "| page, par le vrai serveur | p50, p95 à 1 visiteur | p50, p95 à 8 | calcul par page | à froid |",
        "|---|---|---|---|---|",
    ]
    for name, row in served["pages"].items():
        one, many = row["1"], row["8"]
        rows.append(
            f"| {KINDS.get(name, name)} | {_number(one['p50_ms'])}, {_number(one['p95_ms'])} ms"
            f" | {_number(many['p50_ms'])}, {_number(many['p95_ms'])} ms | {_number(one['cpu_ms'])} ms"
            f" | {_number(row['cold_ms'])} ms |"
        )
    for name, weight in served["weight"].items():
        third = ", ".join(weight["third_party"]) or "aucune"
        rows.append(
            f"\n{KINDS.get(name, name)} : {_number(weight['total_kb'])} ko en {weight['requests']} requêtes à la première vue"
            f" ({_number(weight['html_kb'])} ko de HTML) ; requêtes à des tiers : {third}."
        )
    return rows


def _clone(found: Mapping[str, Any]) -> str:
    return (
        "## D’un clone à la première page\n\n"
        f"`git clone` {_number(found['clone_s'])} s, puis `make run` jusqu’à la première page {_number(found['first_page_s'])} s"
        f" (à atteindre : 180 s) ; second démarrage {_number(found['second_start_s'])} s. Charge avant :"
        f" {_number(found['machine']['load_before'])}.\n"
    )


def _timing(timing: Mapping[str, float]) -> str:
    return " | ".join(f"{_number(timing[name])} ms" for name in ("p50_ms", "p95_ms", "cpu_ms")) + " |"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def read_results(folder: Path = RESULTS) -> dict[str, dict[str, Any]]:
    """Results by file name without extension."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def write_page() -> None:
    """Write docs/mesures.md from what was measured."""
    PAGE.write_text(page(read_results()), encoding="utf-8")
