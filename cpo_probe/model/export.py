"""How is a file got out of the system, as the profile describes it?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A request that ends a job. `url` is a template as in `ExportJob`; "" for none."""

    method: str
    url: str


@dataclass(frozen=True, slots=True)
class ExportJob:
    """Work on the server that has to end before there is a file.

    A *place* is where a text stands in an answer: "header:NAME", "json:POINTER" or "xml:PATH" (names without namespaces).
    `poll` and `fetch` are a place that holds a URL, or a URL with places in braces ("/jobs/{json:/id}"); "{job}" stands for the
    URL that is polled. `poll` looks at the answer to the start, `fetch` at the last answer of the job, then at the start.
    """

    poll: str
    state: str  # place of the state; "" where the status tells: 202 goes on, another 2xx is the end
    success: tuple[str, ...]
    failure: tuple[str, ...]
    running: tuple[str, ...]  # all other states; () unknown
    fetch: str  # "" for the URL that is polled
    interval: float  # seconds before the second look; the pauses grow
    timeout: float  # seconds for the whole job
    cancel: Step
    delete: Step


@dataclass(frozen=True, slots=True)
class Export:
    """One file that the system hands out, directly or after a job."""

    name: str  # the operation's id
    url: str  # absolute: of the file, or of what starts the job
    method: str
    body: str
    content_type: str  # of the body
    accept: str
    format: str  # id of the format that it is declared to be, "" for any
    media_types: tuple[str, ...]  # that the vendor declares for it; () for any
    max_bytes: int
    seconds: float
    repeat: bool  # whether it may be asked for twice, to compare
    job: ExportJob | None
    same_as: str = ""  # name of another export of the same product structure, "" for none
    expects: tuple[str, ...] = ()  # ids of items that it has to hold; () not known
