"""Judges the results of a run as they come, in memory that does not grow with them."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from types import TracebackType
from typing import Self

from cohere_cli.documents.document import Document
from cohere_cli.mapping.judgement.confusion import Confusion
from cohere_cli.mapping.judgement.expectation import AnswerField, parse_expectation
from cohere_cli.mapping.judgement.label import Label, NoLabel, Spellings
from cohere_cli.mapping.judgement.other_run import OtherAnswer, OtherRun
from cohere_cli.mapping.judgement.report import (
    Agreement,
    Comparison,
    ModelPair,
    ModelScore,
    Pairing,
    Report,
)
from cohere_cli.mapping.result import Outcome, Result


class Judge:
    """Compares answers with a column of the records, with another run, or both.

    *expect* is `COLUMN` or `COLUMN=FIELD`; *schema_fields* are those of the answers'
    JSON Schema, none without one. *models* are those of the results' outcomes, in
    their order. *compare* is the path of another run's JSON lines. Raises
    `UsageProblem` for an unknown field, and `InputProblem` for a file that is not the
    output of a run.
    """

    def __init__(
        self,
        expect: str | None,
        schema_fields: Sequence[str],
        models: Sequence[str],
        compare: str | None = None,
    ) -> None:
        self._expectation = parse_expectation(expect, schema_fields) if expect else None
        self._field, self._other_field = self._fields(schema_fields)
        self._models = tuple(models)
        self._spellings = Spellings()
        self._unlabelled = self._absent = self._found = 0
        self._confusions = [Confusion() for _ in models]
        self._pairs = {pair: Pairing() for pair in combinations(range(len(models)), 2)}
        self._pairings = [Pairing() for _ in models]
        self._agreements = [Agreement() for _ in models]
        self._other = OtherRun(compare) if compare else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._other:
            self._other.close()

    def require_column(self, ahead: Sequence[Document]) -> None:
        """Raise `InputProblem` if none of the records *ahead* has the column.

        They are the first hundred; it can be called before anything is sent.
        """
        if self._expectation:
            self._expectation.require_column(ahead)

    def require_same(self, index: int, record: Document) -> None:
        """Raise `InputProblem` if the other run has another record of this *index*.

        Also if it has no answer of a model. `add` does so too; this can be called
        before the record is sent.
        """
        if self._other:
            self._other.answers(index, record, self._models)

    def add(self, result: Result) -> None:
        """Count *result*; the order of results is free.

        Raises `InputProblem`, with file and line, if the other run has another record
        of its index, or no answer of a model.
        """
        answers = [*self._answers(result)]
        others = self._other_labels(result)
        if self._expectation is None:
            if others:
                self._agree(answers, others)
            return
        expected = self._spellings.expected(self._expectation.expected(result.record))
        if expected is NoLabel.NOTHING:
            self._unlabelled += 1
            return
        for confusion, answer in zip(self._confusions, answers, strict=True):
            confusion.add(expected, answer)
        for (one, other), pairing in self._pairs.items():
            pairing.add(expected, answers[one], answers[other])
        if others:
            self._compare(expected, answers, others)

    def report(self) -> Report:
        """Return what was found so far."""
        names, is_judged = self._models, self._expectation is not None
        scores = map(ModelScore, names, self._confusions)
        pairs = (
            ModelPair(names[one], names[other], pairing)
            for (one, other), pairing in self._pairs.items()
        )
        return Report(
            column=self._expectation.column if self._expectation else "",
            field=self._field.name,
            unlabelled=self._unlabelled,
            models=[*scores] if is_judged else [],
            pairs=[*pairs] if is_judged else [],
            comparison=self._comparison(),
            spellings=self._spellings,
        )

    def _fields(self, schema_fields: Sequence[str]) -> tuple[AnswerField, AnswerField]:
        if self._expectation:
            return self._expectation.field, self._expectation.other_field
        # Without a column, the only field of a schema, else the whole answer.
        name = schema_fields[0] if len(schema_fields) == 1 else None
        return AnswerField(name), AnswerField(name, [] if name else None)

    def _answers(self, result: Result) -> Iterator[Label]:
        outcomes = result.outcomes
        yield from map(self._answer, outcomes)
        # A record that was not sent has no outcomes.
        yield from [NoLabel.FAILED] * (len(self._models) - len(outcomes))

    def _answer(self, outcome: Outcome) -> Label:
        if outcome.error:
            return NoLabel.FAILED
        value = self._field.of(outcome.text, outcome.value)
        return self._spellings.answered(value)

    def _other_labels(self, result: Result) -> Sequence[Label]:
        """Return the other run's answers; none if it lacks the record."""
        if self._other is None:
            return ()
        answers = self._other.answers(result.index, result.record, self._models)
        self._absent += answers is None
        self._found += answers is not None
        return [self._other_label(one) for one in answers or ()]

    def _other_label(self, answer: OtherAnswer) -> Label:
        if answer.failed:
            return NoLabel.FAILED
        value = self._other_field.of(answer.text, answer.value)
        return self._spellings.answered(value)

    def _agree(self, answers: Sequence[Label], others: Sequence[Label]) -> None:
        for agreement, one, other in zip(
            self._agreements, answers, others, strict=True
        ):
            agreement.add(one, other)

    def _compare(
        self, expected: Label, answers: Sequence[Label], others: Sequence[Label]
    ) -> None:
        for pairing, one, other in zip(self._pairings, answers, others, strict=True):
            pairing.add(expected, one, other)

    def _comparison(self) -> Comparison | None:
        if self._other is None:
            return None
        pairings = dict(zip(self._models, self._pairings, strict=True))
        agreements = dict(zip(self._models, self._agreements, strict=True))
        return Comparison(
            self._other.name,
            self._absent,
            len(self._other) - self._found,
            pairings if self._expectation else {},
            {} if self._expectation else agreements,
        )
