from threading import Thread

from cohere_cli.sandbox.http.budget import Budget
from cohere_cli.sandbox.http.limits import Limits


def test_memory_that_is_given_back_goes_to_who_waits_for_it_at_once():
    limits = Limits(bodies=100, small=0, queue_seconds=60)
    budget, taken = Budget(limits), []

    def take():
        with budget.share() as share:
            share.grow_to(100)
            taken.append(100)

    with budget.share() as share:
        share.grow_to(60)
        waiting = Thread(target=take, daemon=True)
        waiting.start()
        waiting.join(0.1)
        assert taken == []
    waiting.join(10)
    assert taken == [100]
