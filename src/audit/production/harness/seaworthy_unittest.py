"""Runs test files under unittest: seaworthy_unittest.py REPORT FILE..."""

import importlib
import os
import sys
import unittest

import seaworthy_coverage
from seaworthy_assertions import replaced_assertion
from seaworthy_channel import open_channel
from seaworthy_report import chooser, compared_values, create_report, describe


EXPECTED = "it is expected to fail"

# As many of the project's tests get a twin that must fail.
MAX_TWINS = 5


class Result(unittest.TestResult):
    """Tells `ended` of every test once, when it stops; a test fails with the first of its failures."""

    def __init__(self, ended):
        super().__init__()
        self._ended = ended
        self._failure = None
        self._skipped = None
        self._compared = {}

    def startTest(self, test):
        super().startTest(test)
        self._failure, self._skipped, self._compared = None, None, {}

    def stopTest(self, test):
        super().stopTest(test)
        self._write(test)

    def _write(self, test):
        self._ended(test, self._failure, self._skipped, self._compared)

    def _compare(self, error):
        """Before anything else is done with a failure: unittest takes its own frames out of the traceback."""
        if self._failure is None:
            self._compared = compared_values(error[1])

    def _fail(self, test, error):
        self._failure = self._failure or error[1]
        if not isinstance(test, unittest.TestCase) or test.id().startswith("unittest.suite."):
            # A class's or module's own set-up failed: no test of it is ever started or stopped.
            self._write(test)
            self._failure = None

    def addError(self, test, err):
        super().addError(test, err)
        self._fail(test, err)

    def addFailure(self, test, err):
        self._compare(err)
        super().addFailure(test, err)
        self._fail(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._compare(err)
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failure = self._failure or err[1]

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._skipped = reason
        if not isinstance(test, unittest.TestCase) or test.id().startswith("unittest.suite."):
            self._write(test)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._skipped = EXPECTED

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._failure = AssertionError("the test was expected to fail and did not")


def module_of(file):
    """The name a file is imported by and the folder that has to be on the path for it."""
    folder, name = os.path.split(os.path.splitext(file)[0])
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, part = os.path.split(folder)
        name = f"{part}.{name}"
    return name, folder


def reporter_of(report, file, names):
    """Reports the tests of one file; notes the names of those that were no skips."""

    def ended(test, failure, skipped, compared):
        name = test.id().removeprefix(type(test).__module__ + ".").replace(".", " > ")
        if failure is not None:
            details = describe(failure, file)
            line = details.get("line") if details.get("file") == file else None
            report.test(file, name, "failed", f"{details['name']}: {details['message']}", line, **compared)
        else:
            kind = {"kind": "expected failure"} if skipped is EXPECTED else {}
            report.test(file, name, "passed" if skipped is None else "skipped", skipped or "", **kind)
        if skipped is None and isinstance(test, unittest.TestCase):
            names.setdefault(test._testMethodName, type(test).__name__)

    return ended


def run_canaries(report, word, names):
    """The harness's own tests, after all others and under what these left behind: all but the first must fail."""
    reason = word("reason")
    twins = [(name, kind, True) for name, kind in list(names.items())[:MAX_TWINS]]
    for name, kind, must_fail in [(word("pass"), "Check", False), *twins, (word("fail"), "Check", True)]:
        run_canary(report, reason, name, kind, must_fail)


def run_canary(report, reason, name, kind, must_fail):
    text = "" if must_fail else reason
    case = type(kind, (unittest.TestCase,), {name: lambda self: self.assertEqual(reason, text)})(name)
    failures = []
    case.run(Result(lambda _, failure, skipped, compared: failures.append(failure)))
    report.canary(name, failures[0] if failures else None)


def only_chosen(suite, is_chosen):
    """The tests of a suite whose names are chosen; empty suites stay, and do nothing."""
    if not isinstance(suite, unittest.TestSuite):
        return suite if is_chosen(suite.id().removeprefix(type(suite).__module__ + ".").replace(".", " ")) else unittest.TestSuite()
    return unittest.TestSuite([only_chosen(test, is_chosen) for test in suite])


def import_test(file):
    os.environ["SEAWORTHY_TEST_FILE"] = file
    name, folder = module_of(file)
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(name)


def run(report, word, files):
    failed = False
    names = {}
    is_chosen = chooser()
    finish, runs_under = seaworthy_coverage.start()
    sys.path.append(os.getcwd())
    for file in files:
        runs_under(file)
        try:
            module = import_test(file)
            suite = unittest.defaultTestLoader.loadTestsFromModule(module)
        except unittest.SkipTest as skip:
            report.test(file, "the whole file", "skipped", str(skip))
            continue
        except Exception as error:
            details = describe(error, file)
            line = details.get("line") if details.get("file") == file else None
            report.file_error(file, f"{details['name']}: {details['message']}", line, details.get("missing"))
            failed = True
            continue
        if is_chosen:
            suite = only_chosen(suite, is_chosen)
        result = Result(reporter_of(report, file, {} if is_chosen else names))
        suite.run(result)
        failed = failed or not result.wasSuccessful()
        if result.testsRun > 0 or not result.wasSuccessful():
            report.write({"type": "file", "file": file})
    run_canaries(report, word, names)
    finish()
    report.distrust(replaced_assertion())
    report.end()
    return 1 if failed else 0


def main():
    path, *files = sys.argv[1:]
    write, word = open_channel()
    return run(create_report(path, write), word, files)


if __name__ == "__main__":
    sys.exit(main())
