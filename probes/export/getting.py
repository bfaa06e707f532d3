"""Exports: does the file come, whole, under its true name and label, and can a cut download be continued?"""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from cpo_probe.sdk import (
    Artifact,
    Blocker,
    Evidence,
    Exchange,
    Operation,
    Result,
    Where,
    check,
    failed,
    files,
    magic,
    not_applicable,
    passed,
    review,
    semantics,
    untestable,
)

from .asking import AGAIN, FILE, RANGE

RFC = "RFC 9110, "
_LABELS = {
    "application/zip": ("zip",),
    "application/gzip": ("gzip",),
    "application/pdf": ("pdf",),
    "model/step": ("step-p21",),
    "application/p21": ("step-p21",),
    "model/step+zip": ("zip",),
    "application/p21+zip": ("zip",),
    "model/step+xml": ("xml",),
    "model/step-xml+zip": ("zip",),
    "model/3mf": ("zip",),
    "application/asset-administration-shell-package+xml": ("zip",),
    "text/csv": ("", "json"),
    "image/png": ("png",),
    "image/jpeg": ("jpeg",),
    "model/jt": ("jt",),
}
"""What the first bytes have to be under a label; "" is text that nothing marks. A CSV file may begin with a bracket."""
_TEXT = frozenset({"html", "xml", "json", "step-p21", ""})
_STAMP = re.compile(rb"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


@check("export.get.works", of=FILE, clause=f"{RFC}15.3; what the profile declares", severity="critical", needs="export")
def works(exchange: Exchange) -> Result:
    """A declared export hands out a file.

    The request that the profile names is answered with 200 (206 where a cut download goes on) and a file that is not empty,
    and not with a page for people in its place.
    Remedy: make the export reachable for the account that runs it; answer what is missing with 4xx and a reason.
    """
    if exchange.status not in (200, 206):
        return failed("other_status", expected=200, found=exchange.status, where=Where("response.status"))
    size = exchange.response.wire_bytes if exchange.response else 0
    if not size:
        return failed("empty_file", expected="a file", found=0, where=Where("response.body"))
    accepts = exchange.request.header("accept") or ""
    if magic.family(exchange.body) == "html" and "html" not in accepts and not _named(exchange, "html", "htm", "xhtml"):
        return failed("page_instead_of_file", expected="a file", found="HTML", where=Where("response.body", offset=0))
    return passed()


def _named(exchange: Exchange, *endings: str) -> bool:
    said = files.disposition(exchange.header("content-disposition") or "").name
    path = exchange.request.url.partition("?")[0]
    return any(name.rpartition(".")[2].lower() in endings for name in (said, path))


@check("export.get.type", of=FILE, clause=f"{RFC}8.3", severity="minor", needs="export")
def label(exchange: Exchange, operation: Operation) -> Result:
    """The media type of an export is that of its bytes, and the one that the vendor declares.

    A STEP file labelled as JSON, or a zip archive labelled as XML, is opened by the wrong program. `application/octet-stream`
    says nothing and is therefore not false.
    Remedy: send the registered media type of the format (IANA): `model/step`, `model/step+zip`, `application/zip`, `text/csv`.
    """
    if exchange.status not in (200, 206) or not exchange.body:
        return not_applicable("no_file")
    found = semantics.media_type(exchange.header("content-type") or "")
    where = Where("response.header", "content-type")
    if found is None:
        return not_applicable("no_content_type")
    declared = {text.partition(";")[0].strip().lower() for text in operation.produces}
    if declared and found.essence not in declared:
        return failed("type_not_declared", expected=sorted(declared), found=found.essence, where=where)
    if exchange.status == 206 and "resumed" in exchange.note:
        return passed()  # the beginning came with another answer
    family = magic.family(exchange.body)
    if _contradicts(found.essence, family):
        return failed("type_of_other_bytes", expected=family or "text", found=found.essence, where=where)
    return passed()


def _contradicts(essence: str, family: str) -> bool:
    if essence in _LABELS:
        return family not in _LABELS[essence]
    if semantics.is_json(essence):
        return family not in ("json", "")
    if semantics.is_xml(essence):
        return family not in ("xml", "html", "")
    return essence.startswith("text/") and family not in _TEXT


@check("export.get.name", of=FILE, clause="RFC 6266, 4.1 to 4.3; RFC 8187, 3.2", severity="minor", needs="export")
def name(exchange: Exchange) -> Result:
    """Content-Disposition is well-formed and names a file, not a path.

    Clients store the file under that name. A name without quotes that holds blanks or umlauts is cut or garbled, a path
    is cut to its last part or refused.
    Remedy: `attachment; filename="part.stp"`, and for other signs than ASCII besides it `filename*=UTF-8''M%C3%BCller.stp`.
    """
    text = exchange.header("content-disposition")
    if text is None:
        return not_applicable("no_content_disposition")
    where = Where("response.header", "content-disposition")
    said = files.disposition(text)
    if said.problem:
        return failed(f"disposition_{said.problem}", expected="RFC 6266", found=text, where=where)
    for given in said.names.values():
        if "/" in given or "\\" in given:
            return failed("name_is_path", expected="a file name", found=given, where=where)
        if not given.isascii() and "filename*" not in said.names:
            return failed("name_not_ascii", expected="filename*=UTF-8''...", found=given, where=where)
    return passed()


@check(
    "export.get.ending", of=FILE, per="artifact", clause="RFC 6266, 4.3; ISO 10303-21, file name conventions", severity="minor",
    needs="export",
)  # fmt: skip
def ending(artifact: Artifact, evidence: Evidence) -> Result:
    """The ending of the file name is one that the content has.

    Programs on the desktop choose by the ending. A zip archive called `.stp` cannot be opened by a double click.
    Remedy: name STEP files .stp or .step, zip archives .zip (.stpZ for one STEP file), XML .xml or as the standard says.
    """
    last = artifact.name.rpartition("/")[2]
    family = _ENDINGS.get(last.rpartition(".")[2].lower()) if "." in last else None
    if family is None:
        return not_applicable("ending_says_nothing")
    with evidence.file(artifact).open("rb") as file:
        found = magic.family(file.read(4096))
    if found not in family:
        return failed("ending_of_other_bytes", expected=list(family), found=found or "text", where=Where("file", last, offset=0))
    return passed()


_ENDINGS = {
    "stp": ("step-p21",),
    "step": ("step-p21",),
    "p21": ("step-p21", "zip"),
    "zip": ("zip",),
    "stpa": ("zip",),
    "stpz": ("zip", "gzip"),
    "gz": ("gzip",),
    "pdf": ("pdf",),
    "xml": ("xml", "html"),
    "plmxml": ("xml",),
    "stpx": ("xml",),
    "json": ("json", ""),
    "jt": ("jt",),
    "aasx": ("zip",),
    "3mf": ("zip",),
    "xlsx": ("zip",),
}


@check("export.get.digest", of=FILE, per="artifact", clause="RFC 9530, 2 and 3; RFC 3230", severity="major", needs="export")
def digest(artifact: Artifact, evidence: Evidence) -> Iterator[Result]:
    """A digest that the answer states is that of the file.

    Repr-Digest and Content-Digest (RFC 9530), or the older Digest and Content-MD5, let a receiver find damage. A wrong one
    makes every receiver throw the file away.
    Remedy: compute the digest over the bytes that are sent, and send it as `Repr-Digest: sha-256=:...:`.
    """
    if artifact.parent or not artifact.exchanges:
        yield not_applicable("member_of_package")
        return
    exchange = evidence.exchange(artifact.exchanges[-1])
    stated = _stated(exchange)
    if not stated:
        yield not_applicable("no_digest")
        return
    if any(span.part == "response.body" for id in artifact.exchanges for span in evidence.exchange(id).redacted):
        yield untestable(Blocker.REDACTED)
        return
    for field, algorithm, value in stated:
        where = Where("response.header", field)
        if value is None:
            yield failed("digest_malformed", expected="algorithm and value", found=algorithm, where=where, location=field)
            continue
        if algorithm not in files.ALGORITHMS:
            yield not_applicable("digest_unknown", location=field, algorithm=algorithm)
            continue
        true = _digest(evidence.file(artifact), files.ALGORITHMS[algorithm])
        if true != value:
            yield failed("digest_wrong", expected=true.hex(), found=value.hex(), where=where, location=field, algorithm=algorithm)
        else:
            yield passed(location=field)


def _stated(exchange: Exchange) -> list[tuple[str, str, bytes | None]]:
    """(field, algorithm, value or None when it cannot be read). A digest of a part, or of a coded body, is another thing."""
    found: list[tuple[str, str, bytes | None]] = []
    coded = exchange.header("content-encoding") is not None
    for field, part_of_content in (("repr-digest", True), ("content-digest", True), ("digest", False), ("content-md5", False)):
        text = exchange.header(field)
        if text is None or (part_of_content and coded) or (exchange.status == 206 and field in ("content-digest", "content-md5")):
            continue
        if part_of_content:
            values = files.digests(text)
            found += [(field, text, None)] if values is None else [(field, name.lower(), value) for name, value in values.items()]
        elif not coded:
            pairs = [("md5", text)] if field == "content-md5" else [tuple(p.strip().split("=", 1)) for p in text.split(",")]
            found += [_old(field, pair) for pair in pairs]
    return found


def _old(field: str, pair: tuple[str, ...]) -> tuple[str, str, bytes | None]:
    try:
        return field, pair[0].lower(), base64.b64decode(pair[1], validate=True)
    except (IndexError, ValueError):
        return field, pair[0], None


def _digest(path: Path, algorithm: str) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).digest()


@check(
    "export.get.range", of=RANGE, clause=f"{RFC}14.2, 14.4, 15.3.7, 15.5.17", severity="major", needs="export", accepts="partial"
)
def part(exchange: Exchange) -> Result:
    """A part that is asked for is the part that comes.

    Who announces `Accept-Ranges: bytes` may answer a request for a part with the whole (200); if it answers with 206, then
    Content-Range and bytes are those that were asked for. A wrong part makes a resumed download a damaged file.
    Remedy: let the file server of the framework answer ranges, or send `Accept-Ranges: none`.
    """
    note = exchange.note
    first, last, size = note["first"], note["last"], note["size"]
    if exchange.failure is not None:
        return untestable(Blocker.UNANSWERED)
    if exchange.status == 200:
        return not_applicable("range_ignored")
    tag = exchange.header("etag")
    if tag is not None and note["etag"] and tag != note["etag"]:
        return not_applicable("changed_meanwhile")
    where = Where("response.header", "content-range")
    if exchange.status == 416:
        return failed("range_refused", expected=206, found=416, where=Where("response.status"), range=f"{first}-{last}/{size}")
    if exchange.status != 206:
        return failed("other_status", expected=206, found=exchange.status, where=Where("response.status"))
    text = exchange.header("content-range")
    if text is None:
        if exchange.media_type == "multipart/byteranges":
            return failed("range_multipart", expected="Content-Range", found=exchange.media_type, where=where)
        return failed("range_missing", expected=f"bytes {first}-{last}/{size}", where=where)
    said = files.content_range(text)
    if said is None or said.first != first or said.last > last or said.size not in (size, -1):
        return failed("range_other", expected=f"bytes {first}-{last}/{size}", found=text, where=where)
    if len(exchange.body) != said.length:
        return failed("range_length", expected=said.length, found=len(exchange.body), where=Where("response.body"))
    if said.last == last and hashlib.sha256(exchange.body).hexdigest() != note["sha256"]:
        return failed("range_bytes", expected="the bytes of the whole file there", found="others", where=Where("response.body"))
    return passed()


@check("export.get.resume", of=FILE, clause=f"{RFC}13.1.5, 14.2, 15.3.7", severity="major", needs="export", accepts="partial")
def resume(exchange: Exchange) -> Result:
    """A download that was cut off goes on where it was, and only as long as the file is the same.

    With If-Range the server answers 206 and the rest, or 200 and the new file as a whole. 206 of another version joins two
    files into one that is neither.
    Remedy: compare If-Range with the present entity tag by the strong comparison, and send 200 where they differ.
    """
    note = exchange.note
    if "resumed" not in note:
        return not_applicable("not_cut")
    if exchange.status == 200:
        return not_applicable("range_ignored")
    where = Where("response.header", "content-range")
    if exchange.status != 206:
        return failed("other_status", expected="206 or 200", found=exchange.status, where=Where("response.status"))
    tag = exchange.header("etag")
    if tag is not None and tag != note["validator"]:
        return failed("range_of_other", expected=note["validator"], found=tag, where=Where("response.header", "etag"))
    said = files.content_range(exchange.header("content-range") or "")
    if said is None or said.first != note["resumed"]:
        return failed(
            "range_other", expected=f"bytes {note['resumed']}-", found=exchange.header("content-range") or "nothing", where=where
        )
    return passed()


@check("export.get.same", of=AGAIN, clause="Reproducibility (ISO/IEC 17025, 7.2.2)", severity="info", needs="export")
def same(exchange: Exchange, evidence: Evidence) -> Result:
    """The same export twice is the same file, but for time stamps and invented ids.

    Receivers compare exports to see what changed. Whether data changed between two requests nobody can tell from outside,
    so that a difference is shown to a person and is no failure.
    Remedy: write objects in a fixed order and keep their ids from export to export.
    """
    first = evidence.exchange(exchange.note["of"])
    if exchange.status != first.status or exchange.response is None or first.response is None:
        return failed("other_status", expected=first.status, found=exchange.status, where=Where("response.status"))
    if exchange.body == first.body:
        return passed()
    if magic.family(first.body) in ("zip", "gzip"):
        return not_applicable("packed_with_times")
    if _masked(exchange.body) == _masked(first.body):
        return passed()
    return review("export_differs", found={"first": len(first.body), "second": len(exchange.body)})


def _masked(data: bytes) -> bytes:
    return _UUID.sub(b"U", _STAMP.sub(b"T", data))
