"""A report by e-mail: plain text, through the server that the environment names."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from terril.core.errors import Location, TerrilError

PREFIX = "TERRIL_MAIL_"
#: Lines of the body; a longer report is attached whole.
LONGEST = 120
_TIMEOUT = 20.0
_YES, _NO = frozenset({"1", "true", "yes", "oui"}), frozenset({"", "0", "false", "no", "non"})


class MailError(TerrilError):
    """A report that could not be sent; what it tells of is done, or not, all the same."""

    code = "courriel"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who sends to whom, through which server.

    Parameters
    ----------
    encrypted : ``starttls``, ``tls`` from the first byte, or empty.
    timeout : seconds that the server may take at each step.
    """

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    encrypted: str = ""
    timeout: float = _TIMEOUT


def mailbox(environment: Mapping[str, str]) -> Mailbox | None:
    """The settings ``TERRIL_MAIL_*``; None where no server is named.

    Raises
    ------
    MailError
        If one is missing or cannot be read.
    """

    def given(name: str, default: str = "") -> str:
        return environment.get(PREFIX + name, default).strip()

    if not given("HOST"):
        return None
    recipients = tuple(part for part in given("TO").replace(";", ",").replace(",", " ").split() if part)
    missing = [PREFIX + name for name, value in (("FROM", given("FROM")), ("TO", recipients)) if not value]
    if missing:
        raise MailError(f"réglage absent : {', '.join(missing)}", hint="le donner, ou retirer TERRIL_MAIL_HOST")
    port, starttls = given("PORT", "25"), given("STARTTLS").casefold()
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise MailError("port illisible", location=Location(field=f"{PREFIX}PORT", value=port))
    if starttls not in _YES | _NO:
        raise MailError(
            "réglage illisible", location=Location(field=f"{PREFIX}STARTTLS", value=starttls), hint="écrire oui ou non"
        )
    encrypted = "tls" if int(port) == smtplib.SMTP_SSL_PORT else "starttls" if starttls in _YES else ""
    if given("USER") and not encrypted:
        raise MailError(
            "un mot de passe ne part pas en clair",
            location=Location(field=f"{PREFIX}USER"),
            hint=f"régler {PREFIX}STARTTLS=oui, ou {PREFIX}PORT=465",
        )
    sender = given("FROM")
    return Mailbox(given("HOST"), int(port), sender, recipients, given("USER"), given("PASSWORD"), encrypted)


def message(box: Mailbox, subject: str, text: str) -> EmailMessage:
    """The e-mail: the report as its body; a long one is cut, and attached whole."""
    found = EmailMessage()
    found["Subject"] = " ".join(subject.split())
    found["From"], found["To"] = box.sender, ", ".join(box.recipients)
    found["Date"], found["Message-ID"] = formatdate(), make_msgid(domain="terril.invalid")
    # Written by a machine: nobody's absence is to be answered.
    found["Auto-Submitted"] = "auto-generated"
    lines = text.splitlines()
    if len(lines) <= LONGEST:
        found.set_content(text, cte="quoted-printable")
        return found
    more = f"… {len(lines) - LONGEST} lignes de plus dans le fichier joint."
    found.set_content("\n".join([*lines[:LONGEST], "", more]) + "\n", cte="quoted-printable")
    found.add_attachment(text, filename="rapport.txt", cte="quoted-printable")
    return found


def send(box: Mailbox, subject: str, text: str) -> None:
    """Send a report.

    Raises
    ------
    MailError
        If the server cannot be reached, refuses, or keeps silent too long.
    """
    letter = message(box, subject, text)
    secure = ssl.create_default_context()
    try:
        with _server(box, secure) as server:
            if box.encrypted == "starttls":
                server.starttls(context=secure)
            if box.user:
                server.login(box.user, box.password)
            refused = server.send_message(letter)
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(
            f"courriel non envoyé : {box.host}:{box.port} ({_reason(error)})",
            hint=f"vérifier les réglages {PREFIX}* ; le résultat, lui, est acquis",
        ) from error
    if refused:
        raise MailError(f"courriel refusé pour : {', '.join(refused)}", hint=f"vérifier les réglages {PREFIX}*")


def _server(box: Mailbox, secure: ssl.SSLContext) -> smtplib.SMTP:
    if box.encrypted == "tls":
        return smtplib.SMTP_SSL(box.host, box.port, timeout=box.timeout, context=secure)
    return smtplib.SMTP(box.host, box.port, timeout=box.timeout)


def _reason(error: Exception) -> str:
    """What went wrong, without what a server may have repeated of our password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"réponse {error.smtp_code}"
    return str(error) or type(error).__name__
