"""OData V4 and V2: models, their rules, whether answers keep them, and what a query has to answer.

`expression` holds the parts of an expression (`Path`, `Constant`, `Operation`, `Call`, `Lambda`, ...), `csdl` those of a model.
"""

from cpo_probe.protocols.odata.csdl import Document
from cpo_probe.protocols.odata.evaluate import Unknown, Unsupported, keep
from cpo_probe.protocols.odata.expression import Expression, compare, write
from cpo_probe.protocols.odata.file import problems_of_file
from cpo_probe.protocols.odata.judging import judge_payload
from cpo_probe.protocols.odata.keys import NoKey, encode, key_predicate, key_segments
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.ordering import OrderItem, first_out_of_order, sort_rows, write_order
from cpo_probe.protocols.odata.payload import Context, Expected, Shape
from cpo_probe.protocols.odata.payload_rules import PAYLOAD_RULES
from cpo_probe.protocols.odata.reading import read
from cpo_probe.protocols.odata.rules import RULES, problems
from cpo_probe.protocols.odata.values import Untyped, literal, typed

__all__ = [
    "PAYLOAD_RULES",
    "RULES",
    "Context",
    "Document",
    "Expected",
    "Expression",
    "Model",
    "NoKey",
    "OrderItem",
    "Shape",
    "Unknown",
    "Unsupported",
    "Untyped",
    "compare",
    "encode",
    "first_out_of_order",
    "judge_payload",
    "keep",
    "key_predicate",
    "key_segments",
    "literal",
    "problems",
    "problems_of_file",
    "read",
    "sort_rows",
    "typed",
    "write",
    "write_order",
]
