"""Which commands are there, and what do they take?

Only declarations: everything heavy is imported by the command that needs it, so that `--help` is fast.
"""

import errno
import sys
from pathlib import Path
from typing import Annotated

import typer

from cpo_probe.errors import CpoProbeError, EvidenceError

app = typer.Typer(
    name="cpo-probe",
    help="Measures how open a live PLM system is: one URL in, measured criteria and their evidence out.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Content = Annotated[list[Path] | None, typer.Option("--content", help="Folder with further probes, catalogue, targets.")]
CatalogueFile = Annotated[Path | None, typer.Option("--catalogue", help="Catalogue file to use instead of ours.")]
Schemas = Annotated[
    list[Path] | None,
    typer.Option("--schemas", envvar="CPO_PROBE_SCHEMAS", help="Folder with XSDs of standards that you have (repeatable)."),
]
Json = Annotated[bool, typer.Option("--json", help="Machine output on stdout, nothing else there.")]
Language = Annotated[str, typer.Option("--lang", help="Language of reports: en or de.")]
BundlePath = Annotated[Path, typer.Argument(help="Evidence bundle: a folder or its .zip.")]
Preset = Annotated[str, typer.Option("--preset", help="quick, nightly or audit.")]
TargetText = Annotated[str, typer.Argument(help="A URL, the name of a profile, or a TOML file.")]


@app.command()
def run(
    target: Annotated[str, typer.Argument(help="A URL, the name of a profile, or a TOML file.")] = "",
    preset: Preset = "quick",
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the evidence bundle.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Complete a run that broke off.")] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help="Bundle to compare with: 1 only for new and worse.")] = None,
    probe: Annotated[list[str] | None, typer.Option("--probe", help="Only probes that match (repeatable).")] = None,
    operation: Annotated[list[str] | None, typer.Option("--operation", help="Only operations that match (repeatable).")] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Requests per second.")] = None,
    concurrency: Annotated[int | None, typer.Option("--concurrency", help="Requests at the same time.")] = None,
    requests: Annotated[int | None, typer.Option("--requests", help="Budget of requests.")] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", help="Budget of time.")] = None,
    allow_write: Annotated[bool, typer.Option("--allow-write", help="Allow requests that write.")] = False,
    allow_jobs: Annotated[bool, typer.Option("--allow-jobs", help="Allow requests that start work on the server.")] = False,
    allow_intrusive: Annotated[bool, typer.Option("--allow-intrusive", help="Allow requests that may disturb.")] = False,
    assume_read_names: Annotated[
        bool, typer.Option("--assume-read-names", help="Take operations named get, list, find, ... for reading.")
    ] = False,
    foreign_credentials: Annotated[
        bool, typer.Option("--foreign-credentials", help="Ask once with an account that does not exist.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="For everything that is chosen.")] = 1,
    operator: Annotated[str, typer.Option("--operator", help="Who runs this, for the record.")] = "",
    catalogue: CatalogueFile = None,
    content: Content = None,
    schemas: Schemas = None,
    lang: Language = "en",
    json: Json = False,
) -> None:
    """Record, judge, score and report: the main job."""
    from cpo_probe.cli import running

    options = running.Options(
        target=target,
        preset=preset,
        out=out,
        resume=resume,
        baseline=baseline,
        probes=tuple(probe or ()),
        operations=tuple(operation or ()),
        limits={"rate": rate, "concurrency": concurrency, "requests": requests, "seconds": seconds},
        job=allow_jobs,
        write=allow_write,
        intrusive=allow_intrusive,
        assume_read_names=assume_read_names,
        foreign_credentials=foreign_credentials,
        seed=seed,
        operator=operator,
        catalogue=catalogue,
        content=tuple(content or ()),
        schemas=tuple(schemas or ()),
        language=lang,
        json=json,
    )
    raise typer.Exit(running.run(options))


@app.command()
def plan(
    target: TargetText, preset: Preset = "quick", content: Content = None, catalogue: CatalogueFile = None, json: Json = False
) -> None:
    """Dry run: what would be asked, why, how much. Reads descriptions, runs no probe."""
    from cpo_probe.cli import looking

    raise typer.Exit(looking.plan(target, preset, tuple(content or ()), catalogue, json))


@app.command()
def discover(target: TargetText, content: Content = None, json: Json = False) -> None:
    """Which interfaces does the system offer?"""
    from cpo_probe.cli import looking

    raise typer.Exit(looking.discover(target, tuple(content or ()), json))


@app.command()
def judge(
    bundle: BundlePath,
    catalogue: CatalogueFile = None,
    content: Content = None,
    schemas: Schemas = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes for large records.")] = 2,
    lang: Language = "en",
    json: Json = False,
) -> None:
    """Judge and score recorded evidence again, without the network."""
    from cpo_probe.cli import offline

    raise typer.Exit(offline.judge(bundle, catalogue, tuple(content or ()), tuple(schemas or ()), workers, lang, json))


@app.command()
def report(
    bundle: BundlePath,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the reports; default: reports/ in the bundle.")] = None,
    catalogue: CatalogueFile = None,
    content: Content = None,
    schemas: Schemas = None,
    lang: Language = "en",
) -> None:
    """Write HTML, JUnit and scorecard JSON for a bundle."""
    from cpo_probe.cli import offline

    raise typer.Exit(offline.report(bundle, out, catalogue, tuple(content or ()), tuple(schemas or ()), lang))


@app.command()
def diff(
    old: BundlePath,
    new: BundlePath,
    catalogue: CatalogueFile = None,
    content: Content = None,
    schemas: Schemas = None,
    json: Json = False,
) -> None:
    """What is new, worse, better or no longer measured between two bundles, by today's ruler."""
    from cpo_probe.cli import offline

    raise typer.Exit(offline.diff(old, new, catalogue, tuple(content or ()), tuple(schemas or ()), json))


@app.command()
def show(
    bundle: BundlePath,
    id: Annotated[str, typer.Argument(help="Exchange id.")],
    curl: Annotated[bool, typer.Option("--curl", help="Only a curl line that repeats it.")] = False,
    json: Json = False,
) -> None:
    """Show a recorded exchange."""
    from cpo_probe.cli import offline

    raise typer.Exit(offline.show(bundle, id, curl, json))


@app.command()
def verify(
    bundle: BundlePath, content: Content = None, schemas: Schemas = None, catalogue: CatalogueFile = None, json: Json = False
) -> None:
    """Is the evidence whole, and does judging it again give the same bytes?"""
    from cpo_probe.cli import offline

    raise typer.Exit(offline.verify(bundle, catalogue, tuple(content or ()), tuple(schemas or ()), json))


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for bundle and report.")] = Path("demo"), lang: Language = "en"
) -> None:
    """Probe the built-in reference PLM server on loopback and leave a report to open."""
    from cpo_probe.cli import reference

    raise typer.Exit(reference.demo(out, lang))


@app.command()
def selftest(
    only: Annotated[list[str] | None, typer.Option("--only", help="Only defects that match (repeatable).")] = None,
    content: Content = None,
    json: Json = False,
) -> None:
    """Detect every seeded defect of the reference server, and raise no alarm on the clean one."""
    from cpo_probe.cli import selftest as selftesting

    raise typer.Exit(selftesting.selftest(tuple(only or ()), tuple(content or ()), json))


@app.command()
def init(out: Annotated[Path, typer.Option("--out", help="Profile to write.")] = Path("target.toml")) -> None:
    """Ask a few questions and write a target profile."""
    from cpo_probe.cli import asking

    raise typer.Exit(asking.init(out))


@app.command("list")
def list_(
    what: Annotated[str, typer.Argument(help="probes, checks, kpis, criteria, ladders, presets, targets, schemas or formats.")],
    content: Content = None,
    schemas: Schemas = None,
    catalogue: CatalogueFile = None,
    lang: Language = "en",
    json: Json = False,
) -> None:
    """List what there is."""
    from cpo_probe.cli import catalogued

    raise typer.Exit(catalogued.list_(what, tuple(content or ()), tuple(schemas or ()), catalogue, lang, json))


@app.command()
def explain(
    id: Annotated[str, typer.Argument(help="Id of a check, KPI, criterion or probe.")],
    content: Content = None,
    catalogue: CatalogueFile = None,
    lang: Language = "en",
) -> None:
    """What does a check look at, which clause asks for it, and what repairs it?"""
    from cpo_probe.cli import catalogued

    raise typer.Exit(catalogued.explain(id, tuple(content or ()), catalogue, lang))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="An export, description or payload.")],
    metadata: Annotated[Path | None, typer.Option(help="$metadata of the OData service that answered with the file.")] = None,
    schemas: Schemas = None,
    lang: Language = "en",
    json: Json = False,
) -> None:
    """Judge a file offline: an export (STEP, XML, a package), an interface description or a JSON document."""
    from cpo_probe.cli import checking

    raise typer.Exit(checking.check(file, metadata, tuple(schemas or ()), lang, json))


schemas_app = typer.Typer(help="Schemas of standards: what files are judged by.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(schemas_app, name="schemas")


@schemas_app.callback()
def _schemas() -> None:
    """Keeps `compile` a command of its own, although it is the only one."""


@schemas_app.command("compile")
def compile_(
    text: Annotated[list[Path], typer.Argument(help="Text in EXPRESS; several when schemas use each other.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Table to write; its name ends in .express.gz.")] = None,
    schema: Annotated[str, typer.Option("--schema", help="Which schema of the texts; default: the one no other uses.")] = "",
    title: Annotated[str, typer.Option("--title", help="How people call it.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where the text comes from.")] = "",
    oid: Annotated[
        list[str] | None, typer.Option("--oid", help='Edition in FILE_SCHEMA, "1 0 10303 442 1" (repeatable; default: all).')
    ] = None,
    near: Annotated[
        list[str] | None, typer.Option("--near", help="Edition without a table that this one helps to judge (repeatable).")
    ] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="Lines of an entity and the identifier of the first edition that has it.")
    ] = None,
) -> None:
    """Make a table of facts of a schema in EXPRESS (ISO 10303-11), so that STEP files of that schema are judged."""
    from cpo_probe.cli import compiling

    job = compiling.Compiling(tuple(text), out, schema, title, source, tuple(oid or ()), tuple(near or ()), since)
    raise typer.Exit(compiling.compile_(job))


def main() -> None:
    """Entry point: a mistake is one sentence on stderr and exit code 2; evidence that cannot be used, or written, is 4."""
    try:
        app()
    except EvidenceError as error:
        _say(error)
        sys.exit(4)
    except CpoProbeError as error:
        _say(error)
        sys.exit(2)
    except OSError as error:
        if error.errno not in _DISK:
            raise
        _say(
            f"cannot write {error.filename or 'a file'}: {error.strerror}. What was recorded stays as it is: free some space or "
            "name another folder, then repeat this on the bundle with cpo-probe judge and cpo-probe report"
        )
        sys.exit(2)


_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})


def _say(what: object) -> None:
    sys.stderr.write(f"cpo-probe: {what}\n")
