"""Any bytes at all are read, refused record by record, or refused with a reason: nothing else ever comes out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import maillage.connectors
from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import RawItem, Refusal
from maillage.core.errors import UnreadableFile
from maillage.core.wording import error_sentence

ROOM = Path(maillage.connectors.__file__).parent
SAMPLES = sorted(ROOM.glob("*/sample/*"))
PIECES = st.sampled_from(
    [
        b"a,b\n",
        b'"',
        b",",
        b";",
        b"\n",
        b"\r\n",
        b"\x00",
        b"\xe9",
        b"\xc3\xa9",
        b"[",
        b"]",
        b"{",
        b"}",
        b'{"a":1}',
        b"<html>",
        b"PK\x03\x04",
    ]
)


def read(path: Path) -> None:
    """Read the whole file; a refusal of the file has its sentence, every item has its line."""
    items, sentence = [], "."
    try:
        items = list(open_file(path).items())
    except UnreadableFile as error:
        sentence = error_sentence(error)

    assert sentence.endswith(".")
    assert all(isinstance(item, RawItem | Refusal) and item.line > 0 for item in items)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(content=st.binary(max_size=200) | st.lists(PIECES, max_size=30).map(b"".join))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path, content):
    path = tmp_path / "fichier.csv"
    path.write_bytes(content)

    read(path)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.parent.name}-{path.name}")
def test_a_sample_cut_or_damaged_anywhere_is_read_or_refused_with_a_sentence(tmp_path, sample):
    whole = sample.read_bytes()
    chance = random.Random(20261121)
    path = tmp_path / sample.name

    for _ in range(60):
        damaged = bytearray(whole[: chance.randrange(1, len(whole))] if chance.random() < 0.5 else whole)
        for _ in range(chance.randrange(0, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(bytes(damaged))
        read(path)
