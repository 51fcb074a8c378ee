"""Notes which lines of the counted files run, and the steps between them, with the coverage package or without."""

import json
import os
import sys
import threading

# A file; with a slash at its end, all of the project's own files in a folder.
TARGET = os.environ.get("SEAWORTHY_TARGET", "")
REPORT = os.environ.get("SEAWORTHY_COVERAGE", "")


def counted_file(name):
    """The path by which a file is reported; None for one that is not counted."""
    path = os.path.realpath(name)
    if TARGET.endswith("/"):
        return path if path.startswith(TARGET) and "/site-packages/" not in path else None
    return path if path == TARGET else None


class PackageTracer:
    """The coverage package, whose tracer is written in C."""

    def __init__(self, coverage):
        self._coverage = coverage.Coverage(
            data_file=None, branch=True, include=[TARGET + "*" if TARGET.endswith("/") else TARGET], config_file=False, messages=False, check_preimported=False
        )

    def start(self):
        self._coverage.start()

    def switch(self, by):
        self._coverage.switch_context(by)

    def stop(self):
        self._coverage.stop()
        data = self._coverage.get_data()
        found = {}
        for by in data.measured_contexts():
            data.set_query_context(by)
            for file in data.measured_files():
                path, arcs = counted_file(file), data.arcs(file)
                if path and arcs:
                    found[path, by] = {tuple(arc) for arc in arcs}
        return found


class PlainTracer:
    """The same by the interpreter's own means; slower, and only inside the counted files."""

    def __init__(self):
        self._found = {}
        self._known = {}
        self._by = ""

    def start(self):
        threading.settrace(self._trace)
        sys.settrace(self._trace)

    def switch(self, by):
        self._by = by

    def stop(self):
        sys.settrace(None)
        threading.settrace(None)
        return self._found

    def _trace(self, frame, event, argument):
        name = frame.f_code.co_filename
        if name not in self._known:
            self._known[name] = counted_file(name)
        path = self._known[name]
        if path is None:
            return None
        first = frame.f_code.co_firstlineno
        last = -first
        arcs = self._found.setdefault((path, self._by), set())

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
    """Begins to note; returns what ends it and writes the report, and what says under which test file code runs from now on."""
    if not TARGET or not REPORT:
        return (lambda: None), (lambda by: None)
    tracer = _tracer()
    tracer.start()

    def finish():
        try:
            for (file, by), arcs in tracer.stop().items():
                lines = sorted({line for arc in arcs for line in arc if line > 0})
                if not lines:
                    continue
                with open(REPORT, "a", encoding="utf-8") as report:
                    report.write(json.dumps({"type": "lines", "file": file, "by": by, "lines": lines, "arcs": sorted(arcs)}) + "\n")
        except Exception:
            # Coverage that can't be had counts as missing; the tests' results stand by themselves.
            return

    def switch(by):
        try:
            tracer.switch(by)
        except Exception:
            # Then it counts as run by nobody in particular.
            return

    return finish, switch
