"""Small arithmetic in content: `amount * days / 365`, and nothing beyond it."""

import ast
import operator
from collections.abc import Callable, Mapping

_OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """The value of a formula of numbers, names, `+ - * /` and brackets.

    Raises:
        ValueError: the formula holds anything else, or divides by zero.
        KeyError: a name has no value.

    >>> evaluate("amount * 2 + 1", {"amount": 3})
    7
    """
    try:
        return _value(ast.parse(formula.strip(), mode="eval").body, values)
    except (SyntaxError, RecursionError) as error:
        raise ValueError(f"{formula!r} is not a formula") from error
    except ZeroDivisionError as error:
        raise ValueError(f"{formula!r} divides by zero") from error


def _value(node: ast.AST, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(operand, values))
    raise ValueError(f"{ast.unparse(node)!r} is not part of a formula")
