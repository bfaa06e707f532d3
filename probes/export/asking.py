"""Exports: files are fetched as the profile describes it, directly or by a job, and kept with the members of packages."""

import hashlib
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from cpo_probe.sdk import Artifact, Blocker, Context, Effect, Exchange, Export, ExportJob, Operation, Step, files, places, probe

FILE, AGAIN, RANGE = "export.file", "export.again", "export.range"
START, POLL, CLEAR = "export.start", "export.poll", "export.clear"
PURPOSES = (FILE, AGAIN, RANGE, START, POLL, CLEAR)
RESUMES = 5
REPEATED_BYTES = 64 * 2**20
LONGEST_PAUSE = 30.0
POLLS = 200
ENDED, FAILED, GOES_ON, UNKNOWN = "success", "failure", "running", "unknown"


@probe(needs="export", purposes=PURPOSES, effect="job", cost=20, serial=True)
async def get(ctx: Context, operation: Operation) -> None:
    """Gets each file once as a whole, goes on where it was cut off, asks for a part of it and, if it is small, for all again.

    A job is started only where jobs are allowed; it is waited for, and whatever happens it is cancelled and deleted.
    """
    export = next(each for each in ctx.target.exports if each.name == operation.name)
    if export.job is None:
        await _fetch(ctx, export, Source(export.url, export.method, export.body.encode(), export.content_type))
    else:
        await _by_job(ctx, export, export.job)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file is asked for."""

    url: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Without content coding, so that offsets and digests are those of the file."""
        return (("Accept-Encoding", "identity"), *((("Content-Type", self.content_type),) if self.content_type else ()))


async def _by_job(ctx: Context, export: Export, job: ExportJob) -> None:
    fields = (("Content-Type", export.content_type),) if export.content_type else ()
    started = await ctx.send(
        export.method,
        export.url,
        purpose=START,
        why=f"starts the job that makes {export.name}",
        headers=fields,
        body=export.body.encode(),
        effect=Effect.JOB,
        redirects=False,
        note={"poll": job.poll},
    )
    if not 200 <= started.status < 400:
        return
    address = places.filled(job.poll, (started,), {})
    if not address:
        ctx.blocked(Blocker.NO_DATA, f"the answer to the start names no job at {job.poll}")
        return
    polled = urljoin(started.request.url, address)
    state = UNKNOWN
    try:
        state, last = await _wait(ctx, job, polled)
        if state == ENDED:
            place = places.filled(job.fetch, (last, started), {"job": polled}) if job.fetch else polled
            if place:
                await _fetch(ctx, export, Source(urljoin(polled, place)))
            else:
                ctx.blocked(Blocker.NO_DATA, f"the job has ended, and no file is named at {job.fetch}")
    finally:
        if state not in (ENDED, FAILED):
            await _clear(ctx, job.cancel, started, polled, "cancels the job")
        await _clear(ctx, job.delete, started, polled, "deletes the job and what it left")


async def _wait(ctx: Context, job: ExportJob, url: str) -> tuple[str, Exchange]:
    """How the job ended, and the last answer."""
    pause, waited = 0.0, 0.0
    while True:
        await ctx.pause(pause)
        waited += pause
        answer = await ctx.get(url, purpose=POLL, why="how far is the job?", redirects=False, note=_states(job))
        state = state_of(job, answer)
        if state in (ENDED, FAILED) or not 200 <= answer.status < 400:
            return state, answer
        if waited >= job.timeout:
            ctx.blocked(Blocker.UNANSWERED, f"the job had not ended after {job.timeout:g} s (exports.job.timeout)")
            return state, answer
        pause = min(_asked_pause(answer) or max(job.interval, pause * 1.5), LONGEST_PAUSE, max(job.timeout - waited, 0.1))


def state_of(job: ExportJob, answer: Exchange) -> str:
    """What an answer says about the job, in our words."""
    if not job.state:
        if answer.status == 202:
            return GOES_ON
        return ENDED if 200 <= answer.status < 400 else FAILED
    said = places.text_at(job.state, answer)
    for states, meaning in ((job.success, ENDED), (job.failure, FAILED), (job.running, GOES_ON)):
        if said in states:
            return meaning
    return UNKNOWN


def _states(job: ExportJob) -> dict[str, object]:
    return {"state": job.state, "success": job.success, "failure": job.failure, "running": job.running}


def _asked_pause(answer: Exchange) -> float:
    text = answer.header("retry-after") or ""
    return float(text) if text.isdigit() and len(text) < 6 else 0.0


async def _clear(ctx: Context, step: Step, started: Exchange, polled: str, why: str) -> None:
    url = places.filled(step.url, (started,), {"job": polled}) if step.url else ""
    if url:
        target = urljoin(polled, url)
        await ctx.send(step.method, target, purpose=CLEAR, why=why, effect=Effect.JOB, last_words=True, note={"job": polled})


async def _fetch(ctx: Context, export: Export, source: Source) -> None:
    found = await _whole(ctx, export, source)
    if not found:
        return
    last = found[-1]
    if not last.complete or last.status not in (200, 206) or last.response is None:
        return
    kept = await ctx.keep(found, file_name(last), last.header("content-type") or "")
    if source.method == "GET" and last.status == 200:
        await _part(ctx, source, last, kept)
        if export.repeat and kept.size <= REPEATED_BYTES and not last.response.stored:
            note = {"of": last.id, "artifact": kept.id}
            await ctx.get(source.url, purpose=AGAIN, why="is it the same a second time?", accept=export.accept,
                          headers=source.fields, max_bytes=export.max_bytes, seconds=export.seconds, note=note)  # fmt: skip


async def _whole(ctx: Context, export: Export, source: Source) -> list[Exchange]:
    """The answers that together hold the file: one, or what came before a cut and what came after it."""
    effect = Effect.READ if source.method == "GET" else Effect.JOB
    first = await ctx.send(
        source.method, source.url, purpose=FILE, why=f"gets {export.name}", accept=export.accept, headers=source.fields,
        body=source.body, effect=effect, max_bytes=export.max_bytes, seconds=export.seconds,
    )  # fmt: skip
    found = [first]
    for _ in range(RESUMES):
        mark = _may_go_on(found[0], found[-1])
        if source.method != "GET" or not mark:
            break
        begin = sum(_length(exchange) for exchange in found)
        more = await ctx.get(
            source.url, purpose=FILE, why="goes on where the answer was cut off", accept=export.accept,
            headers=(*source.fields, ("Range", f"bytes={begin}-"), ("If-Range", mark)), follows=found[-1].id,
            max_bytes=export.max_bytes, seconds=export.seconds, note={"resumed": begin, "validator": mark},
        )  # fmt: skip
        part = files.content_range(more.header("content-range") or "") if more.status == 206 else None
        found = [*found, more] if part is not None and part.first == begin else [more]
        if more.status not in (200, 206) or not _length(more):
            break
    return found


def _may_go_on(first: Exchange, last: Exchange) -> str:
    """The validator by which a cut answer may be continued (RFC 9110, 13.1.5, 14.2), "" when it may not."""
    cut = last.failure is not None and last.response is not None and last.failure.kind in _CUT
    if not cut or last.status not in (200, 206) or not _length(last) or last.header("content-encoding"):
        return ""
    if (first.header("accept-ranges") or "").strip().lower() == "none":
        return ""
    tag = first.header("etag") or ""
    return "" if tag.startswith("W/") else tag


_CUT = ("disconnected", "read_timeout", "deadline")


def _length(exchange: Exchange) -> int:
    return exchange.response.wire_bytes if exchange.response else 0


async def _part(ctx: Context, source: Source, whole: Exchange, kept: Artifact) -> None:
    """A few bytes from the middle of what is at hand, where the answer says that parts can be had."""
    if (whole.header("accept-ranges") or "").strip().lower() != "bytes" or kept.size < 4:
        return
    at_hand = min(kept.size, len(whole.body))
    first, last = at_hand // 3, at_hand // 3 + min(99, at_hand // 3)
    tag = whole.header("etag") or ""
    strong = (("If-Range", tag),) if tag and not tag.startswith("W/") else ()
    note = {
        "first": first,
        "last": last,
        "size": kept.size,
        "etag": tag,
        "sha256": hashlib.sha256(whole.body[first : last + 1]).hexdigest(),
    }
    headers = (*source.fields, ("Range", f"bytes={first}-{last}"), *strong)
    await ctx.get(source.url, purpose=RANGE, why="can a part of it be had?", headers=headers, note=note)


def file_name(exchange: Exchange) -> str:
    """What the answer calls the file, else the end of its URL."""
    said = files.disposition(exchange.header("content-disposition") or "").name
    last = said.replace("\\", "/").rpartition("/")[2]
    return last or unquote(urlsplit(exchange.request.url).path.rstrip("/").rpartition("/")[2]) or "export"
