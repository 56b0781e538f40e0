"""Runs `npas` once per line of standard input, each in a process of its own; run as a script.

A line is a JSON list: the file for what the command prints, then its arguments. The exit code is
printed. The slow imports are done once, before a process is forked.
"""

import json
import os
import sys

import npas.contracts.check
import npas.deliveries.load  # noqa: F401 (seconds to import)
from npas.cli import main


def _run(out: str, arguments: list[str]) -> int:
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    printed = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    sys.argv = ["npas", *arguments]
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    # the end of the interpreter would wait for threads that were not forked
    os._exit(code)


for line in sys.stdin:
    name, *rest = json.loads(line)
    print(_run(name, rest), flush=True)
