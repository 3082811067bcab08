"""Checks of a bank that no schema can express."""
