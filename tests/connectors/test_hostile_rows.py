"""Whatever a source puts in its cells, parsing gives a sheet or a refusal, and nothing but text."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.connectors.connector import Connector
from maillage.connectors.markup import TAG
from maillage.connectors.other_maillage.connector import SHAPE
from maillage.connectors.parsed import Parsed, ParsedGrant, ParsedProgramme, Refusal
from maillage.connectors.registry import REGISTRY
from maillage.connectors.table.connector import CONNECTOR as TABLE
from maillage.core.records import as_plain

CONNECTORS = [*REGISTRY.values(), TABLE]
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "'); DROP TABLE inventory_programme; --",
    "=cmd|' /C calc'!A0",
    "{titre}{}{0.__class__}{{id}}%s%(a)s$x`id`",
    "\x00\x1b[31m\ud800\u202e\ufeff\uffff",
    "../../../../etc/passwd",
    "javascript:alert(1)",
    "https://exemple.test/<script>",
    "|,;#@~*|" * 50,
    "9" * 5000,
    "[" * 500 + "]" * 500,
    "[{'nom': 'a', 'siren': {'b': []}, 'roles': [[['c']]]}]",
    "\n------------------\nidSource: at_1\nporteur: __import__('os')\n",
)
CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(HOSTILE),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)


SAID = {"autre-maillage": {"format": SHAPE}}
"""Cells without which a source is not itself: they keep their value, so that the others are read."""


def columns_of(connector: Connector) -> list[str]:
    row = dict.fromkeys(connector.signature | connector.speaks_of, "") | SAID.get(connector.slug, {})
    made = connector.shape(row)
    return sorted({column.split("/")[0] for column in connector.mapping.columns} | set(made) | connector.signature)


def parsed(connector: Connector, row: Mapping[str, object]) -> Parsed:
    (one,) = connector.parse(json.dumps(dict(row) | SAID.get(connector.slug, {})).encode())
    return one


def check(one: Parsed) -> None:
    said = json.dumps(dict(one.facts) if isinstance(one, Refusal) else as_plain(one.record), ensure_ascii=False)
    said.encode("utf-8")
    assert not TAG.search(said)
    assert "\x00" not in said
    if isinstance(one, ParsedProgramme):
        assert one.record.title
        assert all(
            url.startswith(("http://", "https://")) for url in (one.record.source_url, one.record.contact_url) if url
        )
        assert len(one.record.title) <= 300
        assert len(one.record.description) <= 5000
    if isinstance(one, ParsedGrant):
        assert not one.record.source_url or one.record.source_url.startswith("https://")
        assert 0 < len(one.record.title) <= 1000
    if not isinstance(one, Refusal):
        assert len(one.record.origin_id) <= 200


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:12].encode("ascii", "replace").decode())
@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.slug)
def test_the_same_hostile_text_in_every_cell_is_a_sheet_or_a_refusal(connector, hostile):
    check(parsed(connector, dict.fromkeys(columns_of(connector), hostile)))


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.slug)
def test_any_json_in_any_cell_is_a_sheet_or_a_refusal(connector):
    columns = columns_of(connector)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.dictionaries(st.sampled_from(columns), CELLS, max_size=12))
    def try_it(row):
        one = parsed(connector, row)
        check(one)
        assert one == parsed(connector, row)

    try_it()


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b'{"a": NaN}', b"1e999"])
def test_bytes_that_are_no_record_are_refused(raw):
    for connector in CONNECTORS:
        (one,) = connector.parse(raw)
        assert isinstance(one, Refusal)
