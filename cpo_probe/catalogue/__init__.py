"""What the laboratory asks: criteria, KPIs, presets and their texts, read from TOML."""

from cpo_probe.catalogue.load import available, load
from cpo_probe.catalogue.references import informative, patterns_of, validate, validate_ladders
from cpo_probe.catalogue.texts import (
    CategoryText,
    CheckText,
    CriterionText,
    KpiText,
    LadderText,
    RequirementText,
    Texts,
    languages,
    texts,
)
from cpo_probe.catalogue.threshold import Threshold

__all__ = [
    "CategoryText",
    "CheckText",
    "CriterionText",
    "KpiText",
    "LadderText",
    "RequirementText",
    "Texts",
    "Threshold",
    "available",
    "informative",
    "languages",
    "load",
    "patterns_of",
    "texts",
    "validate",
    "validate_ladders",
]
