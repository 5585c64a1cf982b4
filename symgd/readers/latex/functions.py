r"""Functions with their arguments, and the operators that close an index: ``\log\det\Sigma``, ``\sin^2 x``, ``\max_i y_i``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection

from symgd.errors import ParseError, UnsupportedError
from symgd.graph.node import SIZE
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.traversal import toposort
from symgd.readers.latex import values
from symgd.readers.latex.environments import EnvironmentReader
from symgd.readers.latex.values import Value, scalar_value

__all__ = ["BIG_OPERATORS", "DIVISIONS", "JOINING", "FunctionReader"]

FUNCTION_WORDS = {
    **{rf"\{name}": name for name in ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"]},
    r"\ln": "log",
    **{rf"\{name}": name for name in ["cot", "sec", "csc", "coth"]},
    r"\det": "det",
    r"\erf": "erf",
    r"\sign": "sign",
}
_OPERATORS = {
    "tr": "trace", "trace": "trace", "Tr": "trace", "diag": "diag", "vec": "vec", "softmax": "softmax", "sigmoid": "sigmoid",
    "relu": "relu", "ReLU": "relu", "sign": "sign", "sgn": "sign", "softplus": "softplus", "erf": "erf", "logdet": "logdet",
    "logsumexp": "logsumexp", "expm": "expm", "gelu": "gelu", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh",
}  # fmt: skip
_WHOLE = {"trace", "diag", "vec", "softmax", "logdet", "logsumexp", "det", "expm"}
_RECIPROCALS = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh"}
BIG_OPERATORS: dict[str, values.Closing] = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}
_NEUTRAL = {"sum": 0, "prod": 1}
"""What adds nothing to a sum, and what changes nothing in a product."""
DIVISIONS = ("/", r"\div")
JOINING = {r"\cdot", r"\times", "*", r"\odot", r"\circ", r"\otimes", *DIVISIONS}
_CLOSING = {"(": ")", "[": "]", r"\{": r"\}"}
_BARS = {"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}


class FunctionReader(EnvironmentReader):
    """Reads functions, sums, products and extremes."""

    sigmoid_at: int | None = None
    r"""Where ``\sigma(…)`` was read as a function."""
    is_argument = False
    """Whether a sum stands as the argument of a function, without brackets."""

    @abstractmethod
    def factor(self) -> Value:
        """Read one factor with its scripts."""

    @abstractmethod
    def product(self, opened: Collection[str] = ()) -> Value:
        """Read factors beside each other; where indices are `opened`, a later factor has to carry one of them."""

    @abstractmethod
    def atom(self) -> Value:
        """Read a number, a name, or what stands in brackets."""

    @abstractmethod
    def with_scripts(self, base: Value, start: int) -> Value:
        """Read superscripts."""

    @property
    @abstractmethod
    def is_transposed(self) -> bool:
        """Whether a sign of transposition stands above."""

    # -- functions --------------------------------------------------------------------------------------------

    def function_name(self) -> str | None:
        """Read the name of a function, if one stands here."""
        word = self.word
        if word in FUNCTION_WORDS:
            self.position += 1
            return FUNCTION_WORDS[word]
        if word == r"\sigma" and self.following(1) == ["("] and not self.is_declared("sigma"):
            self.sigmoid_at = self.position
            self.position += 1
            return "sigmoid"
        if word in (r"\operatorname", r"\operatorname*", r"\mathrm", r"\text") and self.following(1) == ["{"]:
            start = self.position
            self.position += 1
            letters = "".join(self.group_words())
            name = _OPERATORS.get(
                letters, letters if letters in FUNCTIONS and letters.isidentifier() and len(letters) > 1 else None
            )
            if name is not None and letters not in self.shapes:
                return name
            if word.startswith(r"\operatorname") and letters not in self.shapes:
                self.position = start
                raise self.fail(f"there is no function called {letters}")
            self.position = start
        return None

    def function(self, name: str, start: int) -> Value:
        r"""``\log x``, ``\log(x)``, ``\sin^2 x``, ``\log\det\Sigma``, ``\operatorname{clip}(x, 0, 1)``."""
        exponent: Value | None = None
        base: Value | None = None
        if self.word == "_" and name == "log":
            self.position += 1
            base = self.script()
        if self.word == "^":
            self.position += 1
            exponent = self.script()
            if exponent.node.equals_number(-1):
                self.refuse_two_readings(start, f"{name}^{{-1}}", "the inverse function", "the reciprocal")
        arguments = self._arguments(name, start)
        with self.located(start):
            if len(arguments) > 1:
                result = values.call(name, arguments)
            elif base is not None:
                result = self._logarithm(arguments[0], base)
            else:
                result = self._applied(name, arguments[0])
            if exponent is not None:
                result = values.entry_power(result, exponent)
        return self.with_scripts(result, start) if self.is_transposed else result

    @abstractmethod
    def script(self) -> Value:
        """Read a group in braces, or a single atom."""

    def _applied(self, name: str, argument: Value) -> Value:
        if name == "det":
            return values.determinant(argument)
        if name == "log" and argument.node.primitive.name == "det":
            return Value(FUNCTIONS["log"](argument.node), "scalar")
        if name in _RECIPROCALS:
            return values.entry_power(values.apply(_RECIPROCALS[name], [argument]), scalar_value(-1))
        if name in _WHOLE or not values.acts_entry_by_entry(name):
            return values.of_matrix(name, argument)
        return values.apply(name, [argument])

    def _logarithm(self, argument: Value, base: Value) -> Value:
        """Return a logarithm to a base."""
        for number in (2, 10):
            if base.node.equals_number(number):
                return values.apply(f"log{number}", [argument])
        return values.divide(values.apply("log", [argument]), values.apply("log", [base]))

    def _arguments(self, name: str, start: int) -> list[Value]:
        if self.word in _CLOSING:
            closing = _CLOSING[self.next_word()]
            parts = [self.expression()]
            while self.word == ",":
                self.position += 1
                parts.append(self.expression())
            self.expect(closing)
            if self.word == "^" and not self.is_transposed:
                self.refuse_two_readings(start, f"{name}(x)^2", rf"\{name}^2(x)", rf"\{name}(x^2)")
            return parts
        if self.is_end:
            raise self.fail(f"the argument of {name} is missing")
        if name == "log" and self.word in _BARS:
            return [self._inside_of_bars()]
        return [self._bare_argument(name, start)]

    def _bare_argument(self, name: str, start: int) -> Value:
        r"""Read an argument without brackets: ``\log x``, ``\cos 2\pi t``; where it ends has to be plain."""
        self.is_argument = self.word in BIG_OPERATORS
        first = self.factor()
        self.is_argument = False
        functions = {*FUNCTION_WORDS, *BIG_OPERATORS, r"\operatorname"}
        while _is_number(first) and not self.is_end and self.word not in functions | JOINING | {"−"}:
            first = values.multiply(first, self.factor())
        if self.is_end or self.word == "−":
            return first
        behind = self.following(1)[0] if self.word in JOINING else self.word
        is_apart = behind in functions or (self.word not in JOINING and behind in ("(", r"\|"))
        if not is_apart:
            self.refuse_two_readings(start, f"{name} with several factors behind it", rf"\{name}(a b)", rf"\{name}(a) \cdot b")
        return first

    def _inside_of_bars(self) -> Value:
        """The bars of log|Σ| are a determinant: the logarithm of a matrix has no place here."""
        start = self.position
        inside = self.between(_BARS[self.next_word()])
        if inside.kind == "matrix":
            inside = values.determinant(inside)
        if inside.kind != "scalar":
            self.refuse_two_readings(start, "|x| of a vector", r"its norm, \|x\|", "absolute values entry by entry")
        return values.apply("abs", [inside])

    def between(self, closing: str) -> Value:
        """Read what stands between two bars."""
        self.bars.append(closing)
        inside = self.expression()
        self.bars.pop()
        self.expect(closing)
        return inside

    # -- sums, products, largest and smallest over an index -----------------------------------------------------

    def big_operator(self) -> Value:
        r"""Read ``\sum_{i=1}^n …``, ``\max_i …`` or ``\max(a, b)``."""
        start = self.position
        how = BIG_OPERATORS[self.next_word()]
        if how in ("max", "min") and self.word != "_":
            return self._list_of(how, start)
        if self.word != "_":
            raise self.fail(f"the index of the {how} is missing", r"\sum_{i=1}^n")
        is_watched, self.is_argument = self.is_argument or how != "sum", False
        self.position += 1
        bounds = self.bounds()
        opened = bounds.opened
        self.running.update(opened)
        body = self.product(tuple(opened) if is_watched else ())
        if self.word in ("+", "-", "−") and self._mentions(list(opened)):
            self.refuse_two_readings(
                start, "a sum followed by further terms with its index", r"\sum_i (a_i + b_i)", r"(\sum_i a_i) + b_i"
            )
        with self.located(start):
            conditions = self.comparisons(bounds)
            if conditions and how not in _NEUTRAL:
                raise UnsupportedError(f"a {how} over a moving range is not known")
            if conditions:
                body = values.choose([conditions], body, scalar_value(_NEUTRAL[how]))
        for name in opened:
            count = self.running.pop(name).size
            if count is None:
                is_input = name in self.shapes
                hint = "give what is minimised, not the problem" if is_input else rf"write \{how}_{{{name}=1}}^n"
                raise ParseError(
                    f"over what {name} runs is not known", formula=self.text, position=self.words[start].position, hint=hint
                )
            with self.located(start):
                body = values.close(body, name, count, how)
        return body

    def _mentions(self, names: list[str]) -> bool:
        """Whether the terms up to the next closing bracket, or up to the next sum, carry one of the indices."""
        level = 0
        for k in range(self.position, len(self.words)):
            text = self.words[k].text
            level += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
            if level < 0 or text == "" or text in BIG_OPERATORS:
                return False
            if text in names and k and self.words[k - 1].text in ("_", "{", ","):
                return True
        return False

    def _list_of(self, how: str, start: int) -> Value:
        r"""``\max(a, b)``, ``\max\{0, x\}^2``, or the largest entry of a vector."""
        closing = _CLOSING.get(self.next_word())
        if closing is None:
            raise self.fail(f"{how} needs brackets or an index", rf"\{how}(a, b) or \{how}_i x_i")
        parts = [self.expression()]
        while self.word == ",":
            self.position += 1
            parts.append(self.expression())
        self.expect(closing)
        with self.located(start):
            result = values.of_matrix(how, parts[0]) if len(parts) == 1 else parts[0]
            for part in parts[1:]:
                result = values.apply("maximum" if how == "max" else "minimum", [result, part])
        return self.with_scripts(result, start)


def _is_number(value: Value) -> bool:
    """Whether a factor is a number, such as 2π, that stands in front of the argument proper."""
    return not any(node.is_symbol or node.primitive is SIZE for node in toposort((value.node,)))
