"""Run many snippets, each of which may kill its process, without paying for an interpreter each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from .tools import SLOWER

RUNNER = r"""
import contextlib, faulthandler, json, os, signal, sys, warnings
faulthandler.enable()
import numpy as np, numpy
with open(sys.argv[1]) as file:
    prelude, cases, seconds = json.load(file)
warnings.simplefilter("ignore")
scope = {}
exec(prelude, scope)

def one(code):
    '''In the child: what became of it, as text.'''
    warnings.simplefilter("ignore")
    try:
        exec(code, dict(scope))
    except SystemError as error:
        return f"SystemError: {error}"
    except AssertionError as error:
        return f"failed: {error}"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    finally:
        import gc
        gc.collect()
    return ""

def in_child(code):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        signal.alarm(seconds)
        said = one(code)[:1000]
        os.write(write, said.encode("utf-8", "replace"))
        sys.stderr.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"died of {name}" + (" (too slow)" if name == "SIGALRM" else "")
    return said if status == 0 else f"died with exit code {os.WEXITSTATUS(status)}"    # as a sanitizer ends it

results = [in_child(code) if hasattr(os, "fork") else one(code) for code in cases]
with open(sys.argv[1], "w") as file:
    json.dump(results, file)
"""


def outcomes(prelude, cases, seconds=20, timeout=900):
    """Run each case after the prelude, in a process of its own; {case: what is wrong, "" if nothing}.

    Wrong are death by a signal, any exception that the case lets through, and taking too long.
    """
    cases = list(cases)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cases.json")
        with open(path, "w") as file:
            json.dump([prelude, cases, seconds * SLOWER], file)
        done = subprocess.run(
            [sys.executable, "-c", RUNNER, path],
            capture_output=True,
            text=True,
            cwd=folder,
            timeout=timeout * SLOWER,
            check=False,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        if done.returncode != 0:
            raise AssertionError(f"the runner ended with {done.returncode}:\n{done.stderr[-3000:]}")
        with open(path) as file:
            results = json.load(file)
    return dict(zip(cases, results, strict=True))
