"""What a job did and cost, and what more of it would, in lines for its end."""

import math
from typing import TYPE_CHECKING

from cohere_cli.mapping.cost import JobSpending, shown_duration
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.mapping.job import MapJob
    from cohere_cli.mapping.sample import Sample


def totals_line(
    job: "MapJob", spending: JobSpending, seconds: float, *, is_resumed: bool
) -> str:
    """Return the records, requests, tokens, cost and time of *job*.

    *is_resumed*: replies of an earlier run may be among those that were known.
    Tokens and dollars are left out where the server or the prices have none.
    """
    records = plural(job.answered + job.failed, "record")
    failed = f", {job.failed:,} failed" if job.failed else ""
    requests = f"{plural(job.sent, 'request')} answered"
    why = "answered before, or equal to others" if is_resumed else "equal to others"
    known = f", {job.known:,} not sent ({why})" if job.known else ""
    parts = [records + failed, requests + known, spending.tokens]
    parts += [str(spending), shown_duration(seconds)]
    return "; ".join(filter(None, parts))


def sample_line(
    sample: "Sample", models: int, job: "MapJob", spending: JobSpending, seconds: float
) -> str:
    """Return what the whole input would cost and take, as *job* did for *sample*."""
    if not sample.is_part:
        records = plural(sample.total, "record")
        return f"the input has {records}, so --sample left none out"
    size = len(sample.records)
    # Those equal to another are not sent, and neither are they in the whole.
    requests = math.ceil((size * models - job.known) * sample.total / size)
    whole = spending.whole(requests, job.sent, seconds)
    return f"{plural(size, 'random record')} of {sample.total:,}; {whole}"
