"""Words that must meet: codes and sentences, glossary and code, weights and the pages that explain them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from tests.repository.sources import PACKAGE, ROOT, called_name, calls, files, strings, tree


@dataclass(slots=True)
class Used:
    """What the code names: exact words, and patterns for the names it builds."""

    exact: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)

    def add(self, node: ast.expr) -> None:
        """Learn the texts an expression may be worth."""
        if isinstance(node, ast.JoinedStr):
            self.patterns.add(pattern_of(node))
        elif isinstance(node, ast.IfExp):
            self.add(node.body)
            self.add(node.orelse)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.exact.add(node.value)

    def holds(self, word: str) -> bool:
        """True when the code may name this word."""
        return word in self.exact or any(fits(pattern, word) for pattern in self.patterns)


def fits(pattern: str, word: str) -> bool:
    """True when the name a text builds may be this word."""
    return re.fullmatch(pattern, word) is not None


def pattern_of(node: ast.JoinedStr) -> str:
    """The regular expression that an f-string fills."""
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values]
    return "".join(parts)


def error_classes() -> set[str]:
    """The names of the error tree and of whatever extends it anywhere."""
    known = {"MaillageError"}
    classes = [
        node for path in files(".py", under=PACKAGE) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)
    ]
    for _ in range(4):
        known |= {node.name for node in classes if {_name(base) for base in node.bases} & known}
    return known


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def codes_used(modules: Iterable[ast.Module], *, makers: set[str]) -> Used:
    """The codes given first to these makers (error classes, `because`), through a variable too."""
    used = Used()
    for module in modules:
        scopes = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)] + [module]
        for scope in scopes:
            given = [call.args[0] for call in calls(scope) if called_name(call) in makers and call.args]
            names = {node.id for node in given if isinstance(node, ast.Name)}
            for value in (*given, *(value for name, value in assignments(scope) if name in names)):
                used.add(value)
    return used


def handed_over(modules: Iterable[ast.Module]) -> Used:
    """The texts given to any call: a code may reach its sentence through a function of ours."""
    used = Used()
    for module in modules:
        for call in calls(module):
            for value in (*call.args, *(word.value for word in call.keywords)):
                if not isinstance(value, ast.JoinedStr) or len(pattern_of(value).replace(r"\w+", "")) >= 4:
                    used.add(value)
    return used


def assignments(scope: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names a function sets, each with what it sets them to; `a, b = x, y` counts as two."""
    for node in ast.walk(scope):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
                yield from ((name.id, value) for name, value in pairs if isinstance(name, ast.Name))


def missing_facts(modules: Iterable[ast.Module], *, makers: set[str], sentences: Mapping[str, str]) -> list[str]:
    """The calls that leave a brace of their sentence unfilled; a call with `**facts` is trusted."""
    found = []
    for module in modules:
        for call in calls(module):
            if called_name(call) not in makers or not call.args or any(word.arg is None for word in call.keywords):
                continue
            code = call.args[0]
            if isinstance(code, ast.Constant) and code.value in sentences:
                wanted = {name for _, name, _, _ in Formatter().parse(sentences[code.value]) if name}
                if missing := wanted - {word.arg for word in call.keywords}:
                    found.append(f"{code.value} (line {call.lineno}) lacks {sorted(missing)}")
    return found


def defined_names(module: ast.Module) -> set[str]:
    """Every class, function, constant, field and enumeration member a file defines."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def glossary_identifiers(text: str) -> set[str]:
    """The identifiers in backticks of the second column of the glossary's tables."""
    found: set[str] = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 3 and not set(cells[1]) <= set("-: "):
            found |= set(re.findall(r"`([A-Za-z_.]+)`", cells[1]))
    return found


def weights_used(modules: Iterable[ast.Module]) -> dict[str, Used]:
    """Section → names of the weights the code reads.

    Where the name is a variable, every text of the function around it may be the name.
    """
    found: dict[str, Used] = {}
    for module in modules:
        scopes = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)] + [module]
        for scope in scopes:
            for call in calls(scope):
                if called_name(call) != "weight" or len(call.args) != 2:
                    continue
                section, name = call.args
                if isinstance(section, ast.Constant):
                    used = found.setdefault(str(section.value), Used())
                    used.add(name)
                    if isinstance(name, ast.Name) and not isinstance(scope, ast.Module):
                        used.exact |= set(strings(scope))
    return found


def weight_lines(pages: Mapping[Path, str]) -> dict[str, str]:
    """`section.name` → the value a method page shows beside it, "" when it names the weight without a value."""
    found: dict[str, str] = {}
    for text in pages.values():
        for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", text):
            found.setdefault(name, "")
        for name, value in re.findall(r"^\|\s*`([a-z_]+\.[a-z_]+)`\s*\|\s*([^|]*?)\s*\|", text, re.MULTILINE):
            found[name] = value
    return found


def method_pages() -> dict[Path, str]:
    """The pages of the method."""
    return {path: path.read_text(encoding="utf-8") for path in files(".md", under=ROOT / "docs" / "method")}
