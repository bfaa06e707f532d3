"""OData V4 and V2: models, their rules, whether answers keep them, and what a query has to answer."""

from cpo_probe.protocols.odata.csdl import Document
from cpo_probe.protocols.odata.file import problems_of_file
from cpo_probe.protocols.odata.judging import judge_payload
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.payload import Context, Expected, Shape
from cpo_probe.protocols.odata.payload_rules import PAYLOAD_RULES
from cpo_probe.protocols.odata.reading import read
from cpo_probe.protocols.odata.rules import RULES, problems

__all__ = [
    "PAYLOAD_RULES",
    "RULES",
    "Context",
    "Document",
    "Expected",
    "Model",
    "Shape",
    "judge_payload",
    "problems",
    "problems_of_file",
    "read",
]
