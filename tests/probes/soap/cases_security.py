"""SOAP: what must the checks of messages with a wrong token say?"""

from tests.probes.make import Case, fails, na, passes
from tests.probes.soap.cases_calls import FAULT, GOOD, NUMBERED, PAGE, SERVER, call, telling

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
FAILED = FAULT.replace(b"s:Client", b"w:FailedAuthentication").replace(b"<faultcode>", f'<faultcode xmlns:w="{WSSE}">'.encode())
DOTTED = FAULT.replace(b"s:Client", b"s:Client.Authentication")


def refusals(purpose: str) -> list[Case]:
    """What a message that is wrong on purpose may be answered with."""
    return [
        passes(**call(FAILED, 500, purpose)),
        passes(**call(SERVER, 500, purpose)),
        passes(**call(b"", 401, purpose)),
        fails("token_accepted", **call(GOOD, 200, purpose)),
        na("other_answer", **call(b"", 503, purpose)),
        na("other_answer", **telling(purpose=purpose)),
        na("other_answer", "broken", **call(PAGE, 200, purpose)),
    ]


CASES: dict[str, list[Case]] = {
    "soap.security.replay": refusals("soap.security.used"),
    "soap.security.expired": refusals("soap.security.expired"),
    "soap.security.fault-code": [
        passes(**call(FAILED, 500, "soap.errors.unauthenticated")),
        passes(**call(FAULT, 500, "soap.security.used")),
        passes(**call(DOTTED, 500, "soap.security.expired")),
        passes(**call(SERVER, 401, "soap.errors.unauthenticated")),
        fails("server_fault", **call(SERVER, 500, "soap.errors.unauthenticated")),
        fails("server_fault", **call(NUMBERED, 500, "soap.security.used")),
        na("no_fault", **call(b"", 401, "soap.errors.unauthenticated")),
        na("no_fault", "broken", **call(PAGE, 200, "soap.security.expired")),
    ],
}
