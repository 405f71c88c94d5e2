"""« Pourquoi pas cette offre ? »: every reason there can be, one at a time."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.answer import absence as absences
from maillage.answer import judging
from maillage.answer.absence import why_not
from maillage.answer.queries import answer_need
from maillage.core.errors import Unknown
from maillage.core.vocabulary import categories
from maillage.inventory.models import Programme
from tests.factories.records import a_programme

NEED = "la toiture"
LONG = "Toiture, et tous les autres travaux que les petites collectivités mènent sans connaître leurs bâtiments"


def roof(title="Rénover une toiture", **said):
    return a_programme(title, **said)


def asked(title, *, territory="62041", **said):
    answer = answer_need(text=NEED, territory=territory, **said)
    return why_not(answer, Programme.objects.get(title=title).slug)


def told(absence) -> list[str]:
    return [reason.sentence() for reason in absence.reasons]


def codes(absence) -> list[str]:
    return [reason.code for reason in absence.reasons]


def test_an_offer_that_is_there_says_so_with_its_reasons(hold):
    hold(roof())

    absence = asked("Rénover une toiture")

    assert absence.is_here
    assert told(absence)[0] == "elle est dans la réponse"
    assert "« toiture » dans le titre" in told(absence)


@pytest.mark.parametrize(
    ("said", "how", "expected"),
    [
        ({"zones": ("REG-76",)}, {}, "Arras n’est pas dans sa zone : elle existe pour Occitanie"),
        (
            {"zones": ("COM-34333", "REG-76")},
            {},
            "Arras n’est pas dans sa zone : elle existe pour Occitanie, Vic-la-Gardiole",
        ),
        (
            {"zones": ("PAYS-99100",), "excluded_zones": ("DEP-62",)},
            {},
            "elle ne vaut pas pour Arras : ce territoire en est écarté",
        ),
        ({"audiences": ("association",)}, {"audience": "commune"}, "réservé à : association"),
        ({"closes_on": dt.date(2020, 1, 1)}, {}, "clos depuis le 2020-01-01"),
        (
            {"zones": ("DEP-62",)},
            {"territory": ""},
            "elle n’est pas ouverte dans toute la France : dites un lieu pour savoir si elle y vaut",
        ),
        ({"status": "archived"}, {}, "sa fiche n’est pas publiée : elle attend une relecture, ou a été retirée"),
    ],
    ids=["zone", "zones, the widest first", "left out", "audience", "closed", "no place", "not published"],
)
def test_what_keeps_an_offer_out_is_named(hold, said, how, expected):
    hold(roof(**said), roof("Toiture des communes"))

    absence = asked("Rénover une toiture", **how)

    assert not absence.is_here
    assert told(absence)[0] == expected


def test_a_network_without_a_member_here_is_named(hold):
    hold(roof(delivered_by="adil"))

    assert told(asked("Rénover une toiture"))[0] == "le réseau qui la porte n’a personne pour Arras"


def test_a_local_variant_that_replaces_it_is_named(hold):
    hold(
        roof("Toiture nationale", slug="toiture-nationale"),
        roof("Toiture du Pas-de-Calais", zones=("DEP-62",), echelon="DEPARTMENTAL", variant_of="toiture-nationale"),
    )

    assert told(asked("Toiture nationale"))[0] == "une offre locale la remplace ici : « Toiture du Pas-de-Calais »"


def test_an_offer_that_speaks_of_something_else_says_which_words_are_absent(hold):
    code = next(iter(categories()))
    hold(roof(), a_programme("Élever des abeilles", categories=(code,)))

    absence = asked("Élever des abeilles")

    assert codes(absence)[0] == "absent_words"
    assert "rien n’y dit « toiture »" in told(absence)
    assert f"elle traite d’autres sujets : « {categories()[code].label} »" in told(absence)


def test_an_offer_of_another_stage_says_its_own(hold):
    hold(roof(stages=("DELIVERY",), closes_on=dt.date(2020, 1, 1)))

    assert codes(asked("Rénover une toiture", stage="EMERGENCE")) == ["closed", "lacks_stage"]


def test_an_offer_folded_under_others_says_why_they_come_first(hold):
    hold(*(roof(f"Toiture de la mairie {rank}") for rank in range(4)), roof("Réparer", keywords=("toiture",)))

    absence = asked("Réparer")

    assert absence.is_here
    assert codes(absence)[0] == "absent_lower"
    assert absence.before
    assert all(item.because for item in absence.before)
    assert {item.title for item in absence.before} <= {f"Toiture de la mairie {rank}" for rank in range(4)}


def test_an_offer_beyond_what_is_judged_says_that_others_answer_better(hold, monkeypatch):
    hold(*(roof(f"Toiture de la mairie {rank}") for rank in range(4)), roof(LONG, description="Un toit."))
    real = judging.candidates
    monkeypatch.setattr(
        judging,
        "candidates",
        lambda **said: [each for each in real(**said) if each.sheet.title != LONG],
    )

    found = asked(LONG)

    assert not found.is_here
    assert codes(found)[0] == "absent_below"
    assert len(found.before) == absences.MOST


def test_a_programme_nobody_knows_is_refused(hold):
    hold(roof())

    with pytest.raises(Unknown, match="sheet_unknown"):
        why_not(answer_need(text=NEED, territory="62041"), "inconnue")
