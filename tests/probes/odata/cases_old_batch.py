"""OData V2, batches and conditional reads: what each check must say."""

from typing import Any

from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.old_make import JSON, at, one, row

MIXED = ("Content-Type", "multipart/mixed;boundary=x")
ASKED: dict[str, Any] = {"asked": ["list", "relative", "absolute"]}
ALONE = (at("tagged", body={"d": row(1)}, headers=(JSON, ("ETag", '"1"')), id="000030"),)


def multipart(*parts: tuple[int, bytes]) -> bytes:
    head = b"--x\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 %d X\r\nContent-Type: application/json\r\n\r\n%s\r\n"
    return b"".join(head % part for part in parts) + b"--x--\r\n"


def single(id: int) -> tuple[int, bytes]:
    return 200, b'{"d":{"ID":%d}}' % id


LIST = (200, b'{"d":{"results":[]}}')
RIGHT = multipart(LIST, single(1), single(2))


def batched(status: int, body: bytes = RIGHT, *, alone: Any = ALONE, media: Any = MIXED) -> dict[str, Any]:
    return one("batch", status, body, (media,), beside=alone, **ASKED)


def fresh(status: int, first: Any = None) -> dict[str, Any]:
    shown = (at("tagged", body={"d": row(1)} if first is None else first, headers=(JSON, ("ETag", '"1"')), id="000030"),)
    return one("fresh", status, {"d": row(1)} if status == 200 else b"", (JSON, ("ETag", '"1"')), beside=shown)


CASES: dict[str, list[Case]] = {
    "odata2.batch": [
        passes(**batched(202)),
        passes(**batched(200, multipart((200, b'{"d":[]}'), single(1), single(2)))),
        fails("batch_parts_missing", **batched(202, multipart(LIST, single(1)))),
        fails("batch_part_differs", **batched(202, multipart(LIST, single(2), single(1)))),
        fails("batch_part_refused", **batched(202, multipart(LIST, (404, b""), (404, b"")))),
        fails("batch_part_refused", **batched(202, multipart(LIST, single(1), (500, b"")))),
        passes(**batched(202, multipart(LIST, single(1), (404, b"")))),
        fails("malformed", **batched(202, multipart(single(1), single(1), single(2)))),
        fails("malformed", **batched(202, b"{}", media=JSON)),
        fails("server_error", **batched(500)),
        na("not_supported", **batched(501)),
        na("other_answer", **batched(202, multipart(LIST, single(1), (404, b"")), alone=())),
        fails("malformed", "broken", **batched(202, b"--x\r\n")),
    ],
    "odata2.not-modified": [
        passes(**fresh(304)),
        fails("other_status", **fresh(200)),
        untested("window", **fresh(200, {"d": row(2)})),
        na("other_answer", **fresh(404)),
        na("other_answer", "broken", **fresh(500)),
    ],
}
