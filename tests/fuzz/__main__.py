"""``python -m tests.fuzz [seconds]`` looks for programs that go wrong; ``python -m tests.fuzz keep`` keeps the others.

The first writes what it finds, and the programs that reached new code, below build/fuzz; the second replaces
corpus.txt by few of them that reach the same code. ``python -m tests.fuzz show 05a0...`` runs one program, given in
hexadecimal, and prints its steps. `nox -s fuzz` builds the core for it, with coverage and sanitizers; without them
only the coverage of Python code leads the way.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import sys
import zlib

from .corpus import pack, unpack

FOLDER = pathlib.Path("build/fuzz").resolve()


def fuzz(*options):
    """In the child: libFuzzer's loop; it does not return."""
    import atheris

    with atheris.instrument_imports(include=["dualad"]):
        from .program import Finding, run

    found = set()

    def one(data):
        try:
            run(data)
        except Finding as finding:
            if finding.signature not in found:
                found.add(finding.signature)
                path = FOLDER / "findings" / f"{zlib.crc32(finding.signature.encode()):08x}.txt"
                path.write_text(f"{finding.signature}\n{data.hex()}\n{finding}\n")
                print(f"FOUND {finding.signature}", file=sys.stderr)

    # With this name libFuzzer starts children of its own, through a shell, when it merges.
    atheris.Setup([f"{sys.executable} -m tests.fuzz child", *options], one)
    atheris.Fuzz()


def run_child(*options):
    """Run libFuzzer with the core as it has been built; its exit code."""
    atheris = importlib.util.find_spec("atheris")
    if atheris is None:
        sys.exit("the fuzz needs atheris: pip install atheris; or nox -s fuzz, which needs clang, too, and installs it")
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    package, = importlib.util.find_spec("dualad").submodule_search_locations
    core = pathlib.Path(package, f"_core{importlib.machinery.EXTENSION_SUFFIXES[0]}").read_bytes()
    if b"__sanitizer_cov_8bit_counters_init" in core:
        environment["LD_PRELOAD"] = str(pathlib.Path(atheris.origin).parents[1] / "asan_with_fuzzer.so")
        environment["ASAN_OPTIONS"] = "detect_leaks=0:allocator_may_return_null=1"
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
        environment["PYTHONMALLOC"] = "malloc"
    else:
        print("the core has been built without coverage; nox -s fuzz builds it with", file=sys.stderr)
    return subprocess.run([sys.executable, "-X", "faulthandler", "-m", "tests.fuzz", "child", *options],
                          env=environment, check=False).returncode


def show(program):
    """Run one program, and print each of its steps before it is done."""
    from .program import Finding, run

    class Steps(list):
        def append(self, step):
            print(step, flush=True)
            super().append(step)

    try:
        run(bytes.fromhex(program), Steps())
    except Finding as finding:
        return str(finding)


def main(arguments):
    if arguments[:1] == ["child"]:
        return fuzz(*arguments[1:])
    if arguments[:1] == ["show"]:
        return show(arguments[1])
    for name in ("corpus", "findings", "kept"):
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
    unpack(FOLDER / "corpus")
    if arguments == ["keep"]:
        for path in (FOLDER / "kept").iterdir():
            path.unlink()
        status = run_child("-set_cover_merge=1", "-use_counters=0", str(FOLDER / "kept"), str(FOLDER / "corpus"))
        pack(FOLDER / "kept")
        return status
    seconds = arguments[0] if arguments else "600"
    status = run_child(f"-max_total_time={seconds}", "-max_len=121", "-len_control=10", "-timeout=300",
                       "-rss_limit_mb=6000", "-print_final_stats=1", f"-artifact_prefix={FOLDER}/findings/",
                       str(FOLDER / "corpus"))
    found = sorted((FOLDER / "findings").iterdir())
    print(*found, sep="\n", file=sys.stderr)
    return status or bool(found)


sys.exit(main(sys.argv[1:]))
