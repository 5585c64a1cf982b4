"""A proof is a tree of steps. Each claim follows from its premises by a rule, and the rule can be applied again.

A *statement* says exactly what a step claims: a record that compares by value. The text of a claim is for reading, and
follows from the same rule. To check a step is to apply its rule to the statements of its premises, and to compare what comes
out; a rule uses nothing else, and it uses every premise that it is given. What it knows of functions is declared with them: the
declared facts of every function that stands in a step are checked against their laws, in numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from symgd.curvature.domain import Domain
from symgd.declarations.check import contradiction_of, facts_hold
from symgd.errors import DeclarationError
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY, Primitive
from symgd.graph.traversal import toposort
from symgd.summaries import summary

__all__ = ["Conclusion", "Premises", "Proof", "Step", "demand_facts", "rule", "step_by"]

S = TypeVar("S")


@dataclass(frozen=True)
class Conclusion:
    """What a rule gives.

    Attributes
    ----------
    statement : object
        What is claimed, exactly.
    claim : str
        The same in words.
    because : str
        From what it follows.
    """

    statement: Any
    claim: str
    because: str = ""


class Premises:
    """The statements that a rule may use, and which of them it has used.

    Parameters
    ----------
    statements : iterable of object
    """

    def __init__(self, statements: Iterable[Any]) -> None:
        self._statements = list(statements)
        self._used = [False] * len(self._statements)

    def __len__(self) -> int:
        return len(self._statements)

    def find(self, kind: type[S], suits: Callable[[S], bool] = lambda statement: True, **fields: Any) -> S | None:
        """Return the first statement of a kind that suits and has these fields, or None; all of them count as used."""
        first = None
        for k, statement in enumerate(self._statements):
            has_fields = isinstance(statement, kind) and all(
                getattr(statement, name) == value for name, value in fields.items()
            )
            if has_fields and suits(statement):
                self._used[k] = True
                first = statement if first is None else first
        return first

    def of(self, kind: type[S]) -> list[S]:
        """Return all statements of a kind; they count as used."""
        statements = []
        for k, statement in enumerate(self._statements):
            if isinstance(statement, kind):
                self._used[k] = True
                statements.append(statement)
        return statements

    @property
    def are_all_used(self) -> bool:
        """Whether no premise was superfluous."""
        return all(self._used)


Rule = Callable[..., Conclusion | None]
_RULES: set[Rule] = set()


def rule(function: Rule) -> Rule:
    """Register a rule: a function of the premises and of what is given, which returns the conclusion or None."""
    _RULES.add(function)
    return function


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a proof.

    Attributes
    ----------
    claim : str
        What is shown.
    because : str
        From what it follows.
    premises : tuple of Step
        What must be shown first.
    statement : object
        The claim, exactly.
    rule : callable or None
        Gives the claim from the premises: one of the registered rules.
    given : tuple
        What the rule is applied to: formulas, numbers, a certificate that the search has found.
    """

    claim: str
    because: str = ""
    premises: tuple[Step, ...] = ()
    statement: Any = None
    rule: Rule | None = None
    given: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        return summary(f"step: {self.claim}{f' ({self.because})' if self.because else ''}")

    def check(self, judged: set[Node] | None = None) -> bool:
        """Derive the claim from the premises again, and judge the facts that are declared of its functions.

        Parameters
        ----------
        judged : set of Node, optional
            Formulas whose functions were judged already; new ones are added.

        Returns
        -------
        bool
            Whether the claim is the same, and no law of a declaration is broken.
        """
        if self.rule not in _RULES:
            return False
        premises = Premises(premise.statement for premise in self.premises)
        try:
            again = self.rule(premises, *self.given)
        except Exception:  # a statement that was tampered with may be anything
            return False
        is_same = again == Conclusion(self.statement, self.claim, self.because) and premises.are_all_used
        return is_same and facts_hold(_formulas_in((self.given, self.statement)), judged)

    def walk(self) -> Iterator[Step]:
        """Yield this step and all below it, once each."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            step = stack.pop()
            if id(step) not in seen:
                seen.add(id(step))
                yield step
                stack.extend(reversed(step.premises))

    def lines(self) -> list[str]:
        """Return the tree as indented lines, premises below what they support."""
        lines: list[str] = []
        seen: set[int] = set()
        stack = [(self, 0)]
        while stack:
            step, depth = stack.pop()
            again = id(step) in seen
            seen.add(id(step))
            because = "as shown above" if again else step.because
            lines.append("  " * depth + (f"{step.claim}  ({because})" if because else step.claim))
            if not again:
                stack.extend((premise, depth + 1) for premise in reversed(step.premises))
        return lines


def _formulas_in(parts: Any) -> list[Node]:
    """Return the formulas that occur in a statement."""
    formulas: list[Node] = []
    seen: set[int] = set()
    stack = [parts]
    while stack:
        part = stack.pop()
        if isinstance(part, Node):
            formulas.append(part)
        elif isinstance(part, Step) or id(part) in seen:
            continue
        elif isinstance(part, tuple | list | set | frozenset):
            seen.add(id(part))
            stack.extend(part)
        elif isinstance(part, Mapping):
            seen.add(id(part))
            stack.extend((*part.keys(), *part.values()))
        elif isinstance(part, Domain):
            seen.add(id(part))
            stack += [part.intervals, part.constraints, part.natural, part.fixed]
        elif dataclasses.is_dataclass(part) and not isinstance(part, type):
            seen.add(id(part))
            stack.extend(getattr(part, field.name) for field in dataclasses.fields(part))
    return formulas


def demand_facts(formulas: Iterable[Node]) -> None:
    """Judge, once each, the functions declared outside symgd that stand in formulas; its own are judged by its tests.

    Raises
    ------
    DeclarationError
        Where a law refutes a fact on which proofs rest.
    """
    for node in toposort(tuple(formulas)):
        if node.args and not _is_own(node.primitive):
            error = contradiction_of(node)
            if error is not None:
                raise DeclarationError(error.cause, field=error.field)


def _is_own(record: Primitive) -> bool:
    return record in REGISTRY.own or (record.made_by is not None and record.made_by[0].__module__.startswith("symgd."))


def step_by(rule: Rule, given: Sequence[Any], conclusion: Conclusion, premises: Iterable[Step] = ()) -> Step:
    """Return the step of a rule whose conclusion the search knows already.

    Parameters
    ----------
    rule : callable
    given : sequence
    conclusion : Conclusion
    premises : iterable of Step
        Each counts once.
    """
    return Step(conclusion.claim, conclusion.because, tuple(dict.fromkeys(premises)), conclusion.statement, rule, tuple(given))


@dataclass(frozen=True, eq=False)
class Proof:
    """What leads to a verdict.

    Attributes
    ----------
    root : Step
        The claim, with everything it rests on below.
    """

    root: Step

    def __repr__(self) -> str:
        count = sum(1 for _ in self.root.walk())
        return summary(f"proof in {count} step{'s' * (count != 1)}: {self.claim}")

    @property
    def claim(self) -> str:
        """What is proven."""
        return self.root.claim

    @property
    def steps(self) -> list[str]:
        """The steps as lines of text, without the claim."""
        return self.root.lines()[1:]

    def check(self) -> bool:
        """Derive every claim from its premises again, and judge the declared facts; whether all claims are the same."""
        judged: set[Node] = set()
        return all(step.check(judged) for step in self.root.walk())

    def demand_facts(self) -> None:
        """Judge, once each, the functions declared outside symgd on which the proof rests.

        Raises
        ------
        DeclarationError
            Where a law refutes what is declared of one.
        """
        demand_facts(formula for step in self.root.walk() for formula in _formulas_in((step.given, step.statement)))

    def text(self) -> str:
        """Return the proof as indented lines."""
        return "\n".join(self.root.lines())

    def latex(self) -> str:
        """Return the proof as nested LaTeX lists."""
        return "\n".join(_latex(self.root, set()))


def _latex(step: Step, seen: set[int]) -> list[str]:
    again = id(step) in seen
    seen.add(id(step))
    because = "as shown above" if again else step.because
    lines = [rf"{_escaped(step.claim)}{f' ({_escaped(because)})' if because else ''}"]
    if step.premises and not again:
        lines.append(r"\begin{itemize}")
        for premise in step.premises:
            first, *rest = _latex(premise, seen)
            lines += [rf"\item {first}", *rest]
        lines.append(r"\end{itemize}")
    return lines


_SPECIAL = {
    "\\": r"\textbackslash{}",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "$": r"\$",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "<": r"$<$",
    ">": r"$>$",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "⪰": r"$\succeq$",
    "→": r"$\to$",
    "∞": r"$\infty$",
    "·": r"$\cdot$",
    "−": "$-$",
    "Σ": r"$\Sigma$",
    "λ": r"$\lambda$",
    "∂": r"$\partial$",
    "′": "$'$",
    "″": "$''$",
    "²": "$^2$",
    "ᵀ": r"$^\top$",
    "∈": r"$\in$",
    "≠": r"$\neq$",
}


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)
