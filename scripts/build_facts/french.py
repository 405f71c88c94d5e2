"""Small rules of French spelling: apostrophes, website addresses, names to compare."""

import re
import unicodedata

# The directory of 2019 lost the characters that Windows-1252 codes between 80 and 9F.
LOST_APOSTROPHES = (
    ("dinformation", "d'information"),
    ("lenvironnement", "l'environnement"),
    ("lénergie", "l'énergie"),
    ("lenseignement", "l'enseignement"),
    ("lemploi", "l'emploi"),
    ("linsertion", "l'insertion"),
    ("laccueil", "l'accueil"),
    ("dArmor", "d'Armor"),
    (" uvres", " œuvres"),
    ("cur ", "cœur "),
)
KNOWN_ENDINGS = frozenset(
    [
        "fr",
        "com",
        "org",
        "net",
        "info",
        "eu",
        "bzh",
        "alsace",
        "asso",
        "mq",
        "re",
        "nc",
        "pf",
        "gp",
        "gf",
        "yt",
        "corsica",
        "paris",
        "coop",
        "tv",
        "pro",
    ]
)
# Hosts of State services that were closed years ago, when the « .gouv.fr » of préfectures replaced them.
CLOSED_HOSTS = re.compile(r"equipement|presse\.gouv\.fr|\.pref\.gouv\.fr|culturecommunication")


def typographic(text: str) -> str:
    """The text with ’ for apostrophes and single spaces."""
    return re.sub(r"\s+", " ", text.replace("'", "’")).strip()


def repaired(text: str) -> str:
    """A name of the 2019 directory, with the apostrophes and œ it lost, typographic."""
    clean = "".join(char for char in text if not 0x80 <= ord(char) <= 0x9F)
    for lost, whole in LOST_APOSTROPHES:
        clean = re.sub(rf"\b{re.escape(lost.strip())}\b" if lost[0] != " " else re.escape(lost), whole.rstrip(), clean)
    return typographic(clean)


def without_accents(text: str) -> str:
    """Lower case letters and digits only, words separated by one space: for comparisons."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'"))
    ascii_text = plain.encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", ascii_text))


def slugify(text: str) -> str:
    """The words of a text joined by hyphens."""
    return without_accents(text).replace(" ", "-")


def host_of(address: str) -> str:
    """The host of a web address without « www. », or an empty string when it is broken."""
    found = re.match(r"(?:https?://)?([^/\s]+)", address.strip(), re.IGNORECASE)
    if not found:
        return ""
    host = found.group(1).lower().removeprefix("www.")
    return host if "." in host and host.rsplit(".", 1)[1] in KNOWN_ENDINGS else ""


def usable_website(address: str) -> str:
    """The address as the source gives it, with a scheme; empty when the host is broken or closed."""
    if not host_of(address) or CLOSED_HOSTS.search(address):
        return ""
    return address if address.lower().startswith("http") else f"http://{address}"
