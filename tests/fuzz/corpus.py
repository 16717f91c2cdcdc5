"""The programs that are kept: one line each in corpus.txt, in hexadecimal."""

from __future__ import annotations

import hashlib
import pathlib

CORPUS = pathlib.Path(__file__).parent / "corpus.txt"


def programs():
    """All kept programs."""
    return [bytes.fromhex(line) for line in CORPUS.read_text().split()] if CORPUS.exists() else []


def unpack(folder):
    """Write each program into a file of its own."""
    for program in programs():
        (folder / hashlib.sha256(program).hexdigest()[:16]).write_bytes(program)


def pack(folder):
    """Keep the programs of a folder, and no others."""
    lines = sorted((path.read_bytes().hex() for path in folder.iterdir()), key=lambda line: (len(line), line))
    CORPUS.write_text("\n".join(lines) + "\n")
