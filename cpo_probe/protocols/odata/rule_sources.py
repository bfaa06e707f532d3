"""Which texts do the rules of models come from?"""

CSDL = "OData CSDL XML and JSON 4.01, "
OLD = "[MC-CSDL] "
