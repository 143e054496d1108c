"""``python -m dutybook.cli``."""

from dutybook.cli import main

if __name__ == "__main__":
    main()
