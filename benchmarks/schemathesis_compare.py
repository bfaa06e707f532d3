"""What does schemathesis find on the same servers, and does cpo-probe find all of it that is true?

    CPO_PROBE_TEST_DATA=FOLDER python -m benchmarks.schemathesis_compare [--only PATTERN]...

Both only read. `--include-method GET` is not enough for schemathesis: left to itself its phase "coverage" also sends methods
that the description does not have (about 20 each of POST, PUT, PATCH and DELETE at the reference server), so its configuration
names none. Nor may `--include-path-regex` stand beside it: the two select a union, which brings in writing operations. A relay
in front of every server counts the methods that really arrive.

Servers: the reference server, clean and with seeded defects that both could see; the CAP bookshop with its compiled document;
prism over each description in CPO_PROBE_TEST_DATA. Findings of schemathesis were checked by hand against the raw exchange and
are kept in schemathesis_true.toml; those of cpo-probe in tests/peers/expected and in the list of defects. What neither list
knows is printed as unchecked. Exit code 1: something true is missed or unchecked, or something else than reading arrived.

Operations: "asked" got a request, "read" answered with 2xx at least once. A finding is distinct by operation, kind and what it
is about (parameter, status, place of the schema; check, code and location). Seconds are those of a process from start to end.
"""

import argparse
import os
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks._common import heading, house
from benchmarks._contestants import VERSION, Claim, Found, Told, cpo_probe, install, schemathesis
from benchmarks._tap import Tap, tapped
from cpo_probe.cli.reference import PASSWORD, USER
from cpo_probe.registry import PACKAGE
from tests.peers.bookshop.start import start as start_bookshop
from tests.peers.expectation import expected
from tests.peers.prism.start import start as start_prism
from tests.peers.processes import NODE, Peer

CHECKED = Path(__file__).with_name("schemathesis_true.toml")
READING = {"GET", "HEAD"}
DEFECTS = (
    "null-for-text", "naive-date-time", "number-as-text", "state-translated", "member-missing", "single-element-unwrapped",
    "status-undocumented", "csv-documented-as-json", "header-missing", "header-otherwise", "operation-fails",
    "wrong-type-ignored", "wrong-type-shows-trace", "unknown-value-ignored", "unknown-id-shows-sql", "mistakes-undocumented",
    "strangers-see-empty-lists", "anybody-gets-in", "json-cut", "type-missing",
)  # fmt: skip
PRISM = {
    "datamanagement": ("aps/datamanagement.yaml", True),
    "modelderivative": ("aps/modelderivative.yaml", False),
    "webhooks": ("aps/webhooks.yaml", False),
    "authentication": ("aps/authentication.yaml", False),
    "polarion": ("polarion/polarion-rest-openapi.json", False),
}
"""Description, and whether prism makes its answers up, as in the tests."""


@dataclass(frozen=True, slots=True)
class Server:
    """How both get at a running server, and which of cpo-probe's findings a person has confirmed."""

    document: str
    url: str
    credentials: tuple[str, ...]
    target: str
    confirmed: Callable[[Found], bool]
    tap: Tap


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of a finding of schemathesis. `ours`: the checks that see the same; `anywhere`: at any operation."""

    true: bool
    ours: tuple[str, ...]
    anywhere: bool


Verdicts = Mapping[tuple[str, Claim], Verdict]


def verdicts(path: Path = CHECKED) -> Verdicts:
    """By server and finding; every entry says why."""
    known: dict[tuple[str, Claim], Verdict] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["finding"]:
        assert entry["why"] and (entry.get("ours") or not entry["true"]), f"{path.name}: incomplete {entry}"
        verdict = Verdict(entry["true"], tuple(entry.get("ours", ())), entry.get("anywhere", False))
        for server in entry["servers"]:
            for operation in entry["operations"]:
                for subject in entry.get("subjects", [""]):
                    known[server, Claim(operation, entry["kind"], subject)] = verdict
    return known


def found_too(claim: Claim, verdict: Verdict, ours: Told[Found]) -> bool:
    """Whether cpo-probe says the same: at the operation, by one of the checks, of the parameter where it is about one."""
    parameter = claim.subject.partition(" ")[2] if claim.kind == "AcceptedNegativeData" else ""
    return any(
        found.check in verdict.ours
        and (verdict.anywhere or found.operation == claim.operation)
        and (not parameter or found.location == parameter)
        for found in ours.findings
    )


@contextmanager
def reference(copy: str, folder: Path, root: str) -> Iterator[Server]:
    """A copy of the reference server: "" for the clean one, or the name of a defect."""
    fixtures = import_module(f"{PACKAGE}.fixtures.defects")
    looked_for = {d.name: (*d.expects, *d.collateral) for d in fixtures.DEFECTS}.get(copy, ())
    with tapped(int(urlsplit(root).port or 0)) as tap:
        url = f"http://127.0.0.1:{tap.port}/" + (f"~{copy}/" if copy else "")
        profile = folder / "reference.toml"
        profile.write_text(
            f'name = "reference"\nbase_url = "{url}"\n[auth]\nkind = "basic"\nusername = "{USER}"\npassword = "env:{PASSWORD}"\n'
        )
        credentials = ("--auth", f"{USER}:{os.environ[PASSWORD]}")

        def confirmed(found: Found) -> bool:
            return any(fnmatchcase(found.check, pattern) for pattern in looked_for)

        yield Server(f"{url}openapi.json", "", credentials, str(profile), confirmed, tap)


@contextmanager
def bookshop(folder: Path) -> Iterator[Server]:
    with start_bookshop(folder) as peer, tapped(int(urlsplit(peer.url).port or 0)) as tap:
        url = f"http://127.0.0.1:{tap.port}/"
        yield Server(f"{url}openapi.json", "", (), url, partial(_expected, frozenset(expected("bookshop"))), tap)


@contextmanager
def prism(name: str, folder: Path, data: Path) -> Iterator[Server]:
    path, dynamic = PRISM[name]
    with start_prism(folder, document=data / path, dynamic=dynamic) as peer, tapped(int(urlsplit(peer.url).port or 0)) as tap:
        url = f"http://127.0.0.1:{tap.port}/"
        confirmed = partial(_expected, frozenset(expected(f"prism-{name}")))
        token = ("--header", "Authorization: Bearer " + (folder / "token").read_text(encoding="utf-8"))
        yield Server(str(data / path), url, token, _behind(peer, url), confirmed, tap)


def _behind(peer: Peer, url: str) -> str:
    """The profile of the peer, with the relay's address in place of its own."""
    profile = Path(peer.target)
    text = profile.read_text(encoding="utf-8").replace(peer.url, url)
    relayed = profile.with_name(f"relayed-{profile.name}")
    relayed.write_text(text, encoding="utf-8")
    return str(relayed)


def _expected(keys: frozenset[tuple[str, str, str]], found: Found) -> bool:
    return (found.check, found.operation, found.code) in keys


Start = Callable[[Path], AbstractContextManager[Server]]


def servers(root: str) -> Iterator[tuple[str, Start]]:
    """The names of all servers, and how each is started."""
    yield "reference", partial(reference, "", root=root)
    for name in DEFECTS:
        yield f"~{name}", partial(reference, name, root=root)
    if not NODE.exists():
        print("  servers written by others are not installed (python tests/peers/install.py): nothing is said of them")
        return
    yield "bookshop", bookshop
    data = os.environ.get("CPO_PROBE_TEST_DATA")
    if not data:
        print("  CPO_PROBE_TEST_DATA is not set: nothing is said of prism")
        return
    for name in PRISM:
        yield f"prism-{name}", partial(prism, name, data=Path(data, "specs").resolve())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one server: lines to print, by what they are about."""

    missed: tuple[str, ...]
    unchecked: tuple[str, ...]
    unsafe: tuple[str, ...]


def compared(name: str, server: Server, known: Verdicts) -> Outcome:
    """Run both, print one line, and say what is missed, unchecked, or was more than reading."""
    theirs = schemathesis(server.document, url=server.url, credentials=server.credentials)
    methods = dict(server.tap.methods)
    ours = cpo_probe(server.target)
    judged = {claim: known.get((name, claim)) for claim in sorted(theirs.findings)}
    true = {claim: verdict for claim, verdict in judged.items() if verdict is not None and verdict.true}
    missed = [claim for claim, verdict in true.items() if not found_too(claim, verdict, ours)]
    unchecked = [claim for claim, verdict in judged.items() if verdict is None]
    unconfirmed = sorted(found for found in ours.findings if not server.confirmed(found))
    print(_row(name, theirs, len(true), ours, len(ours.findings) - len(unconfirmed), len(missed)), flush=True)
    return Outcome(
        tuple(f"{name}: {claim} {theirs.examples[claim]}" for claim in missed),
        (
            *(f"{name}: schemathesis: {claim} {theirs.examples[claim]}" for claim in unchecked),
            *(f"{name}: cpo-probe: {found} {ours.examples[found]}" for found in unconfirmed),
        ),
        tuple(f"{name}: schemathesis sent {n} x {method}" for method, n in methods.items() if method not in READING),
    )


HEAD = f"  {'':26} {'schemathesis':^34}   {'cpo-probe':^34}\n  {'':26} " + "   ".join(
    [f"{'asked':>6} {'read':>5} {'found':>6} {'true':>5} {'s':>7}"] * 2
)


def _row(name: str, theirs: Told[Claim], true: int, ours: Told[Found], confirmed: int, missed: int) -> str:
    halves = (
        f"{len(told.asked):6} {len(told.read):5} {len(told.findings):6} {right:5} {told.seconds:7.1f}"
        for told, right in ((theirs, true), (ours, confirmed))
    )
    return f"  {name:26} " + "   ".join(halves) + (f"   {missed} missed" if missed else "")


def _listed(title: str, lines: Sequence[str]) -> None:
    print(f"{title}: {len(lines)}")
    for line in lines:
        print(f"  {line}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", metavar="PATTERN", help="names of servers")
    chosen = parser.parse_args()
    install()
    heading(f"schemathesis {VERSION} and cpo-probe on the same servers, reading only")
    house()
    known = verdicts()
    outcomes = []
    fixtures = import_module(f"{PACKAGE}.fixtures.plm.serve")
    os.environ[PASSWORD] = import_module(f"{PACKAGE}.fixtures.plm.auth.accounts").PASSWORD
    print(HEAD)
    with fixtures.serve() as root, tempfile.TemporaryDirectory() as folder:
        for name, start in servers(root):
            if chosen.only and not any(fnmatchcase(name, pattern) for pattern in chosen.only):
                continue
            place = Path(folder, name)
            place.mkdir()
            with start(place) as server:
                outcomes.append(compared(name, server, known))
    _listed("true findings of schemathesis that cpo-probe misses", [line for o in outcomes for line in o.missed])
    _listed("unchecked", [line for o in outcomes for line in o.unchecked])
    _listed("schemathesis sent something else than GET or HEAD", [line for o in outcomes for line in o.unsafe])
    return int(any((o.missed, o.unchecked, o.unsafe) != ((), (), ()) for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
