"""Which characters a text file is written in, found by reading all of it once in bounded memory."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from charset_normalizer import from_bytes

from terril.core.errors import IngestError, Location
from terril.ingestion.contract import Limits

_CHUNK = 1 << 20
_WINDOW = 64 * 1024
_LF, _CR = 10, 13
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = ((b"PK\x03\x04", "une archive zip ou un classeur"), (b"PAR1", "du Parquet"), (b"%PDF", "un PDF"))
#: Old encodings met in French files. The guess is kept among them: any byte is valid in most.
_CANDIDATES = ["cp1252", "cp850", "mac_roman"]
# UTF-8 read as cp1252 leaves these pairs; no French text has them. The last is a character already lost.
_MOJIBAKE = "Ã[\u0080-\u00bf©¨ª«´®¯»¼§‰€™]|â€[™œ“”¦\u009d]|Â[\u00a0°«»²³]|\ufffd"
MOJIBAKE = re.compile(_MOJIBAKE)
#: The same, for Arrow's regular expressions.
MOJIBAKE_PATTERN = _MOJIBAKE


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a text file tells.

    Parameters
    ----------
    sha256, size : of the bytes.
    encoding : Python codec name.
    lone_cr : carriage returns stand inside rows that end otherwise: they are spaces.
    odd_quotes : an odd number of double quotes: one may be left open.
    """

    sha256: str
    size: int
    encoding: str
    lone_cr: bool
    odd_quotes: bool


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Tally:
    """Counts kept over the chunks of one file."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.digest = hashlib.sha256()
        self.size = self.line = self.run = 0
        self.quotes = self.cr = self.lf = self.crlf = self.nul = 0
        self._last = b""

    def add(self, chunk: bytes) -> None:
        self.digest.update(chunk)
        self.size += len(chunk)
        if self.size > self.limits.file_bytes:
            raise IngestError(
                f"fichier de plus de {self.limits.file_bytes // 10**6} Mo",
                location=Location(file=self.name),
                hint="découper le fichier, ou relever la limite",
            )
        self.quotes += chunk.count(b'"')
        self.cr += chunk.count(b"\r")
        self.lf += chunk.count(b"\n")
        self.crlf += chunk.count(b"\r\n") + (self._last == b"\r" and chunk[:1] == b"\n")
        self.nul += chunk.count(b"\0")
        self._last = chunk[-1:]
        self._measure_rows(chunk)

    def _measure_rows(self, chunk: bytes) -> None:
        codes = np.frombuffer(chunk, dtype=np.uint8)
        ends = np.flatnonzero((codes == _LF) | (codes == _CR))
        if not len(ends):
            self.run += len(chunk)
            self._check(self.line)
            return
        self.run += int(ends[0])
        self._check(self.line)
        widths = np.diff(ends)
        if len(widths) and int(widths.max()) > self.limits.row_bytes:
            self.run = int(widths.max())
            self._check(self.line + int(widths.argmax()) + 1)
        self.run = len(chunk) - int(ends[-1]) - 1
        self.line += chunk.count(b"\n")

    def _check(self, line: int) -> None:
        if self.run > self.limits.row_bytes:
            raise IngestError(
                f"une ligne dépasse {self.limits.row_bytes:,} octets".replace(",", "\u202f"),
                location=Location(file=self.name, line=line + 1),
                hint="un guillemet n'est pas fermé, ou le fichier n'est pas un tableau à une ligne par objet",
            )


def scan(path: Path, declared: str | None, limits: Limits) -> Scan:
    """Read a text file once: its digest, its encoding, its longest row.

    Raises
    ------
    IngestError
        If it is not text, if a row is too long, or if it is not written in the declared encoding.
    """
    tally = _Tally(path.name, limits)
    decoder, doubt = None, b""
    with path.open("rb") as stream:
        head = stream.read(_WINDOW)
        _refuse_binary(head, path.name)
        encoding = declared or _from_bom(head) or _utf16_without_bom(head) or "utf-8"
        decoder = _decoder(encoding, path.name)
        stream.seek(0)
        while chunk := stream.read(_CHUNK):
            tally.add(chunk)
            if not doubt:
                doubt = _try(decoder, chunk)
        if not doubt:
            doubt = _try(decoder, b"", final=True)
    if doubt:
        if declared:
            raise IngestError(
                f"octets illisibles en {declared}",
                location=Location(file=path.name, field="read.encoding", value=declared),
                hint="retirer « read.encoding » pour que l'encodage soit reconnu, ou le corriger",
            )
        encoding = _guess(doubt, path.name)
    elif tally.nul and not encoding.startswith(("utf-16", "utf-32")):
        raise IngestError(
            "le fichier contient des octets nuls : ce n'est pas du texte", location=Location(file=path.name)
        )
    lone = tally.lf > 0 and tally.cr > tally.crlf
    return Scan(tally.digest.hexdigest(), tally.size, encoding, lone, tally.quotes % 2 == 1)


def _refuse_binary(head: bytes, name: str) -> None:
    if not head:
        raise IngestError("fichier vide", location=Location(file=name), hint="télécharger à nouveau le fichier")
    for magic, what in _BINARY:
        if head.startswith(magic):
            raise IngestError(
                f"ce fichier n'est pas du texte mais {what}",
                location=Location(file=name),
                hint="corriger « format » dans la définition de la source",
            )


def _from_bom(head: bytes) -> str | None:
    return next((codec for bom, codec in _BOMS if head.startswith(bom)), None)


def _utf16_without_bom(head: bytes) -> str | None:
    # In French text written in UTF-16, nearly every other byte is nul.
    half = len(head) // 2
    if half < 8:
        return None
    if head[1::2].count(0) > 0.7 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _decoder(encoding: str, name: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise IngestError(
            "encodage inconnu",
            location=Location(file=name, field="read.encoding", value=encoding),
            hint="écrire par exemple utf-8, cp1252 ou utf-16",
        ) from error


def _try(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bytes:
    """Decode; on failure, the bytes around it."""
    try:
        decoder.decode(chunk, final)
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        return chunk[max(0, at - _WINDOW // 2) : at + _WINDOW // 2] or b"\xe9"
    return b""


def _guess(doubt: bytes, name: str) -> str:
    best = from_bytes(doubt, cp_isolation=_CANDIDATES, threshold=0.5).best()
    encoding = best.encoding if best is not None else "cp1252"
    # cp1252 says the same as any candidate where both can be right, and is by far the most common.
    letters = sum(c in "éèêàçùôîâïëûœÉÈÀ°’" for c in doubt.decode("cp1252", errors="ignore"))
    if letters * 2 >= sum(b > 127 for b in doubt):
        encoding = "cp1252"
    if doubt.count(0):
        raise IngestError("le fichier contient des octets nuls : ce n'est pas du texte", location=Location(file=name))
    return encoding


class Utf8Stream(io.RawIOBase):
    """A text file given back as UTF-8, a carriage return inside a row made a space.

    Raises
    ------
    IngestError
        While reading, where bytes have no meaning in ``encoding``.
    """

    def __init__(self, path: Path, encoding: str, *, lone_cr: bool) -> None:
        super().__init__()
        self._name = path.name
        self._file = path.open("rb")
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._lone_cr = lone_cr
        self._held = ""
        self._buffer = b""
        self._ended = False

    def readable(self) -> bool:
        """True."""
        return True

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._file.tell()

    def close(self) -> None:
        """Close the file beneath."""
        self._file.close()
        super().close()

    def readinto(self, target: object) -> int:
        """Fill ``target``; 0 at the end."""
        view = memoryview(target).cast("B")  # type: ignore[arg-type]
        while not self._buffer and not self._ended:
            self._buffer = self._next().encode("utf-8")
        size = min(len(view), len(self._buffer))
        view[:size] = self._buffer[:size]
        self._buffer = self._buffer[size:]
        return size

    def _next(self) -> str:
        chunk = self._file.read(_CHUNK)
        self._ended = not chunk
        try:
            text = self._held + self._decoder.decode(chunk, self._ended)
        except UnicodeError as error:
            raise IngestError(
                f"octets illisibles en {self._encoding}",
                location=Location(file=self._name),
                hint="déclarer le bon encodage dans « read.encoding »",
            ) from error
        self._held = ""
        if self._lone_cr:
            if text.endswith("\r") and not self._ended:
                text, self._held = text[:-1], "\r"
            text = re.sub("\r(?!\n)", " ", text)
        return text
