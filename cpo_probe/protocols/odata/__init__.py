"""OData V4 and V2: models, their rules, whether answers keep them, and what a query has to answer.

`expression` holds the parts of an expression (`Path`, `Constant`, `Operation`, `Call`, `Lambda`, ...), `csdl` those of a model.
"""

from cpo_probe.protocols.odata import atom, batch
from cpo_probe.protocols.odata.answers import Answer, Unsure, answer
from cpo_probe.protocols.odata.atom_rules import ATOM_RULES, judge_atom
from cpo_probe.protocols.odata.batched import answers_inside
from cpo_probe.protocols.odata.context_url import likely_path
from cpo_probe.protocols.odata.csdl import Document
from cpo_probe.protocols.odata.evaluate import Unknown, Unsupported, keep
from cpo_probe.protocols.odata.expression import Expression, compare, write
from cpo_probe.protocols.odata.judging import judge_answer, judge_payload
from cpo_probe.protocols.odata.keys import NoKey, encode, key_predicate, key_segments
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.nesting import too_deep
from cpo_probe.protocols.odata.notes import from_note, to_note
from cpo_probe.protocols.odata.ordering import OrderItem, first_out_of_order, sort_rows, write_order
from cpo_probe.protocols.odata.outline import differences, outline
from cpo_probe.protocols.odata.payload import Context, Expected, Shape
from cpo_probe.protocols.odata.payload_reach import reached
from cpo_probe.protocols.odata.payload_rules import PAYLOAD_RULES
from cpo_probe.protocols.odata.reading import read
from cpo_probe.protocols.odata.resource import Resource, resource
from cpo_probe.protocols.odata.rules import RULES, problems
from cpo_probe.protocols.odata.values import Untyped, literal, typed
from cpo_probe.protocols.odata.xml_values import typed_text

__all__ = [
    "ATOM_RULES",
    "PAYLOAD_RULES",
    "RULES",
    "Answer",
    "Context",
    "Document",
    "Expected",
    "Expression",
    "Model",
    "NoKey",
    "OrderItem",
    "Resource",
    "Shape",
    "Unknown",
    "Unsupported",
    "Unsure",
    "Untyped",
    "answer",
    "answers_inside",
    "atom",
    "batch",
    "compare",
    "differences",
    "encode",
    "first_out_of_order",
    "from_note",
    "judge_answer",
    "judge_atom",
    "judge_payload",
    "keep",
    "key_predicate",
    "key_segments",
    "likely_path",
    "literal",
    "outline",
    "problems",
    "reached",
    "read",
    "resource",
    "sort_rows",
    "to_note",
    "too_deep",
    "typed",
    "typed_text",
    "write",
    "write_order",
]
