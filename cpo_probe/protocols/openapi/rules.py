"""Which claims of the standard can be checked in a description, and which of them does it break?"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cpo_probe.model import Problem, Problems, Rule
from cpo_probe.protocols.openapi import (
    rules_examples,
    rules_meta,
    rules_paths,
    rules_references,
    rules_schemas,
    rules_texts,
)
from cpo_probe.protocols.openapi.lines import with_lines

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.description import OpenApi

RULES: tuple[Rule, ...] = (
    Rule(
        "valid",
        "OpenAPI 2.0 to 3.2, the schema published for the version; JSON Schema 2020-12 for Schema Objects since 3.1",
        "error",
        "The description is valid against the schema that the standard publishes for its version. "
        "Remedy: correct the member named; generators and editors ignore or misread what the standard does not define there.",
    ),
    Rule(
        "refs",
        "OpenAPI 3.x Reference Object; RFC 6901; RFC 3986, 5",
        "error",
        "Every reference leads to an object of the description. "
        "Remedy: define what is referred to, or correct the reference; a client generator stops here.",
    ),
    Rule(
        "version-stated",
        "OpenAPI Info Object: version (REQUIRED)",
        "error",
        "The description states the version of the interface in info.version. "
        "Remedy: write the version that the server runs into info.version, at best while building it.",
    ),
    Rule(
        "operation-ids",
        "OpenAPI Operation Object: operationId; Link Object: operationId",
        "error",
        "No two operations have the same operationId, and every link names one that exists. "
        "Remedy: give each operation an operationId of its own; generated clients name their functions by it.",
    ),
    Rule(
        "paths-unique",
        "OpenAPI 3.x Paths Object: templated paths with the same hierarchy but different names MUST NOT exist",
        "error",
        "No two path templates are the same apart from the names of their parameters. "
        "Remedy: merge the path items; which of them a request means cannot be told.",
    ),
    Rule(
        "path-parameters",
        "OpenAPI Parameter Object: in, name, required; Paths Object: path templating",
        "error",
        "Each {name} of a path has a required path parameter, and each path parameter a {name}. "
        "Remedy: declare the missing parameter with in: path and required: true, or delete the one that is left over.",
    ),
    Rule(
        "parameters-unique",
        "OpenAPI Operation and Path Item Object: parameters (unique by name and in); 2.0: one body, never beside formData",
        "error",
        "No parameter is declared twice in one list. "
        "Remedy: delete one of the two declarations.",
    ),
    Rule(
        "success-response",
        "OpenAPI Responses Object: documentation is expected to cover a successful operation response",
        "warning",
        "Every operation documents at least one answer that is no error. "
        "Remedy: add the 2XX (or 3XX) answer with its schema; without it nobody knows what the operation returns.",
    ),
    Rule(
        "security-defined",
        "OpenAPI Security Requirement Object: each name MUST correspond to a declared security scheme",
        "error",
        "Every security requirement names a declared scheme, and lists scopes only where the scheme has some. "
        "Remedy: declare the scheme (components.securitySchemes, in 2.0 securityDefinitions), or correct the name.",
    ),
    Rule(
        "examples-valid",
        "OpenAPI 3.x Media Type and Parameter Object: example SHOULD match the schema; Schema Object: default",
        "warning",
        "Examples and default values keep the schema they stand for. "
        "Remedy: correct the example or the schema; readers copy the one and generators believe the other.",
    ),
    Rule(
        "schemas-sane",
        "OpenAPI 3.0 Schema Object: items MUST be present if the type is array; JSON Schema validation vocabulary",
        "warning",
        "Schemas can be kept: limits leave room, enumerations hold values of the stated type once, arrays state their items. "
        "Remedy: correct the schema at the place named; no answer, or not the meant one, can keep it.",
    ),
    Rule(
        "patterns",
        "OpenAPI Schema Object: pattern SHOULD be a valid regular expression of ECMA-262",
        "warning",
        "Every pattern is a regular expression. "
        "Remedy: correct the expression; validators refuse the whole schema or skip the check.",
    ),
    Rule(
        "servers",
        "OpenAPI 3.x Server Object: url, variables; Server Variable Object: enum, default",
        "warning",
        "Every server URL can be used: it parses, its variables are declared, and it is no placeholder. "
        "Remedy: state where the interface is served, relative to the description if it is installed at many places.",
    ),
    Rule(
        "tags",
        "OpenAPI Tag Object: each tag name in the list MUST be unique; 3.2: parent MUST exist, no cycles",
        "warning",
        "No tag is declared twice, and each parent tag exists. "
        "Remedy: merge the declarations.",
    ),
    Rule(
        "unused",
        "good practice; OpenAPI Components Object: components have no effect unless referenced",
        "info",
        "Every component is used by an operation. "
        "Remedy: delete the component, or refer to it where it was meant to be used.",
    ),
    Rule(
        "markdown-safe",
        "OpenAPI 3.1, 4.2 Rich text; CommonMark raw HTML",
        "warning",
        "No descriptive text carries a script. "
        "Remedy: delete script elements, event handlers and javascript: links; a reader's browser may run them.",
    ),
    Rule(
        "semver",
        "good practice; Semantic Versioning 2.0.0",
        "info",
        "info.version is a semantic version, so that a client sees whether a change breaks it. "
        "Remedy: state MAJOR.MINOR.PATCH.",
    ),
)  # fmt: skip

Finder = Callable[["OpenApi"], Iterable[Problem]]

FINDERS: tuple[Finder, ...] = (
    rules_meta.valid,
    rules_references.refs,
    rules_texts.version_stated,
    rules_paths.operation_ids,
    rules_paths.paths_unique,
    rules_paths.path_parameters,
    rules_paths.parameters_unique,
    rules_paths.success_response,
    rules_references.security_defined,
    rules_examples.examples_valid,
    rules_schemas.schemas_sane,
    rules_schemas.patterns,
    rules_texts.servers,
    rules_texts.tags,
    rules_references.unused,
    rules_texts.markdown_safe,
    rules_texts.semver,
)


def problems(api: "OpenApi") -> Problems:
    """Everything that the description breaks, by rule; a document of no known version breaks "valid" and nothing else."""
    found = Problems()
    for finder in FINDERS if api.version else FINDERS[:1]:
        for problem in finder(api):
            found.add(problem)
    return with_lines(api.documents, found)
