"""The tokens of the formula language: text → tokens, with limits that no input can exceed.

Numbers are exact: ``0.1`` is 1/10 and ``1e-6`` is 10⁻⁶. Nothing is evaluated.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Literal, NamedTuple

from symgd.errors import ParseError

__all__ = ["MAX_NESTING", "Token", "tokenize", "unknown_character"]

MAX_BYTES = 100_000
MAX_TOKENS = 50_000
MAX_DIGITS = 400
MAX_EXPONENT = 5_000
MAX_NESTING = 500

Kind = Literal["number", "name", "text", "operator", "superscript", "end"]

_OPERATORS = (
    "**",
    "<=",
    ">=",
    "==",
    "!=",
    "!",
    ":=",
    "//",
    "->",
    "+",
    "-",
    "*",
    "/",
    "@",
    "^⊙",
    "^",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ".",
    "<",
    ">",
    "=",
    "|",
    *"−·⊙⊗≤≥≠√",
)
_BARS = re.compile(r"(?:‖|∥|\|\|)(?:_?([₁₂])|_(1|2|F|inf|∞)(?![A-Za-z0-9_]))?")
_SUPERSCRIPT = re.compile("(\\^⊙)?(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,400})")
_SUBSCRIPTS = {"₁": "1", "₂": "2", "∞": "inf"}
_LOOKS_LIKE = {
    "×": "*", "∗": "*", "÷": "/", "∕": "/", "⋅": "·", "∙": "·", "•": "·", "–": "-", "—": "-", "’": "'", "“": '"', "”": '"',
    "∞": "inf", "𝟏": "ones(n)", "∑": "sum(…)", "∏": "prod(…)",
}  # fmt: skip
"""What to write in the place of a character."""
_NOT_WRITTEN = {
    **dict.fromkeys("∂∇∫", "a formula is read without its derivatives and integrals; ask for them"),
    **dict.fromkeys("\\{}", 'LaTeX is read with syntax="latex"'),
}
_FRACTIONS = set("½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒")


class Token(NamedTuple):
    """One token and the column where it stands.

    A number, a superscript and a quoted text have a value, and the bars of a norm their subscript.
    """

    kind: Kind
    text: str
    position: int
    value: Fraction | str | None = None
    length: int = 0
    """Of what stands in the formula, where that is not the text: ``x₁`` is the name x_1."""

    @property
    def end(self) -> int:
        """The column behind it."""
        return self.position + (self.length or len(self.text))

    @property
    def is_spelled_out(self) -> bool:
        """Whether it stands in the formula as its text does."""
        return self.length in (0, len(self.text))

    @property
    def is_norm(self) -> bool:
        """Whether it is the double bar of a norm; its value is the subscript."""
        return self.kind == "operator" and self.value is not None

    def is_right_behind(self, before: Token) -> bool:
        """Whether it follows a token without a space."""
        return self.position == before.end

    @property
    def number(self) -> Fraction:
        """The value of a number."""
        assert isinstance(self.value, Fraction)
        return self.value


def tokenize(text: str) -> list[Token]:
    """Split a formula into tokens.

    Raises
    ------
    ParseError
        For a character outside the language, and past the limits.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ParseError(
            f"a formula is at most {MAX_BYTES // 1000} kB of text, and this is {len(text) // 1000} kB",
            hint="build large formulas from Python with symgd.tensor and operators",
        )
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in " \t\n\r":
            position += 1
            continue
        token = _read(text, position)
        tokens.append(token)
        if len(tokens) > MAX_TOKENS:
            raise ParseError(f"a formula is at most {MAX_TOKENS:,} words long", formula=text, position=position)
        position = token.end
    tokens.append(Token("end", "", len(text)))
    return tokens


def _read(text: str, start: int) -> Token:
    character = text[start]
    following = text[start + 1 : start + 2]
    if _is_digit(character) or (character == "." and _is_digit(following)):
        return _read_number(text, start)
    if character == "_" or (unicodedata.category(character)[0] == "L" and character != "ᵀ"):
        return _read_name(text, start)
    if character in "'\"":
        return _read_text(text, start)
    if character in _FRACTIONS:
        return Token("number", character, start, Fraction(unicodedata.normalize("NFKC", character).replace("⁄", "/")))
    printed = _read_printed(text, start)
    if printed is not None:
        return printed
    for operator in _OPERATORS:
        if text.startswith(operator, start):
            return Token("operator", operator, start)
    raise unknown_character(text, start)


def _read_printed(text: str, start: int) -> Token | None:
    """Read what only printed notation has: ᵀ, superscripts, and the bars of a norm with their subscript."""
    if text[start] == "ᵀ":
        return Token("superscript", "ᵀ", start)
    bars = _BARS.match(text, start)
    if bars:
        subscript = bars[1] or bars[2] or ""
        return Token("operator", bars[0], start, _SUBSCRIPTS.get(subscript, subscript))
    power = _SUPERSCRIPT.match(text, start)
    if power:
        exponent = int(unicodedata.normalize("NFKC", power[3]))
        return Token("superscript", power[0], start, Fraction(-exponent if power[2] else exponent))
    return None


def unknown_character(text: str, position: int) -> ParseError:
    """Return the error about a character that formulas do not have."""
    character = text[position]
    meant = _LOOKS_LIKE.get(character)
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return ParseError(
        f"{character!a} ({name}) is not part of the formula language",
        formula=_visible(text),
        position=position,
        hint=f"write {meant}" if meant else _NOT_WRITTEN.get(character),
    )


def _visible(text: str) -> str:
    """Return text in which control characters cannot reorder or hide what is shown."""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def _read_number(text: str, start: int) -> Token:
    end = start
    seen_point = False
    while end < len(text) and (_is_digit(text[end]) or (text[end] == "." and not seen_point)):
        seen_point = seen_point or text[end] == "."
        end += 1
    mantissa = text[start:end]
    exponent = ""
    if end < len(text) and text[end] in "eE":
        mark = end + 1
        if mark < len(text) and text[mark] in "+-":
            mark += 1
        digits = mark
        while digits < len(text) and _is_digit(text[digits]):
            digits += 1
        if digits > mark:
            exponent = text[end + 1 : digits]
            end = digits
    if len(mantissa) > 1 and mantissa[0] == "0" and _is_digit(mantissa[1]):
        raise ParseError(
            "a number does not begin with 0", formula=text, position=start, hint=f"write {mantissa.lstrip('0') or '0'}"
        )
    if len(mantissa) > MAX_DIGITS or len(exponent) > 6 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise ParseError(
            f"a number has at most {MAX_DIGITS} digits and an exponent of at most {MAX_EXPONENT}", formula=text, position=start
        )
    value = Fraction(mantissa if mantissa[-1] != "." else mantissa[:-1]) * Fraction(10) ** int(exponent or 0)
    return Token("number", text[start:end], start, value)


def _read_name(text: str, start: int) -> Token:
    end = start
    while end < len(text) and text[end] != "ᵀ" and not _is_small(text[end]) and _is_of_a_name(text[end]):
        end += 1
    if end == start:
        raise unknown_character(text, start)
    below = end
    while below < len(text) and _is_small(text[below], "<sub>"):
        below += 1
    name = text[start:end] + ("_" + unicodedata.normalize("NFKC", text[end:below]) if below > end else "")
    _check_name(text, start, name, below)
    return Token("name", name, start, length=below - start)


def _is_of_a_name(character: str) -> bool:
    return character == "_" or _is_digit(character) or unicodedata.category(character)[0] in "LM"


def _is_small(character: str, mark: str = "<su") -> bool:
    """Whether a digit or letter is set below the line (``<sub>``), above it (``<super>``), or either."""
    return not character.isascii() and unicodedata.decomposition(character).startswith(mark)


def _check_name(text: str, start: int, name: str, end: int) -> None:
    """Refuse names with letters above the line or letters that look like others, and long ones."""
    above = end
    while above < len(text) and text[above] != "ᵀ" and _is_small(text[above], "<super>") and text[above].isalpha():
        above += 1
    plain = unicodedata.normalize("NFKC", name)
    if above > end:
        exponent = unicodedata.normalize("NFKC", text[end:above])
        raise ParseError(
            f"{text[start:above][:40]!a} has letters above the line",
            formula=_visible(text),
            position=start,
            hint=f"write {plain[:40]}^{exponent[:40]}",
        )
    if plain != name or any(unicodedata.category(c)[0] == "M" for c in name):
        raise ParseError(
            f"the name {name[:40]!a} has look-alike letters",
            formula=_visible(text),
            position=start,
            hint=f"did you mean {plain[:40]!a}?",
        )
    if len(name) > 64:
        raise ParseError("a name has at most 64 letters", formula=text, position=start)


def _read_text(text: str, start: int) -> Token:
    following = text[start + 1 : start + 2]
    is_behind_value = start and (text[start - 1] in ")]ᵀ" or _is_of_a_name(text[start - 1]))
    if text[start] == "'" and is_behind_value and not following.isalnum() and following != "{":
        raise ParseError(
            "a prime has two readings: a derivative, or a transpose",
            formula=text,
            position=start,
            hint="write .T for a transpose; derivatives are asked for",
        )
    end = text.find(text[start], start + 1)
    if end < 0:
        raise ParseError("a quoted text is never closed", formula=text, position=start)
    return Token("text", text[start : end + 1], start, text[start + 1 : end])
