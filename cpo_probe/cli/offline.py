"""Commands on recorded evidence: no network."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax

from cpo_probe import evidence
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.output import machine, people
from cpo_probe.cli.reporting import show_diff, show_scorecard, write_reports
from cpo_probe.errors import EvidenceError
from cpo_probe.evidence import Bundle
from cpo_probe.history import Diff, compare, newer_checks, read_side
from cpo_probe.judge import open_judgement
from cpo_probe.model import Exchange, Wire
from cpo_probe.report import reproducer


def judge(
    path: Path,
    catalogue: Path | None,
    content: tuple[Path, ...],
    schemas: tuple[Path, ...],
    workers: int,
    language: str,
    json: bool,
) -> int:
    """The exit code of the new scorecard."""
    house = open_house(content, catalogue, language, schemas)
    bundle = Bundle.open(path)
    console = people()
    if not bundle.sealed:
        console.print(
            f"{path} is not sealed: judged as far as it got; complete it with cpo-probe run --resume {path}", markup=False
        )
    judgement = house.judge(bundle, workers=workers)
    if json:
        machine(judgement.scorecard)
    show_scorecard(house, bundle, judgement, console)
    console.print(f"Judgement {judgement.path}", markup=False)
    return judgement.scorecard.exit_code


def report(
    path: Path, out: Path | None, catalogue: Path | None, content: tuple[Path, ...], schemas: tuple[Path, ...], language: str
) -> int:
    """0: the reports are written."""
    house = open_house(content, catalogue, language, schemas)
    bundle = Bundle.open(path)
    for written in write_reports(house, bundle, house.judgement(bundle), out):
        people(stdout=True).print(str(written), markup=False)
    return 0


def diff(old: Path, new: Path, catalogue: Path | None, content: tuple[Path, ...], schemas: tuple[Path, ...], json: bool) -> int:
    """1 new and worse, 3 something that was measured is not any more, else 0."""
    house = open_house(content, catalogue, "en", schemas)
    found = difference(house, Bundle.open(old), Bundle.open(new))
    if json:
        machine(found)
    show_diff(found, people(stdout=not json))
    return found.exit_code


def difference(house: House, old: Bundle, new: Bundle) -> Diff:
    """Both bundles by today's ruler, so that what differs is the product; the old judgement shows what the ruler changed."""
    for bundle in (old, new):
        if not bundle.frozen:
            raise EvidenceError(f"{bundle.path} broke off during discovery: there is nothing to compare; run it again")
    before = [open_judgement(bundle_path) for bundle_path in map(old.judgement, old.judgements())]
    stored = next((j.scorecard for j in before if j is not None), None)
    return compare(
        read_side(house.judgement(old).path),
        read_side(house.judgement(new).path),
        newer_checks=newer_checks(house.registry, old.plan, new.plan),
        stored=stored,
    )


def show(path: Path, id: str, curl: bool, json: bool) -> int:
    """One exchange, as recorded."""
    bundle = Bundle.open(path)
    exchange = bundle.exchange(id.zfill(6) if id.isdigit() else id)
    if curl:
        made = reproducer(exchange, bundle.plan.target.auth)
        for name, command in made.variables.items():
            people().print(f"Set first: export {name}={f'$({command})' if command else '...'}", markup=False, soft_wrap=True)
        people(stdout=True).print(made.curl, markup=False, soft_wrap=True)
    elif json:
        machine(exchange)
    else:
        _print_exchange(exchange, bundle.wire(exchange.id), people(stdout=True))
    return 0


def _print_exchange(exchange: Exchange, wire: Wire, console: Console) -> None:
    console.print(f"{exchange.id}  {exchange.at}  {exchange.probe}  {exchange.purpose}", markup=False, style="bold")
    if exchange.why:
        console.print(exchange.why, markup=False)
    timing = exchange.timing
    phases = [f"{n} {getattr(timing, n) * 1000:.1f} ms" for n in ("dns", "connect", "tls", "send", "first_byte", "body", "total")
              if getattr(timing, n) is not None]  # fmt: skip
    console.print("timing  " + ", ".join(phases), markup=False)
    if exchange.peer:
        secured = f"  {exchange.peer.tls.version} {exchange.peer.tls.cipher}" if exchange.peer.tls else ""
        console.print(f"peer    {exchange.peer.address}:{exchange.peer.port}{secured}", markup=False)
    console.print()
    console.print(wire.request_head.decode("latin-1"), markup=False)
    _print_body(exchange.request.body, exchange.request.header("content-type") or "", console)
    if exchange.failure:
        console.print(f"failure {exchange.failure.kind}: {exchange.failure.detail}", markup=False, style="red")
    if exchange.response:
        console.print(wire.response_head.decode("latin-1"), markup=False)
        _print_body(exchange.body, exchange.media_type, console)


def _print_body(body: bytes, media_type: str, console: Console) -> None:
    if not body:
        return
    text = body.decode("utf-8", "replace")
    language = "json" if "json" in media_type else "xml" if "xml" in media_type or "html" in media_type else ""
    if language and console.is_terminal:
        console.print(Syntax(text, language, word_wrap=True, background_color="default"))
    else:
        console.print(text, markup=False, soft_wrap=True)


def verify(path: Path, catalogue: Path | None, content: tuple[Path, ...], schemas: tuple[Path, ...], json: bool) -> int:
    """0 intact, 4 not; each defect is one sentence."""
    defects = list(evidence.verify(path))
    console = people()
    if not defects:
        house = open_house(content, catalogue, "en", schemas)
        defects, judged = _verify_judgements(house, Bundle.open(path))
        console.print(judged, markup=False)
    if json:
        machine({"path": str(path), "intact": not defects, "defects": defects})
    for defect in defects:
        console.print(defect, markup=False, style="red")
    if defects:
        return 4
    console.print(f"{path}: the record is whole", markup=False)
    return 0


def _verify_judgements(house: House, bundle: Bundle) -> tuple[list[str], str]:
    """Every stored judgement is whole and of this record; that of today's ruler is repeated, and the bytes compared."""
    used = house.ruler(bundle)
    try:
        judged = {name: open_judgement(bundle.judgement(name)) for name in bundle.judgements()}
    except EvidenceError as error:
        return [str(error)], ""
    strangers = [
        f"judgement {name} is of another record" for name, j in judged.items() if j and j.scorecard.record != bundle.head
    ]
    stored = judged.get(used.digest)
    if strangers or stored is None:
        return strangers, f"no judgement by today's ruler ({used.digest}) is stored: nothing to compare"
    with tempfile.TemporaryDirectory() as folder:
        again = house.judge(bundle, out=Path(folder) / used.digest)
        differing = [
            name
            for name in ("findings.jsonl", "passes.jsonl", "samples.jsonl", "scorecard.json")
            if (stored.path / name).read_bytes() != (again.path / name).read_bytes()
        ]
    said = f"judged again by the same ruler ({used.digest})"
    return [f"{stored.path / name} differs from judging the same record again" for name in differing], said
