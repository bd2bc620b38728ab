"""The one HTTP client of Terril: bounded, cached, and blind to private networks."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import httpcore
import httpx

from terril.core.errors import IngestError, Location, StoreError
from terril.ingestion.contract import DEFAULT_LIMITS, store_error

Resolver = Callable[[str, int], list[str]]
Told = Callable[[int, int | None], None]
_REDIRECTS = 5
_TRIES = 4
_RETRIED = frozenset({429, 500, 502, 503, 504})
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file fetched from an address.

    Parameters
    ----------
    path : where it is, in the cache.
    address : the address asked for.
    cached : whether the producer said it had not changed.
    etag, last_modified : what the producer says of its version.
    media_type : what the producer says it is, lower case, options excluded; empty where it does not say.
    target : the address that answered, redirections followed.
    """

    path: Path
    address: str
    cached: bool
    etag: str | None = None
    last_modified: str | None = None
    media_type: str = ""
    target: str = ""


def _nothing(done: int, total: int | None) -> None:
    return


@dataclass(frozen=True, slots=True)
class _Asked:
    """A download as it was asked for."""

    address: str
    accept: str
    limit: int
    told: Told

    @property
    def name(self) -> str:
        """Name of its folder in the cache."""
        key = self.address if self.accept == "*/*" else f"{self.address} {self.accept}"
        return hashlib.sha256(key.encode()).hexdigest()[:24]

    def refuse_big(self, size: int) -> None:
        """Refuse what is past the limit."""
        if size > self.limit:
            raise IngestError(
                f"fichier de plus de {self.limit / 10**6:g} Mo",
                location=Location(field="address", value=self.address),
                hint="relever la limite si la source est sûre",
            )


def _fetched(folder: Path, asked: _Asked, meta: dict[str, Any], *, cached: bool) -> Fetched:
    return Fetched(
        path=folder / meta["name"],
        address=asked.address,
        cached=cached,
        etag=meta.get("etag"),
        last_modified=meta.get("last_modified"),
        media_type=meta.get("media_type") or "",
        target=meta.get("target") or asked.address,
    )


def resolve_host(host: str, port: int) -> list[str]:
    """Addresses of a host, each once, in the order of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _refused(host: str, address: str) -> IngestError:
    return IngestError(
        "adresse d'un réseau privé : refusée",
        location=Location(field="address", value=f"{host} ({address})"),
        hint="une source se télécharge chez son producteur, sur Internet",
    )


class _CheckedBackend(httpcore.NetworkBackend):
    """Resolves a name, checks every address, and connects to a checked one: the name is not asked twice."""

    def __init__(self, allowed: frozenset[str], resolver: Resolver) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a public address of ``host``."""
        try:
            addresses = self._resolver(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"nom inconnu : {host}") from error
        for address in addresses:
            if address not in self._allowed and not _is_public(address):
                raise _refused(host, address)
        if not addresses:
            raise httpcore.ConnectError(f"nom sans adresse : {host}")
        return self._network.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Never: no source is behind a local socket."""
        raise _refused(path, "socket local")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._network.sleep(seconds)


def _is_public(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    # An IPv4 address dressed as IPv6 is judged as what it is; so are NAT64 and 6to4 ones.
    if mapped is None and found.version == 6 and found in ipaddress.ip_network("64:ff9b::/96"):
        mapped = ipaddress.ip_address(int(found) & 0xFFFFFFFF)
    if mapped is None:
        mapped = getattr(found, "sixtofour", None)
    found = mapped or found
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


class Client:
    """Fetches files over HTTP.

    Parameters
    ----------
    cache : folder of what was fetched, with its ETag.
    limit : bytes past which a download is refused.
    allowed : addresses (not names) admitted though private, for a mirror inside a network and for tests.
    transport : in the place of the network, for tests.
    resolver : how names become addresses.
    pause : seconds before the second try, doubled at each.
    """

    def __init__(
        self,
        cache: Path,
        *,
        limit: int = DEFAULT_LIMITS.file_bytes,
        timeout: float = 30.0,
        allowed: Iterable[str] = (),
        transport: httpx.BaseTransport | None = None,
        resolver: Resolver = resolve_host,
        pause: float = 1.0,
    ) -> None:
        self._cache = cache
        self._limit = limit
        self._pause = pause
        self._http = httpx.Client(
            transport=transport or _transport(frozenset(allowed), resolver),
            timeout=httpx.Timeout(timeout, connect=10.0),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "terril", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def fetch(self, address: str, told: Told = _nothing, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
        """Fetch an address, unless the producer says it has not changed.

        Parameters
        ----------
        told : called with the bytes received, and the bytes expected where known.
        accept : media types asked for, as in the ``Accept`` header; each has its place in the cache.
        limit : bytes past which this download is refused; that of the client when None.

        Raises
        ------
        IngestError
            If the address is not of the Web or is private, if the producer refuses, or sends too much.
        StoreError
            If the disk refuses.
        """
        asked = _Asked(address, accept, self._limit if limit is None else min(limit, self._limit), told)
        folder = self._cache / asked.name
        known = _known(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise store_error("cache des téléchargements inaccessible", error) from error
        failure: Exception | None = None
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(self._pause * 2 ** (attempt - 1))
            try:
                return self._once(asked, folder, known)
            except (httpx.TransportError, httpx.DecodingError, _TryAgainError) as error:
                failure = error
            except (httpx.InvalidURL, ValueError) as error:
                raise _not_web(address) from error
        raise IngestError(
            f"téléchargement impossible après {_TRIES} essais : {failure}",
            location=Location(field="address", value=address),
            hint="vérifier l'adresse et la connexion, ou télécharger le fichier à la main",
        ) from failure

    def _once(self, asked: _Asked, folder: Path, known: dict[str, str]) -> Fetched:
        headers = {"Accept": asked.accept}
        if known.get("etag"):
            headers["If-None-Match"] = known["etag"]
        if known.get("last_modified"):
            headers["If-Modified-Since"] = known["last_modified"]
        target = asked.address
        for _ in range(_REDIRECTS + 1):
            _check_scheme(target)
            with self._http.stream("GET", target, headers=headers) as response:
                if response.has_redirect_location:
                    target = urljoin(target, response.headers["location"])
                    continue
                if response.status_code == httpx.codes.NOT_MODIFIED and known:
                    return _fetched(folder, asked, known, cached=True)
                return self._received(response, asked, target, folder)
        raise IngestError("trop de redirections", location=Location(field="address", value=asked.address))

    def _received(self, response: httpx.Response, asked: _Asked, target: str, folder: Path) -> Fetched:
        if response.status_code in _RETRIED:
            raise _TryAgainError(f"réponse {response.status_code}")
        if response.status_code != httpx.codes.OK:
            raise IngestError(
                f"le producteur répond {response.status_code}",
                location=Location(field="address", value=target),
                hint="l'adresse a sans doute changé : la corriger dans la source",
            )
        name = _name(response, target)
        waiting = folder / f".{name}.part"
        try:
            self._save(response, waiting, asked)
            waiting.replace(folder / name)
            meta = {
                "name": name,
                "etag": response.headers.get("etag"),
                "last_modified": response.headers.get("last-modified"),
                "media_type": response.headers.get("content-type", "").partition(";")[0].strip().lower(),
                "target": target,
            }
            (folder / "cache.json").write_text(json.dumps(meta), encoding="utf-8")
        except OSError as error:
            raise store_error("téléchargement impossible à enregistrer", error) from error
        finally:
            waiting.unlink(missing_ok=True)
        return _fetched(folder, asked, meta, cached=False)

    def _save(self, response: httpx.Response, path: Path, asked: _Asked) -> None:
        announced = response.headers.get("content-length", "")
        total = int(announced) if announced.isdecimal() else None
        asked.refuse_big(total or 0)
        done = 0
        with path.open("wb") as out:
            for chunk in response.iter_bytes(1 << 20):
                done += len(chunk)
                asked.refuse_big(done)
                out.write(chunk)
                asked.told(done, total)


class _TryAgainError(Exception):
    """The producer is not ready, or the download was cut."""


def _transport(allowed: frozenset[str], resolver: Resolver) -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx offers no argument for it: its own pool is given the backend that checks addresses.
    pool: object = transport._pool
    if not isinstance(getattr(pool, "_network_backend", None), httpcore.NetworkBackend):
        raise RuntimeError("this httpx has no network backend to guard: downloads would be unchecked")
    pool._network_backend = _CheckedBackend(allowed, resolver)  # type: ignore[attr-defined]
    return transport


def _check_scheme(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise _not_web(address)


def _not_web(address: str) -> IngestError:
    return IngestError(
        "seules les adresses http et https, sans mot de passe, sont admises",
        location=Location(field="address", value=address),
    )


def _known(folder: Path) -> dict[str, str]:
    """What the cache says of a former download; empty where it is gone or damaged."""
    try:
        meta = json.loads((folder / "cache.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StoreError(
            "cache de téléchargement illisible",
            location=Location(file=str(folder)),
            hint="supprimer ce dossier",
        ) from error
    return meta if (folder / str(meta.get("name"))).is_file() else {}


def _name(response: httpx.Response, address: str) -> str:
    """A name of file, from what the producer says, then the address; never a path."""
    told = re.search(r'filename="?([^";]+)"?', response.headers.get("content-disposition", ""))
    raw = told[1] if told else unquote(urlsplit(address).path).rpartition("/")[2]
    name = _UNSAFE.sub("_", raw.replace("\\", "/").rpartition("/")[2]).strip("._")
    return name[-120:] if name not in ("", "cache.json") else "fichier"
