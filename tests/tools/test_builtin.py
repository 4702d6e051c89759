import ast
import operator
from datetime import datetime
from fractions import Fraction
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.tools.builtin import BUILT_IN
from cohere_cli.tools.calculator import InvalidExpression, calculate
from cohere_cli.tools.tool import Outcome


def call(name, **arguments):
    return BUILT_IN[name].run(arguments, Event())


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("0.1 + 0.2", "0.3"),
        ("(1200 - 80) * 1.19", "1332.8"),
        ("2**100", "1267650600228229401496703205376"),
        ("10**20 // 3", "33333333333333333333"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("2**-2", "0.25"),
        ("1/7 + 6/7", "1"),
        ("-(-0.5)", "0.5"),
        ("1/3", "≈ 0.3333333333333333"),
        ("sqrt(16)", "≈ 4"),
        ("2 ** 0.5", "≈ 1.4142135623730951"),
        ("round(2.675, 2)", "2.68"),
        ("round(-0.4)", "0"),
        ("max(1, 2.5, abs(-3))", "3"),
        ("floor(2.5) + ceil(2.5)", "5"),
        ("pi", "≈ 3.141592653589793"),
        ("1e22", "10000000000000000000000"),
        (" 1_000 ", "1000"),
        ("1+" * 499 + "1", "500"),
        ("2*" * 499 + "1", str(2**499)),
    ],
)
def test_the_calculator_computes_exactly_or_says_about(expression, result):
    assert call("calculator", expression=expression) == Outcome(
        [{"expression": expression, "result": result}]
    )


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("9**9**9", "a number is too large"),
        ("2**(2**2**2**2)", "a number is too large"),
        ("1e400", "a number is too large"),
        ("exp(1e6)", "a number is too large"),
        ("(10**3000) * (10**3000)", "a number is too large"),
        ("1 / 0", "a division by zero"),
        ("0 ** -1", "a division by zero"),
        ("log(-1)", "log() cannot be used so"),
        ("min()", "min() cannot be used so"),
        ("(-8) ** 0.5", "the result is not a real number"),
        ("round(1.5, 1000)", "round() takes a whole number of digits, at most 30"),
        ("__import__('os')", "\"'os'\" is not arithmetic"),
        ("pi.real", "'pi.real' is not arithmetic"),
        ("[" + "-" * 900 + "1]", "the expression is not arithmetic"),
        ("[1][0]", "'[1][0]' is not arithmetic"),
        ("1 if 1 else 2", "'1 if 1 else 2' is not arithmetic"),
        ("True", "'True' is not arithmetic"),
        ("1j", "'1j' is not arithmetic"),
        ("x", "'x' is not arithmetic"),
        ("max(*[1])", "'*[1]' is not arithmetic"),
        ("1; 2", "the expression is not arithmetic"),
        ("", "the expression is not arithmetic"),
        ("1\0", "the expression is not arithmetic"),
        ("(" * 999, "the expression is not arithmetic"),
        ("-" * 999 + "1", "more than 60 levels"),
        ("1" * 1001, "the expression has more than 1,000 characters"),
    ],
)
def test_the_calculator_refuses_what_is_not_arithmetic_or_too_large(expression, why):
    assert call("calculator", expression=expression) == Outcome([{"error": why}], why)


OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
numbers = st.decimals(-1000, 1000, places=3).map(str)
sums = st.recursive(
    numbers.map(lambda one: f"({one})"),
    lambda inner: st.tuples(inner, st.sampled_from([*OPERATORS]), inner).map(
        lambda parts: f"({' '.join(parts)})"
    ),
    max_leaves=8,
)


def exact(node):
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            names = {
                type(ast.parse(f"1{sign}1", mode="eval").body.op): sign
                for sign in OPERATORS
            }
            return Fraction(OPERATORS[names[type(op)]](exact(left), exact(right)))
        case ast.UnaryOp(operand=inner):
            return -exact(inner)
        case ast.Constant(value=number):
            return Fraction(str(number))


@given(sums)
def test_a_result_is_that_of_fractions(expression):
    try:
        wanted = exact(ast.parse(expression, mode="eval").body)
    except ZeroDivisionError:
        with pytest.raises(InvalidExpression):
            calculate(expression)
        return
    result = calculate(expression)
    if result.startswith("≈ "):
        assert float(result[2:]) == float(wanted)
    else:
        assert Fraction(result) == wanted


@given(st.text("0123456789.+-*/%() elogsqrt,", max_size=60))
def test_no_expression_is_more_than_refused(expression):
    (row,) = call("calculator", expression=expression).rows
    assert row.keys() in ({"expression", "result"}, {"error"})


def test_now_is_the_time_of_the_zone():
    (row,) = call("now", timezone="Asia/Kolkata").rows
    time = datetime.fromisoformat(row["time"])
    assert str(time.tzinfo) == "UTC+05:30"
    assert row == {
        "time": row["time"],
        "day": time.strftime("%A"),
        "timezone": "Asia/Kolkata",
    }
    (here,) = call("now").rows
    assert datetime.fromisoformat(here["time"]).tzinfo is not None


@pytest.mark.parametrize(
    "zone", ["Mars/Phobos", "../../etc/passwd", "/etc", "\0", "a" * 999]
)
def test_a_zone_that_does_not_exist_is_a_failure(zone):
    assert call("now", timezone=zone).problem == "there is no such time zone"


def test_built_in_tools_need_no_question_and_show_what_they_are_given():
    assert {name: tool.approve for name, tool in BUILT_IN.items()} == {
        "calculator": "always",
        "now": "always",
    }
    assert (
        BUILT_IN["calculator"].shown({"expression": "1+1"})
        == "calculator(expression='1+1')"
    )
