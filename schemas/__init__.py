"""The JSON Schemas and grammars, installed as ``qticonv.schemas``."""
