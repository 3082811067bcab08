"""Readers: bytes in, a bank and diagnostics out; one module or folder a format."""
