"""Bank, answers and layout files: JSON and YAML in and out, checked against the schemas.

Nothing else in the package reads or writes YAML or validates against a JSON Schema. Start with
:mod:`qticonv.interchange.bank` and :mod:`qticonv.interchange.answers`.
"""
