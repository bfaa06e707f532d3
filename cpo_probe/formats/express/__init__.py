"""ISO 10303-11, EXPRESS: schema texts become tables of facts, and populations are judged by them."""

from cpo_probe.formats.express.choose import Choice, Tables
from cpo_probe.formats.express.examine import KEPT, examine, where
from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.interfaces import long_form
from cpo_probe.formats.express.model import Schema
from cpo_probe.formats.express.parse import parse
from cpo_probe.formats.express.rules import RULES
from cpo_probe.formats.express.table import SUFFIX, Head, Table, read_head, read_table, write_table
from cpo_probe.formats.express.tokens import MOST_CHARACTERS, ExpressError

__all__ = [
    "KEPT",
    "MOST_CHARACTERS",
    "RULES",
    "SUFFIX",
    "Choice",
    "ExpressError",
    "Graph",
    "Head",
    "Schema",
    "Table",
    "Tables",
    "examine",
    "long_form",
    "parse",
    "read_head",
    "read_table",
    "where",
    "write_table",
]
