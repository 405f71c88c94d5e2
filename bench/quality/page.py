"""The figures of docs/method/classement.md and odd.md, written between two marks from `results/quality.json`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.quality.methods import LABELS, OURS
from maillage.core.weighing import weight

PAGES = Path(__file__).resolve().parents[2] / "docs" / "method"
BEGIN, END = "<!-- mesures : make bench-quality -->", "<!-- fin des mesures -->"
NOT_YET = "pas encore mesuré, lancez `make bench-quality`."
Results = Mapping[str, Any]
PACKS = {
    "benchmark_mte": "Besoins d’entreprises → programmes (transition écologique des entreprises)",
    "benchmark_fonds_vert": "Titres de projets → mesure du Fonds vert, textes officiels seuls",
    "benchmark_fonds_vert with our sheets": "Titres de projets → mesure du Fonds vert, avec nos fiches",
    "benchmark_ademe": "Objets de subventions → aide de l’ADEME",
    "benchmark_cnil": "Questions de particuliers → passage qui répond (CNIL)",
}
MEASURES = {
    "ndcg@10": "nDCG@10",
    "recall@10": "rappel@10",
    "recall@50": "rappel@50",
    "accuracy@1": "premier juste",
    "accuracy@3": "juste dans les 3",
    "mrr": "MRR",
    "macro_f1": "F1 moyen des mesures",
    "accuracy": "exactitude",
}


def write(results: Results) -> None:
    """Put the figures in their pages."""
    for name, told in tables(results).items():
        path = PAGES / name
        path.write_text(text_of(path.read_text(encoding="utf-8"), told), encoding="utf-8")


def text_of(page: str, told: str) -> str:
    """The page with these figures between the marks."""
    return re.sub(
        f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: f"{BEGIN}\n\n{told}\n\n{END}", page, flags=re.DOTALL
    )


def tables(results: Results) -> dict[str, str]:
    """Page → its figures, in Markdown; what was not measured yet is said so."""
    packs = results.get("packs", {})
    parts = [_pack(title, packs[name]) for name, title in PACKS.items() if name in packs]
    parts += [f"**{title}** : {NOT_YET}" for name, title in PACKS.items() if name not in packs]
    after = [_learned(results)] if "learned" in results else []
    after += [_choices(results["choices"])] if "choices" in results else []
    return {"classement.md": "\n\n".join([_how(results), *parts, *after]), "odd.md": _goals(results)}


def show(results: Results) -> None:
    """Print what the pages say."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=160)
    for told in tables(results).values():
        console.print(Markdown(told))


def rounded(value: Any) -> Any:
    """The same figures to four places, however deep."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def _how(results: Results) -> str:
    if not results:
        return "Entre crochets : 95 % des tirages des besoins."
    machine = results["machine"]
    packs = results.get("packs", {}).values()
    asked = any("PostgreSQL, every word" in pack["methods"] for pack in packs)
    return (
        f"Mesuré le {machine['day']} sur {machine['cores']} cœurs partagés. Entre crochets : 95 % des tirages des besoins "
        "(1 000 tirages). « Écart » : première mesure de la méthode moins la nôtre, sur les mêmes besoins ; un intervalle "
        "qui contient zéro ne prouve rien. « Muets » : besoins sans aucun résultat."
        + ("" if asked else " PostgreSQL n’était pas présent sur cette machine : non mesuré.")
    )


def _pack(title: str, pack: Results) -> str:
    names = list(pack["methods"][OURS]["measures"])
    lines = [
        f"**{title}** : {pack['needs']} besoins, {pack['documents']} textes"
        f"{_near(pack['referents']) if 'referents' in pack else ''}.",
        "",
        f"| méthode | {' | '.join(MEASURES[name] for name in names)} | écart | muets | ms par besoin |",
        f"|---|{'---|' * (len(names) + 3)}",
    ]
    for name, label in LABELS.items():
        if found := pack["methods"].get(name):
            figures = " | ".join(_between(found["measures"][measure]) for measure in names)
            gap = "" if name == OURS else _between(found["gap"], signed=True)
            lines.append(f"| {label} | {figures} | {gap} | {_percent(found['silent'])} | {_number(found['ms'], 1)} |")
    return "\n".join(lines)


def _learned(results: Results) -> str:
    lines = [
        "**Après apprentissage des décisions passées** : chaque besoin est classé par ce que les autres ont reçu, jamais par "
        "sa propre étiquette (dix parts pour les entreprises, cinq pour le Fonds vert, textes officiels).",
        "",
        "| jeu | mesure | valeur | ms par besoin |",
        "|---|---|---|---|",
    ]
    for name, result in results["learned"].items():
        for measure, value in result["measures"].items():
            given = [value["value"]] + ([value["low"], value["high"]] if value["low"] is not None else [])
            lines.append(
                f"| {PACKS[name].split(',')[0]} | {MEASURES[measure]} | {_between(given)} | "
                f"{_number(result['milliseconds'], 1)} |"
            )
    return "\n".join(lines)


def _choices(found: Results) -> str:
    lines = [
        "**Après les choix passés d’un même espace** : chaque projet du Fonds vert (nos fiches) est classé avec ce que son "
        "département a obtenu pour les autres, cinq parts ; les départements de moins de cinq projets sont laissés.",
        "",
        "| poids des choix (`choices.points`) | premier juste |",
        "|---|---|",
    ]
    for share, value in found.items():
        told = _number(float(share) * weight("choices", "points"), 1)
        lines.append(f"| {told} | {_between([value['value'], value['low'], value['high']])} |")
    return "\n".join(lines)


def _goals(results: Results) -> str:
    if "benchmark_odd" not in results:
        return NOT_YET
    found = results["benchmark_odd"]["measures"]["accuracy"]
    return (
        f"Mesuré : **{_number(found['value'], 3)}** d’exactitude moyenne. Publié par le tableau du jeu : OSDG 0,70, JRC SDG "
        "Mapper 0,77, Aurora 0,79, text2sdg 0,83, AFD SDG Prospector 0,88 (ce dernier et les grands modèles de langue, 0,80 à "
        "0,87, demandent des modèles que Maillage n’exige pas)."
    )


def _between(value: Sequence[float], *, signed: bool = False) -> str:
    told = _number(value[0], 3, signed=signed)
    return f"{told} [{_number(value[1], 3)} ; {_number(value[2], 3)}]" if len(value) > 1 else told


def _near(share: float) -> str:
    return f" ; {_percent(share)} des besoins sont proches d’un projet référent"


def _percent(share: float) -> str:
    return f"{_number(100 * share, 0)} %"


def _number(value: float, places: int, *, signed: bool = False) -> str:
    return f"{value:{'+' if signed else ''}.{places}f}".replace(".", ",").replace("-", "−")
