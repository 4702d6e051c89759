import pytest

from cohere_cli.request.schema.supported import matches_format


@pytest.mark.parametrize(
    ("form", "text", "has"),
    [
        ("date", "2024-02-29", True),
        ("date", "2023-02-29", False),
        ("date", "20240229", False),
        ("date", "2024-W09-4", False),
        ("date", "2024-02-29\n", False),
        ("time", "1\N{FULLWIDTH DIGIT TWO}:00:00Z", False),
        ("time", "23:59:60Z", True),
        ("time", "00:00:00.125-05:30", True),
        ("time", "24:00:00Z", False),
        ("time", "12:00:00", False),
        ("time", "12:00Z", False),
        ("date-time", "2024-02-29T12:00:00Z", True),
        ("date-time", "2024-02-29 12:00:00.5+01:00", True),
        ("date-time", "2023-02-29T12:00:00Z", False),
        ("date-time", "2024-02-29T12:00:00", False),
        ("date-time", "2024-02-29", False),
        ("uuid", "123e4567-E89B-12d3-a456-426614174000", True),
        ("uuid", "123e4567e89b12d3a456426614174000", False),
        ("uuid", "123e4567-e89b-12d3-a456-42661417400g", False),
        ("uuid", "\N{FULLWIDTH DIGIT TWO}23e4567-e89b-12d3-a456-426614174000", False),
        ("date-time", "2024-02-29T1\N{FULLWIDTH DIGIT TWO}:00:00Z", False),
        ("email", "not at all", True),
    ],
)
def test_a_format_is_that_of_rfc_3339_and_4122(form, text, has):
    assert matches_format(form, text) is has
