"""What the names of a formula stand for: inputs, sizes of axes, constants and functions; and what cannot be a name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from keyword import iskeyword

from symgd.errors import AmbiguityError, ParseError
from symgd.graph.names import latin_look_alike
from symgd.graph.node import Node, constant, size, tensor
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import Dim, Shape, size_names
from symgd.primitives.trigonometric import e, pi
from symgd.readers.text.declarations import FactsOf, refuse_unused
from symgd.readers.text.functions import LETTERS, PRINTED, SPELLINGS
from symgd.readers.text.tokens import Token

__all__ = ["RESERVED", "Names", "greek", "times_pi"]

_HIDDEN = {"getitem", "choose", "constant"}
_CONSTANTS = {"pi": pi, "π": pi, "e": e, "inf": constant(float("inf"))}
_NO_NAMES = dict.fromkeys(("nan", "NaN", "null", "NA"), "no number") | dict.fromkeys(
    ("oo", "zoo", "Infinity", "infinity", "Inf", "NAN"), "not read as infinity, which is inf"
)
"""Names that are mostly meant for something other than an input."""
_NO_NAMES["I"] = "taken for the imaginary unit or the identity: formulas are real, and the identity is eye(n)"
_SHORT = {"lam": "lambda", "eps": "epsilon"}
_LITERALS: dict[str, object] = {"True": True, "False": False, "None": None}
_ALSO_CALLED = {"lse": "logsumexp"}
RESERVED = {*_CONSTANTS, *_LITERALS}
"""Names that are no inputs unless they are declared."""


def greek(name: str) -> str:
    """Return a name with its Greek letters, as it is printed: θ_1 for theta_1.

    >>> from symgd.readers.text.names import greek
    >>> greek("theta_1"), greek("lam"), greek("Sigma"), greek("loss")
    ('θ_1', 'λ', 'Σ', 'loss')
    """
    return "_".join(_greek_letter(part) for part in name.split("_"))


def times_pi(name: str) -> str:
    """Return a name in which π stands beside other letters as a product with the number π; other names as they are.

    >>> from symgd.readers.text.names import times_pi
    >>> times_pi("πx"), times_pi("aπr_1"), times_pi("π_1")
    ('π*x', 'a*π*r_1', 'π_1')
    """
    letters, mark, below = name.partition("_")
    return "*".join(part for part in re.split("(π)", letters) if part) + mark + below


def _greek_letter(name: str) -> str:
    name = _SHORT.get(name, name)
    case = "SMALL" if name.islower() else "CAPITAL"
    spelled = {"LAMBDA": "LAMDA"}.get(name.upper(), name.upper())
    if len(name) < 2 or name not in (name.lower(), name.capitalize()):
        return name
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {spelled}")
    except KeyError:
        return name


class Names:
    """The names of one formula.

    Attributes
    ----------
    symbols : dict of str to Node
        Inputs and definitions.
    sizes : set of str
        Names that are sizes of axes.
    declared : set of str
        Names that have a meaning before the formula is read.
    used : dict of str to int
        Where each name stood first.
    """

    def __init__(
        self, text: str, shapes: dict[str, Shape], facts: FactsOf, symbols: dict[str, Node], guesses: Mapping[str, Shape]
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

    def define(self, name: str, meaning: Node) -> None:
        """Enter a definition."""
        self.symbols[name] = meaning
        self.declared.add(name)

    def function(self, token: Token) -> str:
        """Return the name of the function that is called.

        Raises
        ------
        ParseError
        """
        name = token.text
        if name in PRINTED or (name in FUNCTIONS and name not in _HIDDEN):
            return name
        if name in SPELLINGS and self.spelled(name) != name:
            raise AmbiguityError(
                f"{name}(…) beside an input {self.spelled(name)}", f"{SPELLINGS[name]}(…)", f"a product, {name}*(…)"
            )
        if name in SPELLINGS:
            return SPELLINGS[name]
        meant = _ALSO_CALLED.get(name)
        close = (
            [meant] if meant else difflib.get_close_matches(name, [f for f in FUNCTIONS if f not in _HIDDEN], 1, cutoff=0.76)
        )
        hint = f"did you mean {close[0]}?" if close else "the functions are listed in the documentation under 'functions'"
        if (name in self.sizes or len(name) == 1) and not meant:
            hint = f"write {name}*(…) for a product"
        raise ParseError(f"there is no function called {name}", formula=self.text, position=token.position, hint=hint)

    def value(self, token: Token) -> object:
        """Return what a name stands for; a name without a meaning becomes an input."""
        name = self.spelled(token.text)
        if name in self.symbols:
            self.used.setdefault(name, token.position)
            return self.symbols[name]
        if name in _LITERALS:
            return _LITERALS[name]
        if name in self.sizes:
            return size(Dim.named(name))
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        self._refuse(name, token.position)
        self.used[name] = token.position
        self.symbols[name] = tensor(name, self.guesses.get(name, ()))
        return self.symbols[name]

    def spelled(self, name: str) -> str:
        """Return the declared name that a Greek letter prints: theta for θ, theta_1 for θ_1."""
        if name in self.declared or name.isascii():
            return name
        alike = [declared for declared in self.declared if greek(declared) == name]
        return alike[0] if len(alike) == 1 else name

    def factors(self) -> dict[str, int]:
        """Return the declared names of one letter, each with its rank."""
        letters = {greek(name): name for name in self.declared} | {name: name for name in self.declared}
        return {letter: self.symbols[name].rank for letter, name in letters.items() if len(letter) == 1}

    def is_known(self, name: str) -> bool:
        """Whether a name has a meaning before it is read."""
        return self.spelled(name) in self.declared or name in self.sizes or name in ("pi", "π")

    def _refuse(self, name: str, position: int) -> None:
        """Refuse names that mean something else to most readers."""
        if name in _NO_NAMES or (name in FUNCTIONS and name not in LETTERS and name not in _HIDDEN):
            what = _NO_NAMES.get(name, f"a function, and needs its arguments: {name}(…)")
            raise ParseError(
                f"{name} is {what}",
                formula=self.text,
                position=position,
                hint=f'a name of your own can be declared: shapes={{"{name}": ""}}',
            )
        if (product := times_pi(name)) != name:
            raise ParseError(
                f"{name} may be a product with the number π",
                formula=self.text,
                position=position,
                hint=f'write {product}; a name of your own can be declared: shapes={{"{name}": ""}}',
            )
        meant = latin_look_alike(name)
        if name.startswith("__") or iskeyword(name) or name == "where" or meant is not None:
            cause = f"{name} cannot be used in a formula" if meant is None else f"the name {name!a} only looks like {meant}"
            advice = f'a name of your own can be declared: shapes={{"{name}": ""}}'
            hint = None if name.startswith("__") else advice if meant is None else f"write {meant}; {advice}"
            raise ParseError(cause, formula=self.text, position=position, hint=hint)

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
            alike = [other for other in unused if len(unused) == 1 and other.casefold() == name.casefold()]
            close = [] if name in self.declared else alike or difflib.get_close_matches(name, unused, 1, cutoff=0.5)
            if close:
                raise ParseError(
                    f"the name {name} is unknown",
                    formula=self.text,
                    position=position,
                    hint=f"did you mean {close[0]}, which is declared and not used?",
                )
        refuse_unused(unused, self.used, self.text)
