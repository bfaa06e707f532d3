"""Each rule: a document that keeps it, one that breaks it, one that it does not concern, and one that is broken elsewhere."""
# ruff: noqa: E501  one case, one line

from typing import Any, NamedTuple

import pytest

from cpo_probe.protocols.openapi import RULES
from cpo_probe.registry.definitions import split_text
from tests.protocols.openapi.support import OK, answering, build, document, get, of_rule, places


class Case(NamedTuple):
    rule: str
    name: str
    document: dict[str, Any]
    broken: list[str] = []  # noqa: RUF012  pointers of the problems


def parameter(name: str = "id", where: str = "path", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "schema": {"type": "string"}} | ({"required": True} if where == "path" else {}) | more


def old(name: str = "id", where: str = "path", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "type": "string"} | ({"required": True} if where == "path" else {}) | more


def schema(value: Any, version: str = "3.0.3") -> dict[str, Any]:
    """A document in which one component schema is used."""
    return answering({"$ref": "#/components/schemas/A"}, version, schemas={"A": value})


A = "/components/schemas/A"
CONTENT = "/paths/~1items/get/responses/200/content/application~1json"
KEY = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
OAUTH = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"read": "Reading"}}}}
ONE, TWO = {"get": {"responses": OK, "parameters": [parameter("a")]}}, {"get": {"responses": OK, "parameters": [parameter("b")]}}
CAT = {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"claws": {"type": "integer"}}}]}

CASES = [
    # valid
    Case("valid", "pass: the smallest 2.0 document", document("2.0")),
    Case("valid", "pass: the smallest 3.0 document", document("3.0.0")),
    Case("valid", "pass: the smallest 3.1 document has no paths", {"openapi": "3.1.1", "info": {"title": "", "version": "1"}, "webhooks": {}}),
    Case("valid", "pass: the smallest 3.2 document", document("3.2.0")),
    Case("valid", "pass: extensions are allowed everywhere", get(**{"x-a": "1"}) | {"x-b": [None], "x-": {}}),
    Case("valid", "pass: ranges and default are status keys", get(responses={"4XX": {"description": ""}, "default": {"description": ""}})),
    Case("valid", "pass: relative URLs", document("3.1.0", externalDocs={"url": "docs"}) | {"servers": [{"url": "/v1"}]}),
    Case("valid", "pass: a server URL is a template", document("3.1.0", servers=[{"url": "https://{h}/v1", "variables": {"h": {"default": "a"}}}])),
    Case("valid", "pass: a path item may be a reference", document("3.1.0", paths={"/a": {"$ref": "#/components/pathItems/a"}}, components={"pathItems": {"a": {"get": {}}}})),
    Case("valid", "pass: boolean schemas since 3.1", schema({"properties": {"a": True}}, "3.1.0")),
    Case("valid", "pass: keywords beside $ref since 3.1", schema({"$ref": "#/components/schemas/A/$defs/b", "$defs": {"b": {}}}, "3.1.0")),
    Case("valid", "pass: an unusual pattern is not this rule's business", schema({"type": "string", "pattern": "("})),
    Case("valid", "pass: QUERY and own methods since 3.2", document("3.2.0", paths={"/a": {"query": {}, "additionalOperations": {"COPY": {}}}})),
    Case("valid", "pass: a path item may have more than its reference", document("3.1.0", paths={"/a": {"$ref": "#/components/pathItems/a", "parameters": []}}, components={"pathItems": {"a": {"get": {}}}})),
    Case("valid", "pass: what stands beside a reference is ignored", get(version="3.1.0", responses={"200": {"$ref": "#/components/responses/a", "x": 1}}, components={"responses": {"a": {"description": ""}}})),
    Case("valid", "pass: a link has a server and parameters of any kind", get(version="3.1.0", responses={"200": {"description": "", "links": {"a": {"operationRef": "#/paths/~1items/get", "server": {"url": "/"}, "parameters": {"n": 1}}}}})),
    Case("valid", "fail: example beside examples since 3.1", get(version="3.1.0", parameters=[parameter("q", "query", example="a", examples={})]), ["/paths/~1items/get/parameters/0"]),
    Case("valid", "fail: no info", {"openapi": "3.0.3", "paths": {}}, [""]),
    Case("valid", "fail: no paths in 3.0", {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}}, [""]),
    Case("valid", "fail: a member the standard does not know", get(sumary="typo"), ["/paths/~1items/get"]),
    Case("valid", "fail: a status key that is none", get(responses={"4XX-5XX": {"description": ""}} | OK), ["/paths/~1items/get/responses"]),
    Case("valid", "fail: a response without description", get(responses={"200": {}}), ["/paths/~1items/get/responses/200"]),
    Case("valid", "fail: a type that is none, deep in a schema", schema({"properties": {"a": {"type": "text"}}}), [f"{A}/properties/a/type"]),
    Case("valid", "fail: the same since 3.1", schema({"properties": {"a": {"type": "text"}}}, "3.1.0"), [f"{A}/properties/a/type"]),
    Case("valid", "fail: required as a boolean", schema({"properties": {"a": {"required": True}}}), [f"{A}/properties/a/required"]),
    Case("valid", "fail: a component name with brackets", document(components={"schemas": {"List<Item>": {}}}), ["/components/schemas/List<Item>"]),
    Case("valid", "fail: an unknown member and a broken one since 3.1", document("3.1.0", info={"title": 1, "version": "1", "vresion": ""}), ["/info/title", "/info"]),
    Case("valid", "fail: a broken member does not make its neighbours unknown", get(version="3.1.0", parameters=[parameter("q", "query", style="simple", explode=True)]), ["/paths/~1items/get/parameters/0/style"]),
    Case("valid", "fail: QUERY before 3.2", document("3.1.0", paths={"/a": {"query": {}}}), ["/paths/~1a"]),
    Case("valid", "na: no OpenAPI document", {"swaggerVersion": "1.2"}, [""]),
    Case("valid", "broken: everything is of the wrong type", {"openapi": "3.0.3", "info": [], "paths": 7}, ["/info", "/paths"]),
    # refs
    Case("refs", "pass: a circle through members is a tree", schema({"properties": {"next": {"$ref": "#/components/schemas/A"}}})),
    Case("refs", "pass: escaped and encoded pointers", document(paths={"/a b/{c}": {"get": {"responses": OK, "parameters": [{"$ref": "#/paths/~1a%20b~1%7Bc%7D/put/parameters/0"}]}, "put": {"responses": OK, "parameters": [parameter("c")]}}})),
    Case("refs", "pass: $ref in an example is data", get(parameters=[parameter("q", "query", example={"$ref": "#/nowhere"})])),
    Case("refs", "pass: a property named $ref", schema({"properties": {"$ref": {"type": "string"}}}, "3.1.0")),
    Case("refs", "pass: an anchor since 3.1", answering({"$ref": "#item"}, "3.1.0", schemas={"A": {"$anchor": "item"}})),
    Case("refs", "pass: an identifier since 3.1", answering({"$ref": "http://ids.test/item"}, "3.1.0", schemas={"A": {"$id": "http://ids.test/item"}})),
    Case("refs", "pass: mappings by name and by reference", schema({"discriminator": {"propertyName": "k", "mapping": {"a": "A", "b": "#/components/schemas/A"}}, "properties": {"k": {}}})),
    Case("refs", "fail: nothing is there", answering({"$ref": "#/components/schemas/B"}), [f"{CONTENT}/schema/$ref"]),
    Case("refs", "fail: in 2.0", answering({"$ref": "#/definitions/B"}, "2.0"), ["/paths/~1items/get/responses/200/schema/$ref"]),
    Case("refs", "fail: an endless chain", answering({"$ref": "#/components/schemas/A"}, schemas={"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}), [f"{CONTENT}/schema/$ref", f"{A}/$ref", "/components/schemas/B/$ref"]),
    Case("refs", "fail: a mapping to no schema", schema({"discriminator": {"propertyName": "k", "mapping": {"a": "#/components/schemas/C"}}}), [f"{A}/discriminator/mapping/a"]),
    Case("refs", "na: a document that was not given", answering({"$ref": "http://elsewhere.test/a.json#/B"})),
    Case("refs", "na: no references", document()),
    Case("refs", "broken: references that are no texts", answering({"$ref": 7})),
    # version-stated
    Case("version-stated", "pass", document()),
    Case("version-stated", "fail: empty", document(info={"title": "t", "version": " "}), ["/info"]),
    Case("version-stated", "fail: absent", document(info={"title": "t"}), ["/info"]),
    Case("version-stated", "na: no OpenAPI document", {"info": {}}),
    Case("version-stated", "broken: a number", document(info={"title": "t", "version": 1.0}), ["/info"]),
    # operation-ids
    Case("operation-ids", "pass: unique", document(paths={"/a": {"get": {"operationId": "a", "responses": OK}, "put": {"operationId": "b", "responses": OK}}})),
    Case("operation-ids", "pass: one path item under two paths is one operation", document("3.1.0", paths={p: {"$ref": "#/components/pathItems/a"} for p in ("/a", "/b")}, components={"pathItems": {"a": {"get": {"operationId": "a"}}}})),
    Case("operation-ids", "pass: links to existing operations", get(operationId="a", responses={"200": {"description": "", "links": {"l": {"operationId": "a"}}}})),
    Case("operation-ids", "fail: twice", document(paths={"/a": {"get": {"operationId": "a", "responses": OK}}, "/b": {"get": {"operationId": "a", "responses": OK}}}), ["/paths/~1b/get/operationId"]),
    Case("operation-ids", "fail: a link to none", get(responses={"200": {"description": "", "links": {"l": {"operationId": "b"}}}}), ["/paths/~1items/get/responses/200/links/l/operationId"]),
    Case("operation-ids", "na: none is stated", get()),
    Case("operation-ids", "na: links of a library", document("3.1.0", components={"links": {"l": {"operationId": "a"}}})),
    Case("operation-ids", "broken: no text", get(operationId=["a"])),
    # paths-unique
    Case("paths-unique", "pass: a fixed path beside a template", document(paths={"/a/{a}": ONE, "/a/mine": {"get": {"responses": OK}}})),
    Case("paths-unique", "pass: 2.0 allows it for different methods", document("2.0", paths={"/a/{a}": {"get": {"responses": OK, "parameters": [old("a")]}}, "/a/{b}": {"put": {"responses": OK, "parameters": [old("b")]}}})),
    Case("paths-unique", "fail: only the names differ", document(paths={"/a/{a}": ONE, "/a/{b}": TWO}), ["/paths/~1a~1{b}"]),
    Case("paths-unique", "fail: in 2.0 for the same method", document("2.0", paths={"/a/{a}": {"get": {"responses": OK, "parameters": [old("a")]}}, "/a/{b}": {"get": {"responses": OK, "parameters": [old("b")]}}}), ["/paths/~1a~1{b}"]),
    Case("paths-unique", "na: no paths", document()),
    Case("paths-unique", "broken: paths are no object", document(paths=[])),
    # path-parameters
    Case("path-parameters", "pass: declared for the path", document(paths={"/a/{id}": {"parameters": [parameter()], "get": {"responses": OK}}})),
    Case("path-parameters", "pass: declared for the operation, by reference", get("/a/{id}", parameters=[{"$ref": "#/components/parameters/id"}], components={"parameters": {"id": parameter()}})),
    Case("path-parameters", "pass: two in one segment", get("/a/{x},{y}(id={z})", parameters=[parameter("x"), parameter("y"), parameter("z")])),
    Case("path-parameters", "pass: in 2.0", get("/a/{id}", "2.0", parameters=[old()])),
    Case("path-parameters", "fail: not declared", get("/a/{id}"), ["/paths/~1a~1{id}/get"]),
    Case("path-parameters", "fail: declared, but not in the path", get("/a", parameters=[parameter()]), ["/paths/~1a/get"]),
    Case("path-parameters", "fail: not required", get("/a/{id}", parameters=[parameter(required=False)]), ["/paths/~1a~1{id}/get/parameters/0"]),
    Case("path-parameters", "fail: another spelling misses both", get("/a/{ID}", parameters=[parameter()]), ["/paths/~1a~1{ID}/get"] * 2),
    Case("path-parameters", "na: a path item without operations", document(paths={"/a/{id}": {}})),
    Case("path-parameters", "na: the declaration stands in a document that was not given", get("/a/{id}", parameters=[{"$ref": "http://elsewhere.test/p.json"}])),
    Case("path-parameters", "na: callbacks have expressions of their own", get(callbacks={"c": {"{$request.body#/url}": {"post": {"responses": OK}}}})),
    Case("path-parameters", "broken: parameters are no array", get("/a/{id}", parameters={"id": parameter()}), ["/paths/~1a~1{id}/get"]),
    # parameters-unique
    Case("parameters-unique", "pass: the same name at two places", get("/a/{id}", parameters=[parameter(), parameter(where="query")])),
    Case("parameters-unique", "pass: an operation overrides its path", document(paths={"/a": {"parameters": [parameter("q", "query")], "get": {"responses": OK, "parameters": [parameter("q", "query")]}}})),
    Case("parameters-unique", "pass: query names tell cases apart", get(parameters=[parameter("q", "query"), parameter("Q", "query")])),
    Case("parameters-unique", "fail: twice", get(parameters=[parameter("q", "query"), parameter("q", "query", description="")]), ["/paths/~1items/get/parameters/1"]),
    Case("parameters-unique", "fail: header names in two spellings", get(parameters=[parameter("X-A", "header"), parameter("x-a", "header")]), ["/paths/~1items/get/parameters/1"]),
    Case("parameters-unique", "fail: two bodies in 2.0", get(version="2.0", parameters=[{"name": n, "in": "body", "schema": {}} for n in "ab"]), ["/paths/~1items/get/parameters/1"]),
    Case("parameters-unique", "fail: body beside formData in 2.0", get(version="2.0", parameters=[{"name": "a", "in": "body", "schema": {}}, old("b", "formData")]), ["/paths/~1items/get/parameters"]),
    Case("parameters-unique", "na: no parameters", get()),
    Case("parameters-unique", "broken: parameters without names", get(parameters=[{}, {}, 7, None])),
    # success-response
    Case("success-response", "pass: 2XX", get(responses={"2XX": {"description": ""}})),
    Case("success-response", "pass: a redirect", get(responses={"302": {"description": ""}})),
    Case("success-response", "pass: switching protocols", get(responses={"101": {"description": ""}})),
    Case("success-response", "pass: default may be success", get(responses={"default": {"description": ""}})),
    Case("success-response", "fail: errors only", get(responses={"404": {"description": ""}}), ["/paths/~1items/get"]),
    Case("success-response", "fail: none at all", get(version="3.1.0", responses={}), ["/paths/~1items/get"]),
    Case("success-response", "na: no operations", document()),
    Case("success-response", "broken: responses are no object", get(responses=200), ["/paths/~1items/get"]),
    # security-defined
    Case("security-defined", "pass: declared", get(security=[{"key": []}], components=KEY)),
    Case("security-defined", "pass: none is needed", get(security=[])),
    Case("security-defined", "pass: optional", get(security=[{}, {"key": []}], components=KEY)),
    Case("security-defined", "pass: scopes of OAuth", get(security=[{"o": ["read"]}], components={"securitySchemes": {"o": OAUTH}})),
    Case("security-defined", "pass: roles since 3.1", get(version="3.1.0", security=[{"key": ["admin"]}], components=KEY)),
    Case("security-defined", "pass: in 2.0", get(version="2.0", security=[{"k": []}], components={"securityDefinitions": {"k": {"type": "basic"}}})),
    Case("security-defined", "pass: a URI since 3.2", get(version="3.2.0", security=[{"#/components/securitySchemes/key": []}], components=KEY)),
    Case("security-defined", "fail: not declared", get(security=[{"kay": []}], components=KEY), ["/paths/~1items/get/security/0/kay"]),
    Case("security-defined", "fail: for the whole document", document(security=[{"key": []}]), ["/security/0/key"]),
    Case("security-defined", "fail: scopes of an API key", get(security=[{"key": ["read"]}], components=KEY), ["/paths/~1items/get/security/0/key"]),
    Case("security-defined", "na: nothing is said", get()),
    Case("security-defined", "broken: no array", get(security={"key": []})),
    # examples-valid
    Case("examples-valid", "pass: of a media type", get(responses={"200": {"description": "", "content": {"application/json": {"schema": {"type": "integer"}, "example": 1}}}})),
    Case("examples-valid", "pass: null where it is allowed", schema({"type": "string", "nullable": True, "example": None})),
    Case("examples-valid", "pass: null in an enumeration", schema({"type": "string", "nullable": True, "enum": ["a"], "default": None})),
    Case("examples-valid", "pass: members for one direction only", schema({"required": ["a", "b"], "properties": {"a": {"readOnly": True}, "b": {"writeOnly": True}}, "example": {}})),
    Case("examples-valid", "pass: XML as a text", get(responses={"200": {"description": "", "content": {"application/xml": {"schema": {"type": "object"}, "example": "<a/>"}}}})),
    Case("examples-valid", "pass: JSON as a text", get(responses={"200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}, "example": "{}"}}}})),
    Case("examples-valid", "pass: examples of a schema since 3.1", schema({"type": "integer", "examples": [1, 2]}, "3.1.0")),
    Case("examples-valid", "pass: what stands outside", get(parameters=[parameter("q", "query", examples={"a": {"externalValue": "a.json"}})])),
    Case("examples-valid", "fail: of a parameter", get(parameters=[parameter("q", "query", schema={"type": "integer"}, example="x")]), ["/paths/~1items/get/parameters/0/example"]),
    Case("examples-valid", "fail: of a media type, deep", get(responses={"200": {"description": "", "content": {"application/json": {"schema": {"properties": {"a": {"type": "integer"}}}, "examples": {"e": {"value": {"a": "x"}}}}}}}), [f"{CONTENT}/examples/e/value/a"]),
    Case("examples-valid", "fail: a scalar as a text", get(parameters=[parameter("q", "query", schema={"type": "integer"}, example="1")]), ["/paths/~1items/get/parameters/0/example"]),
    Case("examples-valid", "fail: a default of another type", schema({"type": "boolean", "default": "false"}), [f"{A}/default"]),
    Case("examples-valid", "fail: a default of a 2.0 parameter", get(version="2.0", parameters=[old("q", "query", default=1)]), ["/paths/~1items/get/parameters/0/default"]),
    Case("examples-valid", "fail: one of the examples since 3.1", schema({"type": "integer", "examples": [1, "2"]}, "3.1.0"), [f"{A}/examples/1"]),
    Case("examples-valid", "fail: a format", schema({"type": "string", "format": "date-time", "example": "2025-01-01"}), [f"{A}/example"]),
    Case("examples-valid", "na: no examples", schema({"type": "object"})),
    Case("examples-valid", "na: the schema stands in a document that was not given", answering({"$ref": "http://elsewhere.test/a.json"})),
    Case("examples-valid", "broken: a schema that is none", schema({"type": 7, "example": 1})),
    # schemas-sane
    Case("schemas-sane", "pass", schema({"type": "array", "items": {}, "minItems": 1, "maxItems": 1, "enum": [[1], [1.5]]})),
    Case("schemas-sane", "pass: true and 1 are two values", schema({"enum": [True, 1, "1"]})),
    Case("schemas-sane", "pass: integers are numbers", schema({"type": "number", "enum": [1, 2.5]})),
    Case("schemas-sane", "pass: null in a nullable enumeration", schema({"type": "string", "nullable": True, "enum": ["a", None]})),
    Case("schemas-sane", "pass: arrays need no items since 3.1", schema({"type": "array"}, "3.1.0")),
    Case("schemas-sane", "pass: several types since 3.1", schema({"type": ["string", "null"], "enum": ["a", None]}, "3.1.0")),
    Case("schemas-sane", "pass: required members may be declared elsewhere", schema({"required": ["a"]})),
    Case("schemas-sane", "fail: limits without room", schema({"minLength": 5, "maxLength": 4}), [f"{A}/minLength"]),
    Case("schemas-sane", "fail: a value twice", schema({"enum": ["a", "b", "a"]}), [f"{A}/enum"]),
    Case("schemas-sane", "fail: a value of another type", schema({"type": "integer", "enum": [1, "2"]}), [f"{A}/enum"]),
    Case("schemas-sane", "fail: an array of what", schema({"type": "array"}), [A]),
    Case("schemas-sane", "fail: a 2.0 parameter that is an array of what", get(version="2.0", parameters=[old("q", "query", type="array")]), ["/paths/~1items/get/parameters/0"]),
    Case("schemas-sane", "fail: required and forbidden", schema({"required": ["a"], "properties": {"b": {}}, "additionalProperties": False}), [f"{A}/required"]),
    Case("schemas-sane", "na: no schemas", document()),
    Case("schemas-sane", "broken: limits that are none", schema({"minLength": "5", "maxLength": [], "enum": 7, "required": "a"})),
    # patterns
    Case("patterns", "pass", schema({"pattern": "^[A-Z]{2}-\\d+$"})),
    Case("patterns", "pass: Unicode properties", schema({"pattern": "^\\p{L}{0,127}$"})),
    Case("patterns", "pass: surrogate pairs, as XML-minded generators write them", schema({"pattern": "^([\\x20-\\ud7ff]|\\ud800[\\udc00-\\udfff]|[\\ud801-\\udbfe][\\udc00-\\udfff]|\\udbff[\\udc00-\\udfff])*$"})),
    Case("patterns", "pass: looking ahead and named groups", schema({"pattern": "^(?=.*\\d)(?<a>[a-z])\\k<a>$"})),
    Case("patterns", "fail: an open group", schema({"pattern": "(a"}), [f"{A}/pattern"]),
    Case("patterns", "fail: nothing to repeat", schema({"pattern": "*.pdf"}), [f"{A}/pattern"]),
    Case("patterns", "fail: as a name since 3.1", schema({"patternProperties": {"[a": {}}}, "3.1.0"), [f"{A}/patternProperties/[a"]),
    Case("patterns", "na: no patterns", schema({})),
    Case("patterns", "broken: no text", schema({"pattern": 7})),
    # servers
    Case("servers", "pass: relative", document(servers=[{"url": "/api/v1"}, {"url": "."}])),
    Case("servers", "pass: on this machine", document(servers=[{"url": "http://localhost:8080"}])),
    Case("servers", "pass: variables with their defaults", document(servers=[{"url": "https://{a}.vendor.test", "variables": {"a": {"default": "x", "enum": ["x"]}}}])),
    Case("servers", "pass: a variable as port", document(servers=[{"url": "https://{a}.vendor.test:{p}/{b}", "variables": {"a": {"default": "x"}, "p": {"default": "443"}, "b": {"default": ""}}}])),
    Case("servers", "fail: a variable that is not declared", document(servers=[{"url": "https://{host}/"}]), ["/servers/0/url"]),
    Case("servers", "fail: a default that is not allowed", document(servers=[{"url": "/{a}", "variables": {"a": {"default": "x", "enum": ["y"]}}}]), ["/servers/0/variables/a/default"]),
    Case("servers", "fail: a placeholder", document(servers=[{"url": "https://api.example.com/v1"}]), ["/servers/0/url"]),
    Case("servers", "fail: a placeholder in 2.0", document("2.0", host="example.org"), ["/host"]),
    Case("servers", "fail: no URL", document(servers=[{"url": "http://[::1"}]), ["/servers/0/url"]),
    Case("servers", "na: none is stated", document()),
    Case("servers", "broken: servers of the wrong type", document(servers=[7, {}, {"url": 1}])),
    # tags
    Case("tags", "pass: tags that are used need not be declared", get(tags=["a"])),
    Case("tags", "pass: parents since 3.2", document("3.2.0", tags=[{"name": "a"}, {"name": "b", "parent": "a"}])),
    Case("tags", "fail: twice", document(tags=[{"name": "a"}, {"name": "a", "description": ""}]), ["/tags/1"]),
    Case("tags", "fail: a parent that is not declared", document("3.2.0", tags=[{"name": "b", "parent": "a"}]), ["/tags/0/parent"]),
    Case("tags", "fail: parents in a circle", document("3.2.0", tags=[{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]), ["/tags/0/parent", "/tags/1/parent"]),
    Case("tags", "na: no tags", document()),
    Case("tags", "broken: tags without names", document(tags=[{}, 7, {"name": 1}])),
    # unused
    Case("unused", "pass: used through a parameter", get(parameters=[{"$ref": "#/components/parameters/p"}], components={"parameters": {"p": parameter("q", "query", schema={"$ref": "#/components/schemas/A"})}, "schemas": {"A": {}}})),
    Case("unused", "pass: a child of a base with a discriminator", answering({"$ref": "#/components/schemas/A"}, schemas={"A": {"discriminator": {"propertyName": "k"}, "properties": {"k": {}}}, "Cat": CAT})),
    Case("unused", "pass: named by a mapping", answering({"$ref": "#/components/schemas/A"}, schemas={"A": {"discriminator": {"propertyName": "k", "mapping": {"x": "B"}}}, "B": {}})),
    Case("unused", "pass: a part of it is used", answering({"$ref": "#/components/schemas/A/properties/b"}, schemas={"A": {"properties": {"b": {}}}})),
    Case("unused", "pass: security schemes are used by name", get(security=[{"key": []}], components=KEY)),
    Case("unused", "fail: nobody asks for it", get(components={"schemas": {"A": {}}}), [A]),
    Case("unused", "fail: only its like ask for it", get(components={"schemas": {"A": {"items": {"$ref": "#/components/schemas/B"}}, "B": {"items": {"$ref": "#/components/schemas/A"}}}}), [A, "/components/schemas/B"]),
    Case("unused", "fail: a security scheme", get(components=KEY), ["/components/securitySchemes/key"]),
    Case("unused", "fail: in 2.0", get(version="2.0", components={"definitions": {"A": {}}}), ["/definitions/A"]),
    Case("unused", "na: a library without operations", document("3.1.0", components={"schemas": {"A": {}}})),
    Case("unused", "na: a document that was not given may use it", answering({"$ref": "http://elsewhere.test/a.json"}, schemas={"A": {}})),
    Case("unused", "broken: components of the wrong type", get(components={"schemas": [], "parameters": 7})),
    # markdown-safe
    Case("markdown-safe", "pass: marked-up text", get(description="<b>bold</b> [link](https://a.test) 1 < 2, on = off")),
    Case("markdown-safe", "pass: a script that is shown as code", get(description="Use `<script>` so:\n\n```html\n<script>a()</script>\n```\n\n    <script>")),
    Case("markdown-safe", "fail: a script element", get(description="a <script>alert(1)</script>"), ["/paths/~1items/get/description"]),
    Case("markdown-safe", "fail: an event handler", document(info={"title": "t", "version": "1", "description": '<img src="x" onerror="a()">'}), ["/info/description"]),
    Case("markdown-safe", "fail: a link that runs", get(description="[a](javascript:alert(1))"), ["/paths/~1items/get/description"]),
    Case("markdown-safe", "na: no texts", document()),
    Case("markdown-safe", "broken: no text", get(description=["<script>"])),
    # semver
    Case("semver", "pass", document(info={"title": "t", "version": "1.2.3-rc.1+5"})),
    Case("semver", "fail: a date", document(info={"title": "t", "version": "2025-01-01"}), ["/info/version"]),
    Case("semver", "fail: with a letter", document(info={"title": "t", "version": "v1"}), ["/info/version"]),
    Case("semver", "na: no version", document(info={"title": "t"})),
    Case("semver", "broken: info is no object", document(info="1.0.0")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}, {case.name}")
def test_a_rule_finds_exactly_what_breaks_it(case: Case) -> None:
    assert places(build(case.document), case.rule) == case.broken


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_is_tested_both_ways_and_explains_itself(rule: Any) -> None:
    names = [case.name.split(":")[0] for case in CASES if case.rule == rule.id]
    assert {"pass", "fail", "na", "broken"} <= set(names)
    title, _, remedy = split_text(rule.text.replace("Remedy:", "\nRemedy:"))
    assert title and remedy and rule.clause and rule.level in ("error", "warning", "info")


def test_a_document_without_fault_breaks_no_rule() -> None:
    api = build(get("/items/{id}", operationId="item", parameters=[parameter()]))
    assert not list(api.problems) and not api.untested


def test_rules_that_could_not_look_say_so() -> None:
    assert build({"swaggerVersion": "1.2"}).untested["refs"] == "version"
    assert build(answering({"$ref": "http://elsewhere.test/a.json"})).untested == {"refs": "remote", "unused": "remote"}
    assert build(document()).untested == {"unused": "library"}
    strange = build(get(version="3.1.0") | {"jsonSchemaDialect": "https://vendor.test/dialect"})
    assert strange.untested == {"valid": "dialect", "examples-valid": "dialect"}


def test_a_reference_to_a_document_that_is_known_to_be_absent_leads_nowhere() -> None:
    elsewhere = "http://elsewhere.test/a.json"
    (found,) = of_rule(build(answering({"$ref": f"{elsewhere}#/x"}), absent=[elsewhere]), "refs")
    assert (found.expected, found.found) == ("an existing document", f"{elsewhere}#/x")


def test_a_problem_says_what_was_expected_what_was_found_and_where() -> None:
    (problem,) = of_rule(build(get(responses={"4XX-5XX": {"description": ""}} | OK)), "valid")
    assert (problem.expected, problem.found) == ("nothing else", ["4XX-5XX"])
    assert problem.where.part == "description" and problem.params["keyword"] == "additionalProperties"
    (problem,) = of_rule(
        build(get(parameters=[parameter("q", "query"), parameter("q", "query", description="")])), "parameters-unique"
    )
    assert problem.where.pointer.endswith("/parameters/1") and problem.location.endswith("/parameters/*")


def test_more_problems_than_are_kept_are_counted() -> None:
    api = build(document(components={"schemas": {f"S{i}": {"type": "text"} for i in range(120)}}))
    assert api.problems.counts["valid"] == 120
    assert len(of_rule(api, "valid")) == 50
