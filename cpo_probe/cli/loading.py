"""Content, catalogue and texts, opened once per command; and the steps that several commands share."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cpo_probe import catalogue as catalogues
from cpo_probe.catalogue import CheckText, Texts
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle
from cpo_probe.judge import Judgement, Ruler, judge, kernel_of, open_judgement, ruler
from cpo_probe.kernel import Kernel, find
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
    kernel: Kernel | None = None  # a geometry kernel that looks at STEP files

    def judge(
        self,
        bundle: Bundle,
        *,
        workers: int = 2,
        out: Path | None = None,
        measuring: Callable[[str], None] = lambda name: None,
    ) -> Judgement:
        """A new judgement of a bundle. `out`: another folder for it; `measuring`: told what the geometry kernel looks at."""
        return judge(bundle, self.registry, self.catalogue, workers=workers, out=out, kernel=self.kernel, measuring=measuring)

    def ruler(self, bundle: Bundle) -> Ruler:
        """Today's ruler for that bundle."""
        return ruler(self.registry, self.catalogue, kernel_of(bundle, self.kernel))

    def judgement(self, bundle: Bundle, workers: int = 2) -> Judgement:
        """Today's judgement of a bundle: the one beside it when the ruler is the same, else a new one."""
        return open_judgement(bundle.judgement(self.ruler(bundle).digest)) or self.judge(bundle, workers=workers)


def open_house(content: tuple[Path, ...], catalogue: Path | None, language: str, schemas: tuple[Path, ...] = ()) -> House:
    """Load content, catalogue and the user's schemas of standards; a mistake in them is named with its file."""
    if language not in LANGUAGES:
        raise UsageError(f"--lang expects one of {', '.join(LANGUAGES)}; found {language!r}")
    registry = load(content, schemas)
    chosen = catalogues.load(registry.roots, path=catalogue)
    catalogues.validate(chosen, registry.checks)
    english = {c.id: CheckText(c.title, c.text, c.remedy) for c in registry.checks.values()}
    return House(registry, chosen, catalogues.texts(registry.roots, language, chosen, english), language, find(os.environ))
