"""A list of codes in one column."""

from __future__ import annotations

import os

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from maillage.storage.fields import CodesField, join_codes, split_codes

codes = st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True))


@given(codes)
def test_what_is_joined_splits_back(found):
    assert split_codes(join_codes(found)) == tuple(found)


@given(codes, st.sampled_from(["a", "ab", "b"]))
def test_a_code_is_found_whole_or_not_at_all(found, code):
    assert (f"|{code}|" in join_codes(found)) == (code in found)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("|a|b|", ("a", "b")), ("", ()), (None, ()), (["a"], ("a",)), (("b", "a"), ("b", "a"))],
    ids=["text", "empty", "none", "list", "tuple"],
)
def test_a_value_becomes_a_tuple_whatever_its_form(value, expected):
    assert CodesField().to_python(value) == expected


def test_the_suite_runs_on_the_database_it_was_given():
    asked = os.environ.get("DATABASE_URL", "sqlite:")

    assert connection.vendor == ("postgresql" if asked.startswith("postgres") else "sqlite")


@pytest.mark.django_db
def test_the_database_matches_texts_as_it_did_and_each_for_itself():
    matches = "REGEXP" if connection.vendor == "sqlite" else "~"
    asked = ("'|a|b|'", r"'^\|a'"), ("'|b|'", r"'^\|a'"), ("CAST(12 AS text)", "'1'"), ("NULL", "'a'")
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute("SELECT " + ", ".join(f"{text} {matches} {pattern}" for text, pattern in asked))

            assert cursor.fetchone() == (1, 0, 1, None)
