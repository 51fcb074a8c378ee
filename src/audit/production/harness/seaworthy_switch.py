"""Wakes one mutant of the audited file at a time, and notes which of them the running code passes by."""

import builtins

OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


class Anything:
    """Takes part in whatever is done to it and equals nothing, so that a test that fails on it has looked at it."""

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def _self(self, *arguments, **keywords):
        return self

    def _false(self, other):
        return False

    __call__ = __getitem__ = __enter__ = _self
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _self
    __floordiv__ = __mod__ = __pow__ = __neg__ = __abs__ = __round__ = __or__ = __and__ = __invert__ = _self
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _false
    __hash__ = object.__hash__

    def __ne__(self, other):
        return True

    def __setitem__(self, key, value):
        pass

    def __exit__(self, *error):
        return False

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return False

    def __await__(self):
        return self
        yield

    def __repr__(self):
        return "<anything>"


def install(name):
    """Makes the switch known under `name`. Returns `wake(number)`, 0 for none, and `take()`, what was passed by since."""
    active, passed = 0, set()
    note = passed.add

    def switch(number):
        note(number)
        return number == active

    def compare(number, operator, left, right):
        note(number)
        if number == active:
            operator = OTHER[operator]
        if operator == "<":
            return left < right
        if operator == "<=":
            return left <= right
        return left > right if operator == ">" else left >= right

    switch.compare, switch.any = compare, Anything
    setattr(builtins, name, switch)

    def wake(number):
        nonlocal active
        active = number

    def take():
        numbers = sorted(passed)
        passed.clear()
        return numbers

    return wake, take
