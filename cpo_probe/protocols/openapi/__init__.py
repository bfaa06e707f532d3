"""OpenAPI 2.0, 3.0, 3.1 and 3.2: descriptions, their rules, their operations, and whether answers keep them."""

from cpo_probe.protocols.openapi.contract import Contract, ContractProblems
from cpo_probe.protocols.openapi.description import OpenApi
from cpo_probe.protocols.openapi.documentation import Documentation, Item
from cpo_probe.protocols.openapi.file import problems_of_file
from cpo_probe.protocols.openapi.reading import Raw, read
from cpo_probe.protocols.openapi.request import build_request
from cpo_probe.protocols.openapi.rules import RULES
from cpo_probe.protocols.openapi.strength import Strength

__all__ = [
    "RULES",
    "Contract",
    "ContractProblems",
    "Documentation",
    "Item",
    "OpenApi",
    "Raw",
    "Strength",
    "build_request",
    "problems_of_file",
    "read",
]
