"""`check FILE`: a description or payload, judged offline."""
