"""What may a profile say about the files that a system hands out?"""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urljoin

from pydantic import AfterValidator, BaseModel, Field, model_validator

from cpo_probe.model import Export, ExportJob, Step
from cpo_probe.target.table import CONFIG

_PLACE = re.compile(r"header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|json:(/[^{}]*)?|xml:[^{}]+")
_HOLE = re.compile(r"\{([^{}]*)\}")
MOST_EXPECTED = 10_000


def _place(text: str) -> str:
    if text and not _PLACE.fullmatch(text):
        raise ValueError(f'expected "header:NAME", "json:POINTER" or "xml:PATH", found {text!r}')
    return text


def _address(text: str) -> str:
    """A place, or a URL with places in braces."""
    if _PLACE.fullmatch(text):
        return text
    for hole in _HOLE.findall(text):
        if hole != "job" and not _PLACE.fullmatch(hole):
            raise ValueError(f"expected {{job}}, {{header:NAME}}, {{json:POINTER}} or {{xml:PATH}}, found {{{hole}}} in {text!r}")
    return text


def _ids(given: tuple[str, ...]) -> tuple[str, ...]:
    """The ids, those of files (one in a line) in place of "file:PATH"."""
    found: dict[str, None] = {}
    for text in given:
        if not text.startswith("file:"):
            found[text] = None
            continue
        path = Path(text.removeprefix("file:"))
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"expected a file of ids, one in a line; {path} cannot be read: {error}") from None
        found |= dict.fromkeys(filter(None, map(str.strip, lines)))
    if given and not found:
        raise ValueError("expected at least one id, found none: name the ids of items that the export has to hold")
    if len(found) > MOST_EXPECTED:
        raise ValueError(f"expected at most {MOST_EXPECTED} ids, found {len(found)}: leave some out")
    return tuple(found)


Place = Annotated[str, AfterValidator(_place)]
Address = Annotated[str, AfterValidator(_address)]


class _Table(BaseModel):
    model_config = CONFIG


class StepTable(_Table):
    """A request that ends a job."""

    method: Literal["DELETE", "POST", "PUT", "PATCH"] = "DELETE"
    """Its method."""
    url: Address = "{job}"
    """Where it is sent."""


class JobTable(_Table):
    """A place is where a text stands in an answer: `header:NAME`, `json:POINTER` or `xml:PATH` (names without namespaces)."""

    poll: Address = "header:Location"
    """Where the job is asked how far it is: a place in the answer to the start, or a URL with places in braces."""
    state: Place = ""
    """Place of the state in the answer. Empty: 202 says that the job goes on, another 2xx that it is done."""
    success: tuple[str, ...] = ()
    """States that say that the file is there."""
    failure: tuple[str, ...] = ()
    """States that say that there will be none."""
    running: tuple[str, ...] = ()
    """All states that say that the job goes on. Empty: not known."""
    fetch: Address = ""
    """Where the file is: like `poll`, looked for in the last answer, else the first; `{job}`: what was polled. Empty: there."""
    interval: Annotated[float, Field(gt=0, le=600)] = 2.0
    """Seconds before the second look; the pauses grow up to 30 seconds."""
    timeout: Annotated[float, Field(gt=0)] = 600.0
    """Seconds after which the job is given up."""
    cancel: StepTable | None = None
    """Ends a job that has not ended, before it is deleted."""
    delete: StepTable | None = None
    """Clears up; sent in any case."""

    @model_validator(mode="after")
    def _told(self) -> "JobTable":
        if self.state and not self.success:
            raise ValueError('a job with `state` needs the states that mean the end: success = ["done"]')
        return self


class ExportTable(_Table):
    """A file that the system hands out, directly or, with `[exports.job]`, by a job: that needs `--allow-jobs`."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]*$")]
    """What it is called in plans and reports; each name once."""
    url: str
    """URL of the file, or of what starts the job; may be relative to base_url."""
    method: Literal["", "GET", "POST", "PUT"] = ""
    """Method. Empty: GET, and POST for what starts a job."""
    body: str = ""
    """Body of the request."""
    content_type: str = "application/json"
    """Content-Type of that body."""
    accept: str = ""
    """Accept of the request for the file; empty for anything."""
    format: str = ""
    """The format that the file is declared to be, by its id (`cpo-probe list formats`); empty for any."""
    media_types: tuple[str, ...] = ()
    """Media types that the vendor declares for it; empty for any."""
    max_bytes: Annotated[int, Field(ge=1024)] = 2 * 2**30
    """Bytes of the file at most."""
    seconds: Annotated[float, Field(gt=0)] = 1800.0
    """Seconds for the download at most."""
    repeat: bool = True
    """Whether a file up to 64 MB may be asked for a second time, to compare."""
    same_as: str = ""
    """Name of another export that holds the same product structure in another way: items, revisions, lines, documents, files."""
    expects: Annotated[tuple[str, ...], AfterValidator(_ids)] = ()
    """Ids of items that are known to be in the system and have to be in the file; "file:PATH" for a list, one id in a line."""
    job: JobTable | None = None
    """How the job goes on; leave it out for a direct download."""


def once(tables: tuple[ExportTable, ...]) -> tuple[ExportTable, ...]:
    """Names are ids."""
    names = [table.name for table in tables]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two exports are named {name!r}: rename one of them")
    for table in tables:
        if table.same_as and (table.same_as == table.name or table.same_as not in names):
            others = ", ".join(name for name in names if name != table.name) or "none"
            raise ValueError(f"{table.name} is same_as {table.same_as!r}: expected the name of another export, one of {others}")
    return tables


Exports = Annotated[tuple[ExportTable, ...], AfterValidator(once)]


def export(table: ExportTable, base: str) -> Export:
    """The export with its URL joined to the base URL."""
    return Export(
        name=table.name,
        url=urljoin(base, table.url),
        method=table.method or ("POST" if table.job else "GET"),
        body=table.body,
        content_type=table.content_type if table.body else "",
        accept=table.accept,
        format=table.format,
        media_types=table.media_types,
        max_bytes=table.max_bytes,
        seconds=table.seconds,
        repeat=table.repeat,
        job=_job(table.job) if table.job else None,
        same_as=table.same_as,
        expects=table.expects,
    )


def _job(table: JobTable) -> ExportJob:
    return ExportJob(
        poll=table.poll,
        state=table.state,
        success=table.success,
        failure=table.failure,
        running=table.running,
        fetch=table.fetch,
        interval=table.interval,
        timeout=table.timeout,
        cancel=_step(table.cancel),
        delete=_step(table.delete),
    )


def _step(table: StepTable | None) -> Step:
    return Step(table.method, table.url) if table else Step("", "")
