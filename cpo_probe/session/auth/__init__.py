"""How does an account prove itself? Protocol logic as generators without I/O: they yield calls and are sent answers."""

from cpo_probe.session.auth.blocks import Block, Stamped, stamped
from cpo_probe.session.auth.build import authenticator, invented, sensitive_names
from cpo_probe.session.auth.csrf import CsrfToken
from cpo_probe.session.auth.fixed import Fixed
from cpo_probe.session.auth.flow import Answer, Authenticator, Call, Credentials, Flow

__all__ = [
    "Answer",
    "Authenticator",
    "Block",
    "Call",
    "Credentials",
    "CsrfToken",
    "Fixed",
    "Flow",
    "Stamped",
    "authenticator",
    "invented",
    "sensitive_names",
    "stamped",
]
