"""HTTP messages: are status, length, coding and content what the message says they are?"""

import codecs

from cpo_probe.sdk import (
    Exchange,
    FailureKind,
    Plan,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    semantics,
    soap,
)

NO_CONTENT = (204, 304)


def _bodiless(exchange: Exchange) -> bool:
    return exchange.request.method == "HEAD" or exchange.status in NO_CONTENT


@check("http.server-error", of="*", clause="RFC 9110, 15.6", severity="major")
def server_error(exchange: Exchange, plan: Plan) -> Result:
    """No request makes the server fail.

    A 5xx answer says that the server could not do what it is meant to do. 501 (not implemented) and 503 with
    Retry-After (a stated pause) are honest answers and no defect. Behind a proxy of the profile 502 and 504 say
    nothing about the product; a fault of SOAP has to come with 500 whoever made the mistake (SOAP 1.1, 6.2). An integrator
    cannot repair a 5xx and has to guess whether a retry helps.
    Remedy: find the request in the server's log by its traceparent, repair the cause, answer what the client did wrong with 4xx.
    """
    status = exchange.status
    if status < 500 or status == 501:
        return passed()
    if status == 503 and exchange.header("retry-after") is not None:
        return not_applicable("stated_pause")
    if status in (502, 504) and plan.target.transport.proxy:
        return not_applicable("own_proxy", status=status)
    message = soap.read(exchange.body) if status == 500 and semantics.is_xml(exchange.media_type) else None
    if isinstance(message, soap.Envelope) and message.fault is not None:
        return not_applicable("fault_of_soap")
    return failed("server_error", expected="2xx, 3xx or 4xx", found=status, where=Where("response.status"))


@check("http.status-code", of="*", clause="RFC 9110, 15; 15.3.7; 15.4.5", severity="major")
def status_code(exchange: Exchange) -> Result:
    """The status code is one of HTTP and belongs to the request.

    Codes lie between 100 and 599. 206 answers a Range request only, 304 a conditional one only: a client that asked for
    neither would take a part, or nothing, for the whole.
    Remedy: answer 200 with the whole content where no Range or If- field was sent; keep codes within 100 to 599.
    """
    status = exchange.status
    where = Where("response.status")
    if not 100 <= status <= 599:
        return failed("code_out_of_range", expected="100 to 599", found=status, where=where)
    if status == 206 and exchange.request.header("range") is None:
        return failed("partial_unasked", expected=200, found=206, where=where)
    if status == 304 and not any(exchange.request.header(name) for name in semantics.CONDITIONS):
        return failed("not_modified_unasked", expected=200, found=304, where=where)
    return passed()


@check("http.content-type", of="*", clause="RFC 9110, 8.3", severity="minor")
def content_type(exchange: Exchange) -> Result:
    """Content says what it is by a well-formed Content-Type.

    Without it, or with a wrong one, a client has to sniff, and generic tools cannot read the answer. JSON labelled
    as HTML is the usual case. The field SHOULD be there; if it is, it MUST be one media type.
    Remedy: send one Content-Type with the true media type, `application/json` for JSON.
    """
    lines = semantics.lines(exchange.response.headers, "content-type") if exchange.response else ()
    where = Where("response.header", "content-type")
    if not lines:
        if _bodiless(exchange) or not exchange.body:
            return not_applicable("no_content")
        return failed("missing", expected="Content-Type", where=where)
    if len(set(lines)) > 1:
        return failed("repeated", expected="one field", found=list(lines), where=where)
    found = semantics.media_type(lines[0])
    if found is None:
        return failed("malformed", expected="type/subtype", found=lines[0], where=where)
    if found.essence in ("text/html", "application/xhtml+xml") and exchange.response and not _bodiless(exchange):
        document = exchange.response.document
        if not document.problem and isinstance(document.value, dict | list):
            return failed("json_as_html", expected="application/json", found=lines[0], where=where)
    return passed()


@check("http.content-length", of="*", clause="RFC 9110, 8.6; RFC 9112, 6.2", severity="major", accepts="failure")
def content_length(exchange: Exchange) -> Result:
    """Content-Length, where it is sent, is the number of bytes that follow.

    A wrong length makes clients wait, cut the answer, or read the rest as the next answer. 204 must not carry it, and
    not together with Transfer-Encoding. In answers to HEAD and in 304 it states what GET would have sent.
    Remedy: let the server framework count the bytes, after content coding.
    """
    response = exchange.response
    if response is None:
        return not_applicable("no_response")
    lines = semantics.lines(response.headers, "content-length")
    where = Where("response.header", "content-length")
    if not lines:
        return not_applicable("no_content_length")
    if len(lines) > 1:
        return failed("repeated", expected="one field", found=list(lines), where=where)
    if not lines[0].isascii() or not lines[0].isdigit():
        return failed("malformed", expected="digits", found=lines[0], where=where)
    if exchange.status == 204:
        return failed("length_in_204", expected="no Content-Length", found=lines[0], where=where)
    if response.header("transfer-encoding") is not None:
        return failed("length_and_coding", expected="Transfer-Encoding or Content-Length", found="both", where=where)
    if _bodiless(exchange):
        return passed()
    announced = int(lines[0])
    if exchange.failure is not None and not _ended_by_server(exchange):
        return not_applicable("incomplete_answer", kind=exchange.failure.kind.value)
    if exchange.failure is not None and response.wire_bytes == announced:
        return failed("bytes_after_end", expected=announced, found="more bytes", where=where)
    if response.wire_bytes != announced:
        return failed("wrong_length", expected=announced, found=response.wire_bytes, where=where)
    return passed()


def _ended_by_server(exchange: Exchange) -> bool:
    """Whether the server itself ended the message, in order but at another byte; a broken connection proves nothing."""
    failure = exchange.failure
    if failure is None or exchange.header("transfer-encoding") is not None:
        return False
    closed = failure.kind is FailureKind.DISCONNECTED and failure.detail.startswith("peer closed connection")
    return closed or failure.kind is FailureKind.PROTOCOL


@check("http.content-coding", of="*", clause="RFC 9110, 8.4; 12.5.3", severity="major", accepts="failure")
def content_coding(exchange: Exchange) -> Result:
    """Content is coded only as the request allows, and can be decoded.

    A coding that was not asked for, or bytes that are not what Content-Encoding says, cannot be read by a client.
    Remedy: compress only by a coding named in Accept-Encoding, and once; never state `identity`.
    """
    response = exchange.response
    text = response.header("content-encoding") if response else None
    if text is None:
        return not_applicable("no_content_coding")
    where = Where("response.header", "content-encoding")
    codings = semantics.token_list(text)
    if codings is None or not codings:
        return failed("malformed", expected="list of content codings", found=text, where=where)
    if any(coding.lower() == "identity" for coding in codings):
        return failed("identity_stated", expected="no `identity`", found=text, where=where)
    accepted = _accepted(exchange.request.header("accept-encoding"))
    if accepted is not None:
        unasked = [coding for coding in codings if _plain(coding) not in accepted and "*" not in accepted]
        if unasked:
            return failed("coding_unasked", expected=sorted(accepted), found=unasked, where=where)
    if exchange.failure is not None:
        if exchange.failure.kind is FailureKind.CODING:
            return failed("undecodable", expected=text, found="bytes of another form", where=Where("response.body"))
        return not_applicable("incomplete_answer", kind=exchange.failure.kind.value)
    return passed()


def _accepted(text: str | None) -> frozenset[str] | None:
    """Codings with a weight above zero; None when the request leaves it open (12.5.3)."""
    if text is None:
        return None
    found = set()
    for part in semantics.split(text):
        coding, _, weight = part.partition(";")
        if weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(_plain(coding.strip()))
    return frozenset(found)


def _plain(coding: str) -> str:
    """RFC 9110, 8.4.1: x-gzip is gzip, x-compress is compress."""
    return coding.lower().removeprefix("x-")


@check("http.no-body", of="*", clause="RFC 9110, 6.4.1; 15.3.6; RFC 9112, 6.1", severity="major", accepts="failure")
def no_body(exchange: Exchange) -> Result:
    """Answers that must not have content have none.

    That is 204, 205, 304 and every answer to HEAD. Bytes after such a head are read as the next answer on the connection.
    Remedy: end the message after the header section; no Transfer-Encoding in 204.
    """
    response = exchange.response
    if response is None or not (_bodiless(exchange) or exchange.status == 205):
        return not_applicable("may_have_content")
    if exchange.failure is not None and exchange.failure.kind is FailureKind.PROTOCOL and _bodiless(exchange):
        return failed("bytes_after_end", expected=0, found="more bytes", where=Where("response.body"))
    if exchange.failure is not None:
        return not_applicable("incomplete_answer", kind=exchange.failure.kind.value)
    if response.body or response.wire_bytes:
        return failed("content", expected=0, found=response.wire_bytes or len(response.body), where=Where("response.body"))
    if exchange.status == 204 and response.header("transfer-encoding") is not None:
        return failed(
            "coding_in_204", found=response.header("transfer-encoding"), where=Where("response.header", "transfer-encoding")
        )
    return passed()


@check("http.json", of="*", clause="RFC 8259, 2; 8.1", severity="major")
def json_text(exchange: Exchange) -> Result:
    """What is labelled JSON is one JSON text in UTF-8.

    NaN, a byte order mark, Latin-1 bytes, an HTML page or nothing at all under a JSON label stop every parser.
    Remedy: serialise with a JSON library, in UTF-8, and label other content as what it is.
    """
    response = exchange.response
    if response is None or not semantics.is_json(response.media_type):
        return not_applicable("not_json")
    if _bodiless(exchange):
        return not_applicable("no_content")
    document = response.document
    where = Where("response.body", offset=document.offset)
    if document.problem == "depth":
        return not_applicable("too_deep_to_judge")
    if document.problem == "stored":
        return not_applicable("kept_as_file")
    if document.problem:
        return failed(f"json_{document.problem}", expected="JSON text", found=_beginning(response.body), where=where)
    if response.body.startswith(codecs.BOM_UTF8):
        return failed("json_bom", expected="no byte order mark", found="EF BB BF", where=Where("response.body", offset=0))
    return passed()


def _beginning(body: bytes) -> str:
    return body[:60].decode("utf-8", "replace")


@check("http.json-names", of="*", clause="RFC 8259, 4", severity="minor")
def json_names(exchange: Exchange) -> Result:
    """The names within a JSON object are unique.

    Which of two equal names counts differs between parsers, so that two clients read two different answers.
    Remedy: write each member once.
    """
    response = exchange.response
    if response is None or not semantics.is_json(response.media_type) or response.document.problem:
        return not_applicable("not_json")
    names = sorted(set(response.document.duplicates))
    if names:
        return failed("duplicate_names", expected="unique names", found=names[:10], where=Where("response.body"))
    return passed()


@check("http.charset", of="*", clause="RFC 9110, 8.3.2; RFC 8259, 8.1", severity="minor")
def charset(exchange: Exchange) -> Results:
    """A stated charset is known, and the content is in it.

    JSON is UTF-8 whatever the label says, so that another charset on it is wrong. Umlauts and CJK break first. A package of
    several parts has none as a whole: each part states its own (RFC 2046, 5.1).
    Remedy: send UTF-8 and say `charset=utf-8` for text, nothing for JSON.
    """
    response = exchange.response
    found = semantics.media_type(response.header("content-type") or "") if response else None
    name = found.parameter("charset") if found else None
    if response is None or found is None or name is None or found.essence.startswith("multipart/"):
        return not_applicable("no_charset")
    if not response.body:
        return not_applicable("no_content")
    if response.stored:
        return not_applicable("kept_as_file")
    where = Where("response.header", "content-type")
    codec = semantics.charset(name)
    if codec is None:
        return failed("unknown_charset", expected="registered charset", found=name, where=where)
    if semantics.is_json(found.essence) and codec.name not in ("utf-8", "utf-8-sig", "ascii"):
        return failed("json_charset", expected="utf-8", found=name, where=where)
    try:
        codec.decode(response.body)
    except (UnicodeError, ValueError) as error:
        offset = error.start if isinstance(error, UnicodeDecodeError) else -1
        return failed("not_in_charset", expected=name, found="other bytes", where=Where("response.body", offset=offset))
    return passed()
