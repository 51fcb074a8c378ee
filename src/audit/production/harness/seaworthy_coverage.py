"""Notes which lines of the audited file run, and the steps between them, with the coverage package or without."""

import json
import os
import sys
import threading

TARGET = os.environ.get("SEAWORTHY_TARGET", "")
REPORT = os.environ.get("SEAWORTHY_COVERAGE", "")


class PackageTracer:
    """The coverage package, whose tracer is written in C."""

    def __init__(self, coverage):
        self._coverage = coverage.Coverage(
            data_file=None, branch=True, include=[TARGET], config_file=False, messages=False, check_preimported=False
        )

    def start(self):
        self._coverage.start()

    def stop(self):
        self._coverage.stop()
        data = self._coverage.get_data()
        return {tuple(arc) for file in data.measured_files() if os.path.realpath(file) == TARGET for arc in data.arcs(file) or []}


class PlainTracer:
    """The same by the interpreter's own means; slower, and only inside the audited file."""

    def __init__(self):
        self._arcs = set()
        self._known = {}

    def start(self):
        threading.settrace(self._trace)
        sys.settrace(self._trace)

    def stop(self):
        sys.settrace(None)
        threading.settrace(None)
        return self._arcs

    def _trace(self, frame, event, argument):
        name = frame.f_code.co_filename
        if name not in self._known:
            self._known[name] = os.path.realpath(name) == TARGET
        if not self._known[name]:
            return None
        first = frame.f_code.co_firstlineno
        last = -first
        arcs = self._arcs

        def local(frame, event, argument):
            nonlocal last
            if event == "line":
                arcs.add((last, frame.f_lineno))
                last = frame.f_lineno
            elif event == "return":
                arcs.add((last, -first))
            return local

        return local


def _tracer():
    try:
        import coverage

        return PackageTracer(coverage)
    except Exception:
        return PlainTracer()


def start():
    """Begins to note; returns what ends it and writes the report."""
    if not TARGET or not REPORT:
        return lambda: None
    tracer = _tracer()
    tracer.start()

    def finish():
        try:
            arcs = tracer.stop()
            if not arcs:
                return
            lines = sorted({line for arc in arcs for line in arc if line > 0})
            with open(REPORT, "a", encoding="utf-8") as report:
                report.write(json.dumps({"type": "lines", "lines": lines, "arcs": sorted(arcs)}) + "\n")
        except Exception:
            # Coverage that can't be had counts as missing; the tests' results stand by themselves.
            return

    return finish
