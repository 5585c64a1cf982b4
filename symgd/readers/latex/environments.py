r"""Cases, conditions and matrices that are written out.

\begin{cases} t^2 & t > 0 \\ 0 & \text{otherwise} \end{cases},   \mathbb{1}[y > 0],   \begin{pmatrix} a \\ b \end{pmatrix}
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial, reduce

from symgd.readers.latex import values
from symgd.readers.latex.indices import RELATIONS, IndexReader
from symgd.readers.latex.values import Comparison, Value, scalar_value

__all__ = ["EnvironmentReader"]

_MATRICES = {"matrix", "pmatrix", "bmatrix", "smallmatrix", "Bmatrix"}
_OTHERWISE = {"otherwise", "else", "sonst"}
_INDICATORS = {r"\mathbb", r"\mathbf", r"\mathds"}


class EnvironmentReader(IndexReader):
    r"""Reads what stands between \begin and \end, and conditions."""

    @abstractmethod
    def expression(self) -> Value:
        """Read a sum of terms."""

    @property
    def is_indicator(self) -> bool:
        r"""Whether ``\mathbb{1}[…]`` or ``\mathbf{1}_{x > 0}`` begins here."""
        if self.word not in _INDICATORS:
            return False
        length = self.one_length()
        if not length:
            return False
        behind = [word.text for word in self.words[self.position + length :]]
        if behind[:2] == ["_", "{"]:
            return any(word in RELATIONS for word in behind[: behind.index("}")] if "}" in behind)
        return behind[0] in ("[", "(", r"\{")

    def indicator(self) -> Value:
        """Read 1 where a condition holds and 0 where not."""
        start = self.position
        self.position += self.one_length()
        if self.word == "_":
            self.position += 1
        closing = {"[": "]", "(": ")", r"\{": r"\}", "{": "}"}[self.next_word()]
        is_set = closing == "}" and self.word == r"\{"
        self.position += is_set
        conditions = self._conditions()
        if is_set:
            self.expect(r"\}")
        self.expect(closing)
        with self.located(start):
            return values.choose(conditions, scalar_value(1), scalar_value(0))

    def environment(self) -> Value:
        r"""Read what stands between \begin and \end."""
        start = self.position
        self.position += 1
        name = "".join(self.group_words())
        if name not in {"cases", "dcases", "vmatrix", *_MATRICES}:
            self.position = start
            raise self.fail(rf"\begin{{{name}}} is not known", r"\begin{cases} and \begin{pmatrix} are")
        read = self._cases if name.endswith("cases") else partial(self._matrix, name)
        result = read(start)
        self.expect(r"\end")
        if "".join(self.group_words()) != name:
            self.position -= 1
            raise self.fail(rf"\end{{{name}}} is expected here")
        return result

    def _cases(self, start: int) -> Value:
        pieces: list[tuple[Value, list[list[Comparison]]]] = []
        otherwise: Value | None = None
        while self.word not in (r"\end", ""):
            value = self.expression()
            if self.word == ",":
                self.position += 1
            if self.word == "&":
                self.position += 1
                conditions = self._conditions()
            else:
                conditions = []
            if conditions and otherwise is None:
                pieces.append((value, conditions))
            elif otherwise is None:
                otherwise = value
            else:
                raise self.fail("a case stands behind the one for all others")
            if self.word in (",", ".", ";"):
                self.position += 1
            if self.word != r"\\":
                break
            self.position += 1
        if otherwise is None:
            if len(pieces) != 2 or not values.are_opposite(pieces[0][1], pieces[1][1]):
                self.position = start
                raise self.fail("what holds in all other cases is not said", r"end with: \\ 0 & \text{otherwise}")
            otherwise = pieces.pop()[0]
        with self.located(start):
            return reduce(lambda rest, piece: values.choose(piece[1], piece[0], rest), reversed(pieces), otherwise)

    def _conditions(self) -> list[list[Comparison]]:
        r"""Read ``a < b``, ``0 \le t < 1``, several of them, alternatives; nothing for otherwise."""
        if self._skipped_words() & _OTHERWISE:
            return []
        alternatives: list[list[Comparison]] = [[]]
        while True:
            left = self.expression()
            if self.word not in RELATIONS:
                raise self.fail("a comparison is expected here", r"x > 0 or \text{otherwise}")
            while self.word in RELATIONS:
                relation = RELATIONS[self.next_word()]
                right = self.expression()
                alternatives[-1].append(Comparison(left, relation, right))
                left = right
            if self.word in (r"\land", r"\wedge", r"\lor", r"\vee"):
                joins = {"or"} if self.next_word() in (r"\lor", r"\vee") else {"and"}
            else:
                joins = self._skipped_words()
            if joins & {"or", "oder"}:
                alternatives.append([])
            elif not joins & {"and", "und"}:
                return alternatives

    def _skipped_words(self) -> set[str]:
        r"""Skip ``\text{if}``, ``\text{otherwise}`` and the like, and return them."""
        found = set()
        while (connective := self.connective) is not None:
            found.add(connective)
            self.position += 1
            self.group_words()
        return found

    def _matrix(self, name: str, start: int) -> Value:
        rows: list[list[Value]] = [[]]
        while self.word not in (r"\end", ""):
            rows[-1].append(self.expression())
            if self.word == "&":
                self.position += 1
            elif self.word == r"\\":
                self.position += 1
                if self.word != r"\end":
                    rows.append([])
            else:
                break
        with self.located(start):
            matrix = values.matrix_of(rows)
            return values.determinant(matrix) if name == "vmatrix" else matrix
