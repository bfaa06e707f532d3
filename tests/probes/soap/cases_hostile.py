"""SOAP messages with document types and entities: what must be said of their answers?"""

from typing import Any

from cpo_probe.model import FailureKind
from tests.probes.make import HOST, Case, exchange, fails, na, passes, untested
from tests.probes.soap.cases_calls import BARE, GOOD, OWN_WAY, PAGE, XML, telling

REFUSED = BARE.replace(b"No such item", b"No document types")
UNKNOWN = BARE.replace(b"No such item", b"There is no item cpo-probe-no-such-value.")
SHOWN = BARE.replace(b"No such item", b"There is no item Linux\n.")
MENTIONED = BARE.replace(b"No such item", b"Refused by the XML parser on Linux")
RIGHT, TYPED = ("right", GOOD), ("doctype", GOOD)
WORDED, EXPANDED = ("word", UNKNOWN), ("entities", GOOD)
UNEXPANDED, FILE, PARSER = ("entities", UNKNOWN), ("external", SHOWN), ("external", MENTIONED)


def asked(*answers: tuple[str, bytes], status: int = 0, failure: FailureKind | None = None, **more: Any) -> dict[str, Any]:
    """Purpose and answer; `status` and `failure` are those of the message with a document type."""
    made = []
    for number, (purpose, body) in enumerate(answers, 1):
        here = purpose == "doctype"
        code = 500 if b"Fault>" in body else 200
        note = {"said": "Linux"} if purpose == "external" else {}
        made.append(
            exchange(
                status if here and status else 0 if here and failure else code,
                [XML] if body else [],
                body,
                id=f"{number:06}",
                method="POST",
                url=f"{HOST}/ws",
                purpose=f"soap.xml.{purpose}",
                note=note,
                failure=failure if here else None,
            )
        )
    return {"exchanges": tuple(made), **more}


def always() -> list[Case]:
    """What all three say when a document type is refused, or nothing can be said."""
    return [
        passes(**asked(RIGHT, ("doctype", REFUSED))),
        passes(**asked(RIGHT, ("doctype", b""), status=400)),
        passes(**asked(RIGHT, ("doctype", b""), status=403)),
        passes(**asked(RIGHT, ("doctype", OWN_WAY), plan=telling()["plan"])),
        na("other_answer", "broken", **asked(RIGHT, ("doctype", PAGE))),
        na("other_answer", **asked(RIGHT, ("doctype", b""), status=500)),
        untested("no_data", **asked(("right", REFUSED))),
        untested("unanswered", **asked(RIGHT, ("doctype", b""), failure=FailureKind.DISCONNECTED)),
    ]


CASES: dict[str, list[Case]] = {
    "soap.xml.doctype": [*always(), fails("doctype_accepted", **asked(RIGHT, TYPED))],
    "soap.xml.entities": [
        *always(),
        passes(**asked(RIGHT, TYPED, WORDED, UNEXPANDED, FILE)),
        fails("entities_expanded", **asked(RIGHT, TYPED, WORDED, EXPANDED, PARSER)),
        untested("no_arguments", **asked(RIGHT, TYPED)),
        untested("no_arguments", **asked(RIGHT, TYPED, ("word", GOOD), EXPANDED)),
        passes(**asked(RIGHT, TYPED, ("word", UNKNOWN), ("entities", OWN_WAY), plan=telling()["plan"])),
    ],
    "soap.xml.external": [
        *always(),
        fails("file_shown", **asked(RIGHT, TYPED, WORDED, EXPANDED, PARSER, FILE)),
        passes(**asked(RIGHT, TYPED, WORDED, UNEXPANDED, PARSER)),
        untested("no_arguments", **asked(RIGHT, TYPED, WORDED, EXPANDED, PARSER)),
        untested("no_arguments", **asked(RIGHT, TYPED, ("word", BARE), EXPANDED, FILE)),
        untested("no_arguments", **asked(RIGHT, TYPED)),
    ],
}
