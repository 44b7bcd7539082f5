"""Reports each check on standard output: one line of JSON when it begins and one when it ends."""

import json
import sys
import traceback

#: The input of the run: a simulation, files to upload, a proxy.
ABOUT = json.load(sys.stdin)


def check(what):
    """Runs the decorated function at once. A failure is reported, and the script goes on."""

    def run(body):
        tell(begins=what)
        try:
            body()
            tell(failed=None)
        except BaseException as error:
            line = traceback.extract_tb(error.__traceback__)[-1]
            own = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == body.__code__.co_filename]
            at = (own or [line])[-1]
            tell(failed=f"line {at.lineno}, {at.line}: {type(error).__name__}: {error}"[:600])

    return run


def tell(**line):
    print(json.dumps(line), flush=True)


def client(name, simulation=ABOUT):
    """A simulated client by its name."""
    return next(one for one in simulation["clients"] if one["name"] == name)


def text(path):
    with open(path) as file:
        return file.read()


def equal(seen, expected):
    assert seen == expected, f"{seen!r} is not {expected!r}"
