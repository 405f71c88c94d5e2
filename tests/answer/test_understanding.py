"""What a person corrects of an understanding holds for this need, and is learnt for the next ones of their space."""

from __future__ import annotations

import pytest

from maillage.actors.actions import put_organisations
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.answer.actions import forget, learn
from maillage.answer.learning import corrections_of, learnable, learnt_export, surfaces
from maillage.answer.queries import answer_need
from maillage.core.errors import Unknown
from maillage.core.tagging import understand
from maillage.core.tags import Correction
from maillage.core.weighing import weight
from tests.factories.records import a_programme, an_organisation
from tests.factories.rows import a_person

CANTEEN = "une cantine bio pour le village"


def codes(tags) -> list[str]:
    return [tag.code for tag in tags]


def test_a_subject_taken_away_takes_its_goals_and_trades_with_it():
    before = understand(CANTEEN)
    after = understand(CANTEEN, corrections=[Correction("categories", "alimentation", right=False)])

    assert "alimentation" in codes(before.categories)
    assert "alimentation" not in codes(after.categories)
    assert [(item.tag.code, item.learnt) for item in after.set_aside] == [("alimentation", False)]
    assert sum(tag.weight for tag in before.competences) > sum(tag.weight for tag in after.competences)
    assert [tag.weight for tag in before.sdgs] > [tag.weight for tag in after.sdgs]


def test_what_a_person_adds_is_told_apart_from_what_the_words_say():
    read = understand("des licornes", corrections=[Correction("categories", "tourisme", right=True)])

    [added] = [tag for tag in read.categories if tag.code == "tourisme"]
    assert (added.origin, added.evidence) == ("chosen", ())
    assert "8" in codes(read.sdgs)


def test_the_last_word_prevails():
    twice = [Correction("sdgs", "2", right=False), Correction("sdgs", "2", right=True)]

    assert "2" in codes(understand(CANTEEN, corrections=twice).sdgs)
    assert "2" not in codes(understand(CANTEEN, corrections=twice[:1]).sdgs)


def test_a_refusal_learnt_from_some_words_gives_way_to_others():
    wrong = learnable(kind="categories", code="alimentation", right=False, words=["cantine bio"])
    assert wrong

    assert "alimentation" not in codes(understand(CANTEEN, corrections=[wrong]).categories)
    assert "alimentation" in codes(understand("un marché et un projet alimentaire", corrections=[wrong]).categories)


def test_an_addition_comes_back_for_a_need_that_says_half_of_its_words():
    text = "remettre en état la gloriette"
    right = learnable(kind="categories", code="tourisme", right=True, words=[text])
    assert right
    assert surfaces(right, text) == "remettre, état, gloriette"

    [tag] = list(understand("la gloriette en mauvais état", corrections=[right]).categories)
    assert (tag.code, tag.origin, tag.evidence) == ("tourisme", "learnt", ("état", "gloriette"))
    assert understand("une nappe phréatique", corrections=[right]).categories[0].code == "eau-souterraine"


def test_empty_words_teach_nothing():
    assert learnable(kind="categories", code="tourisme", right=True, words=["un projet pour la commune"]) is None
    assert learnable(kind="colours", code="red", right=True, words=["gloriette"]) is None


def test_what_one_space_learns_changes_its_next_reading_and_no_other(hold):
    hold(a_programme("Cantine", categories=("alimentation",)))
    ours, other = a_person(email="une@example.org"), a_person(email="autre@example.org")
    wrong = learnable(kind="categories", code="alimentation", right=False, words=["cantine bio"])
    assert wrong

    learn(wrong, by=ours, words="cantine bio")

    def read(person):
        answer = answer_need(text=CANTEEN, corrections=corrections_of(person))
        return codes(answer.understanding.categories)

    assert "alimentation" not in read(ours)
    assert "alimentation" in read(other)
    assert "alimentation" in codes(answer_need(text=CANTEEN).understanding.categories)


def test_an_organisation_shares_what_its_confirmed_members_teach(hold):
    hold()
    put_organisations([an_organisation()], by=None)
    agency = Organisation.objects.get()
    teacher, colleague, candidate = (a_person(email=f"{name}@example.org") for name in ("a", "b", "c"))
    for person, state in (
        (teacher, MembershipState.CONFIRMED),
        (colleague, MembershipState.CONFIRMED),
        (candidate, MembershipState.ASKED),
    ):
        Membership.objects.create(user=person, organisation=agency, state=state)

    row = learn(Correction("sdgs", "2", False, ("cantin",)), by=teacher, words="cantine")

    assert corrections_of(colleague) == (Correction("sdgs", "2", False, ("cantin",)),)
    assert corrections_of(candidate) == ()
    with pytest.raises(Unknown):
        forget(by=candidate, pk=row.pk)
    forget(by=colleague, pk=row.pk)
    assert corrections_of(teacher) == ()


@pytest.mark.django_db
def test_saying_the_opposite_replaces_and_leaving_takes_all_away():
    person = a_person()
    learn(Correction("sdgs", "2", False, ("cantin",)), by=person, words="cantine")
    learn(Correction("sdgs", "2", True, ("cantin",)), by=person, words="cantine")

    assert corrections_of(person) == (Correction("sdgs", "2", True, ("cantin",)),)
    assert [row["words"] for row in learnt_export(person)] == ["cantine"]
    forget(by=person)
    assert corrections_of(person) == ()


def test_a_need_is_understood_once_its_typing_mistakes_are_read(hold):
    hold(a_programme("Rénovation thermique de l’école"))

    understood = answer_need(text="renovaton termique de lecole").understanding

    assert "economie-d-energie-et-renovation-energetique" in {tag.code for tag in understood.categories}


def test_a_need_takes_the_words_of_its_typical_need_and_says_so(hold):
    hold(
        a_programme("Rénover une école, sa ventilation et sa chaudière"),
        a_programme("Rénover une école, ses murs et son mobilier"),
    )

    with_it = answer_need(text="rénover l’école")
    without = answer_need(text="rénover l’école", referent=False)

    assert with_it.near
    assert with_it.near.need.slug == "renover-lecole"
    assert with_it.near.shared == ("rénover", "école")
    assert without.near is None
    told = {
        offer.match.sheet.title: [reason.sentence() for reason in offer.match.reasons]
        for cell in with_it.cells
        for offer in cell.offers
    }
    title = "Isoler l’école et baisser la facture de chauffage"
    said = f"proche du projet référent « {title} » : « ventilation », « chaudière »"
    assert said in told["Rénover une école, sa ventilation et sa chaudière"]
    assert not any("référent" in sentence for sentence in told["Rénover une école, ses murs et son mobilier"])
    points = {offer.match.sheet.title: offer.match.points for cell in with_it.cells for offer in cell.offers}
    share = 2 / len(with_it.near.inherited)
    told_more = points["Rénover une école, sa ventilation et sa chaudière"]
    assert told_more["referent"] == pytest.approx(weight("typical", "inherited") * share)
    assert "referent" not in points["Rénover une école, ses murs et son mobilier"]
