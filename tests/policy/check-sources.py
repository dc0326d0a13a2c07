#!/usr/bin/env python3
"""Fails when a source breaks a rule that a machine can see: see RULES."""
import pathlib
import re
import subprocess
import sys

C = {".c", ".h"}
SOURCES = C | {".py", ".ts", ".tsx", ".css", ".sh"}
UNSAFE = r"(?<![\w.>])(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|system|popen|tmpnam)\s*\("

RULES = [  # what is wrong, where, how it is seen
    ("unsafe function", C, re.compile(UNSAFE)),
    ("goto", C, re.compile(r"^\s*goto\s", re.M)),
    ("tab", SOURCES, re.compile(r"\t")),
    ("space at the end of a line", SOURCES, re.compile(r"[ \t]+$", re.M)),
    ("unfinished", SOURCES, re.compile(r"\b(TODO|FIXME|XXX)\b")),
    ("a library prints", {".c"}, re.compile(r"(?<![\w])(g_print|g_printerr|printf|puts|perror)\s*\(")),
]
PRINTS = ("frontends", "tests", "examples")  # programs may print


def tracked(root):
    """The files of the tree: git's where there is git, else what is not built."""
    try:
        out = subprocess.check_output(["git", "-C", root, "ls-files", "-z"], stderr=subprocess.DEVNULL)
        return [root / name for name in out.decode().split("\0") if name]
    except (subprocess.CalledProcessError, FileNotFoundError):
        return [p for p in root.rglob("*") if p.is_file() and "build" not in p.parts]


def main(root):
    bad = []
    for path in sorted(tracked(root)):
        rel = path.relative_to(root)
        if path.suffix not in SOURCES or not path.is_file() or rel.name == "check-sources.py":
            continue
        text = path.read_text()
        if path.suffix in C and "SPDX-License-Identifier: LGPL-2.1-or-later" not in text[:200]:
            bad.append(f"{rel}: no SPDX line")
        for what, suffixes, pattern in RULES:
            if path.suffix not in suffixes or (what == "a library prints" and rel.parts[0] in PRINTS):
                continue
            for hit in pattern.finditer(text):
                bad.append(f"{rel}:{text.count(chr(10), 0, hit.start()) + 1}: {what}")
    print("\n".join(bad))
    return 1 if bad else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
