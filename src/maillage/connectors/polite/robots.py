"""What a site asks of programs, in its robots.txt."""

from __future__ import annotations

from collections.abc import Callable
from urllib.robotparser import RobotFileParser

ROBOTS_BYTES = 512 * 1024
NAME = "Maillage"


Rules = Callable[[str], bool]
"""Whether an address may be read."""


def rules_from(text: str) -> Rules:
    """The rules of a robots.txt that are addressed to us or to everyone; an empty text allows everything."""
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return lambda address: parser.can_fetch(NAME, address)
