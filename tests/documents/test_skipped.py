from cohere_cli.documents.source import Skipped


def test_what_was_skipped_is_told_by_reason():
    skipped = Skipped()
    assert not skipped
    skipped.add("not text")
    assert str(skipped) == "1 file skipped (1 not text)"
    skipped.add("over 64 MiB")
    skipped.add("not text")
    assert skipped
    assert str(skipped) == "3 files skipped (2 not text, 1 over 64 MiB)"


def test_blank_lines_are_told_after_the_files():
    skipped = Skipped(blank_lines=1)
    assert skipped
    assert str(skipped) == "1 blank line skipped"
    skipped.add("empty")
    skipped.blank_lines = 1200
    assert str(skipped) == "1 file skipped (1 empty), 1,200 blank lines skipped"
