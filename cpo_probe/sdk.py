"""Everything that a content file may import."""

from cpo_probe import kernel, neutral
from cpo_probe.formats import (
    aas,
    aasx,
    express,
    json_text,
    jt,
    magic,
    marked,
    opc,
    package,
    practice,
    step_p21,
    step_xml,
    table,
    threemf,
    workbook,
)
from cpo_probe.formats.recognise import Recognised, edition_of, lacking, recognise
from cpo_probe.model import (
    Artifact,
    BasicAuth,
    BearerAuth,
    Blocker,
    BrowserAuth,
    Effect,
    Evidence,
    Exchange,
    Exchanges,
    Export,
    ExportJob,
    FailureKind,
    Freshness,
    Identity,
    Interface,
    Inventory,
    NoAuth,
    OAuth2Auth,
    Operation,
    Outcome,
    Parameter,
    Plan,
    Problem,
    Problems,
    Result,
    Results,
    Rule,
    Sample,
    Stack,
    Step,
    UsernameTokenAuth,
    Where,
    failed,
    not_applicable,
    passed,
    review,
    untestable,
)
from cpo_probe.model.format import Edition, Format, Formats
from cpo_probe.model.schema import SchemaFile, Schemas
from cpo_probe.protocols import compare, failing, negative, odata, paging, places, soap, wsdl, xsd
from cpo_probe.protocols.arguments import Argument, Arguments
from cpo_probe.protocols.http import certificate, challenge, fields, files, leaks, link, problem, semantics, sensitive
from cpo_probe.protocols.odata import RULES as CSDL_RULES
from cpo_probe.protocols.odata import Document as CsdlDocument
from cpo_probe.protocols.odata import Model as CsdlModel
from cpo_probe.protocols.odata import read as read_csdl
from cpo_probe.protocols.openapi import RULES as OPENAPI_RULES
from cpo_probe.protocols.openapi import Contract, ContractProblems, OpenApi, Raw, Strength, build_request, media
from cpo_probe.protocols.openapi import read as read_openapi
from cpo_probe.protocols.openapi.members import request_members
from cpo_probe.registry import check, checks_from, fact, measure, probe
from cpo_probe.session.codec import Codec, CodecFailure
from cpo_probe.session.context import Context

__all__ = [
    "Argument", "Arguments", "Artifact", "BasicAuth", "BearerAuth", "Blocker", "BrowserAuth", "Context", "Contract",
    "Codec", "CodecFailure", "ContractProblems", "CSDL_RULES", "CsdlDocument", "CsdlModel", "Effect", "Evidence",
    "Exchange", "Exchanges", "FailureKind", "Freshness",
    "Identity", "Interface", "Inventory", "NoAuth", "OAuth2Auth", "OPENAPI_RULES", "OpenApi", "Operation",
    "Outcome", "Parameter", "Plan", "Problem", "Problems", "Raw", "Result", "Results", "Rule", "Sample", "SchemaFile", "Schemas",
    "Stack", "Strength", "UsernameTokenAuth", "Where",
    "build_request", "certificate", "challenge", "check", "checks_from", "compare", "fact", "failed", "failing", "fields",
    "leaks", "link", "measure", "media", "negative", "not_applicable", "odata", "paging", "passed", "probe", "problem",
    "read_csdl", "read_openapi", "request_members", "review", "semantics", "sensitive", "soap", "untestable", "wsdl", "xsd",
    "Edition", "Export", "ExportJob", "Format", "Formats", "Recognised", "Step", "edition_of", "files", "magic", "marked",
    "lacking", "package", "places", "recognise", "step_xml", "express", "kernel", "neutral", "practice", "step_p21",
    "aas", "aasx", "json_text", "jt", "opc", "table", "threemf", "workbook",
]  # fmt: skip
