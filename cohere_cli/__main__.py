"""`python -m cohere_cli` is `co`."""

from cohere_cli.app import main

if __name__ == "__main__":
    main()
