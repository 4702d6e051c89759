"""A question on its way: the passages that answer it, the request, the reply."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.inputs import (
    chat_request,
    read_body_files,
    read_flag_documents,
    without_fields_of,
)
from cohere_cli.commands.call.prompt import read_argument
from cohere_cli.commands.call.replies import reply_format, selected_channels
from cohere_cli.commands.call.session import (
    call_budget,
    limited_events,
    naming_models,
    open_client_of,
    report_limits,
    resolve_endpoint,
    resolve_settings,
)
from cohere_cli.commands.flags.ask import AskFlags
from cohere_cli.commands.flags.rerank import check_min_score
from cohere_cli.commands.retrieval.finder import (
    PassageFinder,
    compiled,
    open_rerank_client,
    require_words,
    rerank_settings,
)
from cohere_cli.errors import AnswerIncomplete, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import current_folder, plural

if TYPE_CHECKING:
    from cohere_cli.api.connection import Connection
    from cohere_cli.api.protocol.reply import Reply
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.commands.call.turn_record import Fitted
    from cohere_cli.config.settings import Settings
    from cohere_cli.conversation.conversation import Conversation
    from cohere_cli.documents.document import Document
    from cohere_cli.jobs.budget import Budget
    from cohere_cli.request.body_file import BodyFile
    from cohere_cli.retrieval.search import Candidate

_PASSAGES_SHARE = 0.25
"""The part of the context that earlier turns leave for the passages."""


def ask_turn(
    query: str,
    read: Callable[[AskFlags], str],
    flags: AskFlags,
    terminal: Terminal,
    *,
    paths: Sequence[str],
    conversation: "Conversation | None" = None,
    connection: "Connection | None" = None,
) -> None:
    """Answer one question, and record the turn.

    *query* is what is searched for, after the questions before it; *read* returns the
    prompt. *connection* is one that is open already.
    """
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.request.body_file import check_fields

    output = reply_format(flags)
    compiled(flags.regexp)
    earlier = None
    if conversation is not None:
        from cohere_cli.commands.call.conversation import earlier_file, flags_of
        from cohere_cli.conversation.context import whole_question

        flags = flags_of(conversation, flags, terminal.environ)
        earlier = earlier_file(conversation, flags, "ask")
        query = whole_question(conversation.branch(), query)
    if file := read_body_files(flags, terminal, earlier):
        check_fields(ChatBody, file)
        flags = without_fields_of(flags, file)
    settings = resolve_settings(flags, terminal, model=flags.model)
    if conversation is not None:
        from cohere_cli.commands.call.conversation import require_same_server

        require_same_server(conversation, flags, settings.base_url, terminal)
    require_words(query, '`co ask "Who approves travel?" docs`')
    prompt = read(flags)
    if flags.system is not None:
        flags = replace(flags, system=read_argument(flags.system, terminal))
    finder = PassageFinder(query, paths, flags, terminal)
    asked = _Question(prompt, flags, settings, file, finder, conversation, connection)
    if replies.is_preview(flags):
        asked.preview(output)
    else:
        asked.answer(output, selected_channels(flags, settings))


class _Draft(NamedTuple):
    """A request without passages, the documents it always has, and its model."""

    body: "ChatBody"
    always: "Sequence[Document]"
    model: str
    fitted: "Fitted | None" = None

    def with_documents(self, *added: "Sequence[Document]") -> "ChatBody":
        """Return the request with *added* in place of the documents of the flags."""
        from cohere_cli.api.protocol.requests import Document as SentDocument

        in_file = (self.body.documents or ())[: -len(self.always) or None]
        sent = (SentDocument(one.data, one.id) for each in added for one in each)
        return self.body.replace(documents=(*in_file, *sent))


class _Question(NamedTuple):
    """A question, and how its passages are found and sent."""

    prompt: str
    flags: AskFlags
    settings: "Settings"
    file: "BodyFile | None"
    finder: PassageFinder
    conversation: "Conversation | None" = None
    connection: "Connection | None" = None

    def preview(self, output: str | None) -> None:
        """Print the request; its passages are in the order of the full-text search."""
        terminal = self.finder.terminal
        if not self.flags.lexical:
            terminal.note("co: nothing is sent, so no model has ordered the passages")
        candidates = self.finder.candidates()
        has_scores = self.flags.lexical
        body, _ = self._with_passages(self._draft(), candidates, has_scores=has_scores)
        url = f"{self.settings.base_url}/v2/chat"
        replies.preview(body, self.flags, terminal, url=url, output=output)

    def answer(self, output: str | None, shown: frozenset[str]) -> None:
        """Find the passages, send the request, and show the reply."""
        from cohere_cli.render.waiting import waiting_line

        terminal = self.finder.terminal
        # A key that is missing for rerank is reported before a folder is read.
        ranker = self._rerank_settings()
        draft = self._draft()
        candidates = self.finder.candidates()
        if not candidates:
            raise self._nothing_found()
        self._fitting(candidates, draft)
        budget = call_budget(self.flags, self.settings, terminal)
        if budget:
            self._check_cost(candidates, ranker, draft, budget)
        replies.note_lost_citations(self.flags, output, terminal)
        opened = (
            resolve_endpoint(self.settings, terminal)
            if self.connection is None
            else nullcontext(self.connection)
        )
        with opened as connection, waiting_line(terminal):
            if ranker is not None:
                candidates = self._ranked(candidates, ranker, connection, budget)
            body, count = self._with_passages(draft, candidates)
            on_end = self._recorder(body, draft, count)
            self._send(
                body,
                connection,
                output=output,
                shown=shown,
                on_end=on_end,
                budget=budget,
            )
        if self.flags.explain:
            self.finder.explanation.report(terminal)

    def _check_cost(
        self,
        candidates: "Sequence[Candidate]",
        ranker: "Settings | None",
        draft: "_Draft",
        budget: "Budget",
    ) -> None:
        """Refuse both requests at once; which passages are sent is not known yet."""
        from cohere_cli.documents.totals import count_totals
        from cohere_cli.jobs.cost import units_of
        from cohere_cli.jobs.estimate import chat_cost, rerank_cost

        tokens = sorted(count_totals([one.document]).tokens for one in candidates)
        most = sum(tokens[-self.flags.passages :])
        costs = [chat_cost(draft.body, budget.prices, most)]
        if ranker is not None:
            units = units_of(len(candidates))
            model = self.flags.rerank_model or ranker.rerank_model
            costs.insert(0, rerank_cost(model, units, budget.prices))
        budget.require(*costs)

    def _rerank_settings(self) -> "Settings | None":
        """Return the settings for rerank: those of chat, if the server is the same."""
        flags, settings = self.flags, self.settings
        if flags.lexical:
            return None
        if settings.rerank_base_url and not flags.base_url:
            return rerank_settings(flags, flags.rerank_model, self.finder.terminal)
        path = flags.rerank_path or settings.rerank_path
        check_min_score(flags.min_score, path)
        return replace(settings, rerank_path=path)

    def _ranked(
        self,
        candidates: "list[Candidate]",
        ranker: "Settings",
        connection: "Connection",
        budget: "Budget | None",
    ) -> "list[Candidate]":
        terminal = self.finder.terminal
        model = self.flags.rerank_model or ranker.rerank_model
        with (
            _connected(ranker, self.settings, connection, terminal) as own,
            open_rerank_client(ranker, own, terminal) as client,
            naming_models(model, "rerank"),
        ):
            return self.finder.ranked(candidates, model, client, budget)

    def _draft(self) -> "_Draft":
        """Return the request without passages: what is wrong with it is found here."""
        flags, terminal = self.flags, self.finder.terminal
        in_file = self.file.data.get("model") if self.file else None
        model = str(flags.model or in_file or self.settings.model)
        hint = "name them as PATH instead of -d: only their best passages are sent"
        always = read_flag_documents(flags, model, self.file, terminal, hint)
        body = chat_request(
            self.prompt, flags, self.settings, self.file, terminal, documents=always
        )
        if self.conversation is None:
            return _Draft(body, always, model)
        from cohere_cli.commands.call.conversation import fit

        fitted = fit(self.conversation, body, terminal, share=_PASSAGES_SHARE)
        return _Draft(fitted.body, always, model, fitted)

    def _with_passages(
        self, draft: "_Draft", ranked: "list[Candidate]", *, has_scores: bool = True
    ) -> "tuple[ChatBody, int]":
        """Return the request with the best passages that fit into the context.

        Also how many they are: the last ones of its documents.
        """
        finder = self.finder
        best = finder.best(ranked, self.flags.passages, has_scores=has_scores)
        if not best:
            raise self._nothing_found()
        sent = self._fitting(best, draft)
        in_file = self.file.document_ids if self.file else ()
        always, sent = _with_unique_ids(draft.always, sent, in_file)
        finder.explanation.sent = sent
        if left_out := finder.explanation.left_out:
            passages = plural(left_out, "passage")
            what = f"{passages} left out: the context of {draft.model} is full"
            finder.terminal.note(f"co: {what}")
        passages_sent = [one.document for one in sent]
        return draft.with_documents(always, passages_sent), len(sent)

    def _fitting(
        self, best: "Sequence[Candidate]", draft: "_Draft"
    ) -> "list[Candidate]":
        """Return the passages that fit beside all else in *draft*, once each."""
        from cohere_cli.api.protocol.models import context_length
        from cohere_cli.documents.totals import TokenCount

        limit = None if self.flags.any_size else context_length(draft.model)
        room = None if limit is None else limit - self._reserved(draft)
        count, tokens = TokenCount(), 0
        given = [(one.id, one.data) for one in draft.always]
        new = [one for one in best if (one.document.id, one.document.data) not in given]
        sent: list[Candidate] = []
        for one in new:
            more = count.add(one.document)
            if room is not None and more > room:
                break
            tokens = more
            sent.append(one)
        explanation = self.finder.explanation
        explanation.tokens, explanation.left_out = tokens, len(new) - len(sent)
        if not sent and not draft.always:
            what = f"no passage fits into the {limit:,} tokens that {draft.model} reads"
            hint = "choose another model with -m, or a lower --max-tokens"
            raise UsageProblem(what, hint=hint)
        return sent

    def _reserved(self, draft: _Draft) -> int:
        """Return the tokens of all but the passages: prompt, documents, answer."""
        from cohere_cli.documents.totals import count_totals
        from cohere_cli.jobs.estimate import ANSWER_TOKENS

        answer = self.flags.max_tokens or ANSWER_TOKENS
        if draft.fitted:
            return draft.fitted.tokens + answer
        texts = len(f"{self.prompt}{self.flags.system or ''}".encode()) // 4
        return texts + answer + count_totals(draft.always).tokens

    def _send(
        self,
        body: "ChatBody",
        connection: "Connection",
        *,
        output: str | None,
        shown: frozenset[str],
        on_end: replies.OnEnd | None,
        budget: "Budget | None",
    ) -> None:
        from cohere_cli.api.protocol.chat import encode_response

        counted = limited_events(body, budget)
        terminal, explanation = self.finder.terminal, self.finder.explanation
        began = time.monotonic()

        def check(reply: "Reply") -> str:
            explanation.seconds_answer = time.monotonic() - began
            cited = (source.id for one in reply.citations for source in one.sources)
            explanation.cited = frozenset(cited)
            if reply.tool_calls and not reply.text.strip():
                what = "the model calls tools instead of an answer"
                hint = "`co chat -t FILE -d PATH` runs them"
                raise AnswerIncomplete(f"{what}, and `co ask` runs none", hint=hint)
            return replies.check_answer(reply, body)

        with (
            open_client_of(connection, terminal, record=self.flags.record) as client,
            naming_models(body.model, "chat"),
        ):
            replies.show_reply(
                counted(client.chat(body, joined=output != "events")),
                terminal,
                output,
                encode_response,
                shown,
                block=self.flags.extract,
                check=check,
                on_end=on_end,
            )
            report_limits(client, shown, terminal)

    def _recorder(
        self, body: "ChatBody", draft: _Draft, passages: int
    ) -> replies.OnEnd | None:
        """Return what records the turn, with the paths for the next question."""
        return replies.recorder(
            body,
            self.flags,
            self.settings,
            self.finder.terminal,
            command="ask",
            conversation=self.conversation,
            fitted=draft.fitted and draft.fitted._replace(body=body),
            call={
                "paths": [*self.finder.paths],
                "folder": current_folder(),
                "passages": passages,
            },
        )

    def _nothing_found(self) -> Exception:
        if self.flags.explain:
            self.finder.explanation.report(self.finder.terminal)
        problem = self.finder.nothing_found()
        problem.what = f"nothing was asked: {problem.what}"
        return problem


def _with_unique_ids(
    always: "Sequence[Document]", sent: "Sequence[Candidate]", in_file: Sequence[str]
) -> "tuple[list[Document], list[Candidate]]":
    """Return the documents and the passages with ids that the API accepts.

    A line may have two records, and a record any id: a passage keeps its place.
    """
    from cohere_cli.documents.document import with_unique_ids

    passages = [*with_unique_ids([one.document for one in sent], in_file)]
    documents = [*with_unique_ids(always, [*in_file, *(one.id for one in passages)])]
    return documents, [
        one._replace(document=document)
        for one, document in zip(sent, passages, strict=True)
    ]


@contextmanager
def _connected(
    ranker: "Settings",
    settings: "Settings",
    connection: "Connection",
    terminal: Terminal,
) -> "Iterator[Connection]":
    """Yield *connection*, or one of its own where rerank has another server."""
    if ranker.base_url == settings.base_url:
        yield connection
    else:
        with resolve_endpoint(ranker, terminal) as own:
            yield own
