"""spyne: document/literal wrapped, as SOAP 1.1 or SOAP 1.2, each with a WSDL of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import Peer, declared, free_port, logging_in, python, running

NEEDS = ("spyne",)
USER, PASSWORD = "integrator", "session-of-a-peer-4711"
AUTH = f"""[auth]
kind = "soap_login"
url = "{{url}}"
message = '<i:logIn xmlns:i="urn:plm:items"><i:user>{{{{user}}}}</i:user><i:word>{{{{word}}}}</i:word></i:logIn>'
session = ".//{{{{urn:plm:items}}}}logInResult"
header = '<i:Shown xmlns:i="urn:plm:items"><i:sessionId>{{{{session}}}}</i:sessionId></i:Shown>'
fields = {{{{ user = "{USER}", word = "file:password.txt" }}}}
[logout]
url = "{{url}}"
headers = {{{{ Content-Type = "text/xml; charset=utf-8", SOAPAction = '""' }}}}
body = '''<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<i:logOut xmlns:i="urn:plm:items"/></e:Body></e:Envelope>'''
"""


@contextmanager
def start(folder: Path, *, version: str) -> Iterator[Peer]:
    """`version`: "soap11" or "soap12", where reading needs no log-in, "session", where a log-in hands out an id, or "mtom";
    the user says that names tell which operations read.
    """
    port = free_port()
    env = {"PEER_USER": USER, "PEER_PASSWORD": PASSWORD}
    with running((*python("spyne"), str(port)), port, folder / "spyne.log", env=env, path=f"/{version}?wsdl") as url:
        place = f"{url}{version}"
        if version == "session":
            yield Peer(url, logging_in(folder, place, AUTH.format(url=place), PASSWORD), read_names=True)
        else:
            yield Peer(url, declared(folder, url, "wsdl", f"/{version}"), read_names=True)
