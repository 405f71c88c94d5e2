"""What existing systems promise of a search (../shared/checks/peer_cases.json), promised here too."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from maillage.inventory.actions import put_programmes
from maillage.search.actions import rebuild
from maillage.search.queries import Filters, search
from maillage.territories.queries import usable_here
from tests.factories.records import TODAY, a_programme

CASES = Path(__file__).resolve().parents[3] / "shared" / "checks" / "peer_cases.json"
YESTERDAY = TODAY - dt.timedelta(days=1)
WHERE = {"occitanie": "REG-76", "herault": "DEP-34", "france": "PAYS-99100"}
pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def cases() -> dict:
    if not CASES.exists():
        pytest.skip("the peers' cases (../shared/checks) are not on this machine")
    return json.loads(CASES.read_text(encoding="utf-8"))


def index(*records) -> None:
    outcomes = put_programmes(records, by=None)
    assert [outcome.refusal for outcome in outcomes] == [None] * len(records)
    rebuild()


def titles(text: str = "", **said) -> list[str]:
    return [item.title for item in search(text=text, filters=Filters(**said), today=TODAY).items]


def test_full_text_an_aid_is_found_by_its_words_plural_or_bare(world, cases):
    case = cases["full_text"]["cases"][0]
    index(a_programme(case["doc"]), a_programme("Tout autre chose"))

    assert {query: titles(query) for query in case["hits"]} == {query: [case["doc"]] for query in case["hits"]}
    assert {query: titles(query) for query in case["misses"]} == {query: [] for query in case["misses"]}


def test_full_text_a_word_of_the_title_comes_before_a_word_of_the_text(world, cases):
    case = cases["full_text"]["cases"][1]
    index(*(a_programme(doc["name"], description=doc["description"]) for doc in case["docs"]))

    assert titles(case["query"]) == case["order"]


def test_full_text_any_word_finds_and_all_words_come_first(world, cases):
    """We depart on purpose: for the peer a space means AND; here any word may match, and all words come first."""
    case = cases["full_text"]["cases"][2]
    other = "Le temps du soleil, de la pluie et du beau temps"
    index(a_programme(case["doc"]), a_programme(other))

    assert {query: case["doc"] in titles(query) for query in case["hits"]} == dict.fromkeys(case["hits"], True)
    assert titles("dépollution temps pluie") == [case["doc"], other]


def test_full_text_a_synonym_finds_what_it_stands_for(world, cases):
    case = cases["full_text"]["cases"][3]
    index(*map(a_programme, case["docs"]))

    found = titles(case["query"])

    assert len(found) >= 1
    assert "Organiser un tour de France sur autoroute" not in found


def test_generic_and_local_the_seven_rows(world, cases):
    """We depart once on purpose: « europe » is no place of ours; it is read as no place, which shows the same."""
    rows = cases["generic_local"]["cases"]
    assert len(rows) == 7
    for row in rows:
        closes = YESTERDAY if row.get("local_expired_yesterday") else None
        generic = a_programme("generic", slug="generic")
        local = a_programme("local", slug="local", variant_of="generic", zones=("REG-76",), closes_on=closes)
        index(generic, local)
        code = WHERE.get(row["search"] or "")

        shown = titles(zones=tuple(usable_here(code)) if code else ())

        assert sorted(shown) == sorted(row["shown"]), row


def test_lifecycle_open_closed_and_closing_soon(world, cases):
    """We depart on purpose: for the peer an « ongoing » aid whose deadline is past is both open and expired.

    Here a closing day that is past closes the sheet, whatever its recurrence: nothing is both.
    """
    assert len(cases["lifecycle"]["cases"]) == 4
    days = {"never": None, "today": TODAY, "in 30 days": TODAY + dt.timedelta(30), "in 31": TODAY + dt.timedelta(31)}
    index(
        *(a_programme(title, closes_on=day, recurrence="oneoff") for title, day in days.items()),
        a_programme("yesterday", closes_on=YESTERDAY),
        a_programme("draft", status="draft"),
        a_programme("archived", status="archived"),
    )

    assert set(titles()) == set(days)
    assert set(titles(deadline="soon")) == {"today", "in 30 days"}
    assert set(titles(deadline="all")) == {*days, "yesterday"}
    assert set(titles(deadline="all", statuses=("archived",))) == {"archived"}
