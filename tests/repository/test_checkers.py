"""Each checker refuses a bad example: a check that cannot fail holds nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.repository import hygiene, rooms, templates, words
from tests.repository.sources import functions, tree


def test_writes_are_seen_and_reads_are_not():
    module = ast.parse("form.save()\nUser.objects.filter(a=1).delete()\nset(add)\nrows.first()\n")

    assert rooms.writes_in(module) == ["1: .save(", "2: .delete("]


def test_keys_that_rise_or_go_sideways_are_refused():
    floor = rooms.floor_numbers([["web", "cli"], ["search", "curation"], ["inventory"], ["core"]])
    keys = [("A.down", "search", "inventory"), ("B.up", "inventory", "search"), ("C.side", "search", "curation")]

    assert rooms.rising_keys([*keys, ("D.own", "search", "search")], floor) == [
        "B.up: inventory → search",
        "C.side: search → curation",
    ]


def test_imports_are_found_wherever_they_are_written():
    module = ast.parse(
        "import maillage.core\ndef f():\n    from maillage.search import engine\n    from maillage import cli\n"
    )

    assert rooms.imported_rooms(module) == {"core", "search", "cli"}


@pytest.mark.parametrize(
    ("readme", "expected"),
    [
        ("# x\n\n**Depends on** `core` (`search`, records), `storage`.\n\nElse `web`.\n", {"core", "storage"}),
        ("**Depends on** nothing.\n", set()),
        ("# x\n\nIt depends on luck.\n", None),
    ],
    ids=["rooms, modules in brackets", "none", "not said"],
)
def test_a_readme_names_its_rooms_in_one_paragraph(readme, expected):
    assert rooms.told_dependencies(readme) == expected


def test_codes_are_found_through_variables_and_built_names():
    module = ast.parse(
        "def f(x):\n"
        "    kind = 'by_a' if x else 'by_b'\n"
        "    because(kind, n=1)\n"
        "    because(f'price_{x}')\n"
        "    raise Refused('direct')\n"
        "other = 'never_said'\n"
    )

    used = words.codes_used([module], makers={"because", "Refused"})

    assert used.exact == {"by_a", "by_b", "direct"}
    assert [code for code in ("price_free", "by_a", "never_said", "price_") if used.holds(code)] == [
        "price_free",
        "by_a",
    ]


def test_a_code_may_reach_its_sentence_through_a_function_of_ours_but_not_a_bare_constant():
    module = ast.parse("add(x, 'synonym')\nnote(code=f'source_by_{how}')\nNAME = 'forgotten'\nshow(f'{a}{b}')\n")

    through = words.handed_over([module])

    assert [word for word in ("synonym", "source_by_name", "forgotten") if through.holds(word)] == [
        "synonym",
        "source_by_name",
    ]


def test_a_brace_that_nobody_fills_is_refused():
    module = ast.parse("because('closed', day=1)\nbecause('closed', when=1)\nbecause('closed', **facts)\n")

    found = words.missing_facts([module], makers={"because"}, sentences={"closed": "clos depuis le {day}"})

    assert found == ["closed (line 2) lacks ['day']"]


def test_an_error_class_is_known_by_its_ancestors():
    assert {"Refused", "Unknown", "UnreadableFile", "IndexUnavailable"} <= words.error_classes()
    assert "Sheet" not in words.error_classes()


def test_the_glossary_is_read_by_its_second_column():
    text = "| français | identifiant | sens |\n|---|---|---|\n| trou | `Gap`, `GapKind` | voir `Other` |\n`Prose`\n"

    assert words.glossary_identifiers(text) == {"Gap", "GapKind"}


def test_a_weight_is_used_where_its_name_is_a_text_or_a_variable_of_the_function():
    module = ast.parse(
        "def f():\n    for name in ('title', 'body'):\n        weight('matching', name)\n\n"
        "def g():\n    return weight('trame', 'shown'), 'elsewhere'\n"
    )

    used = words.weights_used([module])

    assert [used["matching"].holds(name) for name in ("title", "body", "elsewhere")] == [True, True, False]
    assert [used["trame"].holds(name) for name in ("shown", "elsewhere")] == [True, False]


def test_a_method_page_shows_values_in_tables_and_may_name_weights_in_prose():
    page = "| `matching.title` | 1 | facteur | x |\n\nSelon `trame.shown`.\n"

    assert words.weight_lines({Path("p.md"): page}) == {"matching.title": "1", "trame.shown": ""}


def test_a_template_nobody_names_is_unused():
    pages = {
        "home.html": "{% include 'shared/_card.html' %}",
        "shared/_card.html": "<p>",
        "sheets/programme.html": "",
        "lonely.html": "{% include 'lonely.html' %}",
        "404.html": "",
        "account/login.html": "",
        "account/not_in_allauth.html": "",
    }
    code = ast.parse("render(request, 'home.html')\nrender(request, f'sheets/{kind}.html')\n")

    assert templates.unused(pages, [code]) == ["account/not_in_allauth.html", "lonely.html"]


def test_functions_are_measured_and_only_the_reachable_ones_are_public(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        'def a():\n    """Yes."""\n    def inner():\n        pass\n\n'
        "class _B:\n    def c(self): ...\n\nclass D:\n    def e(self): ...\n"
    )

    found = {item.name: (item.length, item.documented, item.public) for item in functions(tree(path))}

    assert found == {
        "a": (4, True, True),
        "inner": (2, False, False),
        "c": (1, False, False),
        "e": (1, False, True),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see /home/jean/project", ["/home/jean"]),
        ("cd /work/main", ["/work/main"]),
        ('open("/root/.pip")', ["/root/.pip"]),
        ("https://site.test/home/page and ./work/x and a/work/b", []),
    ],
    ids=["home", "work", "root", "addresses and relative paths"],
)
def test_places_of_a_machine_are_seen(text, expected):
    assert hygiene.machine_paths(text) == expected


def test_registries_and_personal_addresses_are_seen():
    assert hygiene.registries("pip install --index-url https://pypi.org/simple x") == ["index-url", "//pypi.org"]
    assert hygiene.personal_emails(
        "a.dupont@mairie-ville.fr contact@mairie-ville.fr zoe@example.org x@y.test pkg@1.2.0"
    ) == ["a.dupont@mairie-ville.fr"]


def test_a_silence_needs_a_code_and_a_reason():
    lines = [
        "x = 1  # noqa",
        "x = 1  # noqa: S101",
        "x = 1  # type: ignore",
        "x = 1  # type: ignore[arg-type]",
        "x = 1  # noqa: S101 - narrows for mypy",
        "x = 1  # type: ignore[arg-type]  # stubs are older than the library",
    ]

    assert [found.split(":")[0] for found in hygiene.bare_silences("\n".join(lines))] == ["1", "2", "3", "4"]


def test_a_requirement_needs_a_version_and_a_hash_and_no_address():
    text = (
        "good==1.0 \\\n    --hash=sha256:abc\nloose>=1.0\nbare==1.0\n"
        "far @ https://x.test/far-1.0.whl --hash=sha256:abc\n# note\n"
    )

    assert [line.split()[0] for line in hygiene.loose_requirements(text)] == ["loose>=1.0", "bare==1.0", "far"]
