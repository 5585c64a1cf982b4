"""A proof is a tree of steps, each with a claim, the reason, and a test that repeats it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

__all__ = ["Proof", "Step"]


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
    verify : callable
        Repeats this step alone, taking the premises for granted; by another way than the search wherever there is one.
    """

    claim: str
    because: str = ""
    premises: tuple[Step, ...] = ()
    verify: Callable[[], bool] = field(default=lambda: True, repr=False)

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
        found: list[str] = []
        seen: set[int] = set()
        stack = [(self, 0)]
        while stack:
            step, depth = stack.pop()
            again = id(step) in seen
            seen.add(id(step))
            because = "as shown above" if again else step.because
            found.append("  " * depth + (f"{step.claim}  ({because})" if because else step.claim))
            if not again:
                stack.extend((one, depth + 1) for one in reversed(step.premises))
        return found


@dataclass(frozen=True, eq=False)
class Proof:
    """What leads to a verdict.

    Attributes
    ----------
    root : Step
        The claim, with everything it rests on below.
    """

    root: Step

    @property
    def claim(self) -> str:
        """What is proven."""
        return self.root.claim

    @property
    def steps(self) -> list[str]:
        """The steps as lines of text, without the claim."""
        return self.root.lines()[1:]

    def check(self) -> bool:
        """Repeat every step; whether all hold."""
        return all(step.verify() for step in self.root.walk())

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
