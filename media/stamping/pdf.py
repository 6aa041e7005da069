"""PDF copies that name their licensee: an immutable prefix, prepared once at release, and a small tail made for each download.

Every page of the prefix draws one shared, empty form; the tail is an incremental update that fills the form and the metadata. Its size
does not depend on the master's. Cutting the tail off leaves a readable, unmarked file: a stamp deters and traces, it does not lock.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO

from media.stamping import font, inspection, pages, script, xmp
from media.stamping.rules import (
    LINE_BOX,
    LINE_GREY,
    LINE_SIZE,
    LINE_TRACKING,
    STUMBLES,
    CannotStamp,
    Mark,
    hidden,
    line_size,
    tidy,
    visible_parts,
)

if TYPE_CHECKING:
    import pikepdf

__all__ = ["CannotStamp", "Mark", "Slots", "covers", "prepare", "tail"]

UNPACKED_LIMIT = 256 << 20  # bytes of one packed stream, for the whole process: qpdf knows no narrower scope
ENDING = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
FORM_SLOT = "/FormSlot"
BOX = " ".join(f"{value:g}" for value in LINE_BOX)


@dataclass(frozen=True)
class Slots:
    """What a tail must know of its prefix: sizes and offsets in bytes, object numbers, and the embedded font's reach.

    ``size`` is the prefix's length, ``count`` its /Size, ``info`` 0 where there is no document information, ``id`` the lasting half of
    its /ID (hexadecimal), ``widths`` runs of a first code point and the widths from there on (thousandths of the type size), ``before``
    and ``after`` the metadata around the mark.
    """

    size: int
    startxref: int
    count: int
    root: int
    info: int
    id: str
    form: int
    font: int
    metadata: int
    pages: int
    widths: tuple[tuple[int, ...], ...]
    before: str
    after: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, to be kept beside the prefix."""
        return asdict(self) | {"widths": [list(run) for run in self.widths]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Slots:
        """Return the slots that ``to_json`` gave."""
        return cls(**{field.name: value[field.name] for field in fields(cls)} | {"widths": tuple(map(tuple, value["widths"]))})

    @cached_property
    def advances(self) -> dict[str, int]:
        """Width by character."""
        return {chr(first + place): width for first, *widths in self.widths for place, width in enumerate(widths)}


def prepare(source: BinaryIO, target: BinaryIO) -> Slots:
    """Normalise the master in ``source`` (seekable), write the prefix to ``target`` and return its slots.

    Equal masters give equal prefixes. Nothing is written to ``target`` when the master is refused. Takes about 0.4 s for 1 000 pages,
    and once per process a second more for the font.

    :raises CannotStamp: any code of ``rules.REFUSALS`` but ``characters``
    """
    import pikepdf

    inspection.begin(source)
    pikepdf.settings.set_qpdf_limits(flate_max_memory=UNPACKED_LIMIT, run_length_max_memory=UNPACKED_LIMIT, png_max_memory=UNPACKED_LIMIT)
    with tempfile.TemporaryFile() as draft:
        try:
            before, after = _write_prefix(source, draft)
            slots = _read_slots(draft, before, after)
        except pikepdf.PasswordError as error:
            raise CannotStamp("encrypted") from error
        except (pikepdf.PdfError, *STUMBLES) as error:
            code = "too_large" if "memory limit" in str(error) else "damaged"
            raise CannotStamp(code, found=f"{type(error).__name__}: {error}"[:200]) from error
        draft.seek(0)
        shutil.copyfileobj(draft, target, 1 << 20)
    return slots


def tail(slots: Slots, mark: Mark) -> bytes:
    """Return the bytes that make the prefix the copy of ``mark``; equal for equal input, so that a download can be resumed.

    :raises CannotStamp: ``characters``, with ``missing``
    """
    line = "".join(map(script.shown, visible_parts(mark)))
    missing = "".join(character for character in dict.fromkeys(line) if character not in slots.advances)
    if missing:
        raise CannotStamp("characters", missing=missing)
    drawing = _drawing(line, slots)
    packet = f"{slots.before}{xmp.fill(hidden(mark))}{slots.after}".encode()
    objects = {
        slots.form: b"<</Type/XObject/Subtype/Form/BBox[%b]/Resources<</Font<</F %d 0 R>>>>/Length %d>>stream\n%b\nendstream"
        % (BOX.encode(), slots.font, len(drawing), drawing),
        slots.metadata: b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%b\nendstream" % (len(packet), packet),
    }
    return _update(slots, objects)


def covers(slots: Slots, text: str) -> bool:
    """Whether the prefix's font can write ``text``."""
    return all(character in slots.advances for character in script.shown(tidy(text)))


def _write_prefix(source: BinaryIO, draft: BinaryIO) -> tuple[str, str]:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, Pdf

    with Pdf.open(source, attempt_recovery=False, suppress_warnings=True) as pdf:
        inspection.refuse_master(pdf)
        before, after = xmp.gapped(pdf)
        # Marked on a key that readers ignore, to find it again after renumbering.
        form = pdf.make_stream(b" ", {
            "/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array(LINE_BOX),
            "/Resources": Dictionary(Font=Dictionary(F=font.embed(pdf))),
        })  # fmt: skip
        pdf.Root[FORM_SLOT] = form
        pages.draw_on_every_page(pdf, form)
        _refuse_warnings(pdf)
        pdf.save(
            draft,
            min_version="1.5",
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            deterministic_id=True,
        )
        _refuse_warnings(pdf)
    return before, after


def _read_slots(draft: BinaryIO, before: str, after: str) -> Slots:
    from pikepdf import Pdf

    size = draft.seek(0, 2)
    draft.seek(max(0, size - 64))
    ending = ENDING.search(draft.read())
    if ending is None:
        raise CannotStamp("damaged", found="no startxref")
    draft.seek(0)
    with Pdf.open(draft, attempt_recovery=False, suppress_warnings=True) as pdf:
        inspection.refuse_contents(pdf)
        _refuse_warnings(pdf)
        form = pdf.Root[FORM_SLOT]
        return Slots(
            size=size,
            startxref=int(ending[1]),
            count=int(pdf.trailer.Size),
            root=pdf.Root.objgen[0],
            info=pdf.trailer.Info.objgen[0] if "/Info" in pdf.trailer else 0,
            id=bytes(pdf.trailer.ID[0]).hex(),
            form=form.objgen[0],
            font=form.Resources.Font.F.objgen[0],
            metadata=pdf.Root.Metadata.objgen[0],
            pages=len(pdf.pages),
            widths=font.width_runs(),
            before=before,
            after=after,
        )


def _refuse_warnings(pdf: pikepdf.Pdf) -> None:
    """Refuse a file that was read by guessing: what was guessed wrong would go out under a licensee's name."""
    warnings = pdf.get_warnings()
    if warnings:
        raise CannotStamp("damaged", found=str(warnings[0])[:200])


def _drawing(line: str, slots: Slots) -> bytes:
    """Return the form's instructions: the line in the middle of its box, as codes that are Unicode code points."""
    natural = sum(map(slots.advances.__getitem__, line)) * LINE_SIZE / 1000 + LINE_TRACKING * len(line)
    size = line_size(natural)
    start = -natural * size / LINE_SIZE / 2
    tracking = LINE_TRACKING * size / LINE_SIZE
    codes = line.encode("utf-16-be").hex()
    return f"{LINE_GREY:g} g BT /F {size:.3f} Tf {tracking:.4f} Tc {start:.3f} 0 Td <{codes}> Tj ET".encode("ascii")


def _update(slots: Slots, objects: dict[int, bytes]) -> bytes:
    """Return an incremental update that replaces ``objects`` (by number) in the prefix."""
    parts, rows, offset = [], [], slots.size
    for number, body in sorted(objects.items()):
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        parts.append(part)
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, offset))
        offset += len(part)
    written = b"".join(parts)
    # The changing half of /ID follows from the content, not from chance: a resumed download must meet the same bytes.
    changed = hashlib.sha256(slots.id.encode("ascii") + written).hexdigest()[:32]
    info = b"/Info %d 0 R" % slots.info if slots.info else b""
    return b"%bxref\n%btrailer\n<</Size %d/Root %d 0 R%b/Prev %d/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (
        written, b"".join(rows), slots.count, slots.root, info, slots.startxref, slots.id.encode("ascii"), changed.encode("ascii"), offset,
    )  # fmt: skip
