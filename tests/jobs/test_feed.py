from itertools import count
from queue import SimpleQueue

from cohere_cli.errors import InputProblem
from cohere_cli.jobs.feed import Feed, FeedEnd

WAIT = 10


def started(items, grants):
    found = SimpleQueue()
    feed = Feed(items, found.put)
    feed.start()
    feed.grant(grants)
    return feed, found


def test_items_come_in_order_and_then_the_end():
    _, found = started("abc", 5)
    assert [found.get(timeout=WAIT) for _ in range(4)] == [*"abc", FeedEnd(None)]


def test_it_reads_no_more_than_one_item_beyond_what_is_granted():
    read = []
    feed, found = started((read.append(one) or one for one in count()), 3)
    assert [found.get(timeout=WAIT) for _ in range(3)] == [0, 1, 2]
    feed.grant(1)
    assert found.get(timeout=WAIT) == 3
    assert found.empty()
    assert len(read) <= 5
    feed.stop()


def test_an_error_of_the_source_comes_after_the_items_before_it():
    problem = InputProblem("bad")

    def items():
        yield 1
        raise problem

    _, found = started(items(), 5)
    assert [found.get(timeout=WAIT) for _ in range(2)] == [1, FeedEnd(problem)]
