"""Checks of getting exports: files whole and truly labelled, parts, digests, jobs."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

from cpo_probe.model import Exchange, Export, ExportJob, FailureKind, Operation, Outcome, Span, Step
from tests.probes.make import Case, Files, Record, exchange, fails, na, operation, passes, plan, untested

STEP = b"ISO-10303-21;\nHEADER;\n" + b"#1=A();\n" * 40
HTML = b"<!DOCTYPE html><html><body>Log in</body></html>"
ZIP = b"PK\x05\x06" + bytes(18)
URL = "https://plm.example/exports/part.stp"


def got(status: int = 200, body: bytes = STEP, type: str = "model/step", *more: tuple[str, str], **change: Any) -> Exchange:
    """An answer that brought a file."""
    fields = (*((("Content-Type", type),) if type else ()), *more)
    return exchange(status, fields, body, url=URL, purpose="export.file", operation="step", **change)


def declared(*types: str) -> Operation:
    return operation("step", name="step", produces=types, method="GET")


def named(text: str) -> Exchange:
    return got(200, STEP, "model/step", ("Content-Disposition", text))


def kept(name: str, body: bytes, *fields: tuple[str, str], **change: Any) -> dict[str, Any]:
    """A file with the answer that brought it."""
    evidence = Files({name: body}, exchanges=[got(200, body, "", *fields, **change)])
    return {"artifact": evidence.artifacts()[0], "evidence": evidence}


def member() -> dict[str, Any]:
    evidence = Files({"all.zip": ZIP, "a.stp": STEP}, exchanges=[got()])
    return {"artifact": evidence.artifacts()[1], "evidence": evidence}


def sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


PART = {"first": 10, "last": 19, "size": len(STEP), "etag": '"a"', "sha256": hashlib.sha256(STEP[10:20]).hexdigest()}


def part(status: int = 206, body: bytes = STEP[10:20], range: str = f"bytes 10-19/{len(STEP)}", **change: Any) -> Exchange:
    fields = (("Content-Range", range),) if range else ()
    return replace(got(status, body, "model/step", *fields, **change), purpose="export.range", note=PART)


def resumed(status: int = 206, range: str = f"bytes 100-{len(STEP) - 1}/{len(STEP)}", tag: str = '"a"') -> Exchange:
    fields = (*((("Content-Range", range),) if range else ()), ("ETag", tag))
    return replace(got(status, STEP[100:], "model/step", *fields), note={"resumed": 100, "validator": '"a"'})


def twice(first: bytes, second: bytes, status: int = 200) -> dict[str, Any]:
    again = replace(got(status, second), id="000002", purpose="export.again", note={"of": "000001", "artifact": "a000001"})
    return {"exchange": again, "evidence": Record([got(200, first), again])}


JOB = ExportJob(
    "header:Location", "json:/state", ("done",), ("failed",), ("queued",), "json:/file", 1.0, 9.0, Step("", ""), Step("", "")
)


def planned(job: ExportJob | None = JOB) -> Any:
    export = Export("step", URL, "POST", "", "", "", "", (), 2**20, 9.0, True, job)
    return plan(exports=(export,))


def started(status: int = 202, *fields: tuple[str, str], place: str = "header:Location") -> Exchange:
    return exchange(status, fields, {}, purpose="export.start", operation="step", note={"poll": place})


def looked(status: int = 200, state: str | None = "done", running: tuple[str, ...] = ("queued",), **more: Any) -> Exchange:
    body = {**({"state": state} if state is not None else {}), **more}
    note = {"state": "json:/state", "success": ["done"], "failure": ["failed"], "running": list(running)}
    return exchange(status, (), body, id="000002", purpose="export.poll", operation="step", note=note)


def job(*exchanges: Exchange, of: ExportJob | None = JOB) -> dict[str, Any]:
    return {"exchanges": exchanges, "operation": declared(), "plan": planned(of)}


CASES: dict[str, list[Case]] = {
    "export.get.works": [
        passes(exchange=got()),
        passes(exchange=got(206)),
        passes(exchange=got(200, HTML, "text/html", ("Content-Disposition", 'inline; filename="report.html"'))),
        fails("other_status", exchange=got(404)),
        fails("other_status", exchange=got(302)),
        fails("empty_file", exchange=got(200, b"")),
        fails("page_instead_of_file", kind="broken", exchange=got(200, HTML, "text/html")),
        fails("page_instead_of_file", exchange=got(200, b"\n <html lang='en'>", "model/step")),
    ],
    "export.get.type": [
        passes(exchange=got(), operation=declared("model/step")),
        passes(exchange=got(200, STEP, "application/octet-stream"), operation=declared()),
        passes(exchange=got(200, b"a;b\r\n", "text/csv; charset=utf-8"), operation=declared("text/csv")),
        passes(exchange=got(200, b"[a];b\r\n", "text/csv"), operation=declared()),
        passes(exchange=got(200, b"\xef\xbb\xbf<a/>", "application/xml"), operation=declared()),
        passes(exchange=got(200, STEP, "application/vnd.vendor"), operation=declared()),
        passes(exchange=replace(got(206, STEP[50:], "application/zip"), note={"resumed": 50}), operation=declared()),
        fails("type_not_declared", exchange=got(200, STEP, "text/plain"), operation=declared("model/step")),
        fails("type_of_other_bytes", exchange=got(200, STEP, "application/json"), operation=declared()),
        fails("type_of_other_bytes", exchange=got(200, ZIP, "application/xml"), operation=declared()),
        fails("type_of_other_bytes", exchange=got(200, ZIP, "text/plain"), operation=declared()),
        fails("type_of_other_bytes", exchange=got(200, STEP, "application/zip"), operation=declared()),
        na("no_content_type", kind="broken", exchange=got(200, STEP, "nonsense"), operation=declared()),
        na("no_content_type", exchange=got(200, STEP, ""), operation=declared()),
        na("no_file", exchange=got(404), operation=declared()),
    ],
    "export.get.name": [
        passes(exchange=named('attachment; filename="part 1.stp"')),
        passes(exchange=named("attachment; filename=\"M_ller.stp\"; filename*=UTF-8''M%C3%BCller.stp")),
        passes(exchange=named("inline")),
        fails("name_is_path", exchange=named(r'attachment; filename="C:\\temp\\part.stp"')),
        fails("name_is_path", exchange=named('attachment; filename="../part.stp"')),
        fails("name_not_ascii", exchange=named('attachment; filename="Müller.stp"')),
        fails("disposition_unquoted", exchange=named("attachment; filename=part 1.stp")),
        fails("disposition_extended", exchange=named("attachment; filename*=part.stp")),
        fails("disposition_repeated", exchange=named('attachment; filename="a"; filename="b"')),
        fails("disposition_syntax", exchange=named('attachment; filename="a" b')),
        fails("disposition_type", kind="broken", exchange=named("=")),
        na("no_content_disposition", exchange=got()),
    ],
    "export.get.ending": [
        passes(**kept("part.stp", STEP)),
        passes(**kept("PART.STP", STEP)),
        passes(**kept("part.stpZ", ZIP)),
        passes(**kept("a.p21", ZIP)),
        fails("ending_of_other_bytes", **kept("part.stp", ZIP)),
        fails("ending_of_other_bytes", **kept("all.zip", STEP)),
        fails("ending_of_other_bytes", kind="broken", **kept("part.stp", b"")),
        na("ending_says_nothing", **kept("part", STEP)),
        na("ending_says_nothing", **kept("part.csv", STEP)),
    ],
    "export.get.digest": [
        passes(**kept("a.stp", STEP, ("Repr-Digest", f"sha-256=:{sha256(STEP)}:"))),
        passes(**kept("a.stp", STEP, ("Digest", f"SHA-256={sha256(STEP)}"))),
        passes(**kept("a.stp", STEP, ("Content-MD5", base64.b64encode(hashlib.md5(STEP).digest()).decode()))),
        fails("digest_wrong", **kept("a.stp", STEP, ("Repr-Digest", f"sha-256=:{sha256(b'')}:"))),
        fails("digest_wrong", **kept("a.stp", STEP, ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="))),
        fails("digest_malformed", **kept("a.stp", STEP, ("Content-Digest", "sha-256=abc"))),
        fails("digest_malformed", kind="broken", **kept("a.stp", STEP, ("Digest", "???"))),
        na("digest_unknown", **kept("a.stp", STEP, ("Repr-Digest", "crc32c=:AAAA:"))),
        na("no_digest", **kept("a.stp", STEP)),
        na("no_digest", **kept("a.stp", STEP, ("Repr-Digest", "sha-256=:AAAA:"), ("Content-Encoding", "gzip"))),
        na("member_of_package", **member()),
        untested(
            "redacted",
            **kept("a.stp", STEP, ("Repr-Digest", "sha-256=:AAAA:"), redacted=(Span("response.body", "", 9, "x"),)),
        ),
    ],
    "export.get.range": [
        passes(exchange=part()),
        passes(exchange=part(206, STEP[10:15], f"bytes 10-14/{len(STEP)}")),
        passes(exchange=part(206, STEP[10:20], "bytes 10-19/*")),
        fails("range_missing", exchange=part(206, STEP[10:20], "")),
        fails("range_multipart", exchange=replace(part(), response=got(206, b"x", "multipart/byteranges; boundary=x").response)),
        fails("range_other", exchange=part(206, STEP[:10], f"bytes 0-9/{len(STEP)}")),
        fails("range_other", kind="broken", exchange=part(206, STEP[10:20], "bytes ten-twenty")),
        fails("range_length", exchange=part(206, STEP[10:19])),
        fails("range_bytes", exchange=part(206, STEP[11:21])),
        fails("range_refused", exchange=part(416, b"", f"bytes */{len(STEP)}")),
        fails("other_status", exchange=part(500, b"")),
        na("range_ignored", exchange=part(200, STEP, "")),
        na("changed_meanwhile", exchange=replace(part(206, STEP[:10]), response=got(206, b"", "", ("ETag", '"b"')).response)),
        untested("unanswered", exchange=part(206, STEP[10:12], failure=FailureKind.DISCONNECTED)),
    ],
    "export.get.resume": [
        passes(exchange=resumed()),
        fails("range_of_other", exchange=resumed(tag='"b"')),
        fails("range_other", exchange=resumed(range=f"bytes 0-{len(STEP) - 1}/{len(STEP)}")),
        fails("range_other", kind="broken", exchange=resumed(range="")),
        fails("other_status", exchange=resumed(500)),
        na("range_ignored", exchange=resumed(200)),
        na("not_cut", exchange=got()),
    ],
    "export.get.same": [
        passes(**twice(STEP, STEP)),
        passes(**twice(b"at 2024-01-01T00:00:00Z", b"at 2025-12-31T23:59:59.5+01:00")),
        passes(**twice(b"id 88335687-1df2-5d64-8a3e-31a0f179e42e", b"id 7b6b5237-4406-5611-a568-a57f616ef455")),
        fails("other_status", **twice(STEP, b"", 500)),
        fails("other_status", kind="broken", **twice(STEP, HTML, 302)),
        na("packed_with_times", **twice(ZIP, ZIP + b"x")),
        Case("review", twice(STEP, STEP + b"more"), Outcome.REVIEW, "export_differs"),
    ],
    "export.job.started": [
        passes(exchange=started(202, ("Location", "/jobs/1"))),
        passes(exchange=exchange(201, (), {"id": 7}, note={"poll": "/jobs/{json:/id}"})),
        fails("other_status", exchange=started(400)),
        fails("job_without_address", exchange=started()),
        fails("job_without_address", kind="broken", exchange=exchange(202, (), b"{", note={"poll": "json:/id"})),
    ],
    "export.job.state": [
        passes(exchange=looked()),
        passes(exchange=looked(state="queued")),
        passes(exchange=looked(state="whatever", running=())),
        fails("state_unknown", exchange=looked(state="almost")),
        fails("state_missing", exchange=looked(state=None)),
        fails("state_missing", kind="broken", exchange=replace(looked(), response=exchange(200, (), b"{").response)),
        fails("other_status", exchange=looked(404)),
        na("state_by_status", exchange=replace(looked(), note={"state": "", "success": [], "failure": [], "running": []})),
    ],
    "export.job.ends": [
        passes(**job(looked(state="queued"), looked())),
        fails("job_failed", **job(looked(state="queued"), looked(state="failed"))),
        fails("job_failed", kind="broken", **job(looked(500), of=replace(JOB, state=""))),
        untested("unanswered", **job(looked(state="queued"))),
        na("no_job", **job(looked(), of=None)),
    ],
    "export.job.file": [
        passes(**job(started(), looked(file="/f/1"))),
        fails("job_without_file", **job(started(), looked())),
        fails("job_without_file", kind="broken", **job(started(), looked(file={}))),
        na("not_ended", **job(started(), looked(state="queued"))),
        na("not_ended", **job(started())),
        na("fixed_address", **job(started(), looked(), of=replace(JOB, fetch=""))),
    ],
    "export.job.cleared": [
        passes(exchange=exchange(204)),
        passes(exchange=exchange(404)),
        passes(exchange=exchange(409)),
        fails("other_status", exchange=exchange(405)),
        fails("other_status", kind="broken", exchange=exchange(302)),
        passes(exchange=exchange(410)),
    ],
}  # fmt: skip
