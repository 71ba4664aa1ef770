import sys

from ninelives.cli import main

if __name__ == "__main__":
    sys.exit(main())
