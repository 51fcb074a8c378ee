"""Tells when code under test has replaced unittest's own assertions, after which no test of it can fail."""

import unittest


def _assertions():
    case = unittest.TestCase
    return {name: value for name, value in vars(case).items() if name.startswith("assert") or name == "fail"}


_ORIGINAL = _assertions()


def replaced_assertion():
    """A sentence that names a method of `TestCase` that is no longer what it was; empty otherwise."""
    now = _assertions()
    name = next((name for name, value in _ORIGINAL.items() if now.get(name) is not value), "")
    return f"the code replaces unittest's own TestCase.{name}" if name else ""
