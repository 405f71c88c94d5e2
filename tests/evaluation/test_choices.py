"""What the past choices of a space add is measured on its other needs, never on their own label."""

from __future__ import annotations

from dataclasses import replace

from maillage.core.ranking import Document
from maillage.evaluation.choices import FOLDS, SHARES, run_choices
from maillage.evaluation.packs import Task

NEEDS = {
    str(at): f"rénover la salle communale {word}" for at, word in enumerate(("nord", "sud", "est", "ouest", "centre"))
}
TASK = Task(
    documents=(
        Document(key="salle", title="Rénover une salle communale"),
        Document(key="detr", title="Rénover une salle, ou tout autre lieu"),
        *(Document(key=f"loin{at}", title="Tortues et requins") for at in range(6)),
    ),
    needs=NEEDS,
    right=dict.fromkeys(NEEDS, frozenset({"detr"})),
)
ONE_SPACE = dict.fromkeys(NEEDS, "07")


def test_what_a_space_was_given_for_like_needs_moves_its_offers():
    found = run_choices(TASK, ONE_SPACE)

    assert set(found) == set(SHARES)
    assert all(ranking[0] == "salle" for ranking in found[0.0].values())
    assert all(ranking[0] == "detr" for ranking in found[2.0].values())


def test_the_label_of_a_need_never_ranks_it():
    odd = {**TASK.right, "0": frozenset({"salle"})}

    with_it, without = run_choices(replace(TASK, right=odd), ONE_SPACE), run_choices(TASK, ONE_SPACE)

    assert with_it[1.0]["0"] == without[1.0]["0"]


def test_a_space_too_small_to_be_divided_is_left_out():
    few = dict.fromkeys(list(NEEDS)[: FOLDS - 1], "07")

    assert run_choices(TASK, few) == {share: {} for share in SHARES}
