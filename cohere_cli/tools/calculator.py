"""A calculator for expressions of numbers: exact for fractions, bounded, no code.

The expression is read as Python's syntax; whatever is not arithmetic is refused.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

MOST_CHARACTERS = 1000
_MOST_DEPTH = 60  # of an expression in an expression
_MOST_BITS = 13_000  # of a number: 3,900 digits, which Python writes
_MOST_DECIMALS = 30


class InvalidExpression(ValueError):
    """An expression that is not arithmetic, or whose result is too large."""


class Number(NamedTuple):
    """A result: *is_exact* unless a function such as a root has rounded it."""

    value: Fraction
    is_exact: bool = True


def calculate(expression: str) -> str:
    """Return the value of *expression* as a decimal number.

    Sums, products and quotients are exact; a result that no decimal number of 30
    digits after the point is, or one of a root or a logarithm, begins with "≈".
    Raises `InvalidExpression`. Takes milliseconds, whatever the expression.
    """
    if len(expression) > MOST_CHARACTERS:
        what = f"the expression has more than {MOST_CHARACTERS:,} characters"
        raise InvalidExpression(what)
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as exc:
        raise InvalidExpression("the expression is not arithmetic") from exc
    try:
        return _written(_value(tree.body, 0))
    except ZeroDivisionError as exc:
        raise InvalidExpression("a division by zero") from exc
    except OverflowError as exc:
        raise InvalidExpression("a number is too large") from exc
    except RecursionError as exc:
        raise InvalidExpression("the expression is not arithmetic") from exc


def _value(node: ast.expr, depth: int) -> Number:
    if depth > _MOST_DEPTH:
        raise InvalidExpression(f"more than {_MOST_DEPTH} levels")
    match node:
        case ast.Constant(value=number) if type(number) in (int, float):
            return _bounded(Number(_fraction(number)))
        case ast.UnaryOp(op=op, operand=inner) if type(op) in _SIGNS:
            value = _value(inner, depth + 1)
            return value._replace(value=_SIGNS[type(op)](value.value))
        case ast.BinOp(op=op) if type(op) in _OPERATIONS:
            return _chain(node, depth)
        case ast.Name(id=name) if name in _CONSTANTS:
            return Number(Fraction(_CONSTANTS[name]), is_exact=False)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _bounded(_call(name, [_value(one, depth + 1) for one in args]))
        case _:
            raise InvalidExpression(f"{_shown(node)!r} is not arithmetic")


def _chain(node: ast.expr, depth: int) -> Number:
    """Return the value of a sum or a product, however many terms it has."""
    terms = []
    while isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        terms.append((_OPERATIONS[type(node.op)], node.right))
        node = node.left
    value = _value(node, depth + 1)
    for operation, term in reversed(terms):
        value = _bounded(operation(value, _value(term, depth + 1)))
    return value


def _fraction(number: Any) -> Fraction:
    """Return the number that is written, such as 1/10 for 0.1."""
    if isinstance(number, int):
        return Fraction(number)
    if not math.isfinite(number):
        raise InvalidExpression("a number is too large")
    return Fraction(repr(number))


def _bounded(number: Number) -> Number:
    if _bits(number.value) > _MOST_BITS:
        raise InvalidExpression("a number is too large")
    return number


def _bits(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _exactly(
    apply: Callable[[Fraction, Fraction], Any],
) -> Callable[[Number, Number], Number]:
    def applied(left: Number, right: Number) -> Number:
        value = Fraction(apply(left.value, right.value))
        return Number(value, left.is_exact and right.is_exact)

    return applied


def _power(base: Number, exponent: Number) -> Number:
    number, times = base.value, exponent.value
    if times.denominator != 1:
        return Number(_rounded(float(number) ** float(times)), is_exact=False)
    # Before it is computed: 9**9**9 would take years.
    if (_bits(number) - 1) * abs(times) > _MOST_BITS:
        raise InvalidExpression("a number is too large")
    value = Fraction(number ** int(times))
    return Number(value, base.is_exact and exponent.is_exact)


def _rounded(value: Any) -> Fraction:
    if isinstance(value, complex) or not math.isfinite(value):
        raise InvalidExpression("the result is not a real number")
    return Fraction(value)


def _call(name: str, given: list[Number]) -> Number:
    values = [one.value for one in given]
    is_exact = all(one.is_exact for one in given)
    try:
        if name in _EXACT:
            return Number(Fraction(_EXACT[name](*values)), is_exact)
        if name in _ROUNDED:
            found = _ROUNDED[name](*map(float, values))
            return Number(_rounded(found), is_exact=False)
    except (TypeError, ValueError) as exc:
        if isinstance(exc, InvalidExpression):
            raise
        raise InvalidExpression(f"{name}() cannot be used so") from exc
    known = ", ".join((*_EXACT, *_ROUNDED))
    raise InvalidExpression(f"there is no function {name[:20]}; there are {known}")


def _round(value: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
    if digits.denominator != 1 or abs(digits) > _MOST_DECIMALS:
        raise InvalidExpression("round() takes a whole number of digits, at most 30")
    return round(value, int(digits))


def _written(number: Number) -> str:
    value = number.value
    scaled = value * 10**_MOST_DECIMALS
    if number.is_exact and scaled.denominator == 1:
        return _decimal(scaled.numerator)
    if value.denominator == 1 and number.is_exact:
        return str(value.numerator)
    found = float(value)
    text = str(int(found)) if found == int(found) and abs(found) < 1e15 else repr(found)  # noqa: PLR2004 - whole in a double, and short
    return f"≈ {text}"


def _decimal(scaled: int) -> str:
    """Return *scaled* · 10^-30 as a decimal number without zeros at its end."""
    sign, digits = "-" if scaled < 0 else "", str(abs(scaled))
    digits = digits.rjust(_MOST_DECIMALS + 1, "0")
    whole, decimals = digits[:-_MOST_DECIMALS], digits[-_MOST_DECIMALS:].rstrip("0")
    return f"{sign}{whole}.{decimals}".rstrip(".")


def _shown(node: ast.expr) -> str:
    return ast.unparse(node)[:60]


_SIGNS: Mapping[type, Callable[[Fraction], Fraction]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_OPERATIONS: Mapping[type, Callable[[Number, Number], Number]] = {
    ast.Add: _exactly(operator.add),
    ast.Sub: _exactly(operator.sub),
    ast.Mult: _exactly(operator.mul),
    ast.Div: _exactly(operator.truediv),
    ast.FloorDiv: _exactly(operator.floordiv),
    ast.Mod: _exactly(operator.mod),
    ast.Pow: _power,
}
_CONSTANTS = {"pi": math.pi, "e": math.e}
_EXACT: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
}
_ROUNDED: Mapping[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
}
