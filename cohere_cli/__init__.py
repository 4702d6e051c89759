"""`co`, the command line for Cohere's v2 API."""


def __getattr__(name: str) -> str:
    # Reading metadata costs milliseconds that only `--version` should pay.
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import version

    return version("cohere-cli")
