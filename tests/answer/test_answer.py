"""One need, one place: what the answer holds, and what it says is missing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from maillage.accounts.models import Event
from maillage.actors.actions import put_organisations
from maillage.answer.actions import tell_helpful
from maillage.answer.export import as_data, rows_of
from maillage.answer.models import Feedback
from maillage.answer.queries import answer_need
from maillage.core.errors import Ambiguous, Invalid, Unknown
from maillage.core.vocabulary import GapKind
from maillage.inventory.actions import put_links, refuse_link
from tests.factories.records import a_link, a_programme, an_operator, an_organisation
from tests.factories.rows import a_person

NEED = "la toiture"


def roof(title="Rénover une toiture", **said):
    return a_programme(title, **said)


def cell(answer, stage="EMERGENCE", nature="PUBLIC"):
    return next(item for item in answer.cells if (item.stage, item.nature) == (stage, nature))


def shown(answer) -> set[str]:
    return {offer.match.sheet.title for item in answer.cells for offer in (*item.offers, *item.more)}


def told(offer) -> list[str]:
    return [reason.sentence() for reason in offer.reasons]


def test_what_contains_the_place_is_offered_and_what_does_not_is_only_named(hold):
    hold(
        roof("Toiture nationale"),
        roof("Toiture du département", zones=("DEP-62",), echelon="DEPARTMENTAL"),
        roof("Toiture d’à côté", zones=("COM-62119",), echelon="LOCAL"),
    )

    answer = answer_need(text=NEED, territory="62041")

    assert shown(answer) == {"Toiture nationale", "Toiture du département"}
    assert [offer.echelon for offer in cell(answer).offers] == ["DEPARTMENTAL", "NATIONAL"]
    assert "couvre Arras par Pas-de-Calais" in told(cell(answer).offers[0])
    assert "ouvert dans toute la France" in told(cell(answer).offers[1])
    assert cell(answer).gap is None


def test_only_distant_offers_make_a_gap_that_still_lists_them(hold):
    hold(roof(zones=("REG-32",), echelon="REGIONAL"))

    held = cell(answer_need(text=NEED, territory="62041"))

    assert (held.state, held.gap.kind, len(held.offers)) == ("gap", GapKind.DISTANT, 1)


def test_nothing_here_names_where_it_exists(hold):
    hold(roof(zones=("REG-76",), echelon="REGIONAL"))

    gap = cell(answer_need(text=NEED, territory="62041")).gap

    assert (gap.kind, gap.nearest.match.sheet.title) == (GapKind.NOTHING, "Rénover une toiture")
    assert "existe pour Occitanie, pas pour Arras" in told(gap.nearest)


@pytest.mark.parametrize(
    ("said", "asked", "expected"),
    [
        ({"audiences": ("association",)}, {"audience": "commune"}, "réservé à : association"),
        ({"closes_on": dt.date(2020, 1, 1)}, {}, "clos depuis le 2020-01-01"),
    ],
    ids=["another public", "closed"],
)
def test_a_condition_known_to_be_unmet_is_told(hold, said, asked, expected):
    hold(roof(echelon="DEPARTMENTAL", zones=("DEP-62",), **said))

    gap = cell(answer_need(text=NEED, territory="62041", **asked)).gap

    assert (gap.kind, gap.condition.sentence()) == (GapKind.CONDITIONAL, expected)


def test_without_a_place_local_offers_are_not_promised_and_distance_means_nothing(hold):
    hold(roof("Toiture nationale"), roof("Toiture locale", zones=("DEP-62",), echelon="DEPARTMENTAL"))

    answer = answer_need(text=NEED)

    assert answer.place is None
    assert shown(answer) == {"Toiture nationale"}
    assert cell(answer).gap is None


def test_a_network_answers_through_its_member_where_one_serves_and_nowhere_else(hold):
    member = an_organisation(
        "ADIL du Pas-de-Calais", slug="adil-62", network="adil", zones=("DEP-62",), seat="COM-62041", phone="03 21"
    )
    put_after = roof("Conseil toiture", delivered_by="adil", echelon="DEPARTMENTAL")
    hold()
    put_organisations([member], by=None)
    hold(put_after)

    here, there = (answer_need(text=NEED, territory=code) for code in ("62041", "34333"))

    (offer,) = cell(here).offers
    assert [(desk.name, desk.place, desk.phone) for desk in offer.desks] == [
        ("ADIL du Pas-de-Calais", "Arras", "03 21")
    ]
    assert shown(there) == set()
    assert cell(there).gap.kind != GapKind.DISTANT


def test_without_network_the_desk_is_the_one_the_sheet_names_else_its_operator(hold):
    hold(
        roof("Toiture, avec guichet", contact_desk="Guichet unique"),
        roof("Toiture, avec porteur", operators=(an_operator(),)),
        roof("Toiture, sans rien"),
    )

    desks = {
        offer.match.sheet.title: [desk.name for desk in offer.desks]
        for offer in cell(answer_need(text=NEED, territory="62041")).offers
    }

    assert desks == {
        "Toiture, avec guichet": ["Guichet unique"],
        "Toiture, avec porteur": ["Agence de l’eau du Ternois"],
        "Toiture, sans rien": [],
    }


def test_a_local_variant_stands_for_its_national_sheet_where_it_applies(hold):
    hold(
        roof("Toiture nationale", slug="nationale"),
        roof("Toiture d’Occitanie", slug="locale", variant_of="nationale", zones=("REG-76",)),
    )

    assert shown(answer_need(text=NEED, territory="34333")) == {"Toiture d’Occitanie"}
    assert shown(answer_need(text=NEED, territory="62041")) == {"Toiture nationale"}


def test_a_generalist_is_offered_after_what_is_specific(hold):
    hold(roof(), a_programme("Accompagnement de projets", generalist=True))

    offers = cell(answer_need(text=NEED, territory="62041")).offers

    assert [offer.match.sheet.title for offer in offers] == ["Rénover une toiture", "Accompagnement de projets"]
    assert "intervient sur tous les sujets" in told(offers[1])


def test_a_need_nobody_speaks_of_is_off_topic(hold):
    hold(roof())

    assert answer_need(text="xyzzy plugh", territory="62041").off_topic
    assert not answer_need(text=NEED, territory="62041").off_topic


def test_stated_links_come_first_and_a_refused_suggestion_never_comes_back(hold):
    categories = ("batiments-et-construction",)
    first = roof("Étude de toiture", slug="etude", categories=categories, zones=("DEP-62",))
    second = roof("Travaux de toiture", slug="travaux", categories=categories, stages=("DESIGN",), zones=("DEP-62",))
    twin = roof("Étude de toiture bis", slug="bis", categories=categories, zones=("DEP-62",))
    hold(first, second, twin)
    put_links([a_link("etude", "travaux", statement="L’étude ouvre droit aux travaux.")], by=None)

    links = answer_need(text=NEED, territory="62041").links

    assert (links[0].origin, links[0].target, links[0].suggested, links[0].statement) == (
        "etude",
        "travaux",
        False,
        "L’étude ouvre droit aux travaux.",
    )
    pairs = {frozenset((link.origin, link.target)) for link in links if link.suggested}
    assert frozenset(("etude", "bis")) in pairs
    assert frozenset(("etude", "travaux")) not in pairs
    assert all(link.reasons for link in links if link.suggested)

    refuse_link(a_link("bis", "etude", "overlaps", evidence_url=""), by=a_person())
    after = answer_need(text=NEED, territory="62041").links
    assert frozenset(("etude", "bis")) not in {frozenset((link.origin, link.target)) for link in after}


BAD = {
    "no words": ({"text": " \x00 \n"}, Invalid, "need_empty"),
    "too many words": ({"text": "x" * 5001}, Invalid, "need_too_long"),
    "no such stage": ({"text": "eau", "stage": "HIER"}, Invalid, "choice_unknown"),
    "no such public": ({"text": "eau", "audience": "chats"}, Invalid, "choice_unknown"),
    "no such theme": ({"text": "eau", "themes": ["licornes"]}, Invalid, "choice_unknown"),
    "no such place": ({"text": "eau", "territory": "99999"}, Unknown, "territory_unknown"),
    "two such places": ({"text": "eau", "territory": "76"}, Ambiguous, "territory_ambiguous"),
}


@pytest.mark.parametrize(("said", "error", "code"), BAD.values(), ids=BAD)
def test_what_cannot_be_answered_is_refused_and_never_widened(hold, said, error, code):
    hold(roof())

    with pytest.raises(error, match=code):
        answer_need(**said)


def test_hostile_texts_are_only_needs(hold):
    hold(roof())

    for text in ("<script>alert(1)</script>", "' OR 1=1 --", "a AND (b", "\u202e", "🏠" * 50, "é" * 5000):
        assert len(answer_need(text=text, territory="62041").cells) == 15


def test_the_words_of_a_need_are_kept_nowhere(hold, caplog):
    hold(roof())
    events = Event.objects.count()

    answer = answer_need(text="La toiture de ma voisine Yvonne", territory="62041")
    tell_helpful(answer=answer, helpful=True)

    assert Event.objects.count() == events
    assert "Yvonne" not in str(list(Feedback.objects.values())) + caplog.text
    kept = Feedback.objects.get()
    assert (kept.helpful, kept.territory_code, kept.offers) == (True, "COM-62041", answer.tally.offers)


def test_themes_a_person_chose_replace_those_understood(hold):
    hold(a_programme("Sentier", categories=("eau-potable",)), roof())

    answer = answer_need(text="aide", territory="62041", themes=["eau-potable"])

    assert [tag.code for tag in answer.understanding.categories] == ["eau-potable"]
    assert "Sentier" in shown(answer)


def test_the_number_of_queries_does_not_grow_with_the_offers(hold, django_assert_max_num_queries):
    hold(*(roof(f"Toiture {rank}", operators=(an_operator(),)) for rank in range(3)))
    answer_need(text=NEED, territory="62041")
    with django_assert_max_num_queries(9):
        answer_need(text=NEED, territory="62041")
    hold(*(roof(f"Toiture encore {rank}", operators=(an_operator(),)) for rank in range(60)))

    with django_assert_max_num_queries(9):
        answer = answer_need(text=NEED, territory="62041")
    assert answer.tally.offers > 30


def test_counts_and_exports_say_what_the_cells_hold(hold):
    hold(roof("A", categories=()), roof("Toiture B", stages=("EMERGENCE", "DESIGN")))

    answer = answer_need(text=NEED, territory="62041")
    data, rows = as_data(answer), list(rows_of(answer))

    assert answer.day == timezone.localdate()
    assert data["tally"]["gaps"] == sum(1 for item in data["cells"] if item["state"] == "gap")
    assert data["tally"]["offers"] == len(shown(answer))
    offered = sum(len(item.offers) + len(item.more) for item in answer.cells)
    assert len(rows) == 1 + offered + sum(1 for item in answer.cells if not item.offers)
    assert {len(row) for row in rows} == {len(rows[0])}


def test_offers_beyond_those_a_cell_shows_are_told_when_the_whole_is_asked(hold):
    hold(*(roof(f"Toiture {rank}", operators=(an_operator(),), price="FREE") for rank in range(6)))

    usual = cell(answer_need(text=NEED, territory="62041"))
    whole = cell(answer_need(text=NEED, territory="62041", whole=True))

    assert [offer.slug for offer in usual.more] == [offer.slug for offer in whole.more] != []
    assert usual.offers == whole.offers
    assert all(offer.reasons and offer.desks for offer in (*whole.offers, *whole.more))
    assert {told(offer)[-1] for offer in whole.more} == {"gratuit"}


def test_a_chosen_stage_hides_nothing(hold):
    hold(roof())

    every, chosen = answer_need(text=NEED, territory="62041"), answer_need(text=NEED, territory="62041", stage="DESIGN")

    assert {(item.stage, item.nature) for item in chosen.cells} == {(item.stage, item.nature) for item in every.cells}
    assert shown(chosen) == shown(every)
