"""Where a subscriber may stand: on the public network over HTTPS, or where a setting of the server names it.

Whoever may write an address could otherwise make the server speak to machines that only it reaches. An address is
looked at when it is kept and again at each call, where the connection goes to the very address that was looked at: a
name that leads somewhere else a moment later leads nowhere.
"""

import ipaddress
import socket
import threading
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from vungxanh.common.posting import UnreachableError

LONGEST = 500
HTTPS = 443
NOT_PUBLIC = tuple(
    ipaddress.ip_network(one) for one in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96")
)
"""Addresses of IPv6 that stand for one of IPv4, whichever."""


def checked(url: str) -> tuple[SplitResult, str, int]:
    """The address with its host and port; raises `UnreachableError` with what is wrong about how it is written."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UnreachableError(_("this is not an address of the web")) from None
    is_plain = url.isascii() and url.isprintable() and not {" ", "\\"} & set(url) and len(url) <= LONGEST
    if not is_plain or not host or parts.scheme not in ("https", "http"):
        raise UnreachableError(_("this is not an address of the web"))
    if "@" in parts.netloc:
        raise UnreachableError(_("a name and a password do not belong into the address"))
    if "#" in url:
        raise UnreachableError(_("what stands after # never reaches the receiver"))
    port = port if port is not None else HTTPS if parts.scheme == "https" else 80
    if not is_internal(host, port):
        if parts.scheme != "https":
            raise UnreachableError(_("only addresses that begin with https:// are sent to"))
        if port != HTTPS:
            raise UnreachableError(_("only the port 443 is sent to"))
    return parts, host, port


def reach(host: str, port: int, *, seconds: float) -> str:
    """The address of the network to connect to; raises `UnreachableError`."""
    found = _looked_up(host, port, seconds)
    if not is_internal(host, port) and not all(is_public(one) for one in found):
        raise UnreachableError(_("the address leads into a network that is not public"))
    return found[0]


def is_internal(host: str, port: int) -> bool:
    """Named by WEBHOOK_INTERNAL_HOSTS: with its port, or for 443 without."""
    name = f"[{host}]" if ":" in host else host
    named = {one.lower() for one in settings.WEBHOOK_INTERNAL_HOSTS}
    return f"{name}:{port}" in named or (name in named and port == HTTPS)


def is_public(text: str) -> bool:
    """Not of this machine, nor of a network of one's own, nor of several machines at once."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            address = address.ipv4_mapped
        elif address.is_site_local or any(address in one for one in NOT_PUBLIC):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """In the order in which the system would try them. The system's own look-up knows no time limit."""
    found: list[list[str]] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        found.append(list(dict.fromkeys(str(row[4][0]) for row in rows)))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise UnreachableError(_("the name of the machine was not looked up in time"))
    if not found[0]:
        raise UnreachableError(_("the name of the machine is not known"))
    return found[0]
