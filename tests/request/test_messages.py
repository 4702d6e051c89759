import pytest

from cohere_cli.request.body_file import join_prompt


@pytest.mark.parametrize(
    ("words", "piped", "prompt"),
    [
        (["Explain", "this"], "", "Explain this"),
        (["Explain:"], "a\nb\n", "Explain:\n\na\nb"),
        ([], "a\nb\n", "a\nb"),
        (["Explain:"], "\n \n", "Explain:"),
        ([], "", ""),
    ],
)
def test_a_prompt_is_the_words_and_what_is_piped_after_a_blank_line(
    words, piped, prompt
):
    assert join_prompt(words, piped) == prompt
