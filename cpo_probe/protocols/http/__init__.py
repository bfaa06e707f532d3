"""What does HTTP itself say about a message: codings, semantics, problem details, links, structured fields?"""
