"""Cases, conditions and written matrices mean what where and lists mean in the text language."""

from __future__ import annotations

import pytest

from symgd.errors import ParseError, ShapeError, SymgdError
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"\begin{cases} t^2 & t > 0 \\ 0 & \text{otherwise} \end{cases}", "where(t > 0, t**2, 0)"),
    (r"\begin{cases} t & \text{if } t \ge 0, \\ -t & \text{if } t < 0.\end{cases}", "where(t >= 0, t, -t)"),
    (
        r"\begin{cases} 1 & 0 \le t < 1 \text{ and } s > 0 \\ 2 \end{cases}",
        "where(t >= 0, where(t < 1, where(s > 0, 1, 2), 2), 2)",
    ),
    (
        r"\sum_{i=1}^n \begin{cases} \frac12 y_i^2 & |y_i| \le 1 \\ |y_i| & \text{otherwise} \end{cases}",
        "sum(where(abs(y) <= 1, y**2/2, abs(y)))",
    ),
    (r"\mathbb{1}[t > 0] s", "where(t > 0, 1, 0)*s"),
    (r"\sum_{i=1}^n \mathbf{1}_{\{y_i > 0\}}", "sum(where(y > 0, 1, 0))"),
    (r"\begin{pmatrix} t & s \\ 1 & 2 \end{pmatrix}", "[[t, s], [1, 2]]"),
    (r"\begin{pmatrix} t \\ s \end{pmatrix}^\top \begin{bmatrix} t \\ 1 \end{bmatrix}", "[t, s] @ [t, 1]"),
    (r"\begin{vmatrix} t & s \\ 1 & 2 \end{vmatrix}", "det([[t, s], [1, 2]])"),
    (r"\begin{cases} 1 & t < 0 \text{ or } t > 1 \\ 0 & \text{otherwise}\end{cases}", "where(t < 0, 1, where(t > 1, 1, 0))"),
    (r"\begin{cases} t & \text{if } t > s \text{ then} \\ 0 & \text{else}\end{cases}", "where(t > s, t, 0)"),
    (r"\sum_i \mathbb{1}[y_i = 1]", "sum(where(y == 1, 1, 0))"),
    (r"\begin{equation*} t^2 \label{eq:square}, \end{equation*}", "t**2"),
    (r"\begin{dcases} t & t > 0 \\ s & \text{otherwise} \end{dcases}", "where(t > 0, t, s)"),
    (r"\begin{cases} t & \text{falls } t > 0 \\ s & \text{sonst} \end{cases}", "where(t > 0, t, s)"),
    (r"\begin{cases} t & t \ne s \\ s & t = s \end{cases}", "where(t == s, s, t)"),
    (r"\begin{cases} t & t > 0 \land s > 0 \\ s & \text{else} \end{cases}", "where(t > 0, where(s > 0, t, s), s)"),
    (r"\begin{cases} t & t > 0 \lor s > 0 \\ s & \text{else} \end{cases}", "where(t > 0, t, where(s > 0, t, s))"),
    (r"\mathbf{1}(t \leq s)", "where(t <= s, 1, 0)"),
    (r"\begin{pmatrix} t & s \end{pmatrix} \begin{pmatrix} 1 \\ 2 \end{pmatrix}", "[t, s] @ [1, 2]"),
    (
        r"\begin{smallmatrix} A & A \\ A & A \end{smallmatrix}",
        "concatenate([concatenate([A, A], 1), concatenate([A, A], 1)], 0)",
    ),
]
TWO_READINGS = [
    r"\begin{cases} x w & t > 0 \\ 0 & \text{else} \end{cases}",
]
MISTAKES = [
    (r"\begin{cases} t & t \ge 0 \\ -t & t \le 0 \end{cases}", ParseError, "in all other cases"),
    (r"\begin{cases}", ParseError, "in all other cases"),
    (r"\begin{tikzpicture} t", ParseError, "is not known"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", ShapeError, "different lengths"),
    (r"\mathbb{1}[t]", ParseError, "a comparison is expected"),
    (r"\begin{cases} t \\ s \end{cases}", ParseError, "stands behind the one for all others"),
    (r"\begin{pmatrix} t \end{bmatrix}", ParseError, r"end\{pmatrix\} is expected"),
    (r"\sum_{i=1}^n \begin{pmatrix} y_i \\ 1 \end{pmatrix}", SymgdError, "in which an index runs"),
    (r"\begin{vmatrix} t \\ s \end{vmatrix}", ShapeError, "belongs to a matrix"),
    (r"\mathbb{1}[t > 0", ParseError, "is expected here"),
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_a_paper_and_a_text_give_one_graph(latex, text):
    assert_same(latex, text)


@pytest.mark.parametrize("latex", TWO_READINGS)
def test_two_readings_are_an_error_that_names_both(latex):
    assert_two_readings(latex)


@pytest.mark.parametrize(("latex", "kind", "message"), MISTAKES)
def test_a_mistake_gives_one_error(latex, kind, message):
    assert_refused(latex, kind, message)
