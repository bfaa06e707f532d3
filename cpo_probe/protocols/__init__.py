"""Libraries that parse a description, list its operations and validate a message; they know nothing of probes."""
