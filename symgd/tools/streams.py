"""Standard output and standard error: set up once, so that everything can be printed and no control sequence takes effect.

A character that the encoding of a stream has no place for is printed in an ASCII spelling, and what a terminal would obey
(escape sequences, marks that turn the direction of a text) as an escape.
"""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from typing import TextIO

from symgd.errors import printable

__all__ = ["discard_output", "end_output", "in_ascii", "prepare_streams", "say", "show_warning"]

_SPELLED = {
    "−": "-", "–": "-", "·": "*", "×": "x", "⊙": "*", "⊗": "kron", "∗": "*", "÷": "/", "±": "+-", "½": "1/2",
    "≤": "<=", "≥": ">=", "≠": "!=", "≻": ">", "⪯": "<=", "⪰": ">=", "→": "->", "←": "<-", "↦": "->", "∈": "in", "∞": "inf",
    "∇": "grad", "∂": "d", "√": "sqrt", "∛": "cbrt", "‖": "||", "⟨": "<", "⟩": ">", "⌊": "floor(", "⌋": ")", "⋯": "...",
    "…": "...", "′": "'", "″": "''", "’": "'", "‘": "'", "“": '"', "”": '"', "─": "-", "│": "|", "━": "-", "ℓ": "l", "𝟏": "1",
    "�": "?", "ᵠ": "^phi", "ß": "ss",
}  # fmt: skip
"""How mathematics is spelled where only ASCII can be printed; letters of Greek have their names."""


def _of_letter(letter: str) -> tuple[str, str]:
    """Return the mark (``^`` for superscripts, ``_`` for subscripts) and the ASCII spelling of a character."""
    if letter in _SPELLED:
        return "", _SPELLED[letter]
    form = unicodedata.decomposition(letter)
    mark = "^" if form.startswith("<super>") else "_" if form.startswith("<sub>") else ""
    plain = "".join(character for character in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(character))
    spelled = "".join(character if character.isascii() else _SPELLED.get(character) or _greek(character) for character in plain)
    return (mark, spelled) if spelled and spelled.isascii() else ("", ascii(letter)[1:-1])


def _greek(letter: str) -> str:
    """Return the name of a Greek letter, as formulas are typed; nothing for other letters."""
    words = unicodedata.name(letter, "").split()
    if words[:1] != ["GREEK"] or "LETTER" not in words:
        return ""
    name = words[-1].replace("LAMDA", "LAMBDA").lower()
    return name.capitalize() if "CAPITAL" in words else name


def in_ascii(text: str) -> str:
    """Return a text in ASCII.

    Examples
    --------
    >>> from symgd.tools.streams import in_ascii
    >>> in_ascii("∇f = 2·Xᵀ(Xw − y)/m ≤ σ(u)²ⁿ")
    'grad f = 2*X^T(Xw - y)/m <= sigma(u)^2n'
    """
    return "".join(_spelled_at(text, k, "ascii") for k in range(len(text)))


def _spelled_at(text: str, k: int, encoding: str) -> str:
    """Return the ASCII spelling of a character of a text that is printed in an encoding."""
    letter = text[k]
    if letter.isascii():
        return letter
    mark, spelled = _of_letter(letter)
    if mark and k > 0 and not _has_place(text[k - 1], encoding) and _of_letter(text[k - 1])[0] == mark:
        return spelled  # one mark for all letters that are raised together
    following = text[k + 1 : k + 2]
    if spelled[-1:].isalpha() and not mark and following.isalpha() and not _of_letter(following)[0]:
        spelled += " "  # the name of one letter beside the next
    return mark + spelled


def _has_place(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _spell(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be encoded, for :func:`codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = range(error.start, error.end)
    return "".join(_spelled_at(error.object, k, error.encoding) for k in letters), error.end


def prepare_streams() -> None:
    """Give both streams an answer to every character; what is printed to a stream that was closed is dropped.

    Raises
    ------
    OSError
        Where even the null device cannot be opened.
    """
    codecs.register_error("symgd.ascii", _spell)
    for name in ("stdin", "stdout", "stderr"):
        stream: object = getattr(sys, name)
        if stream is None:  # closed before Python began: nothing that is opened later may take its place
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="symgd.ascii")


def show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: object = None, line: str | None = None
) -> None:
    """Print a warning as one line, for :func:`warnings.showwarning`: the line of code that warns says nothing to a user."""
    say(f"warning: {message}", is_error=True)


def discard_output(stream: TextIO) -> None:
    """Send what is printed from now on, and what is printed already and not written, to nowhere: its reader has closed it."""
    try:
        descriptor = stream.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
    except (OSError, ValueError, AttributeError):
        return
    os.dup2(null, descriptor)
    os.close(null)


def say(text: str, *, is_error: bool = False) -> None:
    """Print a text and a line break.

    Parameters
    ----------
    text : str
    is_error : bool
        Whether it goes to standard error; where that cannot be written to, the text is lost.
    """
    stream = sys.stderr if is_error else sys.stdout
    try:
        stream.write(printable(text, keep="\n\t") + "\n")  # click.echo would write UTF-8 where the encoding is ASCII
        if is_error:
            stream.flush()
    except OSError as error:
        discard_output(stream)
        if not is_error:
            _LOST.append(error)


_LOST: list[OSError] = []


def end_output() -> None:
    """Write what is printed already.

    Raises
    ------
    OSError
        Where it, or something that was printed before, could not be written: the work was done all the same.
    """
    lost = _LOST[:1]
    _LOST.clear()
    if lost:
        raise lost[0]
    sys.stdout.flush()
