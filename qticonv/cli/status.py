"""Exit statuses of the command line."""

from enum import IntEnum


class Status(IntEnum):
    """What the shell is told. 2 is click's own status for wrong usage."""

    OK = 0
    FOUND = 1  # something was withheld, refused or found wrong
    USAGE = 2
    FILES = 4  # a file could not be read or written
    INTERNAL = 70
    INTERRUPTED = 130
