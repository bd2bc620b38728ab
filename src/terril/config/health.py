"""Checks of the state: the database, the people, what waits in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from terril.config.periodic import LONGEST
from terril.pipeline.health import contents, folder, settings
from terril.pipeline.health.finding import Check, Finding, Situation, error, fine, warning

#: Oldest engines that Terril is tried on.
_SQLITE, _POSTGRESQL = (3, 37), 140000
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
_WAITING = timedelta(minutes=10)
_BACKED_UP = timedelta(days=2)
#: Domains that no mail reaches: accounts there are made for a demonstration.
_INVENTED = (".example", ".test", ".invalid", ".localhost", "@localhost")


def database(situation: Situation) -> Iterator[Finding]:
    """The engine is recent, and keeps what it acknowledges."""
    from django.db import connection

    questions = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        yield from questions(cursor, situation)


def _asked(cursor: Any, question: str) -> Any:
    cursor.execute(question)
    return cursor.fetchone()[0]


def _sqlite(cursor: Any, situation: Situation) -> Iterator[Finding]:
    version = str(_asked(cursor, "SELECT sqlite_version()"))
    if tuple(int(n) for n in version.split(".")[:2]) < _SQLITE:
        yield error(f"SQLite {version} est trop ancien", "installer une version 3.37 ou plus récente")
    elif _asked(cursor, "PRAGMA journal_mode") != "wal" or _asked(cursor, "PRAGMA synchronous") < 2:
        yield error("une modification confirmée pourrait se perdre", "garder la base sur un disque local, sans réseau")
    else:
        yield fine(f"SQLite {version}, journal WAL")


def _postgresql(cursor: Any, situation: Situation) -> Iterator[Finding]:
    number = int(_asked(cursor, "SHOW server_version_num"))
    off = [name for name in _DURABLE if _asked(cursor, f"SHOW {name}") == "off"]
    encoding = _asked(cursor, "SHOW server_encoding")
    if number < _POSTGRESQL:
        yield error(f"PostgreSQL {number // 10000} est trop ancien", "installer une version 14 ou plus récente")
    if off:
        yield error(f"une modification confirmée pourrait se perdre : {', '.join(off)}", "les remettre à « on »")
    if encoding != "UTF8":
        yield error(f"base en {encoding}", "la recréer en UTF8")
    if number >= _POSTGRESQL and not off and encoding == "UTF8":
        yield fine(f"PostgreSQL {number // 10000}")


def migrated(situation: Situation) -> Iterator[Finding]:
    """The database is what this version of Terril expects, and the audit can only grow."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = executor.loader.disk_migrations
    unknown = [f"{app}.{name}" for app, name in executor.loader.applied_migrations if (app, name) not in known]
    unknown = [name for name in unknown if name.partition(".")[0] in {app for app, _ in known}]
    if unknown:
        yield error(f"base d’une version plus récente : {unknown[0]}", "installer cette version de Terril")
    elif waiting:
        yield error(f"{len(waiting)} changement(s) de la base à faire", "« terril state migrate », service arrêté")
    elif not _audit_kept(connection):
        yield error("le journal pourrait être modifié", "« terril state migrate » remet ses gardes")
    else:
        yield fine(f"{len(executor.loader.applied_migrations)} étapes faites")


def _audit_kept(connection: Any) -> bool:
    """Whether the triggers that keep the audit are there."""
    found = "information_schema.triggers WHERE event_object_table"
    if connection.vendor == "sqlite":
        found = "sqlite_master WHERE type = 'trigger' AND tbl_name"
    with connection.cursor() as cursor:
        return bool(_asked(cursor, f"SELECT count(*) FROM {found} = 'audit_entry'"))


def people(situation: Situation) -> Iterator[Finding]:
    """Somebody administers; nobody invented has an account in production."""
    from terril.apps.accounts.models import User

    addresses = User.objects.filter(is_active=True).values_list("email", "is_administrator")
    invented = [email for email, _ in addresses if email.lower().endswith(_INVENTED)]
    administrators = sum(administrator for _, administrator in addresses)
    if invented and situation.production:
        said = f"{len(invented)} compte(s) de démonstration ouverts"
        yield error(said, "les effacer : leur mot de passe a été affiché")
    elif not administrators and situation.production:
        yield warning("personne n’administre la plateforme", "« terril people administrator ADRESSE » nomme quelqu’un")
    else:
        yield fine(f"{len(addresses)} compte(s), {administrators} administrateur(s)")


def tasks(situation: Situation) -> Iterator[Finding]:
    """Somebody does the work that waits."""
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    late = DBTaskResult.objects.ready().filter(enqueued_at__lt=situation.now - _WAITING).count()
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__gt=situation.now - timedelta(days=1)
    ).count()
    lost = DBTaskResult.objects.running().filter(started_at__lt=situation.now - LONGEST).count()
    if late:
        said = f"{late} tâche(s) attendent depuis plus de dix minutes"
        yield error(said, "lancer « terril worker » (terril-worker.service)")
    elif lost:
        yield warning(
            f"{lost} tâche(s) commencées il y a plus de six heures",
            "le service s’est-il arrêté ? « terril housekeeping » les clôt ; reprendre l’import ou la moisson",
        )
    elif failed:
        yield warning(f"{failed} tâche(s) en échec depuis hier", "le journal du service terril-worker dit pourquoi")
    else:
        yield fine("aucune tâche en retard")


def backups(situation: Situation) -> Iterator[Finding]:
    """The last backup is recent."""
    from django.utils.timezone import localtime

    from terril.apps.audit.models import Entry

    last = Entry.objects.filter(act="backup.made").order_by("-at").values_list("at", flat=True).first()
    advice = "« terril backup DOSSIER » chaque nuit (terril-backup.timer)"
    if last is None:
        yield warning("jamais sauvegardé", advice) if situation.production else fine("jamais sauvegardé")
    elif situation.now - last > _BACKED_UP and situation.production:
        yield warning(f"dernière sauvegarde le {localtime(last):%d/%m/%Y}", advice)
    else:
        yield fine(f"dernière sauvegarde le {localtime(last):%d/%m/%Y à %H:%M}")


def undertakings(situation: Situation) -> Iterator[Finding]:
    """Restricted files were destroyed in time."""
    from django.utils.timezone import localdate

    from terril.apps.agreements.models import Undertaking

    late = Undertaking.objects.filter(
        signed_on__isnull=False, destroyed_on__isnull=True, destroy_by__lt=localdate(situation.now)
    ).count()
    if late:
        yield warning(f"{late} destruction(s) de fichier encadré non déclarées à temps", "relancer les signataires")
    else:
        yield fine("aucune destruction en retard")


def harvests(situation: Situation) -> Iterator[Finding]:
    """Catalogues harvested the last time they were asked."""
    from terril.apps.catalogue.models import HarvestRun, HarvestSource

    failing = []
    for source in HarvestSource.objects.filter(active=True).order_by("pk"):
        last = source.runs.filter(ended__isnull=False).order_by("-ended").first()
        if last is not None and last.standing == HarvestRun.Standing.FAILED:
            failing.append(source.label)
    if failing:
        yield warning(f"moissonnage interrompu : {', '.join(failing)}", "en lire la raison dans l’administration")
    else:
        yield fine("aucun moissonnage interrompu")


#: Asked only once the database is as expected.
STATE: Mapping[str, Check] = {
    "comptes": people,
    "tâches": tasks,
    "sauvegardes": backups,
    "engagements": undertakings,
    "moissonnages": harvests,
}


class Reached:
    """Asks the database; once it does not answer, says so and asks no more."""

    def __init__(self) -> None:
        self.lost = False

    def __call__(self, check: Check) -> Check:
        """The check, or what to do where the database cannot be reached."""
        from django.db import DatabaseError, OperationalError

        def asked(situation: Situation) -> Iterator[Finding]:
            if self.lost:
                return
            try:
                yield from list(check(situation))
            except DatabaseError as found:
                self.lost = isinstance(found, OperationalError)
                first = (str(found).strip() or type(found).__name__).splitlines()[0]
                advice = "vérifier DATABASE_URL et le serveur, puis « terril state migrate »"
                yield error(f"base injoignable ou incomplète : {first}", advice)

        return asked


def every_check() -> dict[str, Check]:
    """All checks, by name, in the order of the report; Django must be set up."""
    reached = Reached()
    state = {"base": database, "version de la base": migrated, **STATE}
    asked = {name: reached(check) for name, check in state.items()}
    return {**folder.CHECKS, **settings.CHECKS, **contents.CHECKS, **asked}


def send_test(to: str) -> None:
    """Send a message, through the server that invitations go through.

    Raises
    ------
    MailError
        If it did not leave.
    """
    from smtplib import SMTPException

    from django.core.mail import send_mail

    from terril.pipeline.mail import MailError

    text = "Si vous lisez ceci, les courriels de Terril partent bien.\n"
    try:
        send_mail("[Terril] Essai de courriel", text, None, [to])
    except (SMTPException, OSError) as found:
        hint = "vérifier les réglages TERRIL_MAIL_*"
        raise MailError(f"courriel non envoyé : {type(found).__name__}", hint=hint) from found
