"""HTTP to one target: guard, pace, authenticate, redact, record."""
