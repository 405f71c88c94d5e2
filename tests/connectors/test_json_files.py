"""JSON and JSONL cut into objects without loading the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maillage.connectors.connector import Connector
from maillage.connectors.files.json_items import PIECE
from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import RawItem, Refusal
from maillage.connectors.table.connector import table_connector
from maillage.core.errors import UnreadableFile


def written(folder: Path, content: str, name: str = "fichier.json") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def titles(path: Path) -> list[str]:
    return [json.loads(item.raw)["titre"] for item in open_file(path).items() if isinstance(item, RawItem)]


@pytest.fixture
def connector() -> Connector:
    return table_connector(slug="essai", name="Essai", mapping="colonne,champ\ntitre,title\na,description\n")


@pytest.mark.parametrize(
    "content",
    [
        '[{"titre": "A"}, {"titre": "B"}]',
        '{"count": 2, "next": null, "results": [{"titre": "A"}, {"titre": "B"}]}',
        '{"titre": "A"}\n\n{"titre": "B"}\n',
        '\ufeff[\n {"titre": "A"},\n {"titre": "B"}\n]\n',
    ],
    ids=["array", "page of an interface", "one per line", "marked and indented"],
)
def test_the_three_shapes_are_read(tmp_path, content):
    assert titles(written(tmp_path, content)) == ["A", "B"]


def test_objects_larger_than_a_reading_piece_stay_whole(tmp_path):
    objects = [{"titre": f"T{number}", "texte": "é" * PIECE} for number in range(4)]

    assert titles(written(tmp_path, json.dumps(objects))) == ["T0", "T1", "T2", "T3"]


def test_a_malformed_line_of_jsonl_is_refused_when_parsed_and_stops_nothing(tmp_path, connector):
    path = written(tmp_path, '{"titre": "A"}\n{"titre": \n{"titre": "C"}\n')

    parsed = list(connector.parse_file(path))

    assert [(one.line, isinstance(one, Refusal)) for one in parsed] == [(1, False), (2, True), (3, False)]


def test_a_malformed_object_of_an_array_is_refused_alone_at_its_line(tmp_path):
    path = written(
        tmp_path,
        '[\n {"titre": "A", "l": [{"x": 1}]},\n {"titre": "B" oups, "l": [{"x": 1}, {"x": 2}]},\n {"titre": "C"}\n]',
    )

    items = list(open_file(path).items())

    assert titles(path) == ["A", "C"]
    assert [(item.line, item.expected) for item in items if isinstance(item, Refusal)] == [(3, "json_object")]


def test_a_truncated_array_keeps_what_came_before(tmp_path):
    path = written(tmp_path, '[{"titre": "A"}, {"titre": "B"}, {"titre": "C')

    items = list(open_file(path).items())

    assert titles(path) == ["A", "B"]
    assert [item.expected for item in items if isinstance(item, Refusal)] == ["json_end"]


def test_deep_nesting_is_refused_cleanly(tmp_path, connector):
    deep = "[" * 200_000 + "]" * 200_000
    path = written(tmp_path, f'[{{"titre": "A", "a": {deep}}}, {{"titre": "B"}}]')

    parsed = list(connector.parse_file(path))

    assert [one.expected for one in parsed if isinstance(one, Refusal)] == ["json_depth"]
    assert [one.record.title for one in parsed if not isinstance(one, Refusal)] == ["B"]


@pytest.mark.parametrize("depth", [39, 200, 5000], ids=["allowed", "beyond ours", "beyond python's"])
def test_depth_is_bounded_for_a_line_too(connector, depth):
    raw = ('{"titre": "A", "a": ' + "[" * depth + "1" + "]" * depth + "}").encode()

    parsed = next(connector.parse(raw))

    assert isinstance(parsed, Refusal) == (depth > 40)


def test_a_line_beyond_the_bound_is_refused_and_the_next_is_read(tmp_path):
    path = written(tmp_path, '{"titre": "' + "x" * 2_000_000 + '"}\n{"titre": "B"}\n')

    assert [item.line for item in open_file(path).items() if isinstance(item, RawItem)] == [2]


def test_an_object_without_any_list_is_not_a_source(tmp_path):
    with pytest.raises(UnreadableFile) as caught:
        open_file(written(tmp_path, '{\n "a": 1\n}'))

    assert caught.value.code == "json_without_a_list"
