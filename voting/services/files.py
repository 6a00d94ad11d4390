"""What a record is read from: EXPORT.zip, a folder, or one ARCHIVE.bel.

Papers are read whole, archives as streams, as often as a verifier wants. What cannot be read is refused as
EXPORT_UNREADABLE, before or while it is verified.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voting.errors import Refusal, Refused
from voting.protocol.archive import Source, Stream
from voting.services.assembly_log import ASSEMBLY_LOG
from voting.services.auditors_part import BALLOTS, is_auditors
from voting.services.papers import DOCUMENTS

FILES = ("rules.json", "outcome.json", "audit-log.jsonl", "checkpoint.txt")
# 20,000 voters with 30 choices each make two archives of 1.2 GB; ten times as many are read. Beyond that a
# small file that unpacks to very much would be a trap for the time of whoever verifies it.
LARGEST_FILE = 32 * 1024**3
# Papers are held in memory: the log of 20,000 voters who all lost their letters has 10 MB.
LARGEST_PAPER = 64 * 1024**2
# Of an open election: 10,000 ballots of 30 choices, each opened by three, in the group with longer numbers.
LARGEST_BALLOTS = 1024**3
_PIECE = 1024**2
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Found = Mapping[str, bytes | Source]
"""Files by name, relative to the export: papers as bytes, archives as what opens them, all others empty."""


@dataclass(frozen=True)
class ArchiveFile:
    """An archive that is a file of its own; called, it opens it."""

    path: Path

    def __call__(self) -> Stream:
        try:
            return _Checked(self.path, self.path.open("rb"))
        except OSError:
            raise _unreadable(self.path) from None


@dataclass(frozen=True)
class ArchiveInZip:
    """An archive inside a zip; called, it opens it."""

    path: Path
    name: str

    def __call__(self) -> Stream:
        try:
            with zipfile.ZipFile(self.path) as export:  # the member keeps the file open
                return _Checked(self.path, export.open(self.name))
        except Exception:  # as below
            raise _unreadable(self.path) from None


class _Checked:
    """A stream whose every failure is EXPORT_UNREADABLE."""

    def __init__(self, path: Path, stream: Stream) -> None:
        self._path = path
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """The next `size` bytes, fewer only at the end."""
        try:
            return self._stream.read(size)
        except Exception:  # a broken zip surfaces as any of a dozen types of zipfile, zlib, struct
            raise _unreadable(self._path) from None

    def close(self) -> None:
        """Nothing more is read."""
        self._stream.close()


def files_at(path: Path) -> Found:
    """The files of a record. Raises `Refused` EXPORT_UNREADABLE."""
    if path.is_dir():
        names = {
            each.relative_to(path).as_posix(): each for each in sorted(path.rglob("*")) if each.is_file()
        }
        return {name: _file(name, each) for name, each in names.items()}
    if path.suffix == ".bel":
        return {path.name: _file(path.name, path)}
    try:
        return _unzipped(path)
    except Refused:
        raise
    except Exception:  # as above
        raise _unreadable(path) from None


def _largest(name: str) -> int:
    return LARGEST_BALLOTS if name == BALLOTS else LARGEST_PAPER


def read_paper(path: Path, largest: int = LARGEST_PAPER) -> bytes:
    """A small file, of at most `largest` bytes. Raises `Refused` EXPORT_UNREADABLE."""
    try:
        if path.stat().st_size > largest:
            raise _unreadable(path)
        return path.read_bytes()
    except OSError:
        raise _unreadable(path) from None


def belongs(name: str) -> bool:
    """Whether a file of this name is evidence."""
    return name in (*FILES, ASSEMBLY_LOG) or name in DOCUMENTS or is_auditors(name) or _is_archive(name)


def drain(found: Found) -> None:
    """Read what nobody has read to its end. Raises `Refused` EXPORT_UNREADABLE."""
    for source in found.values():
        if not isinstance(source, bytes):
            stream = source()
            while stream.read(_PIECE):
                pass
            stream.close()


def _is_archive(name: str) -> bool:
    return name.endswith(".bel") and name.count("/") <= 1


def _unreadable(path: Path) -> Refused:
    return Refused(Refusal.EXPORT_UNREADABLE, what=str(path))


def _file(name: str, path: Path) -> bytes | Source:
    if not belongs(name):
        return b""
    if not _is_archive(name):
        return read_paper(path, _largest(name))
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable(path)
    except OSError:
        raise _unreadable(path) from None
    return ArchiveFile(path)


def _unzipped(path: Path) -> Found:
    with zipfile.ZipFile(path) as export:
        members = [member for member in export.infolist() if not member.filename.endswith("/")]
        # Two files of one name, or two ways to unpack one file, could show each reader another record.
        if (
            sum(member.file_size for member in members) > LARGEST_FILE
            or len({member.filename for member in members}) != len(members)
            or any(not each.filename or each.compress_type not in _ZIP_METHODS for each in members)
        ):
            raise _unreadable(path)
        return {member.filename: _member(path, export, member) for member in members}


def _member(path: Path, export: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | Source:
    if not belongs(member.filename):
        return b""
    if _is_archive(member.filename):
        return ArchiveInZip(path, member.filename)
    if member.file_size > _largest(member.filename):
        raise _unreadable(path)
    return export.read(member)
