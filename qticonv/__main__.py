"""``python -m qticonv``."""

from qticonv.cli import main

if __name__ == "__main__":
    main()
