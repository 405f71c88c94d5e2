"""Read every marked string, keep French as it prints and its English translations, compile both catalogues.

`python scripts/make_catalogues.py`, after changing a sentence. Needs gettext (apt). French is the source language:
its catalogue holds the plurals, without which Django counts « 0 » as plural, and the spaces that do not break.
English translations live in `src/maillage/locale/english/`, a file per topic, one line per sentence: easier to review.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from maillage.web.typography import french

PACKAGE = Path(__file__).resolve().parents[1] / "src/maillage"
LOCALE = PACKAGE / "locale"
HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural={plural};\\n"

"""
PLURALS = {"fr": "(n > 1)", "en": "(n != 1)"}

Entry = tuple[str, str]
"""The sentence and its plural, "" when it has none."""


def extract() -> list[Entry]:
    """Every marked sentence of the package, in alphabetical order."""
    folder = LOCALE / "fr/LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "django.po").unlink(missing_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-wrap", "--no-location", "-v0"]
    ours = os.environ | {"PYTHONPATH": str(PACKAGE.parent), "DJANGO_SETTINGS_MODULE": "maillage.config.settings"}
    subprocess.run([*command, "-i", "migrations"], cwd=PACKAGE, check=True, env=ours)
    return sorted(read_entries((folder / "django.po").read_text(encoding="utf-8")))


def read_entries(text: str) -> list[Entry]:
    """The sentences of a catalogue as makemessages writes it, the header left out."""
    found: list[Entry] = []
    for block in text.split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith(("msgid", "msgstr")):
                name, _, line = line.partition(" ")
                fields[name] = ""
            if line.startswith('"') and name:
                fields[name] += line[1:-1]
        if fields.get("msgid"):
            found.append((fields["msgid"], fields.get("msgid_plural", "")))
    return found


def vocabulary() -> list[Entry]:
    """The labels of the closed vocabularies and what tables say, which pages translate when they show them."""
    from maillage.actors import statutory
    from maillage.core import trame
    from maillage.core import vocabulary as words
    from maillage.core.lexicon.lists import words_of
    from maillage.core.typical import PlaceKind

    closed = [kind for kind in vars(words).values() if isinstance(kind, type) and issubclass(kind, words.Labelled)]
    labels = [member.label for kind in (*closed, PlaceKind) for member in kind]
    labels += [item.label for item in words.categories().values()]
    labels += list(words.themes())
    labels += words.competences().values()
    labels += [goal.label for goal in words_of("sdgs").values()]
    labels += trame.not_expected().values()
    labels += [*statutory.NATURES.values(), *(matter.label for matter in statutory.matters().values())]
    return [(label, "") for label in dict.fromkeys(labels)]


def translations() -> dict[str, str | list[str]]:
    """Sentence → its English, singular and plural where it counts; all the files together. ValueError if said twice."""
    found: dict[str, str | list[str]] = {}
    for path in sorted((LOCALE / "english").glob("*.toml")):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := found.keys() & said.keys():
            raise ValueError(f"{path.name}: {sorted(twice)} already translated in another file")
        found |= said
    return found


def write(language: str, entries: list[Entry], said: dict[str, list[str]]) -> None:
    """The catalogue of a language, and its compiled form; what nobody translated is left out."""
    folder = LOCALE / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [HEAD.format(language=language, plural=PLURALS[language])]
    for one, many in entries:
        told = said.get(one)
        if not told:
            continue
        flag = "#, python-format\n" if "%(" in one else ""
        if many:
            blocks.append(
                f'{flag}msgid "{one}"\nmsgid_plural "{many}"\nmsgstr[0] "{told[0]}"\nmsgstr[1] "{told[-1]}"\n\n'
            )
        else:
            blocks.append(f'{flag}msgid "{one}"\nmsgstr "{told[0]}"\n\n')
    path = folder / "django.po"
    path.write_text("".join(blocks).rstrip("\n") + "\n", encoding="utf-8")
    subprocess.run(["msgfmt", "--check-format", "-o", str(path.with_suffix(".mo")), str(path)], check=True)


def main() -> None:
    """Write both catalogues and say what English still lacks."""
    entries = extract()
    english = translations()
    said = {quoted(one): [quoted(text) for text in _several(told)] for one, told in english.items()}
    known = {one for one, _ in entries}
    held = [(quoted(one), many) for one, many in vocabulary()] + [(one, "") for one in said]
    entries = sorted([*entries, *((one, many) for one, many in dict.fromkeys(held) if one not in known)])
    write("fr", entries, {one: french_of(one, many) for one, many in entries if many or french(one) != one})
    write("en", entries, said)
    missing = [one for one, _ in entries if one not in said]
    for one in missing:
        print(one)
    print(f"{len(entries)} phrases, {len(missing)} sans anglais", file=sys.stderr)


def _several(told: str | list[str]) -> list[str]:
    return told if isinstance(told, list) else [told]


def french_of(one: str, many: str) -> list[str]:
    """The sentence as French prints it: its spaces do not break where they should not."""
    return [french(text) for text in (one, many) if text]


def quoted(text: str) -> str:
    """The text as a catalogue writes it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


if __name__ == "__main__":
    main()
