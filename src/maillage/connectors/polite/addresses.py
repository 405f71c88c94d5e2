"""Which addresses may be asked: public web addresses, and nothing of the machine or the network we run on."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

import httpx

from maillage.core.errors import Invalid

LONGEST = 2000
WEB_PORTS = frozenset({80, 443})
FIRST_FREE_PORT = 1024
"""Below it only the two ports of the web: a page is never on the port of mail or of a remote terminal."""
LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion", "test")
"""Last words of names that public resolvers do not know: one that answers them speaks of our own network."""
NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)$", re.IGNORECASE)
NEVER_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 "
        "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32"
    ).split()
)
"""IANA's special-purpose registry, multicast and reserved space; the last is the host of Azure's virtual machines."""
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
NEVER_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in "2001::/23 2001:db8::/32 2002::/16 3fff::/20 2620:4f:8000::/48".split()
)
"""Inside the public space: tunnels (Teredo, 6to4), protocol assignments, documentation."""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The addresses that may be reached.

    `allowed`: pairs of an IP address and a port allowed although they are not public. For tests alone, which run a
    server on loopback: no setting, no page and no command fills it.
    """

    allowed: frozenset[tuple[str, int]] = frozenset()

    def checked(self, address: str) -> httpx.URL:
        """The address as it will be asked, fragment left out. Raises Invalid when it is not one to ask for."""
        if len(address) > LONGEST or any(sign.isspace() or not sign.isprintable() for sign in address):
            raise Invalid("web_address_malformed", value=shown(address))
        try:
            url = httpx.URL(address).copy_with(fragment=None)
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise Invalid("web_address_malformed", value=shown(address)) from error
        if url.scheme not in ("http", "https") or not url.host:
            raise Invalid("web_address_malformed", value=shown(address))
        if url.userinfo:
            raise Invalid("web_address_with_password", host=url.host)
        if (url.raw_host.decode("ascii"), port_of(url)) not in self.allowed:
            _check_name(url)
        return url

    def resolved(self, host: str, port: int) -> tuple[str, ...]:
        """Every IP address of the host, all of them public. Raises Invalid when one is not, OSError for no address.

        One private address among public ones is refused too: which of them is dialled must not be a matter of luck.
        """
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
        for ip in found:
            if (ip, port) not in self.allowed and not is_public(ip):
                raise Invalid("web_address_not_public", host=host)
        return found


def is_public(text: str) -> bool:
    """True for an IP address of the public internet; an IPv4 address carried inside IPv6 counts as itself."""
    try:
        ip: Address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id:
            return False
        carried = ip.ipv4_mapped
        if ip in NAT64:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if carried is None:
            return ip in PUBLIC_V6 and not any(ip in network for network in NEVER_V6)
        ip = carried
    return not any(ip in network for network in NEVER_V4)


def _check_name(url: httpx.URL) -> None:
    """Refuse, before any resolver is asked, names and numbers that cannot be a public site."""
    host = url.raw_host.decode("ascii").strip("[]").rstrip(".").lower()
    if not _port_allowed(url):
        raise Invalid("web_port_refused", host=host, port=port_of(url))
    if ":" in host or _is_plain_ipv4(host):
        if not is_public(host):
            raise Invalid("web_address_not_public", host=host)
        return
    words = host.split(".")
    local = len(words) < 2 or any(host.endswith(f".{name}") for name in LOCAL_NAMES)
    if local or NUMBER.match(words[-1]):
        raise Invalid("web_address_not_public", host=host)


def _is_plain_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _port_allowed(url: httpx.URL) -> bool:
    return port_of(url) in WEB_PORTS or port_of(url) >= FIRST_FREE_PORT


def port_of(url: httpx.URL) -> int:
    """The port that will be dialled."""
    return url.port or (443 if url.scheme == "https" else 80)


def origin_of(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: what must stay the same for a secret to be sent again."""
    return (url.scheme, url.host, port_of(url))


def shown(address: str) -> str:
    """The address as a message may show it: one printable line, without the secrets some put in its query."""
    line = "".join(sign if sign.isprintable() else " " for sign in address.partition("?")[0])
    line = re.sub(r"//[^/@]*@", "//", line)
    return line if len(line) <= 120 else f"{line[:119]}…"
