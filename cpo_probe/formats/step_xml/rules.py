"""What must hold between the parts of a file in STEP AP242 XML?"""

from cpo_probe.model import Rule

PRACTICE = "Recommended Practices for STEP AP242 XML Product & Assembly Structure, "

RULES: tuple[Rule, ...] = (
    Rule("version", PRACTICE + "part identification", "error",
         "Every Part has a PartVersion. Who asks which state of the part was exported finds none. "
         "Remedy: export at least the version that was asked for."),
    Rule("view", PRACTICE + "part identification", "warning",
         "Every PartVersion has a PartView. Structure, properties and documents hang on views; a version without one is a name. "
         "Remedy: write a PartView for each version."),
    Rule("usage", PRACTICE + "assembly structure", "error",
         "What an assembly uses is an Occurrence of a part. A usage that relates to anything else has no place in the structure. "
         "Remedy: let Related name the uid of an Occurrence."),
    Rule("cycle", PRACTICE + "assembly structure", "error",
         "No assembly contains itself, directly or by its parts. Readers that unfold the structure never end. "
         "Remedy: take out the usage that closes the circle."),
)  # fmt: skip
