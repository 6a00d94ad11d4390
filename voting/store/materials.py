"""What voters can read about a question, in the database: texts, and files by their digest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from voting.store.engine import Transaction
from voting.store.tables import material_files, materials


@dataclass(frozen=True)
class MaterialRow:
    """One text or file about a question, or about its `subject`; `size` in characters or bytes."""

    number: int
    question: str
    subject: str
    kind: str
    title: str
    text: str | None
    file: str | None
    sha256: str
    size: int
    media_type: str | None
    added_at: datetime


@dataclass(frozen=True)
class FileRow:
    """A file as it is handed out."""

    media_type: str
    body: bytes
    title: str


_COLUMNS = tuple(
    material_files.c.media_type if name == "media_type" else materials.c[name]
    for name in MaterialRow.__dataclass_fields__
)


def material_rows(tx: Transaction, uuid: str) -> list[MaterialRow]:
    """Everything about an election's questions, by number."""
    statement = select(*_COLUMNS).outerjoin(material_files, material_files.c.sha256 == materials.c.file)
    statement = statement.where(materials.c.election_uuid == uuid).order_by(materials.c.number)
    return [MaterialRow(*row) for row in tx.execute(statement)]


def add_material(tx: Transaction, uuid: str, **values: Any) -> int:
    """Add one and return its number; numbers are not used again while a later one stands."""
    last = select(func.max(materials.c.number)).where(materials.c.election_uuid == uuid)
    number = (tx.execute(last).scalar_one() or 0) + 1
    tx.execute(insert(materials).values(election_uuid=uuid, number=number, **values))
    return number


def add_file(tx: Transaction, sha256: str, media_type: str, body: bytes) -> None:
    """Keep a file, unless it is kept already."""
    known = select(material_files.c.sha256).where(material_files.c.sha256 == sha256)
    if tx.execute(known).first() is None:
        tx.execute(insert(material_files).values(sha256=sha256, media_type=media_type, body=body))


def delete_materials(tx: Transaction, uuid: str, numbers: list[int]) -> None:
    """Delete some, and every file that nothing names any more."""
    mine = materials.c.election_uuid == uuid, materials.c.number.in_(numbers)
    files = list(tx.execute(select(materials.c.file).where(*mine, materials.c.file.is_not(None))).scalars())
    tx.execute(delete(materials).where(*mine))
    named = select(materials.c.file).where(materials.c.file.in_(files))
    tx.execute(
        delete(material_files).where(
            material_files.c.sha256.in_(files), material_files.c.sha256.not_in(named)
        )
    )


def material_file(tx: Transaction, sha256: str) -> FileRow | None:
    """A file by its digest, with a title under which it stands."""
    statement = (
        select(material_files.c.media_type, material_files.c.body, func.max(materials.c.title))
        .join(materials, materials.c.file == material_files.c.sha256)
        .where(material_files.c.sha256 == sha256)
        .group_by(material_files.c.sha256, material_files.c.media_type, material_files.c.body)
    )
    row = tx.execute(statement).first()
    return FileRow(*row) if row is not None else None
