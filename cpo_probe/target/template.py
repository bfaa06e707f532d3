"""What should the first profile of a system look like?"""

import json
import re
from collections.abc import Mapping

from cpo_probe.errors import UsageError
from cpo_probe.target.load import from_url

_AUTH = {
    "none": """\
[auth]
kind = "none"
""",
    "basic": """\
[auth]
kind = "basic"
username = "env:{prefix}_USER"          # or the name itself: it is no secret
password = "env:{prefix}_PASSWORD"      # or "file:/path/to/file"
""",
    "bearer": """\
[auth]
kind = "bearer"
token = "env:{prefix}_TOKEN"
# scheme = "Token"                      # where the product wants another word than "Bearer"
""",
    "api_key": """\
[auth]
kind = "api_key"
name = "X-API-Key"                      # of the header, or of the query parameter
value = "env:{prefix}_API_KEY"
place = "header"                        # or "query"
""",
    "oauth2": """\
[auth]
kind = "oauth2"
grant = "client_credentials"            # or "password"
token_url = "/oauth/token"              # or issuer = "https://...", which tells the token endpoint
client_id = "env:{prefix}_CLIENT_ID"    # or the id itself: it is no secret
client_secret = "env:{prefix}_CLIENT_SECRET"
# scope = "read"
# username = "env:{prefix}_USER"        # for the password grant
# password = "env:{prefix}_PASSWORD"
""",
    "login": """\
[auth]
kind = "login"
url = "/login"                          # where the form is sent
format = "form"                         # or "json"
# before = "/login"                     # asked first, for cookies and hidden fields
# success_cookie = "SESSION"            # where a wrong password is answered with 200, too

[auth.fields]
username = "env:{prefix}_USER"
password = "env:{prefix}_PASSWORD"

[logout]
method = "POST"
url = "/logout"
""",
    "browser": """\
[auth]
kind = "browser"
cookies = "file:cookies.txt"            # exported from the browser in Netscape format
""",
    "wsse": """\
[auth]
kind = "wsse"                           # WS-Security UsernameToken in every SOAP message
username = "env:{prefix}_USER"          # or the name itself: it is no secret
password = "env:{prefix}_PASSWORD"
password_type = "text"                  # or "digest"
# timestamp = 300                       # seconds until a message expires
""",
    "soap_login": """\
[auth]
kind = "soap_login"
url = "/services/Session"               # where the message is sent
message = '<logIn xmlns="urn:session"><user>{{user}}</user><password>{{password}}</password></logIn>'
session = ".//{{urn:session}}sessionId"   # where the answer has the session id
header = '<s:sessionId xmlns:s="urn:session">{{session}}</s:sessionId>'

[auth.fields]
user = "env:{prefix}_USER"
password = "env:{prefix}_PASSWORD"

[logout]
url = "/services/Session"
headers = {{ Content-Type = "text/xml; charset=utf-8", SOAPAction = '""' }}
body = '''<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<logOut xmlns="urn:session"/></e:Body></e:Envelope>'''
""",
}

_TEXT = """\
# Target profile. Every key is explained in docs/reference/profile.md.
# Secrets are never written here: "env:NAME" reads an environment variable, "file:PATH" a file.

{head}
{auth}
[limits]
rate = 10.0                             # requests per second
requests = 2000                         # of the whole run
seconds = 900.0

# [scope]                               # nothing outside is ever asked
# hosts = ["files.example.com"]         # besides the hosts named in this file
# exclude = ["/admin"]

# [[interfaces]]                        # what discovery cannot find by itself
# kind = "openapi"
# description = "/hidden/openapi.json"
"""


def profile_template(answers: Mapping[str, str]) -> str:
    """A commented profile that loads.

    `answers`: base_url (or the URL of a description), and perhaps name, extends, product, vendor, version, and auth: one of
    "none", "basic", "bearer", "api_key", "oauth2", "login", "browser", "wsse", "soap_login".
    """
    kind = answers.get("auth", "none")
    if kind not in _AUTH:
        raise UsageError(f"unknown way to log in {kind!r}: expected one of {', '.join(_AUTH)}")
    place = from_url(answers["base_url"])
    texts = {name: answers.get(name, "") for name in ("extends", "name", "product", "vendor", "version")}
    lines = [f"{name} = {_quoted(text)}" for name, text in {**texts, "base_url": place["base_url"]}.items() if text]
    if "discovery" in place:
        lines += ["", "[discovery]", f"places = [{_quoted(place['discovery']['places'][0])}]    # asked first"]
    auth = _AUTH[kind].format(prefix=_prefix(answers.get("name", "")))
    return _TEXT.format(head="\n".join(lines) + "\n", auth=auth)


def _prefix(name: str) -> str:
    """What environment variables begin with: letters, digits and underscores, a letter first."""
    prefix = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    return prefix if prefix[:1].isalpha() else f"PLM_{prefix}".rstrip("_")


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
