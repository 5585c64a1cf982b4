"""What a law is: a statement on one function that holds where its declaration is right, and the fields that it judges.

A law is broken by a :class:`~symgd.errors.DeclarationError` that names the field and says in a sentence what is not so. A law
that has nothing to say of a function, or cannot decide, is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NoReturn

from symgd.declarations.subject import Subject
from symgd.errors import DeclarationError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.primitive import Primitive

__all__ = ["LAWS", "Law", "broken", "law", "laws_of"]

DIGITS = 60


@dataclass(frozen=True, eq=False)
class Law:
    """A law of declarations.

    Attributes
    ----------
    name : str
    fields : tuple of str
        The fields of a declaration that it judges.
    statement : str
    rule : callable
        Raises DeclarationError where the law is broken.
    """

    name: str
    fields: tuple[str, ...]
    statement: str
    rule: Callable[[Subject], None]

    def __repr__(self) -> str:
        return f"<law {self.name}>"

    def check(self, subject: Subject) -> None:
        """Judge a function.

        Raises
        ------
        DeclarationError
            Where the law is broken.
        """
        with mpmath.workdps(DIGITS):
            self.rule(subject)


LAWS: dict[str, Law] = {}
"""Every law by its name."""


def law(*fields: str) -> Callable[[Callable[[Subject], None]], Callable[[Subject], None]]:
    """Enter a law of these fields; its statement is the first line of the docstring."""

    def enter(rule: Callable[[Subject], None]) -> Callable[[Subject], None]:
        statement = (rule.__doc__ or "").strip().splitlines()[0]
        LAWS[rule.__name__] = Law(rule.__name__, fields, statement, rule)
        return rule

    return enter


def broken(record: Primitive, field: str, sentence: str) -> NoReturn:
    """Report that a field of a declaration is wrong."""
    raise DeclarationError(f"the declaration of {record.name} is wrong in {field!r}: {sentence}", field=field)


def laws_of(fields: Collection[str]) -> list[Law]:
    """Return the laws that judge one of these fields."""
    return [candidate for candidate in LAWS.values() if not set(fields).isdisjoint(candidate.fields)]
