"""Problem files that are broken, misleading or too large."""

from __future__ import annotations

import os

from tests.hostile.cases import Case, Content

_START = 'formula = "mean((x - a)**2)"\nwrt = "a"\n'
_DATA = '[shapes]\nx = "n"\n[data]\nx = [1.0, 2.0]\n'


def _case(name: str, message: str, content: Content, python: str | None = None, python_message: str | None = None) -> Case:
    return Case(name, ("run", "problem.toml"), message, {"problem.toml": content}, python=python, python_message=python_message)


def _descent(name: str, message: str, text: str, python: str | None = None, python_message: str | None = None) -> Case:
    source = None if python is None else f"sg.minimize('(x - a)**2', 'a', data={{'x': 1.0}}, start=2.0, {python})"
    return _case(name, message, f"{_START}{_DATA}[descent]\n{text}\n", source, python_message)


def _data(name: str, message: str, text: str, python: str | None = None, python_message: str | None = None) -> Case:
    source = None
    if python is not None:
        formula = "sg.formula('mean((x - a)**2)', shapes={'x': 'n'})"
        source = f"sg.minimize({formula}, 'a', start=0.0, data={{'x': {python}}})"
    return _case(name, message, f'{_START}[shapes]\nx = "n"\n[data]\n{text}\n', source, python_message)


def _top(name: str, message: str, text: str, python: str | None = None, python_message: str | None = None) -> Case:
    return _case(name, message, text, python, python_message)


FILES = [
    _case("a problem that is empty", "a formula is missing", ""),
    _case("a problem that is a folder", "it is a folder, not a regular file", lambda path: path.mkdir()),
    _case("a problem that is a FIFO", "it is a FIFO, not a regular file", os.mkfifo),
    _case("a problem that is a device", "it is a device, not a regular file", lambda path: path.symlink_to("/dev/zero")),
    _case("a problem of 5 GB of nothing", "it has 5000 MB", lambda path: (path.touch(), os.truncate(path, 5 * 10**9))),
    _case("a problem of 2 MB", "it has 2,000 kB, and 1,000 kB are read at most", "# " + "x" * 2_000_000),
    _case("a problem in UTF-16", "is UTF-16", _START.encode("utf-16")),
    _case("a problem with a byte order mark", "with a byte order mark", b"\xef\xbb\xbf" + _START.encode()),
    _case("a problem in Latin-1", "not a text in UTF-8: line 3 holds the byte 0xe9", b"\n\n# \xe9\n"),
    _case("a problem of nulls", "is not TOML", bytes(50)),
    _case("a problem of noise", "is not a text in UTF-8|is not TOML", bytes(range(256))),
    _case("a problem with a key given twice", "is not TOML", "formula = 'x'\nformula = 'y'"),
    _case("a problem with an open quote", "is not TOML", "formula = 'x"),
    _case("lists nested 5,000 deep", "nested too deeply", f"{_START}start = {'[' * 5000}{']' * 5000}\n"),
    _case("lists nested 20 deep", "nested more than 8 levels", f"{_START}start = {'[' * 20}1.0{']' * 20}\n",
          "sg.minimize('a**2', 'a', start=eval('[' * 20 + '1.0' + ']' * 20))", "start|shape|scalar"),
    _case("a key of 10,000 dots", "a key has more than 30 dots", ".".join("a" * 10_000) + " = 1"),
    _case("a table of 300,000 dots", "a key has more than 30 dots", "[" + ".".join("a" * 300_000) + "]\nx = 1"),
    _case("an inline table of 1,000 dots", "a key has more than 30 dots", "x = { " + " . ".join(["'a'"] * 1000) + " = 1 }"),
    _case("an integer of 5,000 digits", "an integer of more than 4300 digits", f"{_START}start = {'9' * 5000}\n"),
    _case("escapes in a key", r"there is no key .*", '"\\u001b[31m" = 3\n'),
    _case("marks that turn the direction in a key", r"there is no key", '"\u202eabc" = 3\n'),
    _case("a title that is a number", "title is a text of at most 200 characters, not 3", f"title = 3\n{_START}{_DATA}"),
    _case("a title of 1,000 characters", "title is a text of at most 200 characters", f"title = '{'x' * 1000}'\n{_START}{_DATA}"),
    _case("a key that is code", "there is no key 'exec'", f"exec = 'touch pwned'\n{_START}"),
    _case("a key that is misspelt", r"did you mean descent\?", f"{_START}{_DATA}[decsent]\nepochs = 3\n"),
    Case("a problem that is not there", ("run", "nope.toml"), "there is no file nope.toml"),
    Case("a problem with escapes in its name", ("run", "no\x1b[2Jpe.toml"), r"there is no file no\\x1b\[2Jpe.toml"),
    Case("a problem that is the root", ("run", "/"), "it is a folder"),
]  # fmt: skip

KEYS = [
    _top("a formula that is a number", "a formula is missing", "formula = 3\nwrt = 'a'"),
    _top("no variables", "wrt names the variables", "formula = 'x'\n"),
    _top("an empty list of variables", "wrt names the variables", "formula = 'x'\nwrt = []", "sg.minimize('x', [])", "variable|list"),
    _top("a variable that is a number", "wrt names the variables", "formula = 'x'\nwrt = [1]", "sg.minimize('x', [1])", "variable"),
    _top("a variable that is not there", "not in the formula", "formula = 'first**2'\nwrt = 'second'",
         "sg.minimize('first**2', 'second', start=1.0)"),
    _top("a formula that ends early", "the formula ends", "formula = 'x +'\nwrt = 'x'", "sg.formula('x +')"),
    _top("a formula that is code", "there is no function called __import__", "formula = \"__import__('os').system('touch pwned')\"\nwrt = 'x'",
         "sg.formula(\"__import__('os').system('touch pwned')\")"),
    _top("shapes that are a number", r"\[shapes\] is a table, not 3", "formula = 'x'\nwrt = 'x'\nshapes = 3",
         "sg.formula('x', shapes=3)", "shapes"),
    _top("a shape that is a float", "shape", "formula = 'x'\nwrt = 'x'\n[shapes]\nx = 3.5", "sg.formula('x', shapes={'x': 3.5})"),
    _top("a shape that is negative", "size|shape", "formula = 'x'\nwrt = 'x'\n[shapes]\nx = [-1]", "sg.formula('x', shapes={'x': [-1]})"),
    _top("a shape beyond memory", "size|shape|large|start|has no value",
         "formula = 'sum(x)**2'\nwrt = 'x'\n[shapes]\nx = [99999999999999999999]\n",
         "sg.minimize(sg.formula('sum(x)**2', shapes={'x': [99999999999999999999]}), 'x')"),
    _top("facts that are a number", r"x is not a mapping|fact", "formula = 'x'\nwrt = 'x'\n[facts]\nx = 3", "sg.formula('x', facts={'x': 3})"),
    _top("a fact that is not known", "not a fact", "formula = 'x'\nwrt = 'x'\n[facts.x]\nnonsense = true",
         "sg.formula('x', facts={'x': {'nonsense': True}})"),
    _top("a fact that is nan", "nan|fact|number", "formula = 'x'\nwrt = 'x'\n[facts.x]\nlower = nan",
         "sg.formula('x', facts={'x': {'lower': float('nan')}})"),
    _top("a date for a fact", "fact|number", "formula = 'x'\nwrt = 'x'\n[facts.x]\nlower = 2020-01-01",
         "sg.formula('x', facts={'x': {'lower': __import__('datetime').date(2020, 1, 1)}})"),
    _top("data that are a number", r"\[data\] is a table, not 3", "formula = 'x'\nwrt = 'x'\ndata = 3",
         "sg.minimize('x', 'x', data=3)", "data"),
    _top("an input without data", "x", "formula = 'a*x'\nwrt = 'a'", "sg.minimize('a*x', 'a', start=1.0)"),
    _top("data of an input that is not there", "z", "formula = 'a*x'\nwrt = 'a'\n[data]\nx = 1\nz = 2",
         "sg.minimize('a*x', 'a', start=1.0, data={'x': 1, 'z': 2})"),
    _top("data of another shape", "shape", "formula = 'sum(a*x)'\nwrt = 'a'\n[shapes]\nx = 'n'\n[data]\nx = [[1.0]]",
         "sg.minimize(sg.formula('sum(a*x)', shapes={'x': 'n'}), 'a', start=1.0, data={'x': [[1.0]]})"),
    _top("a start that is a word", "start", f"{_START}start = 'here'\n{_DATA}", "sg.minimize('a**2', 'a', start='here')"),
    _top("a start that is true", "start.*not True", f"{_START}start = true\n{_DATA}"),
    _top("a start that is nan", "start: the number is nan", f"{_START}start = nan\n{_DATA}",
         "sg.minimize('a**2', 'a', start=float('nan'))", "start"),
    _top("a start that is infinite", "start: the number is inf", f"{_START}start = inf\n{_DATA}",
         "sg.minimize('a**2', 'a', start=float('inf'))", "start"),
    _top("a start beyond floats", "start", f"{_START}start = {'9' * 400}\n{_DATA}", "sg.minimize('a**2', 'a', start=10**400)"),
    _top("a start of another shape", "start|shape", f"{_START}start = [1, 2, 3]\n{_DATA}", "sg.minimize('a**2', 'a', start=[1, 2, 3])"),
    _top("a start that the facts forbid", "the start of a is not what was declared: its numbers lie in",
         "formula = 'a - log(a)'\nwrt = 'a'\nstart = -1.0\n[facts]\na = { positive = true }",
         "sg.minimize(sg.formula('a - log(a)', facts={'a': {'positive': True}}), 'a', start=-1.0)"),
    _top("a start of several that the facts forbid", "the start of b is not what was declared: its numbers lie in",
         "formula = 'a**2 + b'\nwrt = ['a', 'b']\n[facts]\nb = { positive = true }\n[start]\na = 1.0\nb = -1.0",
         "sg.minimize(sg.formula('a**2 + b', facts={'b': {'positive': True}}), ['a', 'b'], start=[1.0, -1.0])"),
    _top("a start of what is no variable", "'c' has a start and is no variable",
         "formula = 'a**2 + b'\nwrt = ['a', 'b']\n[start]\na = 1.0\nb = 1.0\nc = 2.0",
         "sg.minimize('a**2 + b', ['a', 'b'], start={'a': 1.0, 'b': 1.0, 'c': 2.0})"),
    _top("a start of a name that is not there", "b|start", f"{_START}{_DATA}[start]\nb = 1.0",
         "sg.minimize('a**2', 'a', start={'b': 1.0})"),
]  # fmt: skip

DATA = [
    _data("data that are true", "a number, a list, or a table with a file is expected, not True", "x = true"),
    _data("data that are a word", "a number, a list, or a table with a file is expected, not 'text'", "x = 'text'", "'text'", "x"),
    _data("data that are a date", "a number, a list, or a table with a file is expected", "x = 2020-01-01"),
    _data("lists of different lengths", r"\[data\] x: the list is not an array of numbers", "x = [[1, 2], [3]]", "[[1, 2], [3]]", "x"),
    _data("a word in a list", r"\[data\] x, entry 1: .*it holds 'a'", "x = [1, 'a']", "[1, 'a']", "x"),
    _data("true in a list", r"\[data\] x, entry 1: .*it holds True", "x = [1, true]"),
    _data("nan in a list", r"\[data\] x, entry 1: the number is nan", "x = [1.0, nan]", "[1.0, float('nan')]", "x|finite"),
    _data("an infinite number in a list", r"\[data\] x, entry 0: the number is -inf", "x = [-inf, 1.0]", "[-float('inf'), 1.0]", "x|finite"),
    _data("an integer beyond floats in a list", r"\[data\] x, entry 0: .*integer of about 401 digits", f"x = [1{'0' * 400}]",
          "[10**400]", "x"),
    _data("a table without a file", "a file is missing", "x = {}"),
    _data("a file that is a number", "a file is missing", "x = { file = 3 }"),
    _data("an empty list", "no|empty|size|number|0", "x = []", "[]"),
]  # fmt: skip

DESCENT = [
    _descent("epochs that are a float", "epochs is an integer, not 1.5", "epochs = 1.5", "epochs=1.5", "epochs"),
    _descent("epochs that are negative", "epochs", "epochs = -1", "epochs=-1"),
    _descent("epochs that are true", "epochs is an integer, not True", "epochs = true", "epochs=True", "epochs"),
    _descent("epochs beyond all bounds", "epochs", "epochs = 99999999999999999999", "epochs=10**20"),
    _descent("a batch of no samples", "batch", "batch_size = 0\nlearning_rate = 0.1", "batch_size=0", "batch|samples"),
    _descent("a seed that is negative", "a seed is a whole number", "seed = -1", "seed=-1"),
    _descent("a learning rate that is nan", "a learning rate is a positive number", "learning_rate = nan", "step_size=float('nan')",
             "learning rate|step"),
    _descent("a learning rate that is infinite", "a learning rate is a positive number", "learning_rate = inf",
             "step_size=float('inf')", "learning rate|step"),
    _descent("a learning rate of 0", "a learning rate is a positive number", "learning_rate = 0", "step_size=0.0", "learning rate|step"),
    _descent("a learning rate that is a word", "learning_rate is a number", "learning_rate = 'fast'", "step_size='fast'", "step size"),
    _descent("a tolerance that is nan", "gradient_tolerance", "gradient_tolerance = nan", "gradient_tolerance=float('nan')"),
    _descent("a tolerance that is negative", "gradient_tolerance", "gradient_tolerance = -1.0", "gradient_tolerance=-1.0"),
    _descent("another tolerance that is nan", "value_tolerance", "value_tolerance = nan", "value_tolerance=float('nan')"),
    _descent("another tolerance that is negative", "value_tolerance", "value_tolerance = -1e-3", "value_tolerance=-1e-3"),
    _descent("a direction that is not known", "there is no direction 'up'", "direction = 'up'", "direction='up'", "direction"),
    _descent("a direction that is a number", "there is no direction 3", "direction = 3", "direction=3", "direction"),
    _descent("a beta of 2", "beta", "direction = 'momentum'\nbeta = 2", "direction=sg.Momentum(2)"),
    _descent("a beta without momentum", "gradient descent does not take beta", "beta = 0.5"),
    _descent("a damping without Newton", "adam does not take damping", "direction = 'adam'\ndamping = 0.5"),
    _descent("a decay without a rate", "decay does not apply to backtracking", "decay = 0.5"),
    _descent("an option that is not known", "there is no key 'momentum'", "momentum = 0.5"),
    _case("a seed that nothing needs", "seed does not apply", f"{_START}start = 1.0\n{_DATA}[descent]\nseed = 3\n"),
]  # fmt: skip

CASES = FILES + KEYS + DATA + DESCENT
