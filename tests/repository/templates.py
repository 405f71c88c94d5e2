"""Which template is used by what."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from tests.repository.words import Used

LIBRARY_FOLDERS = ("account/", "mfa/", "socialaccount/", "usersessions/", "allauth/", "django/")
"""Templates we put in place of a library's: used when the library has one of the same name."""

BY_DJANGO = frozenset({"400.html", "403.html", "403_csrf.html", "404.html", "500.html"})


def named_in_python(modules: Iterable[ast.Module]) -> Used:
    """The template names that Python code writes or builds."""
    used = Used()
    for module in modules:
        for node in ast.walk(module):
            if isinstance(node, ast.JoinedStr) and any(
                isinstance(part, ast.Constant) and str(part.value).endswith((".html", ".txt")) for part in node.values
            ):
                used.patterns.add(
                    "".join(
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w/-]+"
                        for part in node.values
                    )
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.exact |= set(re.findall(r"[\w./-]+\.(?:html|txt|xml)", node.value))
    return used


def named_in_templates(texts: Mapping[str, str]) -> set[str]:
    """The template names that other templates include or extend; naming oneself does not count."""
    found: set[str] = set()
    for owner, text in texts.items():
        found |= {name for name in re.findall(r"""["']([\w./-]+\.(?:html|txt|xml))["']""", text) if name != owner}
    return found


def is_a_librarys(name: str) -> bool:
    """True when this template stands in for one that an installed library asks for."""
    from django.template.loaders.app_directories import get_app_template_dirs

    homes = [folder for folder in get_app_template_dirs("templates") if "maillage" not in str(folder)]
    return any((folder / name).exists() for folder in homes)


def unused(texts: Mapping[str, str], modules: Iterable[ast.Module]) -> list[str]:
    """The templates that nothing names."""
    python, pages = named_in_python(modules), named_in_templates(texts)
    return sorted(
        name
        for name in texts
        if name not in BY_DJANGO and name not in pages and not python.holds(name) and not is_a_librarys(name)
    )
