"""A file compressed alone is read as if it were not; a damaged one or a bomb is refused, and nothing stays behind."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from maillage.connectors.files.opened import open_file
from maillage.connectors.limits import USUAL
from maillage.core.errors import UnreadableFile

TABLE = b"nom,lieu\nExemple,Arras\n"


def test_it_gives_the_same_columns_records_and_digest_as_the_plain_file(tmp_path):
    (tmp_path / "plain.csv").write_bytes(TABLE)
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(TABLE))

    plain, packed = (open_file(tmp_path / name) for name in ("plain.csv", "packed.csv.gz"))

    assert (packed.columns, packed.sha256, packed.path.name) == (plain.columns, plain.sha256, "packed.csv")
    assert list(packed.items()) == list(plain.items()) == list(packed.items())


def test_a_bomb_is_refused_before_it_is_written_whole(tmp_path):
    bomb = tmp_path / "bombe.csv.gz"
    bomb.write_bytes(gzip.compress(b"a,b\n" * 2_000_000))

    with pytest.raises(UnreadableFile) as refused:
        open_file(bomb, limits=replace(USUAL, file_bytes=100_000))

    assert refused.value.code == "file_unpacks_too_large"


@pytest.mark.parametrize("cut", [20, -4], ids=["early", "at the end"])
def test_a_truncated_one_is_refused(tmp_path, cut):
    path = tmp_path / "coupe.csv.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 40)[:cut])

    with pytest.raises(UnreadableFile) as refused:
        open_file(path)

    assert refused.value.code == "file_truncated"


def test_the_unpacked_file_goes_with_its_reader(tmp_path):
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(TABLE))
    opened = open_file(tmp_path / "packed.csv.gz")
    place: Path = opened.path
    assert place.exists()

    opened.home.cleanup()

    assert not place.exists()
