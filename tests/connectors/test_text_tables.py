"""CSV read record by record: one malformed line never costs another."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from maillage.connectors.files.opened import open_file
from maillage.connectors.limits import USUAL
from maillage.connectors.parsed import RawItem, Refusal
from maillage.core.errors import UnreadableFile


def written(folder: Path, content: str | bytes, name: str = "fichier.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def lines_of(items: list[RawItem | Refusal]) -> list[tuple[int, str]]:
    return [(item.line, item.expected if isinstance(item, Refusal) else "read") for item in items]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_the_separator_is_found(tmp_path, separator):
    path = written(
        tmp_path,
        separator.join(["nom", "prix"]) + "\n" + separator.join(["a, b; c" if separator == "|" else "a", "1"]) + "\n",
    )

    assert open_file(path).columns == ("nom", "prix")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("é;à\nŒuvre;1\n".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "é;à\nŒuvre;1\n".encode(), "utf-8-sig"),
        ("é;à\nŒuvre;1\n".encode("cp1252"), "cp1252"),
        ("é;à\nŒuvre;1\n".encode("utf-16"), "utf-16"),
    ],
    ids=["utf-8", "mark", "windows", "utf-16"],
)
def test_accents_are_right_whatever_the_encoding(tmp_path, content, encoding):
    opened = open_file(written(tmp_path, content))

    assert (opened.encoding, opened.columns) == (encoding, ("é", "à"))
    assert [item.raw for item in opened.items()] == ['{"é": "Œuvre", "à": "1"}'.encode()]


def test_a_few_damaged_bytes_cost_their_line_and_not_every_accent(tmp_path):
    lines = ["nom;ville", *[f"é{number};à" for number in range(50)]]
    content = "\n".join(lines).encode() + b"\nabim\xe9;x\n\xc3\xa9;z\n"

    items = list(open_file(written(tmp_path, content)).items())

    assert [item.line for item in items if isinstance(item, Refusal)] == [52]
    assert len(items) == 52


def test_a_line_of_another_width_is_refused_alone(tmp_path):
    path = written(tmp_path, "a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n")

    items = list(open_file(path).items())

    assert lines_of(items) == [(2, "read"), (3, "cell_count"), (4, "cell_count"), (5, "read")]
    assert [(item.value, item.facts["width"]) for item in items if isinstance(item, Refusal)] == [
        ("2", "3"),
        ("4", "3"),
    ]


def test_one_malformed_line_among_a_thousand_costs_itself_only(tmp_path):
    lines = [f'{number},"titre {number}",texte' for number in range(1000)]
    lines[437] = '437,"titre jamais refermé,texte'
    path = written(tmp_path, "\n".join(["id,titre,texte", *lines]) + "\n")

    items = list(open_file(path).items())

    assert [(item.line, item.expected) for item in items if isinstance(item, Refusal)] == [(439, "quoted_cell")]
    assert sum(isinstance(item, RawItem) for item in items) == 999


def test_a_quote_never_closed_does_not_swallow_cells_of_several_lines(tmp_path):
    good = 'A{0},"Titre {0}","Un texte\nde deux lignes, avec une virgule"\n'
    path = written(
        tmp_path, "id,titre,texte\n" + good.format(1) + 'X,"jamais refermé,fin\n' + good.format(2) + good.format(3)
    )

    items = list(open_file(path).items())

    assert [item.raw[8:10] for item in items if isinstance(item, RawItem)] == [b"A1", b"A2", b"A3"]
    assert [item.line for item in items if isinstance(item, Refusal)] == [4]


def test_the_lines_left_of_a_malformed_record_are_kept_with_it(tmp_path):
    path = written(tmp_path, 'a,b,c\n1,"un\ndeux\ntrois",x,de trop\n4,5,6\n')

    items = list(open_file(path).items())

    assert lines_of(items) == [(2, "cell_count"), (5, "read")]
    assert isinstance(items[0], Refusal)
    assert items[0].raw == b'1,"un\ndeux\ntrois",x,de trop\n'


def test_a_truncated_file_loses_its_last_record_only(tmp_path):
    path = written(tmp_path, 'a,b\n1,"x"\n2,"y"\n3,"cou')

    assert lines_of(list(open_file(path).items())) == [(2, "read"), (3, "read"), (4, "closed_quote")]


def test_a_cell_beyond_the_bound_is_refused(tmp_path):
    path = written(tmp_path, f"a,b\n1,{'x' * 100_001}\n2,y\n")

    assert lines_of(list(open_file(path).items())) == [(2, "cell_length"), (3, "read")]


def test_a_file_that_is_no_table_stops_instead_of_refusing_forever(tmp_path):
    limits = dataclasses.replace(USUAL, bad_lines_in_a_row=20)
    path = written(tmp_path, "a,b\n" + 'un,"deux" trois\n' * 50)

    with pytest.raises(UnreadableFile) as caught:
        list(open_file(path, limits=limits).items())

    assert caught.value.code == "file_not_a_table"


def test_what_stands_above_the_header_is_left_out(tmp_path):
    path = written(tmp_path, "Liste des aides;;\nMise à jour : mars;;\nIntitulé;Lieu;Prix\nA;DEP-62;1\n")

    opened = open_file(path, wanted=frozenset({"Intitulé", "Lieu"}))

    assert (opened.columns, [item.line for item in opened.items()]) == (("Intitulé", "Lieu", "Prix"), [4])


def test_columns_never_lose_their_name(tmp_path):
    assert open_file(written(tmp_path, "nom,,nom\n1,2,3\n")).columns == ("nom", "colonne 2", "nom (2)")


def test_the_same_file_gives_the_same_items_twice(tmp_path):
    opened = open_file(written(tmp_path, 'a,b\n1,2\nx\n"3\n4",5\n'))

    assert list(opened.items()) == list(opened.items())
