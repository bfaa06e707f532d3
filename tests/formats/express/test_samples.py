"""Files that others wrote for the tests of their own readers: every finding in them was looked up in the schema by hand.

Most are shortened to what those tests need, and leave out what the schema demands.
"""

from cpo_probe.formats import step_p21
from cpo_probe.formats.express import Tables, examine
from cpo_probe.registry.load import own_root
from cpo_probe.registry.tables import fact_tables
from tests.others import others

TRUE: dict[str, set[str]] = {
    "cadmpeg-data-ap01_complex_datum_reordered.p21": {
        "mandatory PROPERTY_DEFINITION.definition",
        "parts-closed COMMON_DATUM+DATUM+DATUM_FEATURE+SHAPE_ASPECT",
        "parts-order COMMON_DATUM+DATUM+DATUM_FEATURE+SHAPE_ASPECT",
        "subtype-oneof COMMON_DATUM+DATUM+DATUM_FEATURE+SHAPE_ASPECT",
    },
    "cadmpeg-data-ap02_named_nominal_reordered.p21": {"mandatory PROPERTY_DEFINITION.definition"},
    "cadmpeg-data-ap02_unnamed_ambiguous_reordered.p21": {"mandatory PROPERTY_DEFINITION.definition"},
    "cadmpeg-data-ap03_geometric_tolerance_canonical.p21": {
        "entity-abstract GEOMETRIC_TOLERANCE",
        "mandatory PROPERTY_DEFINITION.definition",
    },
    "cadmpeg-data-ap04_composite_text_first.p21": {"attribute-count TEXT_LITERAL"},
    "cadmpeg-data-ap04_single_text.p21": {"attribute-count TEXT_LITERAL"},
    "cadmpeg-data-ap06_surface_sides_positive_negative_first.p21": {"attribute-count SURFACE_STYLE_RENDERING"},
    "cadmpeg-data-ap07_complex_strip_and_fan.p21": {
        "mandatory COMPLEX_TRIANGULATED_SURFACE_SET.pnindex",
        "mandatory TESSELLATED_SURFACE_SET.normals",
    },
    "cadmpeg-data-ap08_context_styles.p21": {"reference-type PRESENTATION_STYLE_ASSIGNMENT.styles"},
    "cadmpeg-data-ap12_composite_placement_first.p21": {"attribute-count TEXT_LITERAL"},
    "cadmpeg-data-ce02_composition_root.p21": {"entity-known ITEM"},
    "cadmpeg-data-dr01_product_view_scope_reordered.p21": {"entity-known ITEM"},
    "cadmpeg-data-el01_legacy_escaped.p21": {"aggregate-size PRODUCT.frame_of_reference"},
    "cadmpeg-data-er05_distributed_root.p21": {"entity-known ITEM"},
    "cadmpeg-data-pc04_shared_pcurve.p21": {"select-bare TRIMMED_CURVE.trim_1", "select-bare TRIMMED_CURVE.trim_2"},
    "cadmpeg-data-ps04_product_definition_views_reordered.p21": {"reference-type PRESENTATION_LAYER_ASSIGNMENT.assigned_items"},
    "cadmpeg-data-ps06_combined_validation_properties_reordered.p21": {"entity-known ITEM"},
    "cadmpeg-data-ps07_duplicate_context_placement_first.p21": {"aggregate-size REPRESENTATION.items"},
    "cadmpeg-data-ps09_unique_parent_items_first.p21": {"aggregate-size REPRESENTATION.items"},
    "cadmpeg-data-tp03_parameter_scales.p21": {"derived-mark NAMED_UNIT.dimensions"},
    "cadmpeg-data-tp08_face_bound_partial.p21": {"attribute-count FACE_BOUND", "parts-closed FACE_BOUND+FACE_OUTER_BOUND"},
    "cadmpeg-data-ts01_repositioned_missing_placement.p21": {"reference-type REPOSITIONED_TESSELLATED_ITEM.location"},
    "cadmpeg-fixtures-ap242_conversion_units.p21": {"derived-mark NAMED_UNIT.dimensions"},
    "cadmpeg-fixtures-ap242_mapped_assembly.p21": {"aggregate-size REPRESENTATION.items"},
    "cadmpeg-fixtures-ap242_semantic_pmi.p21": {
        "attribute-count FLATNESS_TOLERANCE",
        "mandatory PROPERTY_DEFINITION.definition",
        "reference-type REPRESENTATION.items",
        "select-bare GENERAL_DATUM_REFERENCE.modifiers",
    },
    "cadmpeg-step-core_design_product.step": {
        "attribute-count CARTESIAN_TRANSFORMATION_OPERATOR_2D",
        "attribute-count CARTESIAN_TRANSFORMATION_OPERATOR_3D",
    },
    "cadmpeg-step-design_history.step": {
        "attribute-count CARTESIAN_TRANSFORMATION_OPERATOR_2D",
        "attribute-count CARTESIAN_TRANSFORMATION_OPERATOR_3D",
    },
    "cadmpeg-step-geometry_topology.step": {
        "attribute-count CARTESIAN_TRANSFORMATION_OPERATOR_2D",
        "attribute-count CARTESIAN_TRANSFORMATION_OPERATOR_3D",
        "select-bare TRIMMED_CURVE.trim_1",
        "select-bare TRIMMED_CURVE.trim_2",
    },
    "cadmpeg-step_geometry_degenerate-ap242_minimal.p21": {"entity-known OPAQUE_TARGET"},
    "stepcode-missing_and_required.p21": {"mandatory REPRESENTATION_ITEM.name"},
}

UNUSED = {
    "COMPOSITE_SHAPE_ASPECT.component_relationships",
    "DATUM.established_by_relationships",
    "DATUM_FEATURE.feature_basis_relationship",
    "REPRESENTATION_CONTEXT.representations_in_context",
}
"""What nobody uses in some of them, since they are shortened."""


def test_samples_have_the_findings_that_are_true_and_no_others() -> None:
    folder = others("samples", "p21")
    tables = Tables((row.path, row.file.read_bytes()) for row in fact_tables([own_root()]))
    found: dict[str, set[str]] = {}
    unused: set[str] = set()
    judged = 0
    for path in sorted(folder.glob("*.*p*")):
        report = step_p21.examine(path)
        choice = tables.choose(report.header.schemas[0].text) if report.header.schemas else None
        if choice is None:
            continue
        judged += 1
        problems = list(examine(report.population, choice))
        unused |= {one.location for one in problems if one.rule == "inverse"}
        said = {f"{one.rule} {one.location}" for one in problems if one.rule != "inverse"}
        if said:
            found[path.name] = said
    assert found == TRUE
    assert unused == UNUSED
    assert judged >= 60
