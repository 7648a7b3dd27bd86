"""Copies of a run's files for everybody: without what names a person or a device."""

from __future__ import annotations

import codecs
import gzip
import io
import shutil
import zlib
from contextlib import ExitStack
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any, Iterator, Mapping, Sequence, cast

from measure.errors import UserError
from measure.journal.lines import FIRST_CHAIN, OWN_KEYS, encode

if TYPE_CHECKING:
    from pathlib import Path

    from measure.results.private import PrivateWords

Record = Mapping[str, Any]

NOTE = "Names and identities are masked in the published copies of the files."
_LONGEST_LINE = 1 << 20
_GZIP = b"\x1f\x8b"


def public_file(source: Path, target: Path, words: PrivateWords) -> bool:
    """Write the copy of a log, and return whether anything in it is masked.

    A copy without masks is the file byte by byte; one with masks is UTF-8, and packed as it was.

    Raises
    ------
    UserError
        When the file can't be read to its end, or the copy not be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as opened:
            lines = _lines(source, opened)
            out = opened.enter_context(_packed_like(source, target))
            has_masks = False
            for line in lines:
                shown = words.masked(line)
                has_masks = has_masks or shown != line
                out.write(shown.encode("utf-8", "surrogateescape"))
        if not has_masks:
            shutil.copyfile(str(source), str(target))
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{source} can't be copied: {reason}; restore it, or delete it") from None
    return has_masks


def _lines(source: Path, opened: ExitStack) -> Iterator[str]:
    """Yield the lines of a file, those without end in parts."""
    stream: IO[bytes] = opened.enter_context(source.open("rb"))
    if _is_packed(source):
        stream = cast("IO[bytes]", opened.enter_context(gzip.GzipFile(fileobj=stream)))
    start = stream.read(2)
    stream.seek(0)
    is_wide = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding, errors = ("utf-16", "replace") if is_wide else ("utf-8", "surrogateescape")
    text = io.TextIOWrapper(stream, encoding, errors, newline="")
    opened.callback(text.detach)
    return iter(lambda: text.readline(_LONGEST_LINE), "")


def _packed_like(source: Path, target: Path) -> IO[bytes]:
    """Open a new file, packed if another is."""
    if not _is_packed(source):
        return target.open("wb")
    # Without a time in it, the same content is the same file.
    return cast("IO[bytes]", gzip.GzipFile(str(target), "wb", mtime=0))


def _is_packed(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_GZIP)) == _GZIP


def public_records(
    records: Sequence[Record], words: PrivateWords, digests: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a journal's records with masks, chained anew; a note in the run says so.

    Parameters
    ----------
    digests
        SHA-256 of each changed file, by the one that the journal states.

    Returns
    -------
    list
        The records as they were where nothing is masked.
    """
    shown = [_masked(record, words, digests) for record in records]
    if shown == list(records):
        return shown
    for record in shown:
        if record["type"] == "run":
            record["note"] = " ".join(filter(None, (record.get("note"), NOTE)))
    chain = FIRST_CHAIN
    for record in shown:
        record["chain"] = chain
        chain = sha256(_line(record)[:-1]).hexdigest()
    return shown


def journal_bytes(records: Sequence[Record]) -> bytes:
    """Return the journal of records that are chained."""
    return b"".join(map(_line, records))


def _line(record: Record) -> bytes:
    own = {key: record[key] for key in OWN_KEYS if key in record}
    return encode({key: value for key, value in record.items() if key not in own}, own)


def _masked(value: Any, words: PrivateWords, digests: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return digests.get(value) or words.masked(value)
    if isinstance(value, dict):
        return {key: _masked(inner, words, digests) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, words, digests) for inner in value]
    return value
