import ast
from functools import cache

import pytest

from tests.co_program import ROOT
from tests.faults.mutation.equivalents import EQUIVALENTS
from tests.faults.mutation.modules import MODULES, coverage_of
from tests.faults.mutation.mutants import names_of, sample
from tests.faults.mutation.operators import sites

FUNCTION = """
_LIMIT = 1 << 10
def save(path: Path, text: str) -> str:
    if len(text) > 8 and path or text:
        raise ValueError(text)
    try:
        os.chmod(path, os.O_RDWR | O_CREAT, 0o600, follow=False)
    except OSError:
        return text
    finally:
        count += 1
"""


def changed() -> list[tuple[str, set[str]]]:
    whole = ast.unparse(ast.parse(FUNCTION))
    found = []
    for number in range(len([*sites(ast.parse(FUNCTION))])):
        tree = ast.parse(FUNCTION)
        site = [*sites(tree)][number]
        site.put()
        source = ast.unparse(ast.fix_missing_locations(tree))
        added = {*source.splitlines()} - {*whole.splitlines()}
        found.append((site.name, {line.strip() for line in added}))
    return found


def test_each_operator_changes_one_place():
    assert changed() == [
        ("module limit 0", {"_LIMIT = (1 << 10) * 1000"}),
        ("save hollow 0", {"return text"}),
        ("save negate 0", {"if not (len(text) > 8 and path or text):"}),
        ("save logic 0", {"if (len(text) > 8 and path) and text:"}),
        ("save logic 1", {"if (len(text) > 8 or path) or text:"}),
        ("save compare 0", {"if len(text) >= 8 and path or text:"}),
        ("save limit 0", {"if len(text) > 8 * 1000 and path or text:"}),
        ("save drop 0", {"pass"}),
        ("save except 0", set()),
        ("save drop 1", {"pass"}),
        ("save flag 0", {"os.chmod(path, O_CREAT, 384, follow=False)"}),
        ("save flag 1", {"os.chmod(path, os.O_RDWR | O_CREAT, 438, follow=False)"}),
        ("save flag 2", {"os.chmod(path, os.O_RDWR | O_CREAT, 384, follow=True)"}),
        ("save drop 2", {"pass"}),
    ]


@pytest.mark.slow
def test_a_seed_chooses_the_same_mutants_of_all_modules_alike():
    chosen = sample(2 * len(MODULES), 7)
    assert [*map(repr, chosen)] == [*map(repr, sample(2 * len(MODULES), 7))]
    assert {one.path for one in chosen} == MODULES.keys()


@pytest.mark.parametrize("path", MODULES)
def test_a_mutated_module_has_tests_that_exist(path):
    coverage = coverage_of(path)
    tests = [ROOT / one for one in (*coverage.near, *coverage.far)]
    assert tests
    assert all(one.is_file() for one in tests)


@cache
def names(path: str) -> frozenset[str]:
    return names_of(path)


@pytest.mark.parametrize("place", EQUIVALENTS, ids=" ".join)
def test_an_equivalent_mutant_is_one_that_can_be_made(place):
    path, name = place
    assert name in names(path)
