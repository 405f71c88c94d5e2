"""« Utile » or « pas pour moi »: it moves an offer for the same need, here, says so, and nothing else."""

from __future__ import annotations

import pytest

from maillage.answer.actions import LONGEST_COMMENT, MOST_PER_HOUR, judge_offer
from maillage.answer.models import Judgement
from maillage.answer.queries import answer_need
from maillage.core.errors import Invalid, Refused, Unknown
from tests.factories.records import a_programme

NEED = "la toiture"
OTHER = "la toiture et le vélo"


def standing(answer, slug):
    return next(
        offer for cell in answer.cells for offer in (*cell.offers, *cell.more) if offer.slug == slug
    ).match.standing


def told(answer, slug):
    offer = next(offer for cell in answer.cells for offer in cell.offers if offer.slug == slug)
    return [reason.sentence() for reason in offer.reasons]


@pytest.fixture
def two(hold):
    roofs = {"categories": ("batiments-et-construction",)}
    hold(a_programme("Toiture une", slug="une", **roofs), a_programme("Toiture deux", slug="deux", **roofs))


def ask(need=NEED, territory="62041"):
    return answer_need(text=need, territory=territory)


@pytest.mark.parametrize(("useful", "sign"), [(True, 1), (False, -1)])
def test_a_judgement_moves_the_offer_for_this_need_here_and_says_so(two, useful, sign):
    before = ask()
    judge_offer(answer=before, slug="deux", useful=useful, motive="" if useful else "too_far", sender="1.2.3.4")
    after = ask()

    assert sign * (standing(after, "deux") - standing(before, "deux")) > 0
    assert standing(after, "une") == standing(before, "une")
    expected = (
        "une personne ayant ce besoin ici l’a jugée utile"
        if useful
        else "une personne ayant ce besoin ici ne l’a pas retenue : trop loin, ou personne ici"
    )
    assert expected in told(after, "deux")


def test_it_counts_for_the_same_department_and_not_beyond(two):
    away = ask(territory="")
    judge_offer(answer=ask(), slug="deux", useful=True, sender="1.2.3.4")

    assert any("jugée utile" in reason for reason in told(ask(territory="62119"), "deux"))
    assert standing(ask(territory=""), "deux") == standing(away, "deux")


def test_it_counts_for_no_other_need(two):
    judge_offer(answer=ask(), slug="deux", useful=True, sender="1.2.3.4")

    assert any("jugée utile" in reason for reason in told(ask(), "deux"))
    assert not any("jugée utile" in reason for reason in told(ask(OTHER), "deux"))


def test_the_last_word_of_the_day_counts_and_three_persons_are_the_most(two):
    first = ask()
    for useful in (False, True):
        judge_offer(answer=first, slug="deux", useful=useful, sender="1.2.3.4")
    assert Judgement.objects.count() == 1
    for number in range(3):
        judge_offer(answer=first, slug="deux", useful=True, sender=f"1.2.3.{number + 5}")
    three = standing(ask(), "deux")
    judge_offer(answer=first, slug="deux", useful=True, sender="1.2.3.9")

    assert standing(ask(), "deux") == three
    assert "5 personnes ayant ce besoin ici l’ont jugée utile" in told(ask(), "deux")


def test_neither_words_nor_addresses_are_kept(two):
    kept = judge_offer(answer=ask(), slug="deux", useful=False, motive="known", comment=" déjà  vu ", sender="1.2.3.4")

    assert kept.comment == "déjà vu"
    assert kept.space == "DEP-62"
    values = " ".join(str(value) for value in Judgement.objects.values().get().values())
    assert "1.2.3.4" not in values
    assert NEED not in values


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"slug": "inconnue"}, Unknown),
        ({"motive": "autre chose"}, Invalid),
        ({"comment": "a" * (LONGEST_COMMENT + 1)}, Invalid),
    ],
    ids=["sheet", "motive", "comment"],
)
def test_what_cannot_be_kept_is_refused(two, said, error):
    with pytest.raises(error):
        judge_offer(**{"answer": ask(), "slug": "deux", "useful": False, "sender": "1.2.3.4"} | said)


def test_a_sender_cannot_flood(two):
    answer = ask()
    programme = Judgement.programme.field.related_model.objects.get(slug="deux")
    judge_offer(answer=answer, slug="deux", useful=True, sender="1.2.3.4")
    digest = Judgement.objects.get().sender_hash
    Judgement.objects.bulk_create(
        Judgement(programme=programme, useful=True, understanding=str(rank), sender_hash=digest)
        for rank in range(MOST_PER_HOUR)
    )

    with pytest.raises(Refused, match="too_many_judgements"):
        judge_offer(answer=answer, slug="une", useful=True, sender="1.2.3.4")
