"""What people type who know another program: flags, commands and values for each."""

FLAGS = {
    "--api-base": "--base-url",
    "--attach": "--image",
    "--attachment": "--image",
    "--cache": "--cached",
    "--colour": "--color",
    "--connect-timeout": "--timeout",
    "--context": "--document",
    "--count": "--top-n",
    "--data": "--file",
    "--data-binary": "--file",
    "--data-raw": "--file",
    "--debug": "--verbose",
    "--doc": "--document",
    "--docs": "--document",
    "--dryrun": "--dry-run",
    "--endpoint": "--base-url",
    "--engine": "--model",
    "--fmt": "--output",
    "--format": "--output",
    "--fragment": "--document",
    "--functions": "--tools",
    "--host": "--base-url",
    "--img": "--image",
    "--instructions": "--system",
    "--json-schema": "--schema",
    "--jsonl": "--output",
    "--limit": "--top-n",
    "--max": "--max-tokens",
    "--max-results": "--top-n",
    "--num": "--top-n",
    "--out": "--output",
    "--picture": "--image",
    "--preamble": "--system",
    "--print": "--show",
    "--question": "--query",
    "--rag": "--document",
    "--raw": "--output",
    "--reasoning": "--thinking",
    "--request-timeout": "--timeout",
    "--retry": "--retries",
    "--role": "--system",
    "--schema-file": "--schema",
    "--search": "--query",
    "--server": "--base-url",
    "--silent": "--quiet",
    "--sys": "--system",
    "--temp": "--temperature",
    "--think": "--thinking",
    "--threshold": "--min-score",
    "--tokens": "--max-tokens",
    "--tool": "--tools",
    "--top": "--top-n",
    "--topk": "--top-k",
    "--topn": "--top-n",
    "--topp": "--top-p",
    "--trace": "--verbose",
    "--url": "--base-url",
    "--wait": "--timeout",
    "--yaml": "--output",
}
"""A flag of other programs, or a shorter name, to the flag that does the same."""

_TERMINAL = "`--color never` or NO_COLOR=1 turns colour off"
_HEADER = "`co config set headers.NAME VALUE` sets a header"
_TRUST = "`co config set ca_bundle FILE` trusts a certificate"
_PROXY = "HTTPS_PROXY=URL, or `co config set proxy URL`, sets the proxy"
_PROMPT = 'the prompt needs no flag: `co chat "TEXT"`'
_MODELS = "`co models list` lists models"
_VERSION = "`co --version` prints the version"
_FILES = "files need no flag: `co {} FILE`"
_RANKED = _FILES.format("rerank -q QUERY")
_FIRST = "no flag is needed: `co {0} {1} FILE`"
_NO_JSON = "the API cannot ground a JSON answer in documents"
_RUNS = "`co chat` runs tools: co chat -t FILE --allow NAME"
_LOOKS = "`co chat --tool search -d PATH` lets the model search, as often as it likes"
_TOOLS = ("--tool", "--mcp", "--allow", "--max-steps", "--tool-results")
_COMPARED = _FILES.format("lab")
_JSON = "--json-object requires JSON, --schema JSON of a schema"
_FAULTS = (
    "`co config set faults FAULT -p NAME` sets them for a profile with sandbox = true"
)


def _searching(command: str, query: str) -> dict[str, str]:
    """Return the hints for flags of programs that search."""
    context = ("-A", "-B", "--after-context", "--before-context", "--context-lines")
    number = ("-k", "--top-n", "--top", "--limit", "--max-count", "--max-results")
    types = ("-t", "--type", "--include", "--exclude", "--iglob")
    case = ("-i", "--ignore-case", "--smart-case", "-S")
    return {
        **dict.fromkeys(("--query", "--question"), _FIRST.format(command, query)),
        **dict.fromkeys(context, "-C N shows N lines before and after"),
        **dict.fromkeys((*number, "--results", "--num", "--topk"), "-n N: N passages"),
        **dict.fromkeys(types, "-g '*.py' takes files, -g '!tests' leaves some out"),
        **dict.fromkeys(case, "upper and lower case are the same"),
        **dict.fromkeys(("-l", "--files-with-matches", "--files"), "-o paths"),
        **dict.fromkeys(("-r", "-R", "--recursive"), "folders are searched whole"),
        **dict.fromkeys(("--no-rerank", "--bm25", "--rerank"), "--lexical: no rerank"),
        "--hidden": "name hidden files and folders themselves",
        "--vimgrep": "a pipe gets path:line:text",
        "-w": "words are searched for, not parts of them",
    }


HINTS = {
    "--cacert": _TRUST,
    "--header": _HEADER,
    "--headers": _HEADER,
    "--insecure": _TRUST,
    "--list-models": _MODELS,
    "--message": _PROMPT,
    "--models": _MODELS,
    "--no-color": _TERMINAL,
    "--no-colour": _TERMINAL,
    "--prompt": _PROMPT,
    "--proxy": _PROXY,
    "--version": _VERSION,
    "-H": _HEADER,
    "-V": _VERSION,
    "-k": _TRUST,
    "-x": _PROXY,
}
"""A flag of other programs to what does the same here, without a flag."""

HINTS_OF_COMMANDS = {
    "co chat": {
        "--fault": _FAULTS,
        "--json-mode": _JSON,
        "--response-format": _JSON,
    },
    "co compat": {
        "--json-mode": "--response-format json_object requires JSON",
        "--json-object": "--response-format json_object requires JSON",
        "--schema": "--response-format takes a JSON Schema",
        **dict.fromkeys(_TOOLS, _RUNS),
    },
    "co completion": {
        "--install": "`co completion install` installs it",
        "--uninstall": "`co completion uninstall` removes it",
    },
    "co ask": _searching("ask", "QUESTION")
    | dict.fromkeys(("--schema", "--json-object", "--json-schema"), _NO_JSON)
    | dict.fromkeys(_TOOLS, _LOOKS),
    "co search": _searching("search", "QUERY")
    | dict.fromkeys(
        ("-d", "--doc", "--docs", "--document", "--documents", "-f", "--file"),
        _FIRST.format("search", "QUERY"),
    )
    | {"-q": _FIRST.format("search", "QUERY"), "--rerank-model": "-m names it"},
    "co lab": dict.fromkeys(("-d", "--doc", "--docs", "--document", "-f"), _COMPARED),
    "co map": dict.fromkeys(
        ("-n", "--head", "--limit", "--max", "--num", "--top"),
        "--sample N takes N random records",
    )
    | dict.fromkeys(
        ("-j", "--jobs", "--max-procs", "--parallel", "--threads", "--workers"),
        "--concurrency N sends N requests at a time",
    )
    | dict.fromkeys(
        ("--message", "--prompt", "--template"),
        "the prompt needs no flag: `co map PROMPT FILE`",
    ),
    "co rerank": dict.fromkeys(
        ("-d", "--doc", "--docs", "--document", "--documents", "-f", "--file"), _RANKED
    ),
}
"""The same for flags that another command has, or that mean something else there."""

COMMANDS = {
    "complete": "chat",
    "env": "doctor",
    "eval": "lab",
    "find": "search",
    "generate": "chat",
    "grep": "search",
    "index": "search",
    "init": "auth",
    "key": "auth",
    "keys": "auth",
    "list": "models",
    "login": "auth",
    "logout": "auth",
    "mock": "sandbox",
    "model": "models",
    "openai": "compat",
    "play": "replay",
    "profile": "auth",
    "profiles": "auth",
    "prompt": "chat",
    "query": "search",
    "rag": "ask",
    "rank": "rerank",
    "run": "chat",
    "serve": "sandbox",
    "settings": "config",
    "status": "doctor",
}
"""A command of other programs to the command of `co`."""

SUBCOMMANDS = {
    "add": "login",
    "delete": "unset",
    "describe": "show",
    "info": "show",
    "key": "token",
    "ls": "list",
    "remove": "unset",
    "rm": "unset",
    "run": "serve",
    "start": "serve",
    "use": "switch",
    "view": "show",
    "whoami": "status",
}
"""The same for the commands below `auth`, `config`, `models` and `sandbox`."""

VALUES = {
    "always": "required",
    "any": "required",
    "disable": "disabled",
    "enable": "enabled",
    "false": "off",
    "md": "markdown",
    "ndjson": "jsonl",
    "never": "none",
    "no": "none",
    "on": "enabled",
    "plain": "text",
    "raw": "text",
    "rich": "text",
    "stream": "events",
    "txt": "text",
    "xlsx": "csv",
    "yml": "yaml",
}
"""A value that people give to a flag with choices, to the choice that it means."""
