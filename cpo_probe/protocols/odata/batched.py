"""Which answers are inside the answer to a batch, as if each had come alone?"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from cpo_probe.model import Exchange, Headers, Request, Response, header
from cpo_probe.protocols import json_pointer
from cpo_probe.protocols.odata.batch import JSON, MULTIPART, Part, read_json, read_multipart

_GET = re.compile(rb"^GET (\S+) HTTP/1\.[01]\r?\n((?:[^\r\n]+\r?\n)*)", re.MULTILINE)
_ID = re.compile(rb"^Content-ID:[ \t]*(\S+)", re.MULTILINE | re.IGNORECASE)


def answers_inside(exchange: Exchange, root: str) -> tuple[tuple[str, Exchange], ...]:
    """Parts that answer a GET of the batch: where in the body each stands ("" in a multipart one), and the part.

    `root`: URL of the service, without a slash at its end. () for what is no answer to a batch, or none that can be read.
    """
    if exchange.response is None or exchange.request.method != "POST" or exchange.status != 200:
        return ()
    try:
        if exchange.media_type == MULTIPART:
            parts = read_multipart(exchange.body, exchange.header("content-type") or "")
            asked = dict(_multipart_asked(exchange.request.body))
        elif exchange.media_type == JSON:
            parts = read_json(exchange.response.document.value)
            asked = dict(_json_asked(exchange.request.body))
        else:
            return ()
    except (ValueError, KeyError, TypeError):  # also of `Malformed`, and of a request that was changed for the record
        return ()
    base, in_json = root + "/", exchange.media_type == JSON
    return tuple(
        (json_pointer.join("", "responses", position, "body") if in_json else "", _alone(exchange, base, asked[part.id], part))
        for position, part in enumerate(parts)
        if part.id in asked
    )


def _alone(exchange: Exchange, base: str, asked: tuple[str, Headers], part: Part) -> Exchange:
    """What the batch states once, its version, holds for each part; the body of a part is JSON unless it says otherwise."""
    url, sent = asked
    stated = exchange.header("odata-version")
    fields = part.headers
    if stated and header(fields, "odata-version") is None:
        fields = (*fields, ("OData-Version", stated))
    if header(fields, "content-type") is None and isinstance(part.value, (dict, list)):
        fields = (*fields, ("Content-Type", JSON))
    body = b"" if part.value is None else json.dumps(part.value).encode()
    response = Response(part.status, "", "HTTP/1.1", fields, body, len(body), None)
    return replace(exchange, request=Request("GET", urljoin(base, url), sent, b""), response=response)


def _json_asked(body: bytes) -> Iterator[tuple[str, tuple[str, Headers]]]:
    value: Any = json.loads(body)  # what a probe wrote
    for one in value["requests"]:
        if one["method"] == "GET":
            yield one["id"], (one["url"], tuple(one.get("headers", {}).items()))


def _multipart_asked(body: bytes) -> Iterator[tuple[str, tuple[str, Headers]]]:
    ids = [match.group(1).decode("latin-1") for match in _ID.finditer(body)]
    for id, match in zip(ids, _GET.finditer(body), strict=False):
        fields = (line.partition(":") for line in match.group(2).decode("latin-1").splitlines())
        yield id, (match.group(1).decode("latin-1"), tuple((name.strip(), value.strip()) for name, _, value in fields))
