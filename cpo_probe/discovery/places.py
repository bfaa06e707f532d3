"""Where do descriptions usually lie, and who puts them there?"""

from urllib.parse import urljoin

DESCRIPTIONS = (
    ("openapi.json", "FastAPI, Starlette, Litestar, NestJS"),
    ("openapi.yaml", "many hand-written descriptions"),
    ("v3/api-docs", "springdoc"),
    ("swagger.json", "Flask-RESTX, Jersey, go-swagger"),
    ("swagger/v1/swagger.json", "ASP.NET Swashbuckle"),
    ("openapi/v1.json", "ASP.NET 9"),
    ("v2/api-docs", "SpringFox"),
    ("api-docs", "springdoc, express"),
    ("api/openapi.json", "many products"),
    ("api/openapi", "many products"),
    ("api/schema/", "drf-spectacular"),
    ("api/swagger.json", "many products"),
    ("api-json", "NestJS"),
    ("docs/openapi.json", "many products"),
    ("q/openapi", "Quarkus"),
    ("openapi", "MicroProfile, Open Liberty"),
    ("openapi.yml", "many hand-written descriptions"),
    ("swagger.yaml", "many hand-written descriptions"),
    ("schema", "Litestar"),
)
"""Paths of machine-readable descriptions, most common first."""

PAGES = (
    ("docs", "documentation page (FastAPI, Scalar)"),
    ("swagger-ui/index.html", "Swagger UI (springdoc)"),
    ("swagger/index.html", "Swagger UI (ASP.NET)"),
    ("api/docs", "documentation page"),
    ("redoc", "ReDoc page"),
    ("swagger-ui/", "Swagger UI"),
)
"""Paths of documentation pages that name their description."""

OTHERS = (
    ("$metadata", "OData metadata of a service root"),
    ("odata/$metadata", "OData metadata"),
    ("odata/v4/$metadata", "OData V4 metadata"),
    ("odata/v2/$metadata", "OData V2 metadata"),
    ("OData.svc/$metadata", "OData V2 metadata (WCF Data Services)"),
    ("sap/opu/odata/iwfnd/catalogservice;v=2/ServiceCollection?$format=json", "list of OData services (SAP Gateway)"),
    ("rootservices", "OSLC root services"),
    ("?wsdl", "WSDL of a service"),
    ("services", "list of SOAP services (CXF, Axis)"),
)
"""Places of other kinds of description."""

WELL_KNOWN = (
    ("oslc/rootservices.xml", "OSLC root services (RFC 8615)"),
    ("openid-configuration", "OpenID Connect metadata: how to log in by an open standard"),
    ("oauth-authorization-server", "OAuth 2.0 metadata (RFC 8414): how to log in by an open standard"),
)
"""Below /.well-known/ (RFC 8615), besides api-catalog."""


def below(base: str, path: str) -> str:
    """A usual place below a URL. Who gives ".../api/" means the folder that "api/schema/" begins with."""
    if path.startswith("?"):
        return base.rstrip("/") + path
    return urljoin(base, path.removeprefix("api/") if base.endswith("/api/") else path)


def bases(base_url: str) -> tuple[str, ...]:
    """Where usual places are tried: below the URL that was given, then below the root of its host."""
    return tuple(dict.fromkeys((base_url, urljoin(base_url, "/"))))
