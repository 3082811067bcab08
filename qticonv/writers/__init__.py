"""Writers: one module or folder a format, ``write(bank, options, out)``."""
