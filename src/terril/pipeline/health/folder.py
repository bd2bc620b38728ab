"""Checks of the working folder and of the machine that bears it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terril import __version__
from terril.core.text import format_number
from terril.pipeline.health.finding import Check, Finding, Situation, error, fine, warning

#: Bytes of disk under which nothing can be built any more, and under which it soon will not.
_LOWEST, _LOW = 500_000_000, 5_000_000_000
#: Hours after which what was being written is no longer.
_STALE = timedelta(hours=24)
#: How what is being written is named, until it is whole.
_UNFINISHED = (".tmp-*", ".staging-*", ".restore-*", ".terril-*")
#: Letters kept as files that nobody sends.
_MANY_LETTERS = 50


def versions(situation: Situation) -> Iterator[Finding]:
    """Python is one that Terril is tried on."""
    python = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] < (3, 13):
        yield error(f"Python {python} n’est pas essayé", "installer Python 3.11 ou 3.12")
    else:
        yield fine(f"Terril {__version__}, Python {python}")


def writable(situation: Situation) -> Iterator[Finding]:
    """The working folder can be written."""
    try:
        with tempfile.NamedTemporaryFile(dir=situation.home, prefix=".doctor-") as file:
            file.write(b"x")
            file.flush()
    except OSError as found:
        yield error(f"non inscriptible : {found.strerror}", "donner le dossier de travail au compte du service")
    else:
        yield fine(str(situation.home))


def room(situation: Situation) -> Iterator[Finding]:
    """Disk remains."""
    free = shutil.disk_usage(situation.home).free
    said = f"{format_number(free / 1e9, 1)} Go libres"
    if free < _LOWEST:
        yield error(said, "libérer de la place : ni chargement, ni publication, ni sauvegarde ne se feront")
    elif free < _LOW:
        yield warning(said, "prévoir de la place, ou déplacer les sauvegardes")
    else:
        yield fine(said)


def private(situation: Situation) -> Iterator[Finding]:
    """What opens accounts is read by its owner alone."""
    bad = [name for name in ("secret.key", "outbox", "state.sqlite3") if _mode(situation.home / name) & 0o077]
    serious = [name for name in bad if name != "state.sqlite3" or situation.production]
    if serious:
        paths = " ".join(str(situation.home / name) for name in bad)
        yield error(f"lisible par d’autres comptes de la machine : {', '.join(bad)}", f"chmod go= {paths}")
    elif bad:
        yield warning("la base est lisible par d’autres comptes de la machine", f"chmod go= {situation.home / bad[0]}")
    else:
        yield fine("clé, base et courrier lisibles par le service seul")


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0


def key(situation: Situation) -> Iterator[Finding]:
    """The key that signs sessions is long enough."""
    given = situation.environment.get("TERRIL_SECRET_KEY", "")
    file = situation.home / "secret.key"
    found = given or (file.read_text(encoding="ascii", errors="replace").strip() if file.is_file() else "")
    if not found:
        yield warning("pas encore de clé", "« terril state migrate » la crée")
    elif len(found) < 40 or len(set(found)) < 10:
        yield error("clé trop faible", "supprimer secret.key, ou donner 50 signes au hasard dans TERRIL_SECRET_KEY")
    else:
        yield fine("donnée par l’environnement" if given else "gardée dans le dossier de travail")


def clock(situation: Situation) -> Iterator[Finding]:
    """The clock is not behind what the folder holds."""
    files = [p for p in (situation.home / "releases").glob("*/manifest.json") if p.is_file()]
    newest = max((datetime.fromtimestamp(p.stat().st_mtime, UTC) for p in files), default=None)
    if newest is not None and newest > situation.now + timedelta(minutes=5):
        yield error(f"l’horloge retarde : une publication est du {newest:%d/%m/%Y %H:%M} UTC", "régler l’horloge (NTP)")
    else:
        yield fine(f"{situation.now:%d/%m/%Y %H:%M} UTC")


def leftovers(situation: Situation) -> Iterator[Finding]:
    """Nothing is left of what was interrupted."""
    limit = (situation.now - _STALE).timestamp()
    found = [p for pattern in _UNFINISHED for p in situation.home.rglob(pattern) if p.lstat().st_mtime < limit]
    if found:
        names = ", ".join(str(p.relative_to(situation.home)) for p in found[:3])
        yield warning(f"{len(found)} écriture(s) interrompue(s) : {names}", "les supprimer, service arrêté")
    else:
        yield fine("aucune écriture interrompue")


def outbox(situation: Situation) -> Iterator[Finding]:
    """Letters do not pile up as files."""
    folder = situation.home / "outbox"
    letters = sum(1 for p in folder.iterdir() if p.is_file()) if folder.is_dir() else 0
    if letters > _MANY_LETTERS or (letters and situation.production):
        yield warning(f"{letters} message(s) gardés en fichiers, que personne ne reçoit", "régler TERRIL_MAIL_HOST")
    else:
        yield fine(f"{letters} message(s) en attente")


def memory(situation: Situation) -> Iterator[Finding]:
    """Workers fit in memory."""
    workers = situation.environment.get("TERRIL_WORKERS", "2")
    if not workers.isdecimal() or not int(workers):
        yield error(f"TERRIL_WORKERS illisible : {workers}", "donner un nombre de processus")
        return
    held = machine_memory()
    needed = int(workers) * 300_000_000 + 500_000_000
    said = f"{workers} processus, {format_number(held / 1e9, 1)} Go de mémoire"
    if held and needed > held:
        yield warning(said, "diminuer TERRIL_WORKERS : compter 300 Mo par processus, et 500 Mo pour les tâches")
    elif int(workers) > 4 * (os.cpu_count() or 1):
        yield warning(f"{said}, {os.cpu_count()} cœurs", "deux processus par cœur suffisent")
    else:
        yield fine(said)


def machine_memory() -> int:
    """Bytes that this machine, or the container, may hold; 0 where nobody tells."""
    limit = Path("/sys/fs/cgroup/memory.max")
    given = limit.read_text(encoding="ascii").strip() if limit.is_file() else "max"
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(int(given), total) if given.isdecimal() else total


CHECKS: dict[str, Check] = {
    "versions": versions,
    "dossier": writable,
    "disque": room,
    "droits des fichiers": private,
    "clé des sessions": key,
    "horloge": clock,
    "écritures": leftovers,
    "courrier en fichiers": outbox,
    "mémoire": memory,
}
