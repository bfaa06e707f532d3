"""Which words may be said of a check, of a request, and by whom?"""

from enum import StrEnum


class Outcome(StrEnum):
    """The fate of one check on one subject. There is no default."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    REVIEW = "review"
    NOT_TESTED = "not_tested"
    ERROR = "error"


class Blocker(StrEnum):
    """Why something was not tested. A check may say only those of `CHECK_BLOCKERS`."""

    NOT_SELECTED = "not_selected"
    PRECONDITION = "precondition"
    DENIED = "denied"  # 401/403 for our own credentials
    NO_CREDENTIAL = "no_credential"
    BUDGET = "budget"
    INTERRUPTED = "interrupted"
    NEEDS_WRITE = "needs_write"
    NEEDS_JOB = "needs_job"
    NEEDS_INTRUSIVE = "needs_intrusive"
    NO_ARGUMENTS = "no_arguments"  # nothing harvested that could fill a required parameter
    OUT_OF_SCOPE = "out_of_scope"
    NO_SCHEMA = "no_schema"
    WINDOW = "window"
    REDACTED = "redacted"
    NO_DATA = "no_data"
    NOT_COVERED = "not_covered"  # the test reached less deep than the claim would need
    NEWLY_MEASURED = "newly_measured"
    UNANSWERED = "unanswered"  # broken off on the way, or put off by the system (429, 503 with Retry-After)
    NO_KERNEL = "no_kernel"  # no geometry kernel looked at the file
    KERNEL_UNDECIDED = "kernel_undecided"  # it did not come to an end, or to no number that is exact enough
    BEYOND_BOUNDS = "beyond_bounds"  # larger or packed deeper than is read: nothing is known of it, good or bad
    UNPARSABLE = "unparsable"  # the answer is no JSON, or nested deeper than is read: nothing in it can be judged


CHECK_BLOCKERS = frozenset(
    {
        Blocker.DENIED,
        Blocker.NO_CREDENTIAL,
        Blocker.BUDGET,
        Blocker.INTERRUPTED,
        Blocker.NO_SCHEMA,
        Blocker.NEEDS_WRITE,
        Blocker.OUT_OF_SCOPE,
        Blocker.WINDOW,
        Blocker.REDACTED,
        Blocker.NO_DATA,
        Blocker.NOT_COVERED,
        Blocker.NO_ARGUMENTS,
        Blocker.UNANSWERED,
        Blocker.UNPARSABLE,
        Blocker.NO_KERNEL,
        Blocker.KERNEL_UNDECIDED,
        Blocker.BEYOND_BOUNDS,
    }
)


class Severity(StrEnum):
    """How much a failure matters to an integrator."""

    INFO = "info"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Effect(StrEnum):
    """What a request may do to the system under test."""

    READ = "read"
    JOB = "job"
    WRITE = "write"
    INTRUSIVE = "intrusive"


class FailureKind(StrEnum):
    """Why there is no complete answer. Network trouble is data."""

    DNS = "dns"
    REFUSED = "refused"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS = "tls"
    READ_TIMEOUT = "read_timeout"
    DEADLINE = "deadline"  # the total time for one exchange ran out (a dripping server)
    DISCONNECTED = "disconnected"  # closed before or in the middle of the answer
    PROTOCOL = "protocol"  # not HTTP, wrong Content-Length, bad chunking
    TOO_LARGE = "too_large"  # more bytes on the wire than the limit
    BOMB = "bomb"  # more bytes after decompression than the limit
    CODING = "coding"  # content coding that cannot be decoded


class Identity(StrEnum):
    """Who asked."""

    ANONYMOUS = "anonymous"  # no credentials sent
    ACCOUNT = "account"  # the account of the profile
    NOBODY = "nobody"  # an invented account, only when asked for


class Freshness(StrEnum):
    """Which WS-Security token goes with a SOAP message of the account."""

    NEW = "new"
    USED = "used"  # nonce and time of the token before it
    EXPIRED = "expired"  # made and expired a day ago


class Stack(StrEnum):
    """Which implementation of HTTP and TLS carried a request."""

    OWN = "own"
    CURL = "curl"  # the system's command
