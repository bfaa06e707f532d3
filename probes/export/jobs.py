"""Exports by job: does it start, say how far it is, come to an end, and go away?"""

from cpo_probe.sdk import (
    Blocker,
    Exchange,
    Exchanges,
    ExportJob,
    Operation,
    Plan,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    places,
    untestable,
)

from .asking import CLEAR, ENDED, FAILED, GOES_ON, POLL, START, UNKNOWN, state_of

RFC = "RFC 9110, "


@check(
    "export.job.started", of=START, clause=f"{RFC}15.3.2, 15.3.3; what the profile declares", severity="critical", needs="export"
)
def started(exchange: Exchange) -> Result:
    """The request that starts an export is accepted, and its answer says where the job can be asked.

    Without an address (Location, or a member of the answer) a client never learns whether there is a file.
    Remedy: answer 202 (or 201) with Location, or with the address in the body, as the documentation says.
    """
    if not 200 <= exchange.status < 400:
        return failed("other_status", expected="2xx", found=exchange.status, where=Where("response.status"))
    place = str(exchange.note["poll"])
    if not places.filled(place, (exchange,), {}):
        return failed("job_without_address", expected=place, found=None, where=_where(place))
    return passed()


@check("export.job.state", of=POLL, clause="What the vendor documents", severity="major", needs="export")
def state(exchange: Exchange) -> Result:
    """Each look at a job is answered with one of the documented states.

    A state that the documentation does not name leaves a client waiting for ever, or ends its waiting too early.
    Remedy: document all states with their meaning, and answer no others.
    """
    if not 200 <= exchange.status < 400:
        return failed("other_status", expected="2xx", found=exchange.status, where=Where("response.status"))
    note = exchange.note
    if not note["state"]:
        return not_applicable("state_by_status")
    said = places.text_at(note["state"], exchange)
    known = [*note["success"], *note["failure"], *note["running"]]
    if not said:
        return failed("state_missing", expected=known, found=None, where=_where(note["state"]))
    if said not in known and note["running"]:
        return failed("state_unknown", expected=known, found=said, where=_where(note["state"]))
    return passed()


@check("export.job.ends", of=POLL, per="operation", clause="What the vendor documents", severity="major", needs="export")
def ends(exchanges: Exchanges, operation: Operation, plan: Plan) -> Result:
    """An export job ends with a file.

    Remedy: find out from the log of the server why the job failed, and say the reason in the state's answer.
    """
    job = _job(plan, operation)
    *_, last = exchanges
    if job is None:
        return not_applicable("no_job")
    met = state_of(job, last)
    if met == FAILED:
        found = places.text_at(job.state, last) if job.state else last.status
        return failed("job_failed", expected=list(job.success) or "2xx", found=found, exchanges=(last.id,))
    if met in (GOES_ON, UNKNOWN):
        return untestable(Blocker.UNANSWERED, exchanges=(last.id,))
    return passed(exchanges=(last.id,))


@check("export.job.file", of=(START, POLL), per="operation", clause="What the vendor documents", severity="major", needs="export")
def file(exchanges: Exchanges, operation: Operation, plan: Plan) -> Result:
    """A job that has ended names its file.

    Remedy: put the address of the file, or the id that leads to it, into the answer that says that the job is done.
    """
    job = _job(plan, operation)
    first, *rest = exchanges
    if job is None or not rest or state_of(job, rest[-1]) != ENDED:
        return not_applicable("not_ended")
    if not job.fetch or ("{" not in job.fetch and not places.is_place(job.fetch)):
        return not_applicable("fixed_address")
    last = rest[-1]
    if places.filled(job.fetch, (last, first), {"job": last.request.url}):
        return passed(exchanges=(last.id,))
    return failed("job_without_file", expected=job.fetch, found=None, exchanges=(last.id,), where=Where("response.body"))


@check("export.job.cleared", of=CLEAR, clause=f"{RFC}9.3.5; what the profile declares", severity="minor", needs="export")
def cleared(exchange: Exchange) -> Result:
    """A job and what it left can be cancelled and deleted.

    Exports that stay on the server take room, and hold data outside of their access rules. What is gone already (404, 410)
    or has ended meanwhile (409) needs no clearing.
    Remedy: let the account that started a job delete it, and answer 204 or 200.
    """
    if 200 <= exchange.status < 300 or exchange.status in (404, 409, 410):
        return passed()
    return failed("other_status", expected="2xx", found=exchange.status, where=Where("response.status"))


def _job(plan: Plan, operation: Operation) -> ExportJob | None:
    return next((each.job for each in plan.target.exports if each.name == operation.name), None)


def _where(place: str) -> Where:
    kind, _, rest = place.partition(":")
    return Where("response.header", rest) if kind == "header" else Where("response.body", pointer=rest)
