"""``python -m dutybook``: the command line."""

from dutybook.cli import main

if __name__ == "__main__":
    main()
