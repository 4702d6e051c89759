import random
from collections import Counter

from cohere_cli.documents.document import Document
from cohere_cli.mapping.sample import draw_sample


def records(count):
    return (Document(str(n), b"", "-", n + 1, str(n)) for n in range(count))


def test_a_sample_is_in_the_order_of_the_input_and_knows_its_length():
    random.seed(1)
    sample = draw_sample(records(1_000), 20)
    indexes = [index for index, _ in sample.records]
    assert (len(set(indexes)), sample.total) == (20, 1_000)
    assert indexes == sorted(indexes)
    assert all(record.data == str(index) for index, record in sample.records)


def test_of_a_short_input_all_is_taken():
    sample = draw_sample(records(3), 20)
    assert [index for index, _ in sample.records] == [0, 1, 2]


def test_each_record_has_the_same_chance():
    random.seed(1)
    drawn = Counter(
        index for _ in range(4_000) for index, _ in draw_sample(records(10), 3).records
    )
    # 1,200 of each are expected, with a standard deviation of 29.
    assert all(1_050 < drawn[index] < 1_350 for index in range(10))
