"""Renderings of diagnostics and banks for people and machines."""
