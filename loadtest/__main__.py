"""`python -m loadtest`: the load from a checkout."""

from loadtest.commands import app

if __name__ == "__main__":
    app()
