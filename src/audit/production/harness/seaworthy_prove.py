"""
Puts the tests to the proof: they run once for every mutant, each time in a fork of a process that has collected them, so that
no run sees what another has left behind. The process that forks reports, and runs no test itself.
"""

import json
import select
from posix import WNOHANG, _exit, close, fork, kill, open as open_file, pipe, read, remove, setpgid, urandom, waitpid
from time import monotonic

from seaworthy_channel import create_channel, signed_bodies

KILL = 9
# Runs with no mutant awake between the others: what fails then, fails by itself.
CONTROL_EVERY = 25
SLOWEST_FACTOR = 3
SPARE_SECONDS = 2.0


def create_prover(plan, report, wake, take, write_signed):
    """`prove(tests, run)` tries the mutants of the plan; `run(chosen, ended)` is to run those tests in the process it is called in."""

    # Tests of which an assertion has failed for a mutant.
    asserting = set()

    def write(record):
        write_signed(report, record)

    def execute(number, chosen, run, limit):
        """Runs tests in a fork: how it ended, and a record for each test that was run."""
        path, key = f"{report}.{number}", urandom(32)
        readable, writable = pipe()
        child = fork()
        if child == 0:
            setpgid(0, 0)
            close(readable)
            become_child(number, chosen, run, path, key)
        close(writable)
        ended, status = await_end(child, readable, max(0.05, limit))
        close(readable)
        records = list(read_records(path, key))
        if not ended:
            return "timeout", records
        complete = bool(records) and records[-1].get("type") == "complete"
        return ("complete" if status == 0 and complete else "died"), [record for record in records if record["type"] == "ran"]

    def become_child(number, chosen, run, path, key):
        write_own, _ = create_channel(key)
        wake(number)

        def ended(test, status, within, around):
            """True when there is no need to go on."""
            write_own(path, {"type": "ran", "test": test, "status": status, "within": spell(within), "around": spell(around)})
            return number != 0 and status == "assertion" and not plan.get("each")

        try:
            run(chosen, ended)
            write_own(path, {"type": "complete"})
        finally:
            _exit(0)

    def prove(tests, run):
        """`tests` are the names; they are known by their places."""
        started = monotonic()
        loaded = set(take())
        everything = list(range(len(tests)))
        budget = plan["seconds"]
        end, first = execute(0, everything, run, budget)
        once = monotonic() - started
        if end != "complete":
            return write({"type": "probe", "status": "refused", "message": f"the tests did not come to their end ({end})"})
        _, second = execute(0, everything, run, max(budget - once, 1))
        passed = [{record["test"] for record in records if record["status"] == "passed"} for records in (first, second)]
        stable = passed[0] & passed[1]
        flaky = [tests[test] for test in sorted(passed[0] ^ passed[1])]
        write({"type": "probe", "status": "baseline", "passed": len(stable), "message": "\n".join(flaky)[:2000]})
        if not stable:
            return None
        within, around = reached(first, "within", stable), reached(first, "around", stable)
        for number, by in sorted(within.items()):
            write({"type": "reached", "mutant": number, "tests": len(by), "message": tests[min(by)][:200]})
        limit = SLOWEST_FACTOR * once + SPARE_SECONDS
        proved, tried = set(), 0
        for mutant in plan["mutants"]:
            number, function = mutant["id"], mutant["function"]
            by = stable if number in around else within.get(number, set())
            if not by:
                if number in loaded:
                    write({"type": "mutant", "mutant": number, "outcome": "loaded"})
                continue
            if mutant["extreme"] and function in proved:
                continue
            if monotonic() - started + min(limit, once) > budget:
                return finish("budget", stable, run, limit)
            at = monotonic()
            end, records = execute(number, sorted(by), run, limit)
            note_asserting(number, records, stable, tests)
            outcome, test = judge(end, records)
            if outcome == "assertion":
                proved.add(function)
            name = tests[test][:200] if test is not None else ""
            took = int((monotonic() - at) * 1000)
            write({"type": "mutant", "mutant": number, "outcome": outcome, "name": name, "milliseconds": took})
            tried += 1
            if tried % CONTROL_EVERY == 0 and not controlled(stable, run, limit):
                return None
        return finish("done", stable, run, limit)

    def note_asserting(number, records, stable, names):
        for record in records if plan.get("each") else ():
            test = record["test"]
            if record["status"] == "assertion" and test in stable and test not in asserting:
                asserting.add(test)
                write({"type": "asserted", "mutant": number, "name": names[test][:2000]})

    def controlled(stable, run, limit):
        outcome, test = judge(*execute(-1, sorted(stable), run, limit))
        if outcome == "survived":
            return True
        message = "the tests did not come to their end although nothing was changed" if test is None else f"a test failed although nothing was changed: {test}"
        write({"type": "probe", "status": "doubt", "message": message})
        return False

    def finish(status, stable, run, limit):
        if controlled(stable, run, limit):
            write({"type": "probe", "status": status, "message": ""})

    return prove


def await_end(child, readable, limit):
    """Whether the process ended in time, and its status. What it has started goes with it."""
    deadline = monotonic() + limit
    ended = status = 0
    while not ended and monotonic() < deadline:
        # The pipe is closed when the process ends, unless one that it has started still holds it.
        select.select([readable], [], [], min(0.05, max(0, deadline - monotonic())))
        ended, status = waitpid(child, WNOHANG)
    try:
        kill(-child, KILL)
    except OSError:
        pass
    if not ended:
        kill(child, KILL)
        _, status = waitpid(child, 0)
    return bool(ended), status


def judge(end, records):
    """What came of a mutant, and the place of the test that noticed it: an assertion counts for more than a crash."""
    for wanted in ("assertion", "crash"):
        found = next((record["test"] for record in records if record["status"] == wanted), None)
        if found is not None:
            return wanted, found
    return {"complete": ("survived", None), "died": ("crash", None), "timeout": ("timeout", None)}[end]


def reached(records, phase, stable):
    """Tests by the mutants that they pass by."""
    by = {}
    for record in records:
        if record["test"] in stable:
            for number in record[phase].split(","):
                if number:
                    by.setdefault(int(number), set()).add(record["test"])
    return by


def spell(numbers):
    return ",".join([str(number) for number in numbers])


def read_records(path, key):
    content = b""
    try:
        file = open_file(path, 0)
    except OSError:
        return
    try:
        while chunk := read(file, 65536):
            content += chunk
    finally:
        close(file)
        remove(path)
    for body in signed_bodies(key, content.splitlines()):
        yield json.loads(body)


def read_plan(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)
