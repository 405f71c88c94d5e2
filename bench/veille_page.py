"""What `docs/mesures.md` says of the shared watch: from a file to the search, the page, the letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.tables import number, table

STEPS = {
    "harvested": "lire et garder chaque élément",
    "proposed_accepted": "comparer, proposer, accepter, écrire",
    "searchable": "attendre que le dernier se trouve",
}
PAGES = {
    "all": "sans filtre",
    "theme": "par thème",
    "place": "par territoire",
    "place_theme": "par territoire et par thème",
    "home": "accueil",
}


def parts(found: Mapping[str, Any]) -> Iterator[str]:
    """The parts of the page whose results are at hand."""
    if "harvest" in found:
        yield from _harvest(found["harvest"])
    if "digests" in found:
        yield from _watch(found["digests"])


def _harvest(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## D’un fichier à la recherche\n"
    yield (
        f"{number(found['records'])} fiches recomposées, au schéma national ({number(found['file_mb'])} Mo), comme "
        "`maillage importer --tout-accepter` ; le suiveur de l’index travaille à côté, comme auprès du serveur. "
        f"En tout {number(found['total_s'])} s, {number(found['cpu_s'])} s de processeur des deux processus, "
        f"{number(found['records_per_s'])} fiches par seconde.{_busy(found['machine'])}\n"
    )
    rows = [
        (label, number(step["wall_s"]), number(step["cpu_s"]), number(step["records_per_s"]))
        for name, label in STEPS.items()
        if (step := found["steps"].get(name))
    ]
    yield table(("étape", "durée (s)", "processeur (s)", "fiches par seconde"), rows)


def _watch(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## La veille\n"
    letters = found["digests"]
    yield (
        f"{number(found['programmes'])} programmes, {number(found['news'])} nouvelles. {number(found['subscribers'])} "
        f"abonnés à {number(letters['searches'])} recherches, {number(letters['changed'])} fiches changées : "
        f"{number(letters['digests'])} lettres écrites en {number(letters['compose']['wall_s'])} s, envoyées en "
        f"{number(letters['send']['wall_s'])} s à un vrai serveur de courrier, "
        f"{number(letters['compose']['cpu_s'] + letters['send']['cpu_s'])} s de processeur.{_busy(found['machine'])}\n"
    )
    rows = [
        (label, f"{number(page['p50_ms'])} / {number(page['p95_ms'])}", number(page["cpu_ms"]))
        for name, label in PAGES.items()
        if (page := found["pages"].get(name))
    ]
    yield table(("page de la veille, sans réseau", "p50 / p95 (ms)", "CPU (ms)"), rows)


def _busy(machine: Mapping[str, Any]) -> str:
    """How busy the machine was then: these results are not of the same hour as the others."""
    load = number(machine["load_before"])
    return f" Le {machine['day']}, {machine['cores']} cœurs partagés, charge {load} avant la mesure."
