"""Every direction and step size of the register obeys the laws; a planted wrong formula breaks the law that is about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pytest

import symgd as sg
from symgd.descent.direction import Adam, GradientDescent, Momentum, Newton
from symgd.descent.method import Kind, Tuned, direction, methods, step_size, within
from symgd.descent.step_size import Backtracking, LearningRate
from symgd.errors import DataError, SymgdError
from symgd.tools.options import read_descent
from symgd.tools.problem_file import read_problem
from tests.laws.laws_of_descent import LAWS, WORKED, broken_laws

OURS = [one for kind in Kind for one in methods(kind).values() if one.make.__module__.startswith("symgd.")]
by_key = pytest.mark.parametrize("method", OURS, ids=lambda one: one.key)
PUBLISHED = "law_agrees_with_its_published_formula"
PROBLEM = 'formula = "mean((x - a)**2)"\nwrt = "a"\nstart = 0.0\n[shapes]\nx = "n"\n[data]\nx = [1.0, 2.0]\n[descent]\n'


@by_key
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_law_holds(law, method):
    law(method.make, method.kind)


def test_every_method_has_a_worked_table():
    assert {(one.kind, one.key) for one in OURS} == set(WORKED)


def _mutant(original, **changes):
    """Return a subclass with other methods; it keeps its name, and so its table."""
    return type(f"Wrong{original.__name__}", (original,), {"__doc__": original.__doc__, **changes})


def _adam(mean=None, square=None, corrects=(True, True), is_inside=False):
    """Return Adam's step with one part of its formula changed."""

    def step(self, gradient):
        self._count += 1
        self._mean = mean(self, gradient) if mean else self.beta1 * self._mean + (1 - self.beta1) * gradient
        self._square = square(self, gradient) if square else self.beta2 * self._square + (1 - self.beta2) * gradient**2
        first = self._mean / (1 - self.beta1**self._count) if corrects[0] else self._mean
        second = self._square / (1 - self.beta2**self._count) if corrects[1] else self._square
        below = np.sqrt(np.abs(second) + self.epsilon) if is_inside else np.sqrt(np.abs(second)) + self.epsilon
        return first / below

    return step


def _momentum(change):
    def step(self, gradient):
        self._velocity = change(self, self._velocity, gradient)
        return self._velocity

    return step


def _in_place(self, gradient):
    self._velocity *= self.beta
    self._velocity += gradient
    return self._velocity


def _forgetful(self, x):
    """Prepare once, and keep everything from then on."""
    if self._mean is None:
        Adam.start(self, x)


def _uncounted(self, x):
    self._mean, self._square = np.zeros_like(x), np.zeros_like(x)


def _searching(accepts, resets=True, begins=2):
    """Return a line search with another condition."""

    def choose(self, step, x, direction, gradient, value, fun):
        if step == 0 and resets:
            self._next = self.rate
        fall, rate = float(gradient @ direction), self._next
        for _ in range(60):
            if accepts(self, fun(x - rate * direction), value, rate, fall):
                break
            rate *= self.shrink
        self._next = min(begins * rate, self.longest)
        return rate

    return choose


def _armijo(self, trial, value, rate, fall):
    return trial <= value - self.slope * rate * fall + 1e-15 * abs(value)


def _unread(self):
    self._next = self.rate


MUTANTS = {
    "up the gradient": (GradientDescent, {"next": lambda self, g: -g}, "law_descends_a_quadratic"),
    "gradient of length 1": (GradientDescent, {"next": lambda self, g: g / np.linalg.norm(g)}, PUBLISHED),
    "gradient written to": (
        GradientDescent, {"next": lambda self, g: -np.negative(g, out=g)}, "law_changes_nothing_it_was_given",
    ),
    "momentum as a mean": (Momentum, {"next": _momentum(lambda self, v, g: self.beta * v + (1 - self.beta) * g)}, PUBLISHED),
    "momentum turned": (Momentum, {"next": _momentum(lambda self, v, g: g - self.beta * v)}, PUBLISHED),
    "momentum of Nesterov": (
        Momentum,
        {"next": lambda self, g: g + self.beta * _momentum(lambda s, v, h: s.beta * v + h)(self, g)},
        PUBLISHED,
    ),
    "momentum without its past": (Momentum, {"next": lambda self, g: g}, "law_parameters_matter"),
    "momentum that is not stopped": (
        Momentum,
        {"start": lambda self, x: None, "_velocity": 0.0, "__post_init__": lambda self: setattr(self, "_velocity", 0.0)},
        "law_restarts_clean",
    ),
    "momentum in place": (Momentum, {"next": _in_place}, "law_changes_nothing_it_was_given"),
    "momentum of any beta": (Momentum, {"__post_init__": lambda self: None}, "law_parameters_are_read"),
    "Adam with s += g": (
        Adam, {"next": _adam(square=lambda self, g: self._square + (1 - self.beta2) * (g - self._square))}, PUBLISHED,
    ),
    "Adam with |g|": (
        Adam, {"next": _adam(square=lambda self, g: self._square + (1 - self.beta2) * (abs(g) - self._square))}, PUBLISHED,
    ),
    "Adam with a sum of squares": (Adam, {"next": _adam(square=lambda self, g: self._square + g * g)}, PUBLISHED),
    "Adam with the biased mean": (Adam, {"next": _adam(corrects=(False, True))}, PUBLISHED),
    "Adam with the biased square": (Adam, {"next": _adam(corrects=(True, False))}, PUBLISHED),
    "Adam with epsilon below the root": (Adam, {"next": _adam(is_inside=True)}, PUBLISHED),
    "Adam with its betas exchanged": (
        Adam, {"next": _adam(mean=lambda self, g: self.beta2 * self._mean + (1 - self.beta2) * g)}, PUBLISHED,
    ),
    "Adam with the old mean": (Adam, {"next": _adam(mean=lambda self, g: self.beta1 * self._mean + g)}, PUBLISHED),
    "Adam that remembers": (Adam, {"start": _forgetful}, "law_restarts_clean"),
    "Adam that goes on counting": (Adam, {"start": _uncounted}, "law_restarts_clean"),
    "Newton without damping": (Newton, {"next": lambda self, g, h: Newton(0.0).next(g, h)}, "law_parameters_matter"),
    "Newton damped twice": (Newton, {"next": lambda self, g, h: Newton(2 * self.damping).next(g, h)}, PUBLISHED),
    "Newton by the diagonal": (Newton, {"next": lambda self, g, h: g / (np.diag(h) + self.damping)}, PUBLISHED),
    "Newton multiplied": (Newton, {"next": lambda self, g, h: h @ g}, PUBLISHED),
    "Newton to saddle points": (
        Newton, {"next": lambda self, g, h: np.linalg.solve(np.asarray(h) + self.damping * np.eye(len(g)), g)},
        "law_keeps_its_promises",
    ),
    "a rate that halves": (LearningRate, {"choose": lambda self, k, *rest: self.rate / (1 + self.decay) ** k}, PUBLISHED),
    "a rate that begins late": (
        LearningRate, {"choose": lambda self, k, *rest: self.rate / (1 + self.decay * (k + 1))}, PUBLISHED,
    ),
    "a rate by roots": (LearningRate, {"choose": lambda self, k, *rest: self.rate / (1 + self.decay * k) ** 0.5}, PUBLISHED),
    "a rate that stays": (LearningRate, {"choose": lambda self, k, *rest: self.rate}, "law_parameters_matter"),
    "a search for any fall": (
        Backtracking, {"choose": _searching(lambda self, trial, value, rate, fall: trial <= value)}, "law_parameters_matter",
    ),
    "a search with the sign turned": (
        Backtracking, {"choose": _searching(lambda self, trial, value, rate, fall: trial <= value + self.slope * rate * fall)},
        PUBLISHED,
    ),
    "a search without the slope": (
        Backtracking, {"choose": _searching(lambda self, trial, value, rate, fall: trial <= value - self.slope * rate)},
        PUBLISHED,
    ),
    "a search that takes everything": (Backtracking, {"choose": _searching(lambda *known: True)}, "law_descends_a_quadratic"),
    "a search that goes on": (Backtracking, {"choose": _searching(_armijo, resets=False)}, "law_restarts_clean"),
    "a search that never grows": (Backtracking, {"choose": _searching(_armijo, begins=1)}, PUBLISHED),
    "a search without rounding": (
        Backtracking,
        {"choose": _searching(lambda self, trial, value, rate, fall: trial <= value - self.slope * rate * fall)},
        "law_keeps_its_promises",
    ),
    "a search of any rate": (Backtracking, {"__post_init__": _unread}, "law_parameters_are_read"),
    "a method without words": (Momentum, {"__doc__": "Momentum."}, "law_says_what_it_is"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_wrong_formula_breaks_its_law(name):
    original, changes, law = MUTANTS[name]
    kind = Kind.DIRECTION if issubclass(original, GradientDescent | Momentum | Adam | Newton) else Kind.STEP_SIZE
    assert law in broken_laws(_mutant(original, **changes), kind), name


@by_key
def test_a_subclass_that_changes_nothing_breaks_no_law(method):
    assert not broken_laws(_mutant(method.make), method.kind)


def test_every_method_has_mutants():
    assert {original for original, _, _ in MUTANTS.values()} == {one.make for one in OURS}


def test_every_law_finds_a_mutant():
    assert {law for _, _, law in MUTANTS.values()} == set(LAWS)


# -- the readers of the register --------------------------------------------------------------------------------


def _run_of(tmp_path, text, descent=None):
    path = tmp_path / "problem.toml"
    path.write_text(PROBLEM + text)
    return read_problem(path, descent).options


def _lines(method):
    """Return the name and every parameter of a method as a problem file has them."""
    name = "direction" if method.kind is Kind.DIRECTION else "step_size"
    return [f'{name} = "{method.key}"', *(f"{one.key} = {0.25!r}" for one in method.parameters)]


@by_key
def test_problem_files_take_every_method_with_every_parameter(method, tmp_path):
    options = _run_of(tmp_path, "\n".join(_lines(method)))
    found = options["direction" if method.kind is Kind.DIRECTION else "step_size"]
    assert found == method.make(**{one.name: 0.25 for one in method.parameters})
    changes = read_descent("; ".join(line.replace(" =", ":").replace('"', "") for line in _lines(method)))
    assert (
        _run_of(tmp_path, 'direction = "momentum"\nbeta = 0.5\nlearning_rate = 0.5\n', changes)[
            "direction" if method.kind is Kind.DIRECTION else "step_size"
        ]
        == found
    )


@pytest.mark.parametrize(("text", "step_size"), [('"safe"', "safe"), ('"Safe"', "safe"), ("0.25", 0.25), ("1", 1.0)])
def test_problem_files_take_the_step_sizes_that_python_takes(text, step_size, tmp_path):
    """Beside the registered ones: a number, and 1/L."""
    options = _run_of(tmp_path, f"step_size = {text}\n")
    runs = [sg.minimize("(x - 3)**2", "x", start=0.0, epochs=4, step_size=size) for size in (options["step_size"], step_size)]
    assert runs[0].history == runs[1].history
    changes = read_descent(f"step_size: {text}".replace('"', ""))
    assert _run_of(tmp_path, 'step_size = "learning rate"\nlearning_rate = 0.5\n', changes) == options


@by_key
def test_problem_files_refuse_what_python_refuses_in_the_same_words(method, tmp_path):
    for one in method.parameters:
        base = {each.name: 0.25 for each in method.parameters if each.default is None}
        with pytest.raises(SymgdError) as in_python:
            method.make(**{**base, one.name: -1.0})
        lines = [line for line in _lines(method) if not line.startswith(f"{one.key} =")]
        with pytest.raises(DataError, match=re.escape(in_python.value.cause)) as in_file:
            _run_of(tmp_path, "\n".join([*lines, f"{one.key} = -1.0"]))
        assert in_file.value.hint == in_python.value.hint


@by_key
def test_minimize_takes_instances_classes_and_names(method):
    part = "direction" if method.kind is Kind.DIRECTION else "step_size"
    needed = [one.name for one in method.parameters if one.default is None]
    if needed:
        for given in (method.make, method.key):
            with pytest.raises(SymgdError, match=f"{method.name} is not a {method.kind} without its {needed[0]}"):
                sg.minimize("(x - 3)**2", "x", start=0.0, **{part: given})
        return
    runs = [
        sg.minimize("(x - 3)**2", "x", start=0.0, epochs=5, **{part: given})
        for given in (method.make(), method.make, method.key, method.name.upper())
    ]
    assert {float(run.x) for run in runs} == {float(runs[0].x)}
    assert getattr(sg, method.make.__name__) is method.make


def test_the_command_line_lists_every_method_with_its_parameters():
    from click.testing import CliRunner

    from symgd.tools.cli import command

    text = " ".join(CliRunner().invoke(command, ["run", "--help"]).output.split())
    for method in OURS:
        assert method.key in text and method.sentence in text
        assert all(f"{one.key} in {one.within}" in text for one in method.parameters)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("damping = 0.5", "gradient descent does not take damping"),
        ('direction = "newton"\nbeta1 = 0.5', "newton does not take beta1"),
        ('step_size = "learning rate"', "learning_rate is missing"),
        ('step_size = "fast"', "there is no step size 'fast'"),
        ("step_size = -0.5", "a learning rate is a positive number"),
        ("step_size = true", "there is no step size True"),
        ("step_size = 0.5\nlearning_rate = 0.5", "step_size and learning_rate are both numbers"),
        ('step_size = 0.5\nlearning_rate = "backtracking"', "learning_rate is a number beside step_size"),
        ("step_size = 0.5\nshrink = 0.5", "shrink does not apply to learning rate"),
        ('step_size = "safe"\nlearning_rate = 0.5', "learning_rate does not apply to safe"),
        ('step_size = "safe"\nshrink = 0.5', "shrink does not apply to safe"),
        ("shrink = 0.5\nlearning_rate = 0.1", "shrink does not apply to learning rate"),
        ('step_size = "backtracking"\nlearning_rate = "backtracking"', "learning_rate is a number beside step_size"),
        ('direction = "newton"\ndamping = true', "damping is a number, not True"),
        ('direction = "newton"\ndamping = "much"', "damping is a number, not 'much'"),
    ],
)
def test_what_does_not_apply_is_refused(text, message, tmp_path):
    with pytest.raises(DataError, match=message):
        _run_of(tmp_path, text)


@pytest.mark.parametrize("text", ["damping: x: 1", "damping", "direction: newton; direction: adam", "up: 3", "damping: nan"])
def test_settings_on_the_command_line_that_are_none(text, tmp_path):
    with pytest.raises(SymgdError):
        _run_of(tmp_path, 'direction = "newton"', read_descent(text))


def test_a_method_of_a_user_reaches_every_reader(tmp_path):
    @direction("Rooted")
    @dataclass
    class Rooted(Tuned):
        """Each slope divided by the root of the sum of its squares."""

        offset: float = field(default=1e-8, metadata=within("(0, inf)", "what keeps the quotient finite"))

        def start(self, x):
            self.squares = np.zeros_like(x)

        def next(self, gradient):
            self.squares = self.squares + gradient**2
            return gradient / (np.sqrt(self.squares) + self.offset)

    @step_size("harmonic")
    class Harmonic:
        """1/(k + 1)."""

        needs_value = False

        def choose(self, step, x, direction, gradient, value, fun):
            return 1 / (step + 1)

    assert float(sg.minimize("(x - 3)**2", "x", start=0.0, direction="rooted", step_size=1.0, epochs=500).x) == pytest.approx(3)
    assert float(sg.minimize("(x - 3)**2/2", "x", start=0.0, step_size="harmonic").x) == pytest.approx(3)
    options = _run_of(tmp_path, 'direction = "rooted"\noffset = 0.5\nstep_size = "harmonic"')
    assert options["direction"] == Rooted(0.5)
    assert isinstance(options["step_size"], Harmonic)
    assert Rooted.name == "Rooted" and sg.Rooted is Rooted
    with pytest.raises(SymgdError, match=r"(?s)offset is a positive number, not 0.*Rooted takes offset in \(0, inf\)"):
        Rooted(offset=0)
    del sg.Rooted


def _declared(name="mine", kind=direction, base=Tuned, **fields):
    def make():
        annotations = dict.fromkeys(fields, "float")
        body = {"__annotations__": annotations, "start": lambda self, x: None, "next": lambda self, g: g, **fields}
        return kind(name)(dataclass(type("Mine", (base,), body)))

    return make


SHARE = within("[0, 1)", "a share")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_declared("Adam"), "the direction Adam is declared already"),
        (_declared("adam"), "the direction adam is declared already"),
        (_declared(""), "a direction is called by a word"),
        (_declared("a\nb"), "a direction is called by a word"),
        (_declared(kind=step_size), "is not a step size"),
        (lambda: direction("mine")(3), "3 is not a direction"),
        (lambda: direction("mine")(type("Mine", (), {"start": None})), "is not a direction"),
        (_declared(share=field(metadata=SHARE)), "share of the direction mine has no default"),
        (_declared(base=object, share=field(default=0.5, metadata=SHARE)), "nothing reads the parameters of mine"),
        (
            _declared(seed=field(default=0.5, metadata=SHARE)),
            "seed of the direction mine has another meaning already: of every descent",
        ),
        (
            _declared(decay=field(default=0.5, metadata=SHARE)),
            "decay of the direction mine has another meaning already: of learning rate",
        ),
    ],
    ids=range(11),
)
def test_what_cannot_be_registered(make, message):
    with pytest.raises(SymgdError, match=message):
        make()
