"""The source of a compiled function: imports, run-time functions, checks, and the computation as ``sympy.lambdify`` writes it.

SymPy's ``cse`` hook takes our assignments as they are (each shared value once, in our order), its ``printer`` hook our
spelling.
"""

from __future__ import annotations

import linecache
from collections.abc import Sequence

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from symgd.codegen.backends.base import Backend
from symgd.codegen.schedule import Schedule
from symgd.codegen.signature import Signature

__all__ = ["function_body", "source_text"]


class _Code(sp.Atom):  # type: ignore[misc]
    """A piece of code that SymPy passes through to the printer."""

    __slots__ = ("text",)

    def __new__(cls, text: str) -> _Code:
        piece = super().__new__(cls)
        piece.text = text
        return piece  # type: ignore[no-any-return]

    def _hashable_content(self) -> tuple[str]:
        return (self.text,)


class _CodePassThrough(PythonCodePrinter):  # type: ignore[misc]
    """Prints what is spelled already."""

    def _print__Code(self, piece: _Code) -> str:
        return str(piece.text)


def function_body(arguments: Sequence[str], work: Schedule, outputs: Sequence[str], as_list: bool) -> str:
    """Let ``sympy.lambdify`` write a function; return the lines of its body.

    Parameters
    ----------
    arguments : sequence of str
    work : Schedule
    outputs : sequence of str
        What is returned.
    as_list : bool
        Whether a list is returned.
    """
    pieces = [_Code(text) for text in outputs]
    shared = [(_Code(name), _Code(text)) for name, text in work.assignments]
    function = sp.lambdify(
        [sp.Symbol(name) for name in arguments],
        pieces if as_list else pieces[0],
        modules=[{}],
        printer=_CodePassThrough,
        cse=lambda expressions: (shared, expressions),
    )
    filename = function.__code__.co_filename
    lines = list(linecache.cache[filename][2])  # type: ignore[misc]
    start = next(k for k, line in enumerate(lines) if line.startswith("def "))
    return "".join(lines[start + 1 :]).rstrip() + "\n"


def source_text(backend: Backend, name: str, signature: Signature, opening: Sequence[str], body: str) -> str:
    """Put imports, run-time functions, checks and body together.

    Parameters
    ----------
    backend : Backend
        With its record of what the code uses.
    name : str
        Of the function.
    signature : Signature
    opening : sequence of str
        The lines before the body, not indented.
    body : str
    """
    shapes = "; ".join(f"{node.name}: {' '.join(map(str, node.shape))}".rstrip(": ") for node in signature.arguments)
    quoted = shapes.encode("ascii", "backslashreplace").decode().replace("\\", "\\\\").replace('"""', "")
    lines = "".join(f"    {line}\n" for line in opening)
    definition = f'def {name}({", ".join(signature.names)}):\n    """Arguments: {quoted}."""\n{lines}{body}'
    helpers = "\n\n".join(helper.source for helper in backend.needed_helpers()).rstrip("\n")
    return "\n\n\n".join(part for part in ("\n".join(backend.import_lines()), helpers, definition) if part)
