"""What the project promises about itself, held by machine. The checkers, and their tests, are in `tests/repository`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import pytest

from maillage.core.weighing import weights
from maillage.core.wording import TEMPLATES
from tests.repository import hygiene, rooms, templates, words
from tests.repository.sources import PACKAGE, ROOT, code_files, every_file, files, functions, room_of, shown, tree
from tests.repository.sources import rooms as room_folders

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE, LONGEST_README = 400, 60, 150, 30
DOCUMENTED = 0.9
SLOWEST_IMPORT_S = 0.5
ROOMS = [room for room in room_folders() if any(path.stat().st_size > 200 for path in room.rglob("*.py"))]
TEXTS = tuple(".py .md .toml .txt .html .css .js .csv .json .sh .yml .yaml .cfg .ini .xml .svg .po".split())
SOURCES = files(".py", under=PACKAGE)


def lines_of(path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def texts() -> dict[str, str]:
    """Every text file of the project, this checker's own tests left out: they hold bad examples."""
    named = ("Makefile", "run", ".gitignore")
    mine = ROOT / "tests" / "repository"
    found = [path for path in every_file() if path.suffix in TEXTS or path.name in named]
    return {shown(path): path.read_text(encoding="utf-8") for path in found if not path.is_relative_to(mine)}


# Rooms


@pytest.mark.parametrize("door", [path.name for path in ROOMS if path.name in rooms.DOORS])
def test_a_door_never_writes(door):
    found = {shown(path): rooms.writes_in(tree(path)) for path in files(".py", under=PACKAGE / door)}

    assert {path: writes for path, writes in found.items() if writes} == {}


def test_foreign_keys_only_point_down():
    floor = rooms.floor_numbers(rooms.floors())

    keys = rooms.foreign_keys()

    assert len(keys) > 15
    assert rooms.rising_keys(keys, floor) == []


def test_every_room_stands_on_a_floor():
    assert {path.name for path in ROOMS} <= set(rooms.floor_numbers(rooms.floors()))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_what_it_is_and_what_it_really_depends_on(room):
    readme = room / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""

    assert text, f"{room.name} has no README.md"
    assert len(text.splitlines()) <= LONGEST_README
    assert rooms.told_dependencies(text) == rooms.real_dependencies(room)


def test_a_module_is_named_after_what_it_holds():
    assert [shown(path) for path in rooms.nameless_modules()] == []


# Words


@pytest.mark.parametrize("table", TEMPLATES)
def test_every_code_has_a_sentence_and_every_sentence_a_code(table):
    makers = {"error": words.error_classes(), "reason": {"because", "Reason"}}
    modules = [tree(path) for path in SOURCES if path.parent.name != "wording"]
    written = words.Used(exact={text for module in modules for text in words.strings(module)})
    used = words.codes_used(modules, makers=makers[table]) if table in makers else written

    sentences = TEMPLATES[table]

    if table in makers:
        assert sorted(used.exact - sentences.keys()) == [], "codes without a sentence"
        unfilled = [pattern for pattern in used.patterns if not any(words.fits(pattern, code) for code in sentences)]
        assert unfilled == [], "codes built by the code, that fit no sentence"
        assert words.missing_facts(modules, makers=makers[table] - {"Reason"}, sentences=sentences) == []
    through = words.handed_over(modules)
    unsaid = [code for code in sentences if not used.holds(code) and not through.holds(code)]
    assert [code for code in unsaid if "_" not in code or code not in written.exact] == [], "sentences nobody says"
    assert list(sentences) == sorted(sentences), "keys are alphabetical"


def test_the_glossary_and_the_code_agree():
    from django.apps import apps

    told = words.glossary_identifiers((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    known = {name for path in SOURCES for name in words.defined_names(tree(path))}
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("maillage.")}

    assert sorted(name for name in told if not set(name.split(".")) <= known) == [], "in the glossary, not in the code"
    assert sorted(models - told) == [], "tables the glossary does not explain"


def test_every_weight_is_used_and_explained_with_its_value():
    used = words.weights_used(tree(path) for path in SOURCES)
    told = words.weight_lines(words.method_pages())
    held = {f"{section}.{name}": item for section, items in weights().items() for name, item in items.items()}

    unused = [key for key in held if not used.get(key.split(".")[0], words.Used()).holds(key.split(".")[1])]
    assert unused == [], "weights nobody reads"
    assert sorted(key for key in held if key not in told) == [], "weights no method page names"
    wrong = {key: shown_value for key, shown_value in told.items() if key in held and shown_value}
    assert {key: value for key, value in wrong.items() if float(value.replace(",", ".")) != held[key].value} == {}
    assert [item.name for item in held.values() if not (item.unit and item.reason and item.date)] == []


# Sizes


def test_no_code_file_is_too_long():
    long = {shown(path): lines_of(path) for path in code_files() if lines_of(path) > LONGEST_FILE}

    assert long == {}


def test_no_function_is_too_long():
    long = [
        f"{shown(path)}:{item.line} {item.name} ({item.length} lines)"
        for path in code_files()
        if path.suffix == ".py"
        for item in functions(tree(path))
        if item.length > LONGEST_FUNCTION
    ]

    assert long == []


@pytest.mark.parametrize("kind", ["core", "connectors", "queries", "actions"])
def test_public_functions_are_documented(kind):
    chosen = [
        path
        for path in SOURCES
        if not path.name.startswith("test_")
        and (kind in (room_of(path), path.stem) or kind in path.relative_to(PACKAGE).parts[1:-1])
    ]
    public = [(shown(path), item) for path in chosen for item in functions(tree(path)) if item.public]
    if not public and not (PACKAGE / kind).exists():
        pytest.fail(f"no public function found in {kind}: the check looks in the wrong place")

    bare = [f"{path} {item.name}" for path, item in public if not item.documented]

    assert len(bare) <= (1 - DOCUMENTED) * len(public), bare


# Templates


def page_texts() -> dict[str, str]:
    home = PACKAGE / "web" / "templates"
    return {
        str(path.relative_to(home)): path.read_text(encoding="utf-8") for path in files(".html", ".txt", under=home)
    }


def test_no_template_is_unused():
    assert templates.unused(page_texts(), [tree(path) for path in SOURCES]) == []


def test_no_template_is_too_long():
    pages = page_texts()

    assert {name: text.count("\n") for name, text in pages.items() if text.count("\n") > LONGEST_TEMPLATE} == {}


# Hygiene


def test_every_silence_has_a_code_and_a_reason():
    found = {name: hygiene.bare_silences(text) for name, text in texts().items() if name.endswith(".py")}

    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "look", [hygiene.machine_paths, hygiene.registries, hygiene.personal_emails], ids=lambda look: look.__name__
)
def test_no_file_tells_on_a_machine_or_a_person(look):
    found = {name: Counter(look(text)).most_common(3) for name, text in texts().items()}

    assert {name: what for name, what in found.items() if what} == {}


def test_every_setting_of_a_machine_is_in_its_guide():
    names = re.compile(r"\b(?:MAILLAGE_[A-Z_]+|DATABASE_URL)\b")
    settings = set(names.findall((PACKAGE / "config/settings.py").read_text(encoding="utf-8")))
    told = re.findall(
        r"^\| `([A-Z_]+)` \|", (ROOT / "docs/guide/reglages.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(told) == sorted(settings)


def test_every_requirement_is_pinned_by_its_hash():
    found = {
        shown(path): hygiene.loose_requirements(path.read_text("utf-8"))
        for path in files(".txt", under=ROOT / "requirements")
    }

    assert found, "no requirements file"
    assert {name: lines for name, lines in found.items() if lines} == {}


# Waking up

WAKE = """
import importlib, pkgutil, sys, time
start = time.process_time()
names = {names}
for name in names:
    importlib.import_module(name)
spent = time.process_time() - start
print(spent, "django" in sys.modules)
"""


@pytest.mark.parametrize(
    "names", [["maillage.core"], ["maillage.cli.main"]], ids=["the thinking core", "the command line"]
)
def test_it_wakes_fast_and_without_django(names):
    runs = [
        subprocess.run([sys.executable, "-c", WAKE.format(names=names)], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    seconds, django = zip(*((float(one), two) for one, two in (run.stdout.split() for run in runs)), strict=True)

    assert set(django) == {"False"}
    assert min(seconds) < SLOWEST_IMPORT_S


def test_no_module_of_the_core_wakes_django():
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in files(".py", under=PACKAGE / "core")
    ]
    names = [name.removesuffix(".__init__") for name in names]

    run = subprocess.run([sys.executable, "-c", WAKE.format(names=names)], capture_output=True, text=True, check=True)

    assert run.stdout.split()[1] == "False"
