"""`python -m server`: the command line, run from a checkout."""

from server.cli.main import main

if __name__ == "__main__":
    main()
