"""What do the tests of the OData library share?"""

from pathlib import Path

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import Document
from cpo_probe.protocols.odata.reading import read
from tests.others import others

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"


def test_data(path: str) -> Path:
    """A file or folder of the test data of others."""
    return others(path)


test_data.__test__ = False  # type: ignore[attr-defined]


def edmx(schema: str, *, version: str = "4.01", namespace: str = "N", alias: str = "", references: str = "") -> bytes:
    """A CSDL XML document of one schema."""
    named = f' Alias="{alias}"' if alias else ""
    return (
        f'<edmx:Edmx xmlns:edmx="{EDMX}" xmlns="{EDM}" Version="{version}">{references}<edmx:DataServices>'
        f'<Schema Namespace="{namespace}"{named}>{schema}</Schema></edmx:DataServices></edmx:Edmx>'
    ).encode()


def document(body: bytes, url: str = "http://plm.test/odata/$metadata") -> Document:
    found = read(body, url)
    assert not isinstance(found, Problem), found
    return found


def old_edmx(schema: str, *, version: str = "2.0", space: str = "http://schemas.microsoft.com/ado/2008/09/edm") -> bytes:
    """Metadata of an OData V2 service."""
    m = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
    return (
        f'<edmx:Edmx xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:m="{m}" '
        f'xmlns:sap="http://www.sap.com/Protocols/SAPData" Version="1.0">'
        f'<edmx:DataServices m:DataServiceVersion="{version}"><Schema Namespace="N" xmlns="{space}">{schema}</Schema>'
        "</edmx:DataServices></edmx:Edmx>"
    ).encode()
