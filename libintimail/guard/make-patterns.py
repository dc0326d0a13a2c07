#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pattern files as a table of C: a program that reads logs is then not linked with GIO, which
a resource would need. Comments and examples are left out: the tests have checked them.

  make-patterns.py FILE...
"""
import pathlib
import re
import sys


def quote(line):
    return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in line) + '"'


def main():
    print('#include "guard/intimail-patterns-private.h"\n')
    print("const IntimailPatterns intimail_patterns[] = {")
    for path in map(pathlib.Path, sys.argv[1:]):
        data = path.read_bytes()
        service = re.search(rb"^service = (.+)$", data, re.M)[1].decode()
        is_usual = "FALSE" if path.parent.name == "more" else "TRUE"
        is_broad = "TRUE" if re.search(rb"^program = \*$", data, re.M) else "FALSE"
        print(f'  {{ "{path.name}", "{service}", {is_usual}, {is_broad},')
        for line in data.splitlines(keepends=True):
            if line.strip() and not re.match(rb"\s*(#|(counter)?example\b)", line):
                print("    " + quote(line))
        print("  },")
    print("  { NULL, NULL, FALSE, FALSE, NULL },\n};")


main()
