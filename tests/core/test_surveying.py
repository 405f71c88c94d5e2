"""What an anonymous evaluation says, and what it never says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.surveying import MARKS, QUESTIONS, Answer, Subject, codes_of, outcome
from maillage.core.vocabulary import Nature
from maillage.core.wording import surveys

NATURES = ["", *Nature.codes()]


def an_answer(mark: int = 4, nature: str = "") -> Answer:
    return Answer(marks=dict.fromkeys(codes_of(Subject.SESSION), mark), nature=nature)


def answers(subject: Subject):
    marks = st.fixed_dictionaries({code: st.sampled_from(MARKS) for code in codes_of(subject)})
    return st.lists(st.builds(Answer, marks=marks, nature=st.sampled_from(NATURES)), max_size=30)


def test_five_answers_say_nothing_and_six_do():
    assert outcome([an_answer()] * 5, subject=Subject.SESSION) is None
    found = outcome([an_answer()] * 5 + [an_answer(1)], subject=Subject.SESSION)

    assert found is not None
    assert found.answers == 6
    assert {each.mean for each in found.questions} == {3.5}
    assert {each.counts for each in found.questions} == {(0, 1, 0, 0, 5)}


def test_no_opinion_is_counted_and_moves_no_mean():
    found = outcome([an_answer(3)] * 4 + [an_answer(0)] * 4, subject=Subject.SESSION)
    silent = outcome([an_answer(0)] * 6, subject=Subject.SESSION)

    assert found is not None
    assert silent is not None
    assert {(each.mean, each.counts[0]) for each in found.questions} == {(3.0, 4)}
    assert {each.mean for each in silent.questions} == {None}


def test_by_nature_only_when_no_group_can_be_read_by_subtraction():
    public, catalyst, unsaid = an_answer(nature="PUBLIC"), an_answer(nature="CATALYST"), an_answer()

    def natures(*rows: Answer) -> set[str]:
        found = outcome(list(rows), subject=Subject.SESSION)
        return set(found.natures) if found else set()

    assert natures(*[public] * 6, *[catalyst] * 6) == {"PUBLIC", "CATALYST"}
    assert natures(*[public] * 6, *[catalyst] * 5) == set()
    assert natures(*[public] * 6, *[catalyst] * 6, unsaid) == set()
    assert natures(*[public] * 9) == set()


@given(rows=answers(Subject.CYCLE), seed=st.randoms())
def test_the_order_of_answers_says_nothing_and_every_answer_counts_once(rows, seed):
    found = outcome(rows, subject=Subject.CYCLE)
    mixed = list(rows)
    seed.shuffle(mixed)

    assert outcome(mixed, subject=Subject.CYCLE) == found
    assert (found is None) == (len(rows) <= 5)
    if found:
        assert {sum(each.counts) for each in found.questions} == {len(rows)}
        assert all(sum(each.counts) > 5 for group in found.natures.values() for each in group)
        assert all(each.mean is None or 1 <= each.mean <= 4 for each in found.questions)


@pytest.mark.parametrize(
    "wrong",
    [
        Answer(marks={}),
        Answer(marks=dict.fromkeys(codes_of(Subject.SESSION), 5)),
        Answer(marks=dict.fromkeys(codes_of(Subject.SESSION), 1), nature="AUTRE"),
        Answer(marks=dict.fromkeys(codes_of(Subject.CYCLE), 1)),
    ],
)
def test_a_sheet_that_is_not_whole_is_refused(wrong):
    with pytest.raises(ValueError, match=r"mark|nature"):
        outcome([wrong], subject=Subject.SESSION)


def test_every_question_has_its_words_and_each_mark_too():
    asked = {code for subject in Subject for code in codes_of(subject)}

    assert asked == set(surveys.QUESTIONS) == set(surveys.NAMES)
    assert {theme for subject in Subject for theme in QUESTIONS[subject]} == set(surveys.THEMES)
    assert set(surveys.MARKS) == set(MARKS)
    assert [len(codes) for codes in QUESTIONS[Subject.CYCLE].values()] == [3, 3, 7]
