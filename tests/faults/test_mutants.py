import pytest

from tests.faults.mutants import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_replaces_a_name_that_the_program_has(mutant):
    assert not mutant.mutation.is_stale()
