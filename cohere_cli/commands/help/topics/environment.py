"""The environment variables that are read: the table of `co help environment`."""

from collections.abc import Iterator
from typing import Any

from cohere_cli.commands.help.layout import Heading, Part, Text
from cohere_cli.commands.help.topics import table

OWN = {
    "CO_API_KEY": "the API key; before COHERE_API_KEY, after --key-file and -p",
    "COHERE_API_KEY": "the API key, as Cohere's libraries read it",
    "CO_API_URL": "base URL of the API; --base-url comes first",
    "CO_PROFILE": "profile to use; -p comes first",
    "CO_MODEL": "model of chat, ask and compat; -m comes first",
    "CO_CONFIG_DIR": "directory of config.toml, keys.toml and presets",
    "CO_DATA_DIR": "directory of the history, journals and lists of models",
    "CO_CACHE_DIR": "directory of indexes and of names for completion",
    "CO_ERRORS": "text or json: how errors and notes are written; --errors is first",
    "CO_DEBUG": "1: print where in the program an error arose",
}
"""The variables of this program."""

TERMINAL = {
    "NO_COLOR": "no colour",
    "FORCE_COLOR": "colour also in a pipe; CLICOLOR_FORCE is the same",
    "CLICOLOR": "0: no colour",
    "TERM": "dumb: nothing is drawn again; no colour",
    "COLORTERM": "truecolor: more colours",
    "COLUMNS, LINES": "size of the terminal; TERMINAL_WIDTH is read, too",
    "FORCE_HYPERLINK": "links also on terminals that may not have them",
    "PAGER, LESS": "for --pager",
    "VISUAL, EDITOR": "for --editor, --edit and `co config edit`",
    "CI": "no questions and no links, and the cursor is not moved",
    "TMUX, STY": "a multiplexer: how it draws after its width has changed",
    "TERM_PROGRAM": "and what other terminals set: which of them show links",
}
"""Those of the terminal, and of the programs that are started."""

NETWORK = {
    "HTTPS_PROXY, HTTP_PROXY": "proxy for https: or http: URLs; ALL_PROXY for both",
    "NO_PROXY": "hosts that need no proxy",
    "SSL_CERT_FILE": "certificates to trust; SSL_CERT_DIR, REQUESTS_CA_BUNDLE and "
    "CURL_CA_BUNDLE, too",
}
"""Those of the connection."""

PLACES = {
    "HOME": "where settings, data and caches are, unless CO_*_DIR or XDG_* say it",
    "XDG_CONFIG_HOME": "also XDG_DATA_HOME and XDG_CACHE_HOME: the same",
    "SHELL": "for `co completion install`",
    "TMPDIR": "directory of temporary files",
}
"""Those of the system."""

_GROUPS = {
    "Settings": OWN,
    "Terminal": TERMINAL,
    "Connection": NETWORK,
    "System": PLACES,
}


def page(_root: Any) -> Iterator[Part]:
    """Yield the variables, by what they are about."""
    yield Text(
        "Environment variables. A flag comes first, then the variable, then the "
        "profile, then what is built in."
    )
    for heading, variables in _GROUPS.items():
        yield Heading(heading)
        yield table(variables)
