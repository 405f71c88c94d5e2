"""What no file may hold: places of a machine, registries, people's addresses, silences without a reason, bare pins."""

from __future__ import annotations

import re

MACHINE = re.compile(r"(?<![\w.~:/-])/(?:work|root|home)/[\w.-]+")
REGISTRY = re.compile(
    r"//(?:[\w.-]+\.)?(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com))\b|\b(?:extra-)?index-url\b|artifactory|nexus-?repo",
    re.IGNORECASE,
)
EMAIL = re.compile(r"\b([\w.+-]+)@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
NOBODY = re.compile(r"(?:^|\.)(?:example|exemple|test|invalid|localhost)(?:\.|$)|(?:^|\.)example\.\w+$")
"""Domains nobody can own, or that documentation reserves."""
OFFICES = frozenset(
    "contact accueil info infos information secretariat mairie courrier bonjour hello support communication "
    "webmaster noreply no-reply ne-pas-repondre".split()
)
"""The part before @ when it names an office, not a person."""

SILENCE = re.compile(r"#\s*(noqa|type:\s*ignore)(.*)$")
NOQA = re.compile(r"^:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*\s*(?:-|—|#|:)\s*\S+.*")
IGNORE = re.compile(r"^\[[\w-]+(?:,\s*[\w-]+)*\]\s*(?:#|-|—)\s*\S+.*")


def machine_paths(text: str) -> list[str]:
    """The places of one machine that a text names."""
    return MACHINE.findall(text)


def registries(text: str) -> list[str]:
    """The addresses of package registries that a text names."""
    return REGISTRY.findall(text)


def personal_emails(text: str) -> list[str]:
    """The e-mail addresses that may be a person's: neither a reserved domain nor an office."""
    return [
        f"{local}@{domain}"
        for local, domain in EMAIL.findall(text)
        if not NOBODY.search(domain) and local.lower() not in OFFICES
    ]


def bare_silences(text: str) -> list[str]:
    """The `noqa` and `type: ignore` that lack a code or a reason, with their lines."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for kind, rest in SILENCE.findall(line):
            shape = NOQA if kind == "noqa" else IGNORE
            if not shape.match(rest.strip()):
                found.append(f"{number}: {line.strip()}")
    return found


def loose_requirements(text: str) -> list[str]:
    """The lines of a requirements file without exact version or hash, or with an address."""
    whole = re.sub(r"\\\n\s*", " ", text)
    lines = [line.strip() for line in whole.splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    return [line for line in wanted if "://" in line or "==" not in line or "--hash=sha256:" not in line]
