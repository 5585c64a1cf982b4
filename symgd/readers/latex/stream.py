r"""The tokens of a formula in LaTeX, read from left to right: groups in braces, names with fonts and accents, subscripts."""

from __future__ import annotations

import itertools
from contextlib import AbstractContextManager, suppress
from typing import NamedTuple, NoReturn

from symgd.errors import AmbiguityError, ParseError, located
from symgd.readers.latex.tokens import ACCENTS, CONNECTIVES, ENDS, FONTS, GREEK, MARKS, TRANSPOSITIONS, Token, tokenize

__all__ = ["Subscript", "TokenStream"]

_BARS = ("|", r"\|", r"\vert", r"\Vert")
_TRANSPOSES = [*([sign] for sign in TRANSPOSITIONS), *(["-", sign] for sign in TRANSPOSITIONS)]
"""What a superscript that transposes consists of; with a minus sign, it inverts as well."""


class Subscript(NamedTuple):
    r"""A subscript that may belong to a name, and whether it is spelled out: ``\text{max}``, ``\min``, ``\star``."""

    text: str
    is_spelled_out: bool


class TokenStream:
    """The tokens of a text, and the one that is read next.

    Attributes
    ----------
    text : str
    tokens : list of Token
    position : int
        The number of the token that is read next.
    bars : list of str
        The bars that are open; a bar closes where it was opened, and opens anywhere else.
    after_subscript : int
        Where the subscript ends that was looked at last.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.position = 0
        self.bars: list[str] = []
        self.after_subscript = 0

    # -- moving on --------------------------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """The token that is read next; empty at the end."""
        return self.tokens[self.position].text

    def next(self) -> str:
        """Read a token."""
        text = self.tokens[self.position].text
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return text

    def skip(self, *texts: str) -> bool:
        """Read a token if it is one of these; return whether it was."""
        if self.current not in texts:
            return False
        self.position += 1
        return True

    def expect(self, text: str) -> None:
        """Read a token that has to stand here."""
        if self.current != text:
            what = repr(self.current) if self.current else "the end"
            raise self.fail(f"{text} is expected here, not {what}")
        self.position += 1

    def following(self, count: int) -> list[str]:
        """Return the tokens behind the current one."""
        return [token.text for token in self.tokens[self.position + 1 : self.position + 1 + count]]

    def split_number(self) -> None:
        r"""Split a number into its first digit and the rest: ``\frac12`` reads one digit each."""
        text, place = self.tokens[self.position]
        if text and text[0].isdigit() and len(text) > 1:
            self.tokens[self.position : self.position + 1] = [Token(text[0], place), Token(text[1:], place + 1)]

    # -- errors -----------------------------------------------------------------------------------------------

    def fail(self, cause: str, hint: str | None = None, at: int | None = None) -> ParseError:
        """Return an error about a token, by default the current one."""
        position = self.tokens[self.position if at is None else at].position
        return ParseError(cause, formula=self.text, position=position, hint=hint)

    def located(self, start: int) -> AbstractContextManager[None]:
        """Complete errors with the place of a token."""
        return located(self.text, self.tokens[start].position)

    def refuse_two_readings(self, start: int, what: str, first: str, second: str) -> NoReturn:
        """Refuse a notation, with both of its readings."""
        with self.located(start):
            raise AmbiguityError(what, first, second)

    # -- what stands here -------------------------------------------------------------------------------------

    @property
    def is_end(self) -> bool:
        """Whether nothing that multiplies follows."""
        if self.current in _BARS:
            return bool(self.bars) and self.bars[-1] == self.current
        return self.current in ENDS or self.connective is not None

    @property
    def connective(self) -> str | None:
        r"""The connective of a condition that stands here, such as \text{if}."""
        if self.current not in FONTS or self.following(1) != ["{"]:
            return None
        letters = "".join(itertools.takewhile(str.isalpha, self.following(12)[1:]))
        return letters if letters in CONNECTIVES else None

    @property
    def is_name(self) -> bool:
        """Whether a name begins here."""
        text = self.current
        return text in FONTS | set(ACCENTS) or text[1:] in GREEK or text == r"\pi" or (len(text) == 1 and text.isalpha())

    @property
    def is_transposed(self) -> bool:
        """Whether a superscript that transposes follows."""
        if self.current != "^":
            return False
        self.position += 1
        mark = self.superscript_mark()
        self.position -= 1
        return mark in _TRANSPOSES

    def transposing_mark(self) -> list[str] | None:
        """Return the superscript that stands here where it transposes."""
        mark = self.superscript_mark()
        return mark if mark in _TRANSPOSES else None

    def one_length(self) -> int:
        r"""Return how many tokens spell a 1 in the font that stands here, ``\mathbf{1}`` or ``\mathbf 1``; else 0."""
        following = self.following(3)
        return 2 if following[:1] == ["1"] else 4 if following == ["{", "1", "}"] else 0

    # -- groups and names -------------------------------------------------------------------------------------

    def group(self) -> list[str]:
        """Read the tokens of a group in braces, or a single token."""
        if self.current != "{":
            text = self.next()
            return [text, *self.group()] if text in FONTS else [text]
        self.position += 1
        texts = []
        depth = 1
        while self.current:
            depth += (self.current == "{") - (self.current == "}")
            if depth == 0:
                break
            texts.append(self.next())
        self.expect("}")
        return texts

    def _peek_group(self) -> tuple[list[str], int]:
        """Return the tokens of the group that follows, and where it ends, without reading it."""
        start = self.position
        texts: list[str] = []
        with suppress(ParseError):
            texts = self.group()
        end, self.position = self.position, start
        return texts, end

    def plain_script(self) -> str:
        """Read a subscript as plain text: 1, 2, F, *, inf."""
        text = "".join(_without_fonts(self.group()))
        return {r"\infty": "inf", r"\ast": "*"}.get(text, text)

    def superscript_mark(self) -> list[str]:
        r"""Return the tokens of the superscript that follows, without fonts and braces: ``\top``, ``-\top``, ``\mathsf{T}``."""
        return _without_fonts(self._peek_group()[0])

    def bracket_behind_superscript(self) -> int | None:
        r"""Return where a bracket opens behind the superscript that follows, as in ``\Phi^{-1}(x)``."""
        if self.current != "^":
            return None
        self.position += 1
        _, end = self._peek_group()
        self.position -= 1
        return end if self.tokens[end].text == "(" else None

    def peek_subscript(self) -> Subscript | None:
        """Return a subscript that may belong to a name, such as 1, t or max, and remember where it ends."""
        if self.current != "_":
            return None
        self.position += 1
        texts, self.after_subscript = self._peek_group()
        self.position -= 1
        text = "".join(MARKS.get(part, part.lstrip("\\")) for part in _without_fonts(texts))
        return Subscript(text, texts[0] in FONTS or texts[0] in MARKS) if text.isalnum() else None

    def read_name(self) -> str | None:
        r"""Read a name with its fonts and accents, such as ``\hat{\mathbf{x}}``: ``x_hat``; None where none stands here."""
        text = self.current
        if text in FONTS or text == r"\operatorname":
            self.position += 1
            return self._name_in_braces() if self.current == "{" else self.read_name()
        if text in ACCENTS:
            self.position += 1
            is_group = self.skip("{")
            inner = self.read_name()
            if is_group:
                self.expect("}")
            return None if inner is None else f"{inner}_{ACCENTS[text]}"
        if text == r"\pi" or (text.startswith("\\") and text[1:] in GREEK):
            self.position += 1
            return text[1:]
        if len(text) == 1 and text.isalpha():
            self.position += 1
            return text
        return None

    def _name_in_braces(self) -> str | None:
        self.position += 1
        letters = []
        while self.current not in ("}", ""):
            inner = self.read_name()
            letters.append(inner if inner is not None else self.next())
        self.expect("}")
        return "".join(letters) or None


def _without_fonts(texts: list[str]) -> list[str]:
    return [text for text in texts if text not in FONTS and text not in ("{", "}")]
