"""`co`, the command line for Cohere's v2 API."""

__version__ = "0.1.0"
