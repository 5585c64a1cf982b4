"""The text door: a formula as people type it, read by our own grammar.

    comparison:  sum  (< <= > >= ==)  sum
    sum:         product  (+ -)  product …
    product:     unary  (* / @)  unary …
    unary:       -unary  |  power
    power:       postfix  (** ^)  unary
    postfix:     atom  .T  [index] …
    atom:        number  name  name(arguments)  (sum)  [entries]

The meaning is NumPy's. An operator stack for every open bracket replaces recursion, so that nesting cannot exhaust
anything, and nothing is ever evaluated: a name is an input, a constant or a function of the registry.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Literal, NamedTuple

from symgd.errors import ParseError, ShapeError, located
from symgd.graph.conversion import as_node, name_of
from symgd.graph.names import latin_look_alike
from symgd.graph.node import Node, constant, size, tensor
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.graph.shape import Dim, Shape, parse_shape, size_names
from symgd.primitives.trigonometric import e, pi
from symgd.readers.text.shape_inference import infer
from symgd.readers.text.tokens import MAX_NESTING, Token, tokenize
from symgd.readers.undefined_values import refuse_undefined_numbers

__all__ = ["parse", "read_shapes"]

_BINARY: dict[str, tuple[int, Callable[[Any, Any], Any]]] = {
    "<": (5, lambda a, b: a < b),
    "<=": (5, lambda a, b: a <= b),
    ">": (5, lambda a, b: a > b),
    ">=": (5, lambda a, b: a >= b),
    "==": (5, lambda a, b: FUNCTIONS["equal"](a, b)),
    "!=": (5, lambda a, b: FUNCTIONS["not_equal"](a, b)),
    "+": (10, lambda a, b: a + b),
    "-": (10, lambda a, b: a - b),
    "*": (20, lambda a, b: a * b),
    "/": (20, lambda a, b: a / b),
    "@": (20, lambda a, b: a @ b),
    "**": (30, lambda a, b: a**b),
    "^": (30, lambda a, b: a**b),
}
_UNARY = 25
_HIDDEN = {"getitem", "choose", "constant"}
_CONSTANTS = {"pi": pi, "e": e, "inf": constant(float("inf"))}
_NO_NAMES = dict.fromkeys(("nan", "NaN", "null", "NA"), "no number") | dict.fromkeys(
    ("oo", "zoo", "Infinity", "infinity", "Inf", "NAN"), "not read as infinity, which is inf"
)
"""What people write for something else than an input of this name."""
_NO_NAMES["I"] = "taken for the imaginary unit or the identity: formulas are real, and the identity is eye(n)"
_GREEK = {"beta", "gamma", "zeta", "psi"}
"""Functions whose names are also letters: inputs where nothing is called."""
_WORDS: dict[str, Any] = {"True": True, "False": False, "None": None}
_ALSO_CALLED = {
    "ln": "log",
    "σ": "sigmoid",
    "tr": "trace",
    "lse": "logsumexp",
}
_CLOSING = {"(": ")", "[": "]"}


class Operator(NamedTuple):
    """An operator that waits for its right side."""

    text: str
    position: int
    is_unary: bool


@dataclass
class Frame:
    """What is read inside one open bracket (or at the top)."""

    kind: Literal["top", "group", "call", "index", "array"]
    position: int = 0
    name: str = ""
    base: Any = None
    values: list[Any] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    keywords: dict[str, Any] = field(default_factory=dict)
    keyword: str | None = None
    slice_parts: list[Any] | None = None
    has_comma: bool = False


def read_shapes(shapes: Mapping[str, Any] | None) -> dict[str, Shape]:
    """Read declared shapes.

    Raises
    ------
    ShapeError
        For a declaration that is not a shape.
    """
    declared: dict[str, Shape] = {}
    for key, spec in (shapes or {}).items():
        name = name_of(key)
        try:
            declared[name] = parse_shape(spec)
        except ShapeError as error:
            raise ShapeError(f"the shape of {name[:40]}: {error.cause}", hint=error.hint) from None
    return declared


def parse(
    text: str,
    shapes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    symbols: Mapping[str, Node] | None = None,
) -> Node:
    """Read a formula.

    Parameters
    ----------
    text : str
    shapes : mapping of str to str or tuple
        The inputs that are not scalars, and what other names should be inputs. The shape of a name that is left out is inferred
        where the formula leaves one reading; a name that no operation forces to be a tensor is a scalar.
    facts : mapping of str to mapping
        What is known of inputs, as in :func:`symgd.tensor`.
    symbols : mapping of str to Node
        Inputs that exist already; they are used as they are.

    Returns
    -------
    Node

    Raises
    ------
    ParseError, ShapeError, DomainError
        With the formula and a caret under the place.

    Examples
    --------
    >>> from symgd.readers.text.parser import parse
    >>> parse("sum(-x**2) + 2*x @ y", {"x": "n", "y": "n"}).shape
    ()
    """
    if not isinstance(text, str):
        raise ParseError(f"a formula is a text, not {type(text).__name__}")
    tokens = tokenize(text)
    declared = read_shapes(shapes)

    def read(guesses: Mapping[str, Shape]) -> Node:
        return _read(text, tokens, _Parser(text, declared, facts or {}, dict(symbols or {}), guesses))

    if symbols:
        return read({})
    sizes = {name for shape in declared.values() for name in size_names(shape)}
    return infer(text, tokens, read, {*declared, *(facts or {}), *sizes, *_CONSTANTS, *_WORDS, "T"})


def _read(text: str, tokens: list[Token], parser: _Parser) -> Node:
    """Read a formula and its definitions."""
    body, definitions = _split_definitions(text, tokens) if "where" not in parser.symbols else (tokens, [])
    later = [name for name, _ in definitions]
    for name, part in definitions:
        parser.check_definition(name, part, later)
        parser.symbols[name] = parser.part(part)
        parser.declared.add(name)
        later.remove(name)
    result = parser.part(body)
    parser.check_declarations()
    refuse_undefined_numbers(result, text)
    return result


def _split_definitions(text: str, tokens: list[Token]) -> tuple[list[Token], list[tuple[str, list[Token]]]]:
    """Split ``t1*x where t1 = …, t2 = …``, which is how large formulas are printed, into the formula and its definitions."""
    start = next((k for k, token in enumerate(tokens) if token.text == "where" and tokens[k + 1].text != "("), None)
    if start is None or start == 0:
        return tokens, []
    definitions: list[tuple[str, list[Token]]] = []
    k = start + 1
    if tokens[k].kind == "end":
        raise ParseError("a definition is expected", formula=text, position=tokens[k].position, hint="x*t where t = …")
    while tokens[k].kind != "end":
        if tokens[k].kind != "name" or tokens[k + 1].text != "=":
            raise ParseError("a definition is expected", formula=text, position=tokens[k].position, hint="x*t where t = …")
        name, depth, first = tokens[k].text, 0, k + 2
        k = first
        while tokens[k].kind != "end" and (depth or tokens[k].text != ","):
            depth += (tokens[k].text in ("(", "[")) - (tokens[k].text in (")", "]"))
            k += 1
        definitions.append((name, [*tokens[first:k], Token("end", "", tokens[k].position)]))
        k += tokens[k].text == ","
    return [*tokens[:start], Token("end", "", tokens[start].position)], definitions


def refuse_unused(unused: Sequence[str], used: Iterable[str], text: str) -> None:
    """Refuse shapes of names that are not in a formula.

    Raises
    ------
    ParseError
        Where there is such a name.
    """
    if unused:
        names = ", ".join(list(used)[:8])
        hint = f"its names are {names}" if names else "leave shapes out"
        raise ParseError(f"a shape is given for {unused[0]}, which is not in the formula", formula=text, hint=hint)


class _Parser:
    def __init__(
        self,
        text: str,
        shapes: dict[str, Shape],
        facts: Mapping[str, Mapping[str, Any]],
        symbols: dict[str, Node],
        guesses: Mapping[str, Shape],
    ) -> None:
        self.text = text
        self.guesses = guesses
        self.shapes = shapes
        self.sizes = {name for shape in shapes.values() for name in size_names(shape)}
        for node in symbols.values():
            self.sizes.update(size_names(node.shape))
        self.symbols = symbols
        self.facts = facts
        for name in {*shapes, *facts} - set(symbols):
            self.symbols[name] = tensor(name, shapes.get(name, ()), **dict(facts.get(name, {})))
        self.declared = set(self.symbols)
        self.used: dict[str, int] = {}
        self.frames = [Frame("top")]

    # -- the loop -----------------------------------------------------------------------------------------------

    def part(self, tokens: list[Token]) -> Node:
        """Read one formula from tokens."""
        self.frames = [Frame("top")]
        if len(tokens) == 1:
            raise ParseError("the formula is empty", hint="write for example mean((X @ w - y)**2)")
        wants_operand = True
        k = 0
        while tokens[k].kind != "end":
            if wants_operand:
                wants_operand, used = self._operand(tokens, k)
            else:
                wants_operand, used = self._operator(tokens, k)
            k += used
        if wants_operand:
            self._fail("the formula ends where a value should follow", tokens[k])
        if len(self.frames) > 1:
            frame = self.frames[-1]
            bracket = "[" if frame.kind in ("index", "array") else "("
            raise ParseError(
                f"the bracket {bracket} is never closed",
                formula=self.text,
                position=frame.position,
                hint=f"add {_CLOSING[bracket]}",
            )
        result = self._written_out(self._finish_value(), tokens[0])
        if not isinstance(result, Node):
            raise ParseError("this is not a formula", formula=self.text, position=0)
        return result

    def _fail(self, cause: str, token: Token, hint: str | None = None) -> None:
        raise ParseError(cause, formula=self.text, position=token.position, hint=hint)

    # -- where a value is expected ------------------------------------------------------------------------------

    def _operand(self, tokens: Sequence[Token], k: int) -> tuple[bool, int]:
        """Read a value, a sign, or an opening bracket; return (whether a value is still expected, tokens used)."""
        token, following = tokens[k], tokens[k + 1] if k + 1 < len(tokens) else tokens[k]
        frame = self.frames[-1]
        if token.kind == "number":
            frame.values.append(constant(token.value))
            return False, 1
        if token.kind == "text":
            frame.values.append(token.value)
            return False, 1
        if token.kind == "name":
            if following.text == "(" and token.text not in self.declared:
                self._open(Frame("call", following.position, name=self._function(token)))
                return True, 2
            if following.text == "=" and frame.kind == "call":
                if frame.keyword is not None or frame.values or frame.operators:
                    self._fail("a keyword stands at the start of an argument", token)
                frame.keyword = token.text
                return True, 2
            frame.values.append(self._name(token))
            return False, 1
        if token.text in ("-", "+"):
            frame.operators.append(Operator(token.text, token.position, True))
            return True, 1
        if token.text == "(":
            self._open(Frame("group", token.position))
            return True, 1
        if token.text == "[":
            self._open(Frame("array", token.position))
            return True, 1
        if token.text == ":" and frame.kind == "index" and not frame.operators:
            frame.slice_parts = [*(frame.slice_parts or []), None]
            return True, 1
        if token.text in (")", "]", ",") and self._may_end_here(frame, token):
            return self._operator(tokens, k, empty=True)
        if token.text in _BINARY:
            self._fail(f"there is no value before {token.text}", token)
        if token.text == ".":
            dots = tokens[k : k + 3]
            if frame.kind == "index" and [dot.text for dot in dots] == [".", ".", "."]:
                frame.values.append(...)
                return False, 3
        if token.text in (")", "]"):
            if len(self.frames) == 1:
                self._fail(f"the bracket {token.text} was never opened", token)
            self._fail("a value is missing before the bracket", token)
        self._fail(f"{token.text} cannot stand here: a value is expected", token)
        raise AssertionError

    def _may_end_here(self, frame: Frame, token: Token) -> bool:
        """Whether nothing at all is fine before a closing bracket or a comma: ``f()``, ``(a,)``, ``x[1:]``, ``x[:, 0]``."""
        if frame.operators or frame.values or frame.keyword is not None:
            return False
        if frame.kind == "index" and frame.slice_parts is not None:
            return token.text in ("]", ",")
        if token.text == ",":
            return False
        return (frame.kind == "call" and not frame.items) or (bool(frame.items) and frame.has_comma)

    def _open(self, frame: Frame) -> None:
        if len(self.frames) > MAX_NESTING:
            raise ParseError(f"brackets are nested more than {MAX_NESTING} deep", formula=self.text, position=frame.position)
        self.frames.append(frame)

    def _function(self, token: Token) -> str:
        name = token.text
        if name in FUNCTIONS and name not in _HIDDEN:
            return name
        meant = _ALSO_CALLED.get(name)
        close = [meant] if meant else difflib.get_close_matches(name, [f for f in FUNCTIONS if f not in _HIDDEN], 1)
        hint = f"did you mean {close[0]}?" if close else "the functions are listed in the documentation under 'functions'"
        if (name in self.sizes or len(name) == 1) and not meant:
            hint = f"write {name}*(…) for a product"
        raise ParseError(f"there is no function called {name}", formula=self.text, position=token.position, hint=hint)

    def _name(self, token: Token) -> Any:
        name = token.text
        if name in self.symbols:
            self.used.setdefault(name, token.position)
            return self.symbols[name]
        if name in _WORDS:
            return _WORDS[name]
        if name in self.sizes:
            return size(Dim.named(name))
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in _NO_NAMES or (name in FUNCTIONS and name not in _GREEK and name not in _HIDDEN):
            what = _NO_NAMES.get(name, f"a function, and needs its arguments: {name}(…)")
            raise ParseError(
                f"{name} is {what}",
                formula=self.text,
                position=token.position,
                hint=f'a name of your own can be declared: shapes={{"{name}": ""}}',
            )
        meant = latin_look_alike(name)
        if name.startswith("__") or iskeyword(name) or name == "where" or meant is not None:
            cause = f"{name} cannot be used in a formula" if meant is None else f"the name {name!a} only looks like {meant}"
            own = f'a name of your own can be declared: shapes={{"{name}": ""}}'
            hint = None if name.startswith("__") else own if meant is None else f"write {meant}; {own}"
            raise ParseError(cause, formula=self.text, position=token.position, hint=hint)
        self.used[name] = token.position
        self.symbols[name] = tensor(name, self.guesses.get(name, ()))
        return self.symbols[name]

    def check_definition(self, name: str, part: list[Token], later: list[str]) -> None:
        """A definition gives a new name to what is known already; `later` are the names defined from here on."""
        if later.count(name) > 1 or name in self.symbols or name in self.sizes or name in _CONSTANTS:
            raise ParseError(
                f"{name} has a meaning already and cannot be defined", formula=self.text, position=part[0].position
            )
        for token in part:
            if token.kind == "name" and token.text in later:
                raise ParseError(f"{token.text} is used before it is defined", formula=self.text, position=token.position)

    def check_declarations(self) -> None:
        """An undeclared name beside an unused declaration with nearly the same name is a typing mistake."""
        for name in self.facts:
            if name not in self.used and name not in self.shapes:
                raise ParseError(f"facts are given for {name}, which is not in the formula", formula=self.text)
        unused = [name for name in self.shapes if name not in self.used]
        for name, position in self.used.items():
            alike = [one for one in unused if len(unused) == 1 and one.casefold() == name.casefold()]
            close = [] if name in self.declared else alike or difflib.get_close_matches(name, unused, 1, cutoff=0.5)
            if close:
                raise ParseError(
                    f"the name {name} is unknown",
                    formula=self.text,
                    position=position,
                    hint=f"did you mean {close[0]}, which is declared and not used?",
                )
        refuse_unused(unused, self.used, self.text)

    # -- where an operator is expected --------------------------------------------------------------------------

    def _operator(self, tokens: Sequence[Token], k: int, empty: bool = False) -> tuple[bool, int]:
        token, following = tokens[k], tokens[k + 1] if k + 1 < len(tokens) else tokens[k]
        frame = self.frames[-1]
        text = token.text
        if text in _BINARY:
            level = _BINARY[text][0]
            if level == 5 and any(op.text in _BINARY and _BINARY[op.text][0] == 5 for op in frame.operators):
                self._fail("comparisons cannot be chained", token, "write where(a < b, where(b < c, …, …), …)")
            self._reduce(level if level == 30 else level - 1)  # powers group from the right
            frame.operators.append(Operator(text, token.position, False))
            return True, 1
        if text == ".":
            if following.text == "T":
                if frame.values[-1] is None or isinstance(frame.values[-1], bool | str | tuple):
                    self._fail(".T cannot be applied to this", token, None)
                frame.values[-1] = self._build(token, lambda: as_node(frame.values[-1]).T)
                return False, 2
            is_library = tokens[k - 1].text in ("np", "numpy", "math", "sg")
            hint = f"drop {tokens[k - 1].text}." if is_library else "functions are called as sum(x), not x.sum()"
            self._fail("a formula has no attributes but .T", token, hint)
        if text == "[":
            self._open(Frame("index", token.position, base=self._written_out(frame.values.pop(), token)))
            return True, 1
        if text == ",":
            if frame.kind == "top":
                self._fail("a comma stands outside brackets", token, "write [a, b] for a vector")
            self._end_item(empty)
            frame.has_comma = True
            return True, 1
        if text == ":" and frame.kind == "index":
            part = self._finish_value()
            frame.slice_parts = [*(frame.slice_parts or []), part]
            return True, 1
        if text in (")", "]"):
            self._close(token, empty)
            return False, 1
        if text == "=":
            self._fail("= assigns, and a formula has no assignments", token, "compare with ==")
        if token.kind in ("number", "name", "text") or text == "(":
            self._fail("an operator is missing", token, "write * for a product")
        self._fail(f"{text} is not an operator of the formula language", token)
        raise AssertionError

    def _reduce(self, level: int) -> None:
        """Apply the waiting operators that bind tighter than `level`."""
        frame = self.frames[-1]
        while frame.operators:
            operator = frame.operators[-1]
            binds = _UNARY if operator.is_unary else _BINARY[operator.text][0]
            if binds <= level:
                break
            frame.operators.pop()
            self._apply(frame, operator)

    def _apply(self, frame: Frame, operator: Operator) -> None:
        token = Token("operator", operator.text, operator.position)
        right = self._formula(frame.values.pop(), token)
        if operator.is_unary:
            frame.values.append(right if operator.text == "+" else self._build(token, lambda: -right))
            return
        left = self._formula(frame.values.pop(), token)
        frame.values.append(self._build(token, lambda: _BINARY[operator.text][1](left, right)))

    def _formula(self, value: Any, token: Token) -> Node:
        value = self._written_out(value, token)
        if not isinstance(value, Node) or value.is_boolean:
            what = "a condition" if isinstance(value, Node) else "this"
            self._fail(
                f"{token.text} cannot be applied to {what}",
                token,
                "use where(condition, a, b)" if isinstance(value, Node) else None,
            )
        assert isinstance(value, Node)
        return value

    def _build(self, token: Token, make: Callable[[], Any]) -> Any:
        with located(self.text, token.position):
            return make()

    def _finish_value(self) -> Any:
        """Apply everything that waits in the innermost frame and return its value."""
        frame = self.frames[-1]
        self._reduce(-1)
        return frame.values.pop()

    def _written_out(self, value: Any, token: Token) -> Any:
        """Return entries in brackets as a tensor."""
        return self._build(token, lambda: as_node(value)) if isinstance(value, list) else value

    def _end_item(self, empty: bool) -> None:
        """Finish one item of a list of arguments, indices or entries."""
        frame = self.frames[-1]
        if frame.slice_parts is not None:
            parts = [*frame.slice_parts, None if empty else self._finish_value()]
            if len(parts) > 3:
                raise ParseError("a slice is start:stop:step", formula=self.text, position=frame.position)
            frame.items.append(slice(*parts))
            frame.slice_parts = None
        elif not empty:
            value = self._finish_value()
            if frame.keyword is not None:
                if frame.keyword in frame.keywords:
                    raise ParseError(f"{frame.keyword} is given twice", formula=self.text, position=frame.position)
                frame.keywords[frame.keyword] = value
                frame.keyword = None
            elif frame.keywords:
                raise ParseError("a plain argument follows a keyword", formula=self.text, position=frame.position)
            else:
                frame.items.append(value)

    def _close(self, token: Token, empty: bool) -> None:
        if len(self.frames) == 1:
            self._fail(f"the bracket {token.text} was never opened", token)
        frame = self.frames[-1]
        opening = "[" if frame.kind in ("index", "array") else "("
        if _CLOSING[opening] != token.text:
            self._fail(
                f"{token.text} closes the bracket {opening} opened at column {frame.position + 1}",
                token,
                f"write {_CLOSING[opening]}",
            )
        self._end_item(empty)
        self.frames.pop()
        place = Token("operator", opening, frame.position)
        self.frames[-1].values.append(self._build(place, lambda: self._value_of(frame)))

    def _value_of(self, frame: Frame) -> Any:
        if frame.kind == "group":
            return tuple(frame.items) if frame.has_comma else frame.items[0]
        if frame.kind == "index":
            item = frame.items[0] if len(frame.items) == 1 and not frame.has_comma else tuple(frame.items)
            return FUNCTIONS["getitem"](frame.base, item)
        if frame.kind == "array":
            return list(frame.items)
        return _call(frame.name, frame.items, frame.keywords)


def _call(name: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    build = FUNCTIONS[name]
    if isinstance(build, Primitive):
        if keywords:
            raise ParseError(f"{name} has no argument called {next(iter(keywords))}")
    else:
        try:
            inspect.signature(build).bind(*args, **keywords)
        except TypeError as error:
            parameters = ", ".join(
                one.name if one.default is one.empty else f"{one.name}={one.default}"
                for one in inspect.signature(build).parameters.values()
            )
            raise ParseError(f"{name}: {error}", hint=f"call it as {name}({parameters})") from None
    return build(*args, **keywords)
