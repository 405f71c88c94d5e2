"""HTML and Markdown as text: paragraphs, lists and links are kept, everything else goes."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

TAG = re.compile(r"</?[a-zA-Z][^<>]{0,4000}>|<[!?][^<>]{0,4000}>")
LONE = re.compile(r"<(?!/?[a-zA-Z][^<>]{0,4000}>)")
DECLARATION = re.compile(r"<[!?][^<>]{0,4000}>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)
HIDDEN = frozenset(["script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math"])
MARKDOWN = (
    (re.compile(r"!?\[([^\[\]\n]{1,500})\]\((https?://[^\s()]{1,2000})\)"), r"\1 (\2)"),
    (re.compile(r"\*\*(?=\S)([^*\n]{1,1000})\*\*"), r"\1"),
    (re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]{0,500}[^\s*])\*(?![*\w])"), r"\1"),
    (re.compile(r"\\$", re.MULTILINE), ""),
    (re.compile(r"^(?:#{1,6}|>) +", re.MULTILINE), ""),
)
"""What Markdown writes → its words: links, strong, emphasis, line breaks, headings, quotes. Lists stay as they are."""
PASSES = 3
"""Sources escape their HTML once, some twice; a text that still has tags after that is written to deceive."""


class _Text(HTMLParser):
    """Collects the text of a page fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self._links.append(_safe(dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._links:
            self._close_link(self._links.pop())

    def _close_link(self, address: str) -> None:
        """Write the address after its words, unless the words are the address."""
        if address and address not in "".join(self.parts[-3:]):
            self.parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))


def text_of(value: str) -> str:
    """The value without markup; a value without any is given back as it is.

    Blocks become paragraphs, list items start with « - », a link is followed by its address in brackets when it
    leads to the web. Scripts, styles and frames leave nothing. Entities become characters, even escaped twice.
    """
    for _ in range(PASSES):
        if TAG.search(value):
            value = _parsed(value)
        elif ENTITY.search(value):
            value = html.unescape(value)
        else:
            return value
    return TAG.sub(" ", value)


def without_markdown(value: Any) -> Any:
    """The value, its texts however deep without the marks of Markdown; for sources whose texts are written so."""
    if isinstance(value, str):
        for pattern, words in MARKDOWN:
            value = pattern.sub(words, value)
        return value
    if isinstance(value, list):
        return [without_markdown(one) for one in value]
    if isinstance(value, dict):
        return {name: without_markdown(one) for name, one in value.items()}
    return value


def _parsed(value: str) -> str:
    """The text of a fragment. What the parser would read again and again (a « < » that opens nothing, an endless
    comment) is taken away first, so that reading takes a time in proportion to the length."""
    bare = DECLARATION.sub(" ", _without_comments(value))
    parser = _Text()
    parser.feed(LONE.sub("&lt;", bare))
    parser.close()
    return "".join(parser.parts)


def _without_comments(value: str) -> str:
    kept, start = [], 0
    while (opening := value.find("<!--", start)) >= 0:
        closing = value.find("-->", opening)
        if closing < 0:
            break
        kept.append(value[start:opening])
        start = closing + 3
    return "".join([*kept, value[start:]])


def _safe(address: str) -> str:
    address = address.strip()
    return address if re.match(r"https?://[^\s<>\"']+$", address, re.IGNORECASE) else ""
