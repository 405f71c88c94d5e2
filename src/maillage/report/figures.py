"""The figures of a report: supply and demand by theme, step and nature, place by place, competences, freshness."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from maillage.core.coverage import Choice, Standing, served
from maillage.core.coverage.catalogue import EVERY
from maillage.core.coverage.demand import KINDS, EvidenceKind
from maillage.core.coverage.line import Bools
from maillage.core.coverage.supply import CONDITIONAL, ECHELONS
from maillage.core.tagging import called_for
from maillage.core.trame import not_expected
from maillage.core.vocabulary import Nature, Stage, categories, competences, themes
from maillage.core.weighing import weight
from maillage.coverage.atlas import Atlas
from maillage.coverage.queries import PlaceRow
from maillage.report.facts import Facts, Plain
from maillage.report.scopes import Scope

Row = dict[str, Any]
HIDDEN = "moins de {least}"


def few(count: int) -> int | str:
    """A count of people or searches as it may be told: below `unmet.shown_from`, only that it is."""
    least = int(weight("unmet", "shown_from"))
    return count if count == 0 or count >= least else HIDDEN.format(least=least)


def served_in(atlas: Atlas, scope: Scope, choice: Choice) -> float:
    """How much of a question people have near in the scope, from 0 to 1: a mean over the people of the country's
    départements, or what the place itself has."""
    level = scope.level or "DEP"
    at = [atlas.place_rank(level, scope.code)] if scope.level else list(range(len(atlas.line.levels[level].codes)))
    held = atlas.standing[level]
    here = Standing(*(np.asarray(table[:, at]) for table in (held.near, held.usable, held.known)))
    near = served(here, choice=choice, outside=atlas.outside[level][:, at]).near.astype(np.float64)
    people = atlas.line.inhabitants(level)[at]
    return float(np.average(near, weights=people if people.any() else None)) if len(near) else 0.0


def inhabitants(atlas: Atlas, scope: Scope) -> int:
    """How many people live in the scope."""
    if not scope.level:
        return int(atlas.line.population.sum())
    return int(atlas.line.inhabitants(scope.level)[atlas.place_rank(scope.level, scope.code)])


def supply(atlas: Atlas, held: Bools) -> Row:
    """Distinct offers, by where one knocks; those under a condition apart."""
    layers = Counter(atlas.catalogue.layer[held].tolist())
    told = {f"offres_{code.lower()}": layers.get(rank, 0) for rank, code in enumerate(ECHELONS)}
    return {"offres": int(held.sum()), **told, "offres_sous_condition": layers.get(CONDITIONAL, 0)}


def demand(atlas: Atlas, scope: Scope) -> Row:
    """Pieces of evidence by who says them, and what they weigh; few searches are not told."""
    inside = evidence_in(atlas, scope)
    counts = Counter(atlas.demand.kind[inside].tolist())
    told: Row = {f"preuves_{kind.value}": counts.get(rank, 0) for rank, kind in enumerate(KINDS)}
    told[f"preuves_{EvidenceKind.SEARCH.value}"] = few(counts.get(KINDS.index(EvidenceKind.SEARCH), 0))
    return {"preuves": int(inside.sum()), **told, "demande_pesee": _rounded(float(atlas.demand.worth[inside].sum()))}


def evidence_in(atlas: Atlas, scope: Scope) -> Bools:
    """Whether each piece of evidence is in the scope."""
    level = scope.level or "REG"
    places = atlas.demand.place[level]
    return places >= 0 if not scope.level else places == atlas.place_rank(level, scope.code)


def treated(atlas: Atlas, held: Bools) -> tuple[str, ...]:
    """The categories these offers treat."""
    stands = np.flatnonzero(atlas.catalogue.themes[held].any(axis=0)).tolist()
    codes = tuple(categories())
    return tuple(codes[rank] for rank in stands)


def by_theme(atlas: Atlas, scope: Scope, held: Bools) -> list[Row]:
    """One line per theme: what is served, offered, asked for."""
    inside = evidence_in(atlas, scope)
    found = []
    for theme, codes in themes().items():
        choice = Choice(categories=codes)
        asked = atlas.demand.chosen(choice) & inside
        near = served_in(atlas, scope, choice)
        layers = supply(atlas, held & atlas.catalogue.chosen(choice, layers=EVERY))
        told = {name: value for name, value in layers.items() if name != "offres"}
        weighed = _rounded(float(atlas.demand.worth[asked].sum()))
        line = {"theme": theme, "part_servie_de_pres": _rounded(near), "offres": layers["offres"], **told}
        found.append({**line, "preuves": int(asked.sum()), "demande_pesee": weighed})
    return found


def by_cell(atlas: Atlas, scope: Scope, held: Bools) -> list[Row]:
    """The fifteen cells of the trame: what is served near, and how many offers stand there."""
    found = []
    for nature in Nature:
        for stage in Stage:
            choice = Choice(stages=(stage.value,), natures=(nature.value,))
            expected = (nature, stage) not in not_expected()
            share = _rounded(served_in(atlas, scope, choice)) if expected else None
            count = int((held & atlas.catalogue.chosen(choice, layers=EVERY)).sum())
            found.append({"nature": nature.value, "etape": stage.value, "part_servie_de_pres": share, "offres": count})
    return found


def place_line(row: PlaceRow, name: str) -> Row:
    """One place of a report."""
    shares = {
        "part_servie_de_pres": row.served,
        "part_habitants_proche": row.people,
        "part_communes_proche": row.communes,
        "part_habitants_utilisable": row.usable,
    }
    return {
        "code": row.code,
        "territoire": name,
        "habitants": row.inhabitants,
        "offres_proches": row.near,
        "offres_lointaines": row.distant,
        "offres_sous_condition": row.conditional,
        **{label: _rounded(value) for label, value in shares.items()},
        "manque": row.kind.value if row.kind else "",
        "preuves": row.pieces,
        "demande_pesee": _rounded(row.demand),
    }


def skills(offers: Iterable[Plain], bodies: Iterable[Plain], needs: Iterable[Plain]) -> list[Row]:
    """The thirty competences: who exercises each, what brings it, what calls for it; those nobody exercises first."""
    exercised = Counter(code for body in bodies for code in body["competences"])
    brought = Counter(code for offer in offers for code in offer["competences"])
    sought = Counter(code for need in needs for code in called_for(need["categories"]))
    rows = [
        {
            "code": code,
            "competence": label,
            "exercee_par": exercised[code],
            "apportee_par": brought[code],
            "recherchee_par": sought[code],
        }
        for code, label in competences().items()
    ]
    return sorted(
        rows,
        key=lambda row: (not (row["recherchee_par"] and not row["exercee_par"]), -row["recherchee_par"], row["code"]),
    )


def freshness(offers: Sequence[Plain], *, day: dt.date) -> Row:
    """How long ago anyone spoke for these sheets: themselves, their source, a person."""
    ages = np.array([(day - dt.date.fromisoformat(offer["heard_on"])).days for offer in offers], dtype=np.int64)
    fresh, old = weight("quality", "fresh_days"), weight("quality", "old_days")
    return {
        "fiches": len(offers),
        "fraiches": int((ages < fresh).sum()),
        "a_reconfirmer": int(((ages >= fresh) & (ages < old)).sum()),
        "anciennes": int((ages >= old).sum()),
        "comparees_a_leur_source": sum(1 for offer in offers if offer["verified_on"]),
        "closes": sum(1 for offer in offers if offer["closes_on"] and offer["closes_on"] < day.isoformat()),
    }


def sources(offers: Iterable[Plain], bodies: Iterable[Plain]) -> list[Row]:
    """Where the sheets come from, those that bring most first."""
    found: dict[tuple[str, str], Row] = {}
    for kind, sheets in (("offres", offers), ("acteurs", bodies)):
        for sheet in sheets:
            key = (sheet["source"], sheet["licence"])
            line = found.setdefault(key, {"source": key[0], "licence": key[1], "offres": 0, "acteurs": 0})
            line[kind] += 1
    return sorted(found.values(), key=lambda line: (-line["offres"] - line["acteurs"], line["source"], line["licence"]))


def network_places(told: Mapping[str, Any], atlas: Atlas, names: Mapping[str, str]) -> list[Row]:
    """Département by département, the share of people the members of a network serve; the least served first."""
    people = atlas.line.inhabitants("DEP").tolist()
    rows = [
        {
            "code": code,
            "territoire": names.get(code, code),
            "habitants": int(count),
            "part_habitants_servis": told["departments"].get(code, 0.0),
            "habitants_sans_membre": round(count * (1 - told["departments"].get(code, 0.0))),
        }
        for code, count in zip(atlas.line.levels["DEP"].codes, people, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["habitants_sans_membre"], row["code"]))


def offers_named(facts: Facts, atlas: Atlas, held: Bools) -> list[Plain]:
    """The sheets behind these offers of the catalogue, and the generalist ones, which stand in no cell."""
    ranks = np.flatnonzero(held).tolist()
    return [facts.by_uid[uid] for rank in ranks for uid in atlas.catalogue.names[rank] if uid in facts.by_uid]


def _rounded(value: float) -> float:
    return round(value, 4)
