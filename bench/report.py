"""`docs/mesures.md`, written from `bench/results`: our figures beside the nearest peer's, and the targets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import veille_page
from bench.peer import PEER, PEER_NOTE
from bench.tables import number, table
from bench.targets import Target, targets

PAGE = Path(__file__).resolve().parents[1] / "docs" / "mesures.md"
Results = Mapping[str, Any]

KINDS = {
    "home": "accueil",
    "search_0": "recherche, texte",
    "search_1": "recherche, texte + commune",
    "search_2": "recherche, texte + commune + public",
    "search_3": "recherche, texte + commune + public + thème",
    "sheet": "fiche",
    "answer": "réponse (la trame)",
    "places": "complétion de lieux",
}
HEAD = """# Mesures

Page écrite par `make bench` (`bench/report.py`) à partir de `bench/results/*.json` ; un test la compare aux résultats.

**Ce qui est mesuré.** Des besoins distincts (titres de vrais projets), chacun dans une commune tirée au hasard parmi
toutes ; n’importe quel mot suffit pour qu’une fiche réponde, celles qui les ont tous viennent d’abord. Les programmes :
les vrais d’abord (inventaire de départ, paquets), puis des programmes recomposés de morceaux des vrais, graine fixe.
Les pages passent par le vrai serveur (`maillage servir`), demandées par un autre processus de la même machine.
« À froid » : la première demande après le démarrage. « CPU » : processeur de tous les processus du serveur, divisé par
le nombre de demandes ; il tient quand la machine est partagée, les durées dérivent.
"""


APART = ("clone", "harvest", "digests")
"""Measured once, whatever the sizes: each in its own file of results, named so in the paths of the targets."""


def read(folder: Path) -> dict[str, Any]:
    """The results at the largest size, with those that are measured apart."""
    found = dict(_sizes(folder)[-1])
    for name in APART:
        if (path := folder / f"{name}.json").exists():
            found[name] = json.loads(path.read_text(encoding="utf-8"))
    if weights := found.get("served", {}).get("weight"):
        found["served"] = found["served"] | {"third_party": sum(len(row["third_party"]) for row in weights.values())}
    return found


def write(folder: Path) -> None:
    """Write the page from the results in `folder`."""
    PAGE.write_text(text_of(folder), encoding="utf-8")


def text_of(folder: Path) -> str:
    """The whole page."""
    sizes = _sizes(folder)
    largest = read(folder)
    parts = [
        HEAD,
        _machine(largest),
        "## À atteindre\n",
        _targets(largest),
        "## Le moteur et la réponse, dans un processus\n",
        _inside(sizes),
        "## Les pages, par le vrai serveur\n",
        _pages(sizes),
        "## Le pair le plus proche\n",
        PEER_NOTE,
        table(("page", "taille", "p50 / p95 à 1 client", "p50 à 8 clients", "CPU par demande"), PEER),
        "## Charger, indexer, démarrer\n",
        _load(sizes, largest),
        "## Poids d’une première visite\n",
        _weights(largest),
        *(veille_page.parts(largest)),
    ]
    return "\n".join(parts)


def _sizes(folder: Path) -> list[dict[str, Any]]:
    files = sorted((path for path in folder.glob("*.json") if path.stem.isdigit()), key=lambda path: int(path.stem))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def _machine(found: Results) -> str:
    machine = found["machine"]
    told = (
        f"**La machine.** {machine['cores']} cœurs partagés, {machine['memory_gb']} Go, Python {machine['python']}, "
        f"le {machine['day']}, charge {number(machine['load_before'])} avant les mesures."
    )
    if "busy_ms" not in machine:
        return told + "\n"
    slow = machine["busy_ms"] / machine["reference_ms"]
    return (
        f"{told} Une boucle témoin prend {number(machine['reference_ms'])} ms de processeur au mieux et "
        f"{number(machine['busy_ms'])} ms le plus souvent : des voisins ralentissent tout d’un facteur "
        f"{number(round(slow, 1))}.\n"
    )


def _targets(found: Results) -> str:
    rows = [(item.name, _told(item, found), f"{number(item.at_most)} {item.unit}", item.source) for item in targets()]
    return table(("objectif", "mesuré", "au plus", "source"), rows)


def _told(target: Target, found: Results) -> str:
    value = target.measured(found)
    if value is None:
        return "non mesuré"
    return f"{number(value)} {target.unit} {'✓' if target.is_met(found) else '✗ manqué'}"


def _inside(sizes: Sequence[Results]) -> str:
    labels = {str(count): f"recherche, {count} filtre{'s' * (count > 1)} et facettes" for count in range(4)}
    rows = []
    for found in sizes:
        inside = found["inside"]
        calls = {label: inside["search"][key] for key, label in labels.items()}
        calls |= {
            "3 filtres et facettes, sans classement": inside.get("engine"),
            "réponse complète (`answer_need`)": inside["answer"],
            "réponse à un besoin de 5 000 caractères": inside.get("answer_long"),
            "complétion de lieux": inside.get("places"),
        }
        rows += [_inside_row(found, label, call) for label, call in calls.items() if call]
    return table(("programmes", "travail", "p50 / p95 (ms)", "CPU moyen / p95 (ms)", "à froid (ms)"), rows)


def _inside_row(found: Results, label: str, call: Results) -> tuple[str, ...]:
    warm = call["warm"]
    return (
        number(found["programmes"]),
        label,
        f"{number(warm['p50_ms'])} / {number(warm['p95_ms'])}",
        f"{number(warm['cpu_ms'])} / {number(warm['cpu_p95_ms'])}",
        number(call["cold"]["p50_ms"]),
    )


def _pages(sizes: Sequence[Results]) -> str:
    rows = []
    for found in sizes:
        for name, row in found.get("served", {}).get("pages", {}).items():
            one, eight = row["1"], row["8"]
            rows.append(
                (
                    number(found["programmes"]),
                    KINDS[name],
                    f"{number(one['p50_ms'])} / {number(one['p95_ms'])}",
                    f"{number(eight['p50_ms'])} / {number(eight['p95_ms'])}",
                    number(one["cpu_ms"]),
                    number(row["cold_ms"]),
                )
            )
    head = ("programmes", "page", "1 client, p50 / p95 (ms)", "8 clients, p50 / p95 (ms)", "CPU (ms)", "à froid (ms)")
    return table(head, rows)


def _load(sizes: Sequence[Results], largest: Results) -> str:
    rows = []
    for found in sizes:
        load, held = found["load"], found["sizes"]
        served = found.get("served", {})
        memory = served.get("memory_mb", {})
        rows.append(
            (
                number(found["programmes"]),
                f"{number(load['prepare']['wall_s'])} ({number(load['prepare']['cpu_s'])})",
                f"{number(load['programmes']['wall_s'])} ({number(load['programmes']['cpu_s'])})",
                f"{number(load['index']['wall_s'])} ({number(load['index']['cpu_s'])})",
                f"{number(held['database_mb'])} + {number(held['index_mb'])}",
                number(served.get("start_s", 0)),
                f"{number(memory.get('idle', 0))} → {number(memory.get('after', 0))}",
            )
        )
    head = (
        "programmes",
        "préparer, s (CPU)",
        "charger les recomposés, s (CPU)",
        "indexer, s (CPU)",
        "base + index (Mo)",
        "démarrer (s)",
        "mémoire du serveur (Mo)",
    )
    clone = largest.get("clone")
    if not clone:
        return table(head, rows)
    return table(head, rows) + _clone(clone)


def _clone(found: Results) -> str:
    return (
        f"\nD’un clone à la première page : {number(found['clone_s'])} s pour `git clone`, puis "
        f"{number(found['first_page_s'])} s pour `make run`, installation comprise ; second démarrage : "
        f"{number(found['second_start_s'])} s.\n"
    )


def _weights(found: Results) -> str:
    rows = [
        (
            KINDS[name],
            number(row["html_kb"]),
            number(row["total_kb"]),
            str(row["requests"]),
            str(len(row["third_party"])),
        )
        for name, row in found.get("served", {}).get("weight", {}).items()
    ]
    head = ("page", "HTML envoyé (Ko)", "en tout (Ko)", "demandes", "adresses de tiers")
    return table(head, rows)
