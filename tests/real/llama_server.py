"""llama.cpp's own server on 127.0.0.1, with a random model: `llama_server.py chat`.

The address is the first line on standard output. It ends with its standard input.
"""

import sys
import tempfile
from pathlib import Path

import llama_models
import xllamacpp


def served(kind: str, folder: Path) -> xllamacpp.Server:
    """Write the model of that *kind*, chat or rerank, and serve it."""
    path = folder / f"{kind}.gguf"
    settings = xllamacpp.CommonParams()
    settings.model.path = str(path)
    settings.model_alias = {f"random-{kind}"}
    settings.n_ctx = llama_models.CONTEXT
    settings.n_parallel = 1
    settings.verbosity = 0
    if kind == "chat":
        llama_models.chat_model(path)
        settings.api_keys = ["a-good-key"]
    else:
        llama_models.rerank_model(path)
        settings.embedding = True
        kinds = xllamacpp.llama_pooling_type
        settings.pooling_type = kinds.LLAMA_POOLING_TYPE_RANK
    return xllamacpp.Server(settings)


with tempfile.TemporaryDirectory() as name:
    server = served(sys.argv[1], Path(name))
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
