"""Command lines that are wrong, misleading or ask for too much."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.hostile.cases import Case, Content


def _case(
    name: str, message: str, *arguments: str, python: str | None = None, python_message: str | None = None, **files: Content
) -> Case:
    named = {name.replace("_", "."): content for name, content in files.items()}
    return Case(name, arguments, message, named, python=python, python_message=python_message)


def _derive(
    name: str, message: str, formula: str, *arguments: str, python: str | None = None, message_python: str | None = None
) -> Case:
    return _case(name, message, "derive", formula, *arguments, python=python, python_message=message_python)


def _link(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


USAGE = [
    _case("no formula", "Missing argument 'FORMULA'", "derive"),
    _case("no such command", "No such command 'nope'", "nope"),
    _case("no such option", "No such option.*--nope", "derive", "x**2", "--nope"),
    _case("an option without its value", "requires an argument", "derive", "x**2", "--wrt"),
    _case("an option given twice", "--at is given twice", "derive", "x**2", "--at", "x: 1", "--at", "x: 2"),
    _case("a short option given twice", "--output is given twice", "derive", "x**2", "-o", "a.txt", "-o", "b.txt"),
    _case("a flag given twice", "--steps is given twice", "derive", "x**2", "--steps", "--steps"),
    _case("a flag and its opposite", "--check is given twice", "derive", "x**2", "--check", "--no-check"),
    _case("an order with an underscore", "'1_0' is not an integer", "taylor", "exp(x)", "--order", "1_0"),
    _case("an order in digits of another script", "is not an integer", "taylor", "exp(x)", "--order", "２"),
    _case("a budget with an underscore", "'1_0' is not a number", "convexity", "x**2", "--budget", "1_0"),
    _case("two formulas", "unexpected extra argument|got unexpected", "derive", "x**2", "y**2"),
    _case("a format that is not known", "is not one of", "derive", "x**2", "--format", "exe"),
    _case("a derivative that is not known", "is not one of", "derive", "x**2", "--what", "curl"),
    _case("a language that is not known", "is not one of", "derive", "x**2", "--syntax", "python"),
    _case("a seed that is a word", "--seed.*abc", "check", "x**2", "--seed", "abc"),
    _case("an order that is a word", "--order.*high", "taylor", "exp(x)", "--order", "high"),
    _case("a budget that is a word", "--budget.*long", "convexity", "x**2", "--budget", "long"),
]  # fmt: skip

IDLE = [
    _derive("force without a file", "--force does nothing here", "x**2", "--force"),
    _case("force without a picture", "--force does nothing here", "taylor", "exp(x)", "--force"),
    _case("force without a picture of convexity", "--force does nothing here", "convexity", "x**2", "--force"),
    _case("force without a directory", "--force does nothing here", "run", "problem.toml", "--force",
          problem_toml='formula = "x**2"\nwrt = "x"\nstart = 1.0\n'),
    _derive("steps in LaTeX", "--steps does nothing here", "x**2", "--steps", "--format", "latex", "--no-check"),
    _derive("steps with quiet", "--steps does nothing here", "x**2", "--steps", "--quiet"),
    _derive("numbers in Python", "--at does nothing here", "x**2", "--at", "x: 1", "--format", "python"),
    _case("a seed beside a point", "--seed does nothing here", "check", "x**2", "--seed", "5", "--at", "x: 1"),
    _derive("numbers with quiet", "--at does nothing here", "x**2", "--at", "x: 1", "--quiet", "--format", "text"),
]  # fmt: skip

FORMULAS = [
    _derive("a formula without inputs", "has no inputs|no input", "1", python="sg.gradient('1', 'x')", message_python="x"),
    _derive("a bracket that is not closed", "never closed", "2*(x", python="sg.formula('2*(x')"),
    _derive("a formula that is empty", "empty|formula", "", python="sg.formula('')"),
    _derive("a function that is not there", "there is no function called foo", "foo(x)", python="sg.formula('foo(x)')"),
    _derive("code for a formula", "there is no function called __import__", "__import__('os').system('touch pwned')",
            python="sg.formula(\"__import__('os').system('touch pwned')\")"),
    _derive("a word of 100,000 letters", "name|long", "x" * 100_000, python="sg.formula('x' * 100_000)"),
    _derive("50,000 open brackets", "bracket|nested|closed|deep", "(" * 50_000, python="sg.formula('(' * 50_000)"),
    _derive("20,000 minus signs", "nested|deep|long|ends", "+" + "-" * 20_000, python="sg.formula('-' * 20_000)"),
    _derive("a tower of powers", "too large|large|power|digits", "9**9**9**9", "--wrt", "x", python="sg.formula('9**9**9**9')"),
    _derive("a mark that turns the direction", "character|U\\+202E|202e", "x\u202ey", python="sg.formula('x\u202ey')"),
    _derive("an escape in a formula", r"character|x1b", "x\x1b[31m", python=r"sg.formula('x\x1b[31m')"),
    _derive("letters that look alike", "letter|character|Cyrillic|look|mix", "p\u0430y + pay", python="sg.formula('p\u0430y + pay')"),
    _derive("LaTeX that reads files", "input", "\\input{/etc/passwd}", "--syntax", "latex",
            python=r"sg.formula('\\input{/etc/passwd}', syntax='latex')"),
    _derive("LaTeX that defines itself", "def|newcommand", "\\def\\x{\\x\\x}\\x", "--syntax", "latex",
            python=r"sg.formula('\\def\\x{\\x\\x}\\x', syntax='latex')"),
    _derive("LaTeX nested 5,000 deep", "deep|nested|closed|brace", "{" * 5000 + "x" + "}" * 5000, "--syntax", "latex",
            python="sg.formula('{' * 5000 + 'x' + '}' * 5000, syntax='latex')"),
]  # fmt: skip

OPTIONS = [
    _derive("no variable", "no variable is named", "x**2", "--wrt", ""),
    _derive("a variable that is not there", "y is not in the formula|not in the formula", "x**2", "--wrt", "y",
            python="sg.gradient('x**2', 'y')"),
    _derive("a variable named twice", "twice|x", "x**2", "--wrt", "x,x", python="sg.gradient('x**2', ['x', 'x'])"),
    _derive("a shape without a colon", "is not a shape", "x**2", "--shapes", "x"),
    _derive("a shape of a name given twice", "'x' stands twice", "x**2", "--shapes", "x: n; x: m"),
    _derive("a shape without a name", "is not a shape", "x**2", "--shapes", ": n"),
    _derive("a shape that is negative", "-1|size|shape", "x**2", "--shapes", "x: -1", python="sg.formula('x**2', shapes={'x': '-1'})"),
    _derive("a shape of nan", "nan|size|shape", "x**2", "--shapes", "x: nan n", python="sg.formula('x**2', shapes={'x': [float('nan')]})",
            message_python="size|shape"),
    _derive("a shape of 10**30", "size|shape|large", "sum(x**2)", "--shapes", "x: " + "9" * 30, "--at", "x: 1",
            python="sg.check_gradient(sg.formula('sum(x**2)', shapes={'x': [10**30]}), 'x')"),
    _derive("a shape of 100,000 digits", "size|shape|digits|large", "x", "--shapes", "x: " + "9" * 100_000),
    _derive("a fact that is not known", "nonsense", "x", "--facts", "x: nonsense", python="sg.formula('x', facts={'x': {'nonsense': True}})"),
    _derive("a fact without its number", "'lower' of 'x' has no number", "x", "--facts", "x: lower",
            python="sg.formula('x', facts={'x': {'lower': True}})", message_python="lower"),
    _derive("a fact beyond floats", "a number that a float holds", "x", "--facts", "x: lower=1e400",
            python="sg.formula('x', facts={'x': {'lower': 10**400}})"),
    _derive("a point without values", "the point has no values", "x**2", "--at", ""),
    _derive("a fact given twice", "'lower' stands twice", "x", "--facts", "x: lower=1 lower=2"),
    _derive("a fact that is a word", "'lower' of 'x' is 'abc'", "x", "--facts", "x: lower=abc",
            python="sg.formula('x', facts={'x': {'lower': 'abc'}})", message_python="lower|abc|fact"),
    _derive("a fact that is nan", "'lower' of 'x' is 'nan'", "x", "--facts", "x: lower=nan"),
    _derive("a fact of 10**10**6", "'lower' of 'x' is '1e1000000'", "x", "--facts", "x: lower=1e1000000"),
    _derive("a point without a colon", "is not a value", "x**2", "--at", "x"),
    _derive("a point of a name given twice", "'x' stands twice", "x**2", "--at", "x: 1; x: 2"),
    _derive("a point with nothing between commas", "'x' has no number beside a comma", "sum(x**2)", "--shapes", "x: n", "--at", "x: 1,,2"),
    _derive("a name without facts", "'x' has no facts", "x", "--facts", "x:"),
    _case("a range that begins at infinity", "no x satisfies the bounds", "convexity", "x**3", "--domain", "x: (inf, 0)",
          python="sg.convexity('x**3', 'x', domain={'x': '(inf, 0)'})"),
    _case("a range that ends at -infinity", "an end of the range of 'x' is '-inf'", "taylor", "exp(x)", "--domain", "x: (0, -inf)",
          python="sg.taylor('exp(x)', 'x').bound({'x': (0, float('-inf'))})", python_message="bound"),
    _derive("a point without a number", "'x' has no value", "x**2", "--at", "x:"),
    _derive("a point beyond floats", "'x' is larger than a float holds", "x**2", "--at", "x: 1e999",
            python="sg.derivation('x**2', 'x').text(at={'x': 10**999})", message_python="x"),
    _derive("a point of nan", "the value of 'x' is 'nan'", "x**2", "--at", "x: nan", python="sg.check_gradient('x**2', 'x', at={'x': float('nan')})",
            message_python="x|finite|nan"),
    _derive("a point that is infinite", "the value of 'x' is 'inf'", "x**2", "--at", "x: inf",
            python="sg.check_gradient('x**2', 'x', at={'x': float('inf')})", message_python="x|finite|inf"),
    _derive("a point with an underscore", "the value of 'x' is '1_5'", "x**2", "--at", "x: 1_5",
            python="sg.check_gradient('x**2', 'x', at={'x': '1_5'})", message_python="x|number"),
    _derive("a point in digits of another script", "the value of 'x' is", "x**2", "--at", "x: １５"),
    _derive("a point divided by 0", "divided by 0", "x**2", "--at", "x: 1/0"),
    _derive("a point that is code", "the value of 'x' is", "x**2", "--at", "x: __import__('os')"),
    _derive("a point of another shape", "shape", "x**2", "--at", "x: 1 2 3", python="sg.derivation('x**2', 'x').text(at={'x': [1, 2, 3]})"),
    _derive("a point of another name", "y", "x**2", "--at", "y: 1", python="sg.derivation('x**2', 'x').text(at={'y': 1})"),
    _derive("a point of broken lists", "the value of 'x' is not a list of numbers", "x**2", "--at", "x: [[1, 2]"),
    _derive("a point of ragged lists", "the value of 'x': the list is not an array", "x**2", "--at", "x: [[1, 2], [3]]"),
    _derive("a point of words in lists", "the value of 'x', entry 0", "x**2", "--at", 'x: ["a"]'),
    _derive("a point of nan in lists", "the value of 'x', entry 0", "x**2", "--at", "x: [NaN]"),
    _derive("a point nested 50,000 deep", "the value of 'x'", "x**2", "--at", "x: " + "[" * 50_000),
    _case("a gradient that ends early", "ends", "check", "x**2", "--gradient", "2*",
          python="sg.check_gradient('x**2', 'x', gradient='2*')"),
    _case("a gradient of another input", "y", "check", "x**2", "--gradient", "2*y", python="sg.check_gradient('x**2', 'x', gradient='2*y')"),
    _case("a seed that is negative", "a seed is a whole number", "check", "x**2", "--seed", "-1", python="sg.check_gradient('x**2', 'x', seed=-1)"),
    _case("a budget that is negative", "budget", "convexity", "x**2", "--budget", "-1", python="sg.convexity('x**2', 'x', budget=-1)"),
    _case("a budget of nan", "budget", "convexity", "x**2", "--budget", "nan", python="sg.convexity('x**2', 'x', budget=float('nan'))"),
    _case("a budget that is spent", "takes more than 0.3 seconds", "taylor", "zeta(x)**zeta(x)", "--at", "2", "--order", "40", "--budget", "0.3",
          python="sg.taylor('zeta(x)**zeta(x)', 'x', at=2, order=40, budget=0.3)"),
    _case("a budget that one step exceeds", "takes more than 0.1 seconds", "taylor", "atan2(logaddexp(y, x), x**2)", "--at", "x: 1/2; y: 1/3",
          "--order", "3", "--budget", "0.1"),
    _case("a negative budget for an expansion", "budget", "taylor", "exp(x)", "--budget", "-1", python="sg.taylor('exp(x)', 'x', budget=-1)"),
    _case("an order that is negative", "order", "taylor", "exp(x)", "--order", "-1", python="sg.taylor('exp(x)', 'x', order=-1)"),
    _case("an order beyond all bounds", "order", "taylor", "exp(x)", "--order", "9999999999999999999",
          python="sg.taylor('exp(x)', 'x', order=10**19)"),
    _case("an expansion at code", "formula|character|ends|function", "taylor", "exp(x)", "--at", "abc("),
    _case("an expansion at a tower of powers", "large|power|digits", "taylor", "exp(x)", "--at", "9**9**9", python="sg.taylor('exp(x)', 'x', at='9**9**9')",
          python_message="large|power|digits|number"),
    _case("an expansion at 1/0", "0", "taylor", "x", "--at", "1/0"),
    _case("an expansion at infinity", "finite|inf|oo", "taylor", "exp(x)", "--at", "inf", python="sg.taylor('exp(x)', 'x', at=float('inf'))"),
    _case("an expansion at a pole", "pole|defined|expansion", "taylor", "1/x", python="sg.taylor('1/x', 'x')"),
    _case("a range that is empty", "x", "taylor", "exp(x)", "--domain", "x: [2, 1]", python="sg.taylor('exp(x)', 'x').bound({'x': (2, 1)})"),
    _case("a range of words", "an end of the range of 'x' is 'a'", "taylor", "exp(x)", "--domain", "x: [a, b]"),
    _case("a range that is not closed", "two ends in brackets", "taylor", "exp(x)", "--domain", "x: (0, 1"),
    _case("a range without brackets", "two ends in brackets", "taylor", "exp(x)", "--domain", "x: 0, 1"),
    _case("a range with one end", "the bounds of 'x' are two ends", "taylor", "exp(x)", "--domain", "x: [1]"),
    _case("a domain that is empty", "x|empty", "convexity", "x**2", "--domain", "x: (1, 0)", python="sg.convexity('x**2', 'x', domain={'x': '(1, 0)'})"),
    _case("a domain without brackets", "range|domain|x", "convexity", "x**2", "--domain", "x 0 1"),
    _case("a domain up to a tower of powers", "x|number", "convexity", "x**2", "--domain", "x: [0, 9**9**9]",
          python="sg.convexity('x**2', 'x', domain={'x': '[0, 9**9**9]'})"),
    _case("a constraint that ends early", "x >|ends|constraint", "convexity", "x**2", "--constraint", "x >",
          python="sg.convexity('x**2', 'x', constraints=['x >'])"),
    _case("a constraint that is code", "import|constraint", "convexity", "x**2", "--constraint", "import os",
          python="sg.convexity('x**2', 'x', constraints=['import os'])"),
]  # fmt: skip

FILES = [
    _derive("a file in a folder that is not there", "there is no folder", "x**2", "-o", "nope/a.txt"),
    _derive("a file that is the root", "is a folder|not the name of a file", "x**2", "-o", "/"),
    _derive("a file without a name", "not the name of a file|is a folder", "x**2", "-o", ""),
    _derive("a file of another format", "nothing is written in the format of a.pdf", "x**2", "-o", "a.pdf"),
    _derive("a device", "is a device, and is not written over", "x**2", "-o", "/dev/null", "--format", "text", "--force"),
    _case("a file that is there", "a.txt exists already", "derive", "x**2", "-o", "a.txt", a_txt="mine"),
    _case("a FIFO", "a.txt is a FIFO, and is not written over", "derive", "x**2", "-o", "a.txt", "--force", a_txt=os.mkfifo),
    _case("a link that leads nowhere", "a.txt is a link that leads nowhere", "derive", "x**2", "-o", "a.txt", "--force",
          a_txt=_link("/nonexistent/target")),
    _case("a link to a device", "a.txt is a device", "derive", "x**2", "-o", "a.txt", "--force", a_txt=_link("/dev/full")),
    _case("a folder in the place of a file", "a.txt is a folder", "derive", "x**2", "-o", "a.txt", "--force", a_txt=lambda path: path.mkdir()),
    _derive("escapes in the name of a file", r"there is no folder .*\\x1b\[2J", "x**2", "-o", "no\x1b[2J/a.txt"),
    _case("a picture of another format", ".exe is no picture", "taylor", "exp(x)", "--plot", "a.exe"),
    _case("a picture in a folder that is not there", "there is no folder", "taylor", "exp(x)", "--plot", "/nonexistent/a.png"),
    _case("a picture that is there", "a.png exists already", "convexity", "x**2", "--plot", "a.png", a_png="mine"),
    _case("a picture of three variables", "needs one or two scalar variables", "convexity", "x**2 + y**2 + z**2", "--plot", "a.png"),
    _case("a picture of what has no value", "a has no value", "taylor", "a*exp(x)", "--wrt", "x", "--plot", "a.png"),
    _case("a report that is a file", "is in use already", "run", "problem.toml", "-o", "report", "--force", report="mine",
          problem_toml='formula = "x**2"\nwrt = "x"\nstart = 1.0\n'),
    _case("a report that is a device", "is in use already", "run", "problem.toml", "-o", "/dev/null", "--force",
          problem_toml='formula = "x**2"\nwrt = "x"\nstart = 1.0\n'),
    _case("a report on standard output", "a report is a directory", "run", "problem.toml", "-o", "-",
          problem_toml='formula = "x**2"\nwrt = "x"\nstart = 1.0\n'),
    _case("a report through a link that leads nowhere", "leads nowhere", "run", "problem.toml", "-o", "report", report=_link("/nonexistent/a"),
          problem_toml='formula = "x**2"\nwrt = "x"\nstart = 1.0\n'),
    _case("a folder that is in use", "other is in use already", "run", "problem.toml", "-o", "other",
          problem_toml='formula = "x**2"\nwrt = "x"\nstart = 1.0\n', **{"other/mine_txt": "mine"}),
]  # fmt: skip

MODULES = [
    _case("a module that is not there", "there is no file nofile.py", "check", "nofile.py"),
    _case("a module that is a FIFO", "it is a FIFO", "check", "a.py", a_py=os.mkfifo),
    _case("a module that is a device", "it is a device", "check", "a.py", a_py=_link("/dev/zero")),
    _case("a module without functions", "a.py registers no function", "check", "a.py", a_py="x = 1\n"),
    _case("a module with a mistake in its text", "a.py cannot be imported: SyntaxError", "check", "a.py", a_py="def f(:\n"),
    _case("a module that leaves Python", "a.py cannot be imported: it leaves Python", "check", "a.py", a_py="raise SystemExit(0)\n"),
    _case("a module that raises anything", "a.py cannot be imported: GeneratorExit", "check", "a.py", a_py="raise GeneratorExit\n"),
    _case("a module that raises what has no text", "a.py cannot be imported: E", "check", "a.py",
          a_py="class E(Exception):\n    def __str__(self): raise ValueError\nraise E\n"),
]  # fmt: skip

SAVED = [
    Case(f"a saved formula that is {what}", ("run", "a.json"), "a.json|it is|formula|TOML|MB|BOM|mark", {"a.json": content},
         python="sg.load_formula(folder / 'a.json')", python_message=message)
    for what, content, message in [
        ("a FIFO", os.mkfifo, "it is a FIFO"),
        ("a device", _link("/dev/zero"), "it is a device"),
        ("nested 100,000 deep", "[" * 100_000, "not a saved formula"),
        ("5 GB of nothing", lambda path: (path.touch(), os.truncate(path, 5 * 10**9)), "it has 5000 MB"),
        ("of another kind", '{"format": "other"}', "not a saved formula"),
        ("damaged", '{"format": "symgd formula", "version": 1, "digest": "0", "nodes": [["pow", [], []]]}', "damaged"),
        ("in Latin-1", b"\xe9", "line 1 holds the byte 0xe9"),
    ]
]  # fmt: skip

CASES = USAGE + IDLE + FORMULAS + OPTIONS + FILES + MODULES + SAVED
"""Each with ``--json``, too, but where that changes what an option does."""

WITHOUT_JSON = {
    "an option without its value",
    "a file of another format",
    "a device",
    "numbers with quiet",
    "steps with quiet",
    "numbers in Python",
    "steps in LaTeX",
}
