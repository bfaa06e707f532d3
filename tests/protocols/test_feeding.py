from cpo_probe.protocols.feeding import levels
from tests.protocols.test_harvest import operation, parameter


def test_lists_come_before_what_they_feed() -> None:
    operations = [
        operation("/items/{id}/revisions/{rev}"),
        operation("/items/{id}/revisions"),
        operation("/items/{id}"),
        operation("/items"),
        operation("/files/{fileId}"),
        operation("/files/{fileId}/content"),
        operation("/documents/{documentId}/files"),
        operation("/documents"),
        operation("/where-used", parameter("item", "query", required=True)),
        operation("/strange/{thing}"),
    ]
    assert levels(operations) == {
        "GET /items": 0,
        "GET /documents": 0,
        "GET /items/{id}": 1,
        "GET /items/{id}/revisions": 1,
        "GET /documents/{documentId}/files": 1,
        "GET /where-used": 1,
        "GET /strange/{thing}": 1,
        "GET /items/{id}/revisions/{rev}": 2,
        "GET /files/{fileId}": 2,
        "GET /files/{fileId}/content": 2,
    }


def test_operations_that_only_feed_each_other_count_their_parameters() -> None:
    operations = [operation("/parts/{part}/docs"), operation("/docs/{doc}/parts"), operation("/docs/{doc}/parts/{part}")]
    assert list(levels(operations).values()) == [1, 1, 2]
