"""ISO 10303-11, EXPRESS: schema texts become tables of facts, and populations are judged by them."""

from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.interfaces import long_form
from cpo_probe.formats.express.model import Schema
from cpo_probe.formats.express.parse import parse
from cpo_probe.formats.express.table import SUFFIX, Table, read_table, write_table
from cpo_probe.formats.express.tokens import ExpressError

__all__ = ["SUFFIX", "ExpressError", "Graph", "Schema", "Table", "long_form", "parse", "read_table", "write_table"]
