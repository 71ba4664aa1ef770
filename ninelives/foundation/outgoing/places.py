"""Where one may go. A name is looked up once, each of its addresses is judged, and exactly those are called: whoever
answers a second question differently (DNS rebinding) is not asked one."""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from ninelives.foundation.outgoing.errors import BadAddress, ForbiddenPlace, UnknownHost

Address = IPv4Address | IPv6Address
# A name and a port → the addresses behind it.
Resolve = Callable[[str, int], Sequence[str]]

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2000
# https://www.iana.org/assignments/ipv6-address-space: all that is given out lies here.
_GIVEN_OUT = IPv6Network("2000::/3")
# An IPv4 address in other clothes: translated (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
# Old tunnels (6to4, Teredo) lead to an IPv4 address that we did not judge.
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
# Clouds' own services at addresses that Python counts as public: Oracle's metadata, and Azure's
# (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
_INSIDE = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16/32"))


@dataclass(frozen=True, slots=True)
class Place:
    """A web address taken apart; `host` as DNS and TLS want it, `target` as the request line does."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Places inside that may be called all the same: by name, or by network."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, told: Iterable[str]) -> "Allowed":
        """From names, addresses and networks as a person writes them."""
        hosts, networks = set(), []
        for one in told:
            try:
                networks.append(ip_network(one, strict=False))
            except ValueError:
                hosts.add(one.lower().rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def covers(self, host: str, address: Address) -> bool:
        return host in self.hosts or any(address in network for network in self.networks)


def check(url: str, allowed: Allowed, resolve: Resolve | None = None) -> None:
    """Raise BadAddress, UnknownHost or ForbiddenPlace where a call to this address could not even begin."""
    addresses(place_of(url), allowed, resolve)


def place_of(url: str) -> Place:
    """Raises BadAddress."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as reason:
        raise BadAddress(str(reason), "unreadable") from reason
    if parts.scheme not in _PORTS:
        raise BadAddress(parts.scheme, "not_http")
    if "@" in parts.netloc:
        raise BadAddress(code="has_credentials")
    if parts.fragment:
        raise BadAddress(code="has_fragment")
    if len(url) > _LONGEST or not url.isprintable() or " " in url:
        raise BadAddress(code="unreadable")
    return Place(parts.scheme, _ascii(host), port or _PORTS[parts.scheme], _target(parts.path, parts.query))


def addresses(place: Place, allowed: Allowed, resolve: Resolve | None = None) -> list[str]:
    """Where the line may go; one address inside spoils them all. Raises UnknownHost, ForbiddenPlace."""
    found = [ip_address(one.partition("%")[0]) for one in (resolve or look_up)(place.host, place.port)]
    if not found:
        raise UnknownHost(place.host)
    for address in found:
        if is_inside(address) and not allowed.covers(place.host, address):
            raise ForbiddenPlace(str(address))
    return [str(address) for address in found]


def is_inside(address: Address) -> bool:
    """Not of the open internet: this machine, a private network, a link, a cloud's own services."""
    if isinstance(address, IPv6Address):
        carried = _carried(address)
        if carried:
            return is_inside(carried)
        return not address.is_global or address not in _GIVEN_OUT or any(address in tunnel for tunnel in _TUNNELS)
    return not address.is_global or address.is_multicast or any(address in network for network in _INSIDE)


def look_up(host: str, port: int) -> list[str]:
    """As the system does it, its own files and old spellings of numbers included. Raises UnknownHost."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as reason:
        raise UnknownHost(f"{host}: {reason}") from reason
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _ascii(host: str) -> str:
    if not host:
        raise BadAddress(code="no_host")
    try:
        return host.encode("idna").decode().rstrip(".")
    except UnicodeError as reason:
        raise BadAddress(str(reason), "no_host") from reason


def _target(path: str, query: str) -> str:
    kept = "!$&'()*+,;=:@/%-._~"
    asked = f"?{quote(query, safe=kept + '?')}" if query else ""
    return (quote(path, safe=kept) or "/") + asked
