"""Runs test files under pytest: seaworthy_pytest.py REPORT FALLBACK FILE... (FALLBACK `unittest` runs them under unittest without pytest)."""

import os
import re
import shlex
import sys

import seaworthy_coverage
from seaworthy_assertions import replaced_assertion
from seaworthy_report import Report, describe

# Flags of plugins and options that would change which tests run or where results go.
VALUE_FLAGS = {
    "-n", "--numprocesses", "--dist", "-k", "-m", "--maxfail", "--junitxml", "--junit-xml", "--html", "--cov-config",
    "--deselect", "--ignore", "--ignore-glob",
}  # fmt: skip
DROPPED = re.compile(
    r"^(--cov\b.*|--no-cov.*|-n\d+|-nauto|--numprocesses=.*|--dist=.*|-x|--exitfirst|--maxfail=.*|--lf|--last-failed|--ff"
    r"|--failed-first|--sw|--stepwise|--junit-?xml=.*|--html=.*|--self-contained-html|--deselect=.*|--ignore=.*|--ignore-glob=.*|-k.+|-m.+|--pdb|--co|--collect-only)$"
)


def kept_options(text):
    kept, words = [], iter(shlex.split(text))
    for word in words:
        if word in VALUE_FLAGS:
            next(words, None)
        elif word == "--cov-report" or word == "--cov-fail-under":
            next(words, None)
        elif not DROPPED.match(word):
            kept.append(word)
    return kept


def configured_options():
    """The `addopts` of the project, which pytest itself would read."""
    for name, section in (("pytest.ini", "pytest"), ("pyproject.toml", None), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        try:
            if section is None:
                import tomllib

                with open(name, "rb") as file:
                    options = tomllib.load(file).get("tool", {}).get("pytest", {}).get("ini_options", {})
            else:
                import configparser

                parser = configparser.RawConfigParser()
                parser.read(name, encoding="utf-8")
                if section not in parser:
                    continue
                options = parser[section]
        except (OSError, ValueError, ImportError):
            continue
        if options:
            value = options.get("addopts", "")
            return shlex.join(value) if isinstance(value, list) else value
    return ""


class Plugin:
    """Reports every test once, after its last phase, and every file that could not be collected."""

    def __init__(self, report):
        self._report = report
        self._failed = {}
        self._skipped = {}
        self._raised = {}
        self._files = {}
        self._finished = set()
        self._broken = set()

    def pytest_collectstart(self, collector):
        path = str(getattr(collector, "path", ""))
        if path.endswith(".py"):
            os.environ["SEAWORTHY_TEST_FILE"] = path

    def pytest_exception_interact(self, node, call, report):
        path = str(getattr(node, "path", ""))
        if report.when != "collect" or path in self._broken:
            return
        self._broken.add(path)
        error = call.excinfo.value
        details = describe(error.__cause__ or error, path)
        line = details.get("line") if details.get("file") == path else None
        self._report.file_error(path, f"{details['name']}: {details['message']}", line, details.get("missing"))

    def pytest_collectreport(self, report):
        if report.skipped and report.nodeid.endswith(".py"):
            file = os.path.join(ROOTDIR[0], report.nodeid)
            self._report.test(file, "the whole file", "skipped", reason_of(report))

    def pytest_collection_modifyitems(self, config, items):
        ROOTDIR[0] = str(config.rootpath)
        self._files = {item.nodeid: str(item.path) for item in items}

    def pytest_runtest_logstart(self, nodeid, location):
        os.environ["SEAWORTHY_TEST_FILE"] = self._files.get(nodeid, "")

    def pytest_runtest_makereport(self, item, call):
        if call.excinfo is not None:
            self._raised[item.nodeid, call.when] = call.excinfo.exconly()

    def pytest_runtest_logreport(self, report):
        file = self._files.get(report.nodeid, "")
        raised = self._raised.pop((report.nodeid, report.when), None)
        if report.failed:
            self._failed.setdefault(report.nodeid, failure_of(report, file))
        elif report.skipped or hasattr(report, "wasxfail"):
            self._skipped[report.nodeid] = reason_of(report)
        elif report.passed and raised is not None:
            # A hook of the project's own has made a pass of it.
            self._failed.setdefault(report.nodeid, (raised, None))
        if report.when == "teardown":
            self._finish(report.nodeid, file, (report.location[1] or 0) + 1)

    def _finish(self, nodeid, file, start):
        self._finished.add(nodeid)
        name = nodeid.split("::", 1)[-1].replace("::", " > ")
        if nodeid in self._failed:
            message, line = self._failed[nodeid]
            self._report.test(file, name, "failed", message, line or start)
        else:
            status = "skipped" if nodeid in self._skipped else "passed"
            self._report.test(file, name, status, self._skipped.get(nodeid, ""), start)

    def pytest_sessionfinish(self):
        self._report.distrust(replaced_assertion())
        unfinished = {file for nodeid, file in self._files.items() if nodeid not in self._finished}
        for file in sorted(set(self._files.values()) - unfinished):
            self._report.write({"type": "file", "file": file})
        self._report.end()


# Node ids are relative to the folder that pytest takes for the project's.
ROOTDIR = [os.getcwd()]


def reason_of(report):
    """Why a test was skipped; empty where nothing says so."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
    return str(reason).removeprefix("Skipped: ")


def failure_of(report, file):
    """The message of a failed phase and the last line of the test file in its traceback."""
    crash = getattr(report.longrepr, "reprcrash", None)
    message = getattr(crash, "message", None) or str(report.longrepr or "failed")
    line = None
    for entry in getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", None) or []:
        place = getattr(entry, "reprfileloc", None)
        if place is not None and os.path.abspath(str(place.path)) == file:
            line = place.lineno
    return message, line


def main():
    report_path, fallback, *files = sys.argv[1:]
    report = Report(report_path)
    try:
        import pytest
    except ImportError:
        if fallback == "unittest":
            import seaworthy_unittest

            sys.exit(seaworthy_unittest.run(report, files))
        report.write({"type": "unavailable", "message": "pytest is not installed"})
        sys.exit(1)
    arguments = ["-p", "no:cacheprovider", "--continue-on-collection-errors", "-o", "addopts=", *kept_options(configured_options()), *files]
    finish = seaworthy_coverage.start()
    code = int(pytest.main(arguments, plugins=[Plugin(report)]))
    finish()
    sys.exit(code)


main()
