"""Content, catalogue and texts, opened once per command; and the steps that several commands share."""

from dataclasses import dataclass
from pathlib import Path

from cpo_probe import catalogue as catalogues
from cpo_probe.catalogue import CheckText, Texts
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle
from cpo_probe.judge import Judgement, judge, open_judgement, ruler
from cpo_probe.model import Catalogue
from cpo_probe.registry import Registry, load

LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class House:
    """Everything that judges and words."""

    registry: Registry
    catalogue: Catalogue
    texts: Texts
    language: str

    def judgement(self, bundle: Bundle, workers: int = 2) -> Judgement:
        """Today's judgement of a bundle: the one beside it when the ruler is the same, else a new one."""
        used = ruler(self.registry, self.catalogue)
        return open_judgement(bundle.judgement(used.digest)) or judge(bundle, self.registry, self.catalogue, workers=workers)


def open_house(content: tuple[Path, ...], catalogue: Path | None, language: str, schemas: tuple[Path, ...] = ()) -> House:
    """Load content, catalogue and the user's schemas of standards; a mistake in them is named with its file."""
    if language not in LANGUAGES:
        raise UsageError(f"--lang expects one of {', '.join(LANGUAGES)}; found {language!r}")
    registry = load(content, schemas)
    chosen = catalogues.load(registry.roots, path=catalogue)
    catalogues.validate(chosen, registry.checks)
    english = {c.id: CheckText(c.title, c.text, c.remedy) for c in registry.checks.values()}
    return House(registry, chosen, catalogues.texts(registry.roots, language, chosen, english), language)
