"""Pairs of sheets that tell the same thing: found, judged by people, remembered for ever."""

from __future__ import annotations

import pytest

from maillage.accounts.models import User
from maillage.actors.actions import put_organisations
from maillage.core.records import OperatorRef
from maillage.core.wording import REASONS
from maillage.curation import actions, merging
from maillage.curation.models import DuplicateVerdict, FieldOrigin, Merge, PairVerdict, Proposal, SheetKind
from maillage.curation.queries import pending_proposals
from maillage.curation.tasks import look_for_duplicates
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from tests.factories.imports import a_row, a_table, imported, proposed, ready
from tests.factories.records import a_programme, an_organisation

pytestmark = pytest.mark.django_db
OPERATOR = OperatorRef(name="Syndicat d’exemple")
TITLES = (
    "Réhabiliter une friche industrielle en tiers-lieu",
    "Restaurer un cours d’eau et ses berges",
    "Isoler une école primaire avec des matériaux du pays",
    "Installer une ombrière solaire sur un parking",
    "Créer une cantine qui cuisine les légumes du canton",
)


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("relectrice@exemple.test", role="animator")


@pytest.fixture
def twins() -> tuple[str, str]:
    """Five offers of one source, and one of them told by another."""
    others = [
        a_programme(title, origin="un", origin_id=str(place), operators=(OPERATOR,))
        for place, title in enumerate(TITLES)
    ]
    said = "Réhabiliter des friches industrielles en tiers-lieux"
    twin = a_programme(said, origin="deux", origin_id="b", operators=(OPERATOR,))
    outcomes = put_programmes([*others, twin], by=None)
    return outcomes[0].key, outcomes[-1].key


def the_pair() -> DuplicateVerdict:
    return DuplicateVerdict.objects.get(kind=SheetKind.PROGRAMME)


def test_a_pair_is_kept_with_a_table_of_reasons_that_adds_up(twins):
    found = actions.find_duplicates()

    pair = the_pair()
    assert (found.sheets, found.same + found.doubtful, found.merged) == (6, 1, 0)
    assert {pair.left, pair.right} == set(twins)
    assert pair.verdict in ("same", "doubtful")
    assert all(code in REASONS for code, _, _ in pair.reasons)
    assert sum(points for _, _, points in pair.reasons) == pytest.approx(pair.weight, abs=0.05)


def test_looking_again_repeats_nothing(twins):
    actions.find_duplicates()
    first = the_pair().pk

    actions.find_duplicates()

    assert the_pair().pk == first


def test_not_a_duplicate_is_remembered_for_ever_also_after_a_new_import(twins, person, tmp_path):
    actions.find_duplicates()
    actions.keep_verdict(kind=SheetKind.PROGRAMME, pair=twins, verdict=PairVerdict.DIFFERENT, by=person)

    found = actions.find_duplicates()
    imported(a_table(tmp_path, [a_row("b", titre=TITLES[0])], "deux.csv"), source="deux")
    after = actions.find_duplicates()

    assert (found.same + found.doubtful, after.same + after.doubtful) == (0, 0)
    assert (the_pair().human, the_pair().decided_by) == ("different", person)


def test_not_a_duplicate_follows_the_sheet_through_a_merge(twins, person):
    actions.find_duplicates()
    actions.keep_verdict(kind=SheetKind.PROGRAMME, pair=twins, verdict=PairVerdict.DIFFERENT, by=person)
    (other,) = put_programmes([a_programme(TITLES[0], slug="trois", origin="trois", origin_id="c")], by=None)
    kept, absorbed = Programme.objects.get(uid=other.key), Programme.objects.get(uid=twins[0])
    actions.merge_programmes(kept=kept, absorbed=absorbed, by=person)

    actions.find_duplicates()

    waiting = DuplicateVerdict.objects.filter(human="").exclude(verdict=PairVerdict.DIFFERENT)
    assert not waiting.exists()


def test_a_pair_that_no_longer_looks_alike_leaves_the_queue(twins):
    actions.find_duplicates()
    Programme.objects.filter(uid=twins[1]).update(title="Former des pompiers volontaires")

    actions.find_duplicates()

    assert the_pair().verdict == "different"


def test_neighbouring_lines_of_one_list_are_not_asked_about_but_a_repeated_title_is():
    lines = ["Voirie : priorité 1, trottoirs", "Voirie : priorité 2, trottoirs", "Voirie : priorité 2, trottoirs"]
    others = [a_programme(title, origin="liste", origin_id=f"x{place}") for place, title in enumerate(TITLES)]
    rows = [a_programme(title, origin="liste", origin_id=str(place)) for place, title in enumerate(lines)]
    keys = [outcome.key for outcome in put_programmes([*rows, *others], by=None)]

    actions.find_duplicates()

    asked = {frozenset((pair.left, pair.right)) for pair in DuplicateVerdict.objects.all()}
    assert asked <= {frozenset(keys[1:3])}


def test_nothing_merges_alone_unless_the_rules_say_so_and_then_in_the_open(twins, person, monkeypatch):
    Programme.objects.filter(uid=twins[1]).update(title=TITLES[0])
    actions.find_duplicates()
    alone = Merge.objects.count()
    rules = merging.merge_rules()
    monkeypatch.setattr("maillage.curation.actions.duplicates.merge_rules", lambda: _automatic(rules))

    found = actions.find_duplicates()
    merge = Merge.objects.get()
    actions.undo_merge(merge=merge, by=person)
    again = actions.find_duplicates()

    assert not rules.is_automatic
    assert (alone, found.merged, merge.by, again.merged) == (0, 1, None, 0)


def _automatic(rules):
    from dataclasses import replace

    return replace(rules, is_automatic=True)


def test_a_source_that_words_it_otherwise_is_doubtful_and_its_reasons_are_kept(twins, tmp_path, person):
    path = a_table(
        tmp_path, [a_row("C1", titre="La réhabilitation d’une friche industrielle en tiers-lieu")], "trois.csv"
    )

    run = proposed(path, source="trois")

    waiting = Proposal.objects.get(run=run)
    assert (waiting.kind, waiting.reasons[0][0]) == ("doubtful", "looks_like")
    assert str(waiting.programme.uid) in twins
    made = actions.accept_as_new(proposal=waiting, by=person).programme
    said = DuplicateVerdict.objects.get(human="different")
    assert {said.left, said.right} >= {str(made.uid)}


def test_accepting_a_doubtful_one_counts_the_offer_once_and_keeps_both_words(twins, tmp_path, person):
    path = a_table(
        tmp_path, [a_row("C1", titre="La réhabilitation d’une friche industrielle en tiers-lieu")], "trois.csv"
    )
    proposed(path, source="trois")
    waiting = pending_proposals().get()

    actions.accept(proposal=waiting, by=person)

    assert Programme.objects.count() == 6
    titles = FieldOrigin.objects.filter(key=str(waiting.programme.uid), field="title")
    assert {row.origin for row in titles} == {waiting.programme.origin, "trois"}


def test_actors_are_the_same_on_an_identifier_only(twins):
    put_organisations(
        [
            an_organisation("Agence de l’eau du Ternois", slug="a", siren="200033579"),
            an_organisation("Agence Eau Ternois", slug="b", siren="200033579"),
            an_organisation("Mairie de Saint-Pol", slug="c"),
            an_organisation("Mairie de Saint-Pol", slug="d"),
        ],
        by=None,
    )

    told = look_for_duplicates(lambda *_: None)

    verdicts = sorted(DuplicateVerdict.objects.filter(kind="organisation").values_list("verdict", flat=True))
    assert verdicts == ["doubtful", "same"]
    assert (told["acteurs mêmes"], told["acteurs douteux"]) == (1, 1)
