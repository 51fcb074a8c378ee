"""Tries mutants of the audited file under pytest or unittest: seaworthy_mutants.py REPORT PLAN RUNNER FALLBACK FILE..."""

import os
import sys
import unittest
from types import ModuleType

from seaworthy_channel import open_channel
from seaworthy_prove import create_prover, read_plan
from seaworthy_switch import install

TARGET = os.environ.get("SEAWORTHY_TARGET", "")
ROOT = os.environ.get("SEAWORTHY_ROOT", os.getcwd())


def is_assertion(error):
    """Whether a test's own check failed, and not one that the audited file makes of its input."""
    kind = type(error)
    if not isinstance(error, AssertionError) and (kind.__name__, kind.__module__) != ("Failed", "_pytest.outcomes"):
        return False
    last, trace = "", error.__traceback__
    while trace is not None:
        file = os.path.abspath(trace.tb_frame.f_code.co_filename)
        if file.startswith(ROOT + os.sep):
            last = file
        trace = trace.tb_next
    return last != TARGET


def create_plugin(prove, take):
    """Takes the place of pytest's loop over the collected tests."""
    plugin = ModuleType("seaworthy_mutants")
    places, raised = {}, {}
    run_now = {}

    def pytest_collectstart(collector):
        path = str(getattr(collector, "path", ""))
        if path.endswith(".py"):
            os.environ["SEAWORTHY_TEST_FILE"] = path

    def pytest_runtest_makereport(item, call):
        if call.excinfo is not None:
            raised[item.nodeid] = "assertion" if is_assertion(call.excinfo.value) else "crash"

    def pytest_runtest_logreport(report):
        phase_ended(report)

    def phase_ended(phase):
        numbers = take()
        run_now["within" if phase.when == "call" else "around"] += numbers
        if phase.failed:
            run_now["status"] = raised.pop(phase.nodeid, "crash")
        elif (phase.skipped or hasattr(phase, "wasxfail")) and run_now["status"] == "passed":
            run_now["status"] = "skipped"

    def pytest_runtestloop(session):
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            return None
        items = session.items
        places.update({item.nodeid: place for place, item in enumerate(items)})

        def run(chosen, ended):
            for place, following in zip(chosen, [*chosen[1:], None]):
                item = items[place]
                os.environ["SEAWORTHY_TEST_FILE"] = str(item.path)
                run_now.update(status="passed", within=[], around=[])
                take()
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None if following is None else items[following])
                if ended(place, run_now["status"], run_now["within"], run_now["around"]):
                    return

        prove([item.nodeid.split("::", 1)[-1].replace("::", " > ") for item in items], run)
        return True

    for name, value in list(locals().items()):
        if name.startswith("pytest_"):
            setattr(plugin, name, value)
    return plugin


class Result(unittest.TestResult):
    """What came of the tests that are run between two questions."""

    def __init__(self):
        super().__init__()
        self.status = "passed"

    def _fail(self, err):
        self.status = "assertion" if is_assertion(err[1]) else "crash" if self.status != "assertion" else self.status

    def addError(self, test, err):
        super().addError(test, err)
        self._fail(err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail(err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.status = "skipped" if self.status == "passed" else self.status

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.status = "skipped"

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.status = "crash"


def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test


def run_unittest(prove, take, files):
    from seaworthy_unittest import import_test

    sys.path.append(os.getcwd())
    tests = []
    for file in files:
        try:
            tests.extend(flat(unittest.defaultTestLoader.loadTestsFromModule(import_test(file))))
        except unittest.SkipTest:
            continue

    def run(chosen, ended):
        # A suite sets up a class before the first of its tests and tears it down before that of another.
        result = Result()
        suite = unittest.TestSuite()
        result._previousTestClass, result._moduleSetUpFailed, result._testRunEntered = None, False, True
        for place in chosen:
            result.status = "passed"
            take()
            case = tests[place]
            suite._tearDownPreviousClass(case, result)
            suite._handleModuleFixture(case, result)
            suite._handleClassSetUp(case, result)
            around = take()
            blocked = getattr(type(case), "_classSetupFailed", False) or result._moduleSetUpFailed
            result._previousTestClass = type(case)
            if not blocked:
                case(result)
            if ended(place, result.status, take(), around):
                return
        suite._tearDownPreviousClass(None, result)
        suite._handleModuleTearDown(result)

    names = [test.id().removeprefix(type(test).__module__ + ".").replace(".", " > ") for test in tests]
    prove(names, run)


def main():
    report, plan_path, runner, fallback, *files = sys.argv[1:]
    write, _ = open_channel()
    plan = read_plan(plan_path)
    wake, take = install(plan["switch"])
    prove = create_prover(plan, report, wake, take, write)
    if runner == "pytest":
        from seaworthy_pytest import import_pytest, pytest_arguments

        pytest = import_pytest()
        if pytest is None and fallback != "unittest":
            write(report, {"type": "probe", "status": "refused", "message": "pytest is not installed"})
            sys.exit(1)
        if pytest is not None:
            plugin = create_plugin(prove, take)
            del write, prove, wake
            pytest.main(pytest_arguments(files), plugins=[plugin])
            sys.exit(0)
    del write, wake
    run_unittest(prove, take, files)


if __name__ == "__main__":
    main()
