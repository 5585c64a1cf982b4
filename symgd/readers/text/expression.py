"""The grammar of the text notation.

    comparison:  sum  (< <= > >= ==)  sum
    sum:         product  (+ -)  product …
    product:     unary  (* / @)  unary …
    unary:       -unary  |  beside
    beside:      power  power …
    power:       postfix  (** ^)  unary
    postfix:     atom  .T  ᵀ  [index]  superscript  ! …
    atom:        number  name  name(arguments)  (sum)  [entries]  |sum|  ‖sum‖
    function:    sin power  |  sin² power  |  sin²(sum)

The meaning is NumPy's. An operator stack for every open bracket replaces recursion, so that nesting cannot exhaust
anything, and nothing is ever evaluated: a name is an input, a constant or a function of the registry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NoReturn

from symgd.errors import ParseError, located
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.text.bare_functions import bare_function
from symgd.readers.text.bars import absolute, norm, squared_norm, squares
from symgd.readers.text.frames import CLOSING, Frame, call, value_of
from symgd.readers.text.functions import is_function, refuse_factors_behind
from symgd.readers.text.juxtaposition import (
    Row,
    beside,
    is_factor_beside,
    raised,
    refuse_number_in_brackets,
    refuse_row,
    refuse_transpose,
    refuse_two_readings,
    transposed,
)
from symgd.readers.text.names import Names, times_pi
from symgd.readers.text.operators import BESIDE, BINARY, COMPARISON, POWER, PRODUCT, SIGNS, TIGHT, Operator, level_of
from symgd.readers.text.tokens import MAX_NESTING, Token

__all__ = ["ExpressionParser"]

_KEYWORDS = {
    **dict.fromkeys(("if", "else"), "write where(condition, a, b)"),
    **dict.fromkeys(("and", "or"), "write where(a < b, where(b < c, …, …), …)"),
    "for": "sums run over axes: sum(x**2, axis=0)",
}
"""What to write in the place of Python's words."""
_BRACKETS: dict[str, Literal["group", "array", "bars"]] = {"(": "group", "[": "array", "|": "bars"}


class ExpressionParser:
    """Reads one formula from tokens; an operator stack for every open bracket replaces recursion."""

    def __init__(self, text: str, tokens: list[Token], names: Names) -> None:
        self.text = text
        self.tokens = tokens
        self.names = names
        self.frames = [Frame("top")]

    @property
    def frame(self) -> Frame:
        """The innermost bracket."""
        return self.frames[-1]

    def formula(self) -> Node:
        """Read all tokens."""
        tokens = self.tokens
        if len(tokens) == 1:
            raise ParseError("the formula is empty", hint="write for example mean((X @ w - y)**2)")
        wants_operand = True
        k = 0
        while tokens[k].kind != "end":
            wants_operand, used = self._operand(k) if wants_operand else self._operator(k)
            k += used
        if wants_operand:
            self._fail("the formula ends where a value should follow", tokens[k])
        if len(self.frames) > 1:
            bracket = self.frame.opening
            what = "bar" if bracket in ("|", "‖") else "bracket"
            raise ParseError(
                f"the {what} {bracket} is never closed",
                formula=self.text,
                position=self.frame.position,
                hint=f"add {CLOSING[bracket]}",
            )
        formula = self._as_tensor(self._finish_value(), tokens[0])
        if not isinstance(formula, Node):
            raise ParseError("this is not a formula", formula=self.text, position=0)
        return formula

    def _fail(self, cause: str, token: Token, hint: str | None = None) -> NoReturn:
        raise ParseError(cause, formula=self.text, position=token.position, hint=hint)

    def _fail_in_bracket(self, cause: str, hint: str | None = None) -> NoReturn:
        raise ParseError(cause, formula=self.text, position=self.frame.position, hint=hint)

    def _build(self, token: Token, make: Callable[[], object]) -> object:
        with located(self.text, token.position):
            return make()

    def _following(self, k: int) -> Token:
        return self.tokens[min(k + 1, len(self.tokens) - 1)]

    # -- where a value is expected ------------------------------------------------------------------------------

    def _operand(self, k: int) -> tuple[bool, int]:
        """Read a value, a sign, or an opening bracket; return (whether a value is still expected, tokens used)."""
        token, frame = self.tokens[k], self.frame
        text = token.text
        if token.kind in ("number", "text"):
            frame.values.append(constant(token.number) if token.kind == "number" else token.value)
            return False, 1
        if token.kind == "name":
            return self._named(token, self._following(k), k)
        if text in SIGNS or text == "√":
            if text in SIGNS and frame.operators and frame.operators[-1].text == "√":
                self._fail("a sign cannot stand behind √", token, "write √(…)")
            frame.operators.append(Operator(SIGNS.get(text, text), token.position, True))
            return True, 1
        if text in _BRACKETS or token.is_norm:
            self._open(Frame("norm" if token.is_norm else _BRACKETS[text], token.position))
            return True, 1
        if text == ":" and frame.kind == "index" and not frame.operators:
            frame.slice_parts = [*(frame.slice_parts or []), None]
            return True, 1
        if text in (")", "]", ",") and frame.may_end(text):
            return self._operator(k, empty=True)
        if text == "." and frame.kind == "index" and [dot.text for dot in self.tokens[k : k + 3]] == [".", ".", "."]:
            frame.values.append(...)
            return False, 3
        return self._refuse_operand(token)

    def _refuse_operand(self, token: Token) -> NoReturn:
        text = token.text
        if text in BINARY:
            self._fail(f"there is no value before {text}", token)
        if text in (")", "]"):
            self._fail(
                "a value is missing before the bracket" if len(self.frames) > 1 else f"the bracket {text} was never opened",
                token,
            )
        self._fail(f"{text} cannot stand here: a value is expected", token)

    def _named(self, token: Token, following: Token, k: int) -> tuple[bool, int]:
        """Read a name: a call, a keyword, or a value."""
        frame = self.frame
        is_free = not self.names.is_known(token.text)
        if following.text == "(" and token.text not in self.names.declared:
            self._open(Frame("call", following.position, name=self.names.function(token)))
            return True, 2
        if is_free and is_function(token.text):
            function, used = bare_function(self.text, self.tokens[k : k + 4], self.names)
            if isinstance(function, Frame):
                self._open(function)
            elif function is not None:
                frame.operators.append(function)
            if function is not None:
                return True, used
        if following.text == "=" and frame.kind == "call" and frame.name != "where":
            if not frame.is_blank:
                self._fail("a keyword stands at the start of an argument", token)
            frame.keyword = token.text
            return True, 2
        frame.values.append(self.names.value(token))
        return False, 1

    def _open(self, frame: Frame) -> None:
        if len(self.frames) > MAX_NESTING:
            raise ParseError(f"brackets are nested more than {MAX_NESTING} deep", formula=self.text, position=frame.position)
        self.frames.append(frame)

    # -- where an operator is expected --------------------------------------------------------------------------

    def _operator(self, k: int, empty: bool = False) -> tuple[bool, int]:
        """Read an operator, a comma, an index or a closing bracket; return what :meth:`_operand` returns."""
        token, frame = self.tokens[k], self.frame
        text = token.text
        if text in BINARY:
            self._binary(token)
            return True, 1
        if text == "=" and frame.name == "where":  # where(x = 0, a, b) is what textbooks print
            self._binary(token._replace(text="=="))
            return True, 1
        if text == ".":
            self._transpose(k)
            return False, 2
        if text == "!":
            self._factorial(k)
            return False, 1
        if text == "[":
            self._open(Frame("index", token.position, base=self._as_tensor(frame.values.pop(), token)))
            return True, 1
        if token.kind == "superscript":
            self._superscript(token)
            return False, 1
        if frame.kind in ("bars", "norm") and (text == "|" or token.is_norm):
            return False, self._close_bars(k)
        if text == ",":
            if frame.kind == "top":
                self._fail("a comma stands outside brackets", token, "write [a, b] for a vector")
            self._end_item(empty)
            frame.has_comma = True
            return True, 1
        if text == ":" and frame.kind == "index":
            frame.slice_parts = [*(frame.slice_parts or []), self._finish_value()]
            return True, 1
        if text in (")", "]"):
            self._close(token, empty)
            return False, 1
        if text == "=":
            self._fail("= assigns, and a formula has no assignments", token, "give one of its sides, or compare with ==")
        if is_factor_beside(self.tokens[k - 1], token, self._following(k), self.names.is_known):
            self._beside(k)
            return True, 0
        if text == "|":
            self._fail("the bar | was never opened", token, "|x| is the absolute value; write * for a product")
        if token.kind == "name" and self.tokens[k - 1].kind == "number" and token.is_right_behind(self.tokens[k - 1]):
            number = self.tokens[k - 1]
            self._fail("a name cannot start with a digit", number, f"write {number.text}*{times_pi(text)} for a product")
        if token.kind in ("number", "name", "text") or text == "(":
            self._fail("an operator is missing", token, _KEYWORDS.get(text, "write * for a product"))
        return self._fail(f"{text} is not an operator of the formula language", token)

    def _binary(self, token: Token) -> None:
        """Let an operator between two values wait for its right side."""
        frame = self.frame
        level = BINARY[token.text][0]
        if level == PRODUCT:
            self._build(token, lambda: refuse_factors_behind(frame.operators))
        if level == COMPARISON and any(level_of(operator) == COMPARISON for operator in frame.operators):
            self._fail("comparisons cannot be chained", token, "write where(a < b, where(b < c, …, …), …)")
        self._reduce(level if level == POWER else level - 1)  # powers group from the right
        frame.operators.append(Operator(token.text, token.position, False))

    def _beside(self, k: int) -> None:
        """Let a factor wait for the one behind it; the operator between them has no token."""
        frame, token = self.frame, self.tokens[k]
        is_tight = token.is_right_behind(self.tokens[k - 1])
        if token.text == "(" and self.tokens[k - 1].kind == "name":
            self._build(token, lambda: refuse_number_in_brackets(self.tokens[k - 1 : k + 3]))
        if not is_tight and not is_function(token.text):
            self._build(token, lambda: refuse_factors_behind(frame.operators))
        self._build(token, lambda: refuse_two_readings(frame.operators, frame.values, is_tight))
        operator = Operator("" if is_tight else " ", token.position, False)
        self._reduce(level_of(operator) - 1)
        frame.operators.append(operator)

    def _superscript(self, token: Token) -> None:
        """Apply ᵀ or a power to the value before it."""
        frame = self.frame
        value = frame.values[-1]
        if isinstance(value, Node) and value.is_exact and token.value is not None:
            self._fail("a number has no superscript", token, f"write ({value})**{token.value}")
        if token.value is None:
            value = value if isinstance(value, Row) else self._formula(value, token)
            frame.values[-1] = self._build(token, lambda: transposed(value))
            return
        if frame.operators and frame.operators[-1].text == "√":
            self._build(token, lambda: refuse_two_readings(frame.operators, frame.values, True))
        base = self._formula(value, token)
        frame.values[-1] = self._build(token, lambda: raised(base, token))

    def _close_bars(self, k: int) -> int:
        """Close an absolute value or a norm, with the exponent behind it; return the number of tokens."""
        frame, token = self.frame, self.tokens[k]
        inner = self.frames[-2]
        if frame.kind == "bars" and token.text == "||" and inner.kind == "bars":
            self._close_bar(frame, absolute)
            self._close_bar(self.frame, absolute)
            return 1
        if token.is_norm != (frame.kind == "norm"):
            what = f"{token.text} closes the bar {frame.opening} opened at column {frame.position + 1}"
            self._fail(what, token, "write abs(x) for an absolute value, norm2(x) for a norm")
        if frame.kind == "bars":
            self._close_bar(frame, absolute)
            return 1
        subscript = str(token.value)
        used = squares(self.tokens[k + 1 : k + 4])
        self._close_bar(frame, lambda x: squared_norm(x, subscript) if used else norm(x, subscript))
        return 1 + used

    def _close_bar(self, frame: Frame, make: Callable[[Node], Node]) -> None:
        token = Token("operator", frame.opening, frame.position)
        inside = self._formula(self._finish_value(), token)
        self.frames.pop()
        self.frame.values.append(self._build(token, lambda: make(inside)))

    def _transpose(self, k: int) -> None:
        token, values = self.tokens[k], self.frame.values
        if self._following(k).text != "T":
            library = self.tokens[k - 1].text
            is_library = library in ("np", "numpy", "math", "sg")
            hint = f"drop {library}." if is_library else "functions are called as sum(x), not x.sum()"
            self._fail("a formula has no attributes but .T", token, hint)
        if values[-1] is None or isinstance(values[-1], bool | str | tuple):
            self._fail(".T cannot be applied to this", token)
        values[-1] = self._build(token, lambda: as_node(values[-1]).T)

    def _factorial(self, k: int) -> None:
        token, values = self.tokens[k], self.frame.values
        if self._following(k).text == "!":
            self._fail("a double factorial is not known", token, "write gamma(…), whose value at n + 1 is n!")
        value = self._formula(values[-1], token)
        values[-1] = self._build(token, lambda: FUNCTIONS["gamma"](value + 1))

    def _reduce(self, level: int) -> None:
        """Apply the waiting operators that bind tighter than `level`."""
        operators = self.frame.operators
        while operators and level_of(operators[-1]) > level:
            self._apply(operators.pop())

    def _apply(self, operator: Operator) -> None:
        values = self.frame.values
        token = Token("operator", operator.text, operator.position)
        if level_of(operator) in (BESIDE, TIGHT):
            factors = [value if isinstance(value, Row) else self._formula(value, token) for value in values[-2:]]
            values[-2:] = [self._build(token, lambda: beside(*factors))]
            return
        if operator.text == "@" and isinstance(values[-1], Row):
            self._build(token, refuse_row)
        right = self._formula(values.pop(), token)
        if operator.is_function:
            applied = self._build(token, lambda: call(operator.text, [right], {}, operator.exponent))
            values.append(applied)
            return
        if operator.text == "√":
            values.append(self._build(token, lambda: FUNCTIONS["sqrt"](right)))
            return
        if operator.is_unary:
            values.append(right if operator.text == "+" else self._build(token, lambda: -right))
            return
        left = self._formula(values.pop(), token)
        if operator.text == "^" and left.shape and right.is_symbol and not self.names.is_known(right.name):
            self._build(token, lambda: refuse_transpose(right.name))
        values.append(self._build(token, lambda: BINARY[operator.text][1](left, right)))

    def _formula(self, value: object, token: Token) -> Node:
        value = self._as_tensor(value, token)
        if not isinstance(value, Node):
            self._fail(f"{token.text} cannot be applied to this", token)
        if value.is_boolean:
            self._fail(f"{token.text} cannot be applied to a condition", token, "use where(condition, a, b)")
        return value

    # -- items and brackets -------------------------------------------------------------------------------------

    def _finish_value(self) -> object:
        """Apply everything that waits in the innermost frame and return its value."""
        self._reduce(-1)
        return self.frame.values.pop()

    def _as_tensor(self, value: object, token: Token) -> object:
        """Return entries in brackets as a tensor, and a row as the vector that it is."""
        if isinstance(value, Row):
            return value.node
        return self._build(token, lambda: as_node(value)) if isinstance(value, list) else value

    def _end_item(self, empty: bool) -> None:
        """Finish one item of a list of arguments, indices or entries."""
        frame = self.frame
        if frame.slice_parts is not None:
            parts = [*frame.slice_parts, None if empty else self._finish_value()]
            if len(parts) > 3:
                self._fail_in_bracket("a slice is start:stop:step")
            frame.items.append(slice(*parts))
            frame.slice_parts = None
        elif not empty:
            value = self._finish_value()
            if isinstance(value, Row) and (frame.kind != "group" or frame.has_comma):
                value = value.node
            if frame.keyword is not None:
                if frame.keyword in frame.keywords:
                    self._fail_in_bracket(f"{frame.keyword} is given twice")
                frame.keywords[frame.keyword] = value
                frame.keyword = None
            elif frame.keywords:
                self._fail_in_bracket("a plain argument follows a keyword")
            else:
                frame.items.append(value)

    def _close(self, token: Token, empty: bool) -> None:
        frame = self.frame
        if frame.kind in ("bars", "norm"):
            self._fail(f"the bar {frame.opening} opened at column {frame.position + 1} is not closed", token)
        if len(self.frames) == 1:
            self._fail(f"the bracket {token.text} was never opened", token)
        closing = CLOSING[frame.opening]
        if closing != token.text:
            what = f"{token.text} closes the bracket {frame.opening} opened at column {frame.position + 1}"
            self._fail(what, token, f"write {closing}")
        self._end_item(empty)
        self.frames.pop()
        place = Token("operator", frame.opening, frame.position)
        self.frame.values.append(self._build(place, lambda: value_of(frame)))
