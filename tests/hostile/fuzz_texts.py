"""Coverage-guided fuzzing of the text reader with atheris: a job of its own, bounded in time.

    .ci/fuzz 300

A text that does not behave is written to a file ``crash-…``; it belongs into ``test_fuzz.test_what_fuzzing_found``.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Instrument the text reader, and feed it until the time is over."""
    import atheris

    with atheris.instrument_imports(include=["symgd.formula", "symgd.graph"]):
        import symgd.readers.text.parser  # noqa: F401
        from tests.hostile.exercise import VOCABULARY, exercise

    def read_any(data: bytes) -> None:
        """Read bytes as a text, or as words of the language."""
        provider = atheris.FuzzedDataProvider(data)
        if provider.ConsumeBool():
            text = provider.ConsumeUnicode(200)
        else:
            text = "".join(provider.PickValueInList(VOCABULARY) for _ in range(provider.ConsumeIntInRange(0, 24)))
        try:
            exercise(text)
        except Exception:
            print(f"text: {text!a}", file=sys.stderr)
            raise

    atheris.Setup(sys.argv, read_any)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
