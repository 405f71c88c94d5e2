"""What a space chose before moves its next answers, and nobody else's."""

from __future__ import annotations

import pytest

from maillage.accounts.actions import delete_account
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.answer.actions import choose, forget_choice
from maillage.answer.choosing import choices_export, choices_of
from maillage.answer.models import PastChoice
from maillage.answer.queries import answer_need
from maillage.core.errors import Invalid, Unknown
from tests.factories.records import a_programme
from tests.factories.rows import a_person

NEED = "la toiture de l’école"


def ask(user=None, need=NEED):
    return answer_need(text=need, territory="62041", choices=choices_of(user) if user else ())


def offer_of(answer, slug):
    return next(offer for cell in answer.cells for offer in (*cell.offers, *cell.more) if offer.slug == slug)


def told(answer, slug):
    return [reason.sentence() for reason in offer_of(answer, slug).reasons]


@pytest.fixture
def two(hold):
    roofs = {"categories": ("batiments-et-construction",)}
    hold(a_programme("Toiture une", slug="une", **roofs), a_programme("Toiture deux", slug="deux", **roofs))


@pytest.fixture
def someone(two):
    return a_person("mairie@exemple.test", role="visitor")


@pytest.mark.parametrize(("outcome", "sign"), [("funded", 1), ("kept", 1), ("refused", -1), ("dropped", -1)])
def test_a_choice_moves_the_offer_for_needs_alike_and_says_so(someone, outcome, sign):
    before = ask()
    choose(answer=before, slug="deux", outcome=outcome, by=someone)

    after = ask(someone, "refaire la toiture de l’école")

    assert sign * offer_of(after, "deux").match.points["past"] > 0
    assert "past" not in offer_of(after, "une").match.points
    assert any("la toiture de l’école" in reason for reason in told(after, "deux"))


def test_the_one_that_was_funded_is_told_first_and_the_answer_says_why(someone):
    choose(answer=ask(), slug="deux", outcome="funded", by=someone)

    cell = next(cell for cell in ask(someone).cells if len(cell.offers) == 2)

    assert [offer.slug for offer in cell.offers] == ["deux", "une"]
    assert "vos choix passés la mettent devant" in [reason.sentence() for reason in cell.offers[0].ahead.because]


def test_it_moves_nothing_for_others(someone):
    choose(answer=ask(), slug="deux", outcome="funded", by=someone)

    for answer in (ask(), ask(a_person("autre@exemple.test"))):
        assert "past" not in offer_of(answer, "deux").match.points


def test_a_choice_never_lets_an_offer_in(someone, hold):
    hold(a_programme("Vélo pour tous", slug="velo", categories=("voirie-et-reseaux",)))
    choose(answer=ask(), slug="velo", outcome="funded", by=someone)

    shown = {offer.slug for cell in ask(someone).cells for offer in (*cell.offers, *cell.more)}
    assert "velo" not in shown


def test_colleagues_confirmed_in_the_same_organisation_share_them(someone):
    home = Organisation.objects.get(slug="agence-ternois")
    colleague = a_person("collegue@exemple.test")
    Membership.objects.create(user=someone, organisation=home, state=MembershipState.CONFIRMED)
    choose(answer=ask(), slug="deux", outcome="funded", by=someone)
    assert choices_of(colleague) == ()

    Membership.objects.create(user=colleague, organisation=home, state=MembershipState.CONFIRMED)

    assert offer_of(ask(colleague), "deux").match.points["past"] > 0


def test_the_last_word_replaces_the_first_and_both_disappear_when_forgotten(someone):
    choose(answer=ask(), slug="deux", outcome="kept", by=someone)
    row = choose(answer=ask(), slug="deux", outcome="refused", by=someone)

    assert PastChoice.objects.get().outcome == "refused"
    assert choices_export(someone) == [
        {"need": NEED, "offer": "deux", "outcome": "refused", "on": row.on.isoformat()},
    ]
    assert forget_choice(by=someone, pk=row.pk) == 1
    assert "past" not in offer_of(ask(someone), "deux").match.points


def test_nobody_forgets_the_choices_of_another(someone):
    row = choose(answer=ask(), slug="deux", outcome="kept", by=someone)

    with pytest.raises(Unknown, match="choice_forgotten"):
        forget_choice(by=a_person("autre@exemple.test"), pk=row.pk)
    assert forget_choice(by=a_person("tiers@exemple.test")) == 0
    assert PastChoice.objects.count() == 1


def test_they_go_with_the_account(someone):
    choose(answer=ask(), slug="deux", outcome="kept", by=someone)

    delete_account(user=someone)

    assert not PastChoice.objects.exists()


def test_an_unknown_offer_or_outcome_is_refused_by_its_name(someone):
    with pytest.raises(Unknown, match="sheet_unknown"):
        choose(answer=ask(), slug="inconnue", outcome="kept", by=someone)
    with pytest.raises(Invalid, match="choice_unknown"):
        choose(answer=ask(), slug="deux", outcome="gagnée", by=someone)
