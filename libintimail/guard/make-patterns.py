#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pattern files as a table of C: a program that reads logs is then not linked with GIO, which
a resource would need.

  make-patterns.py FILE...
"""
import os
import sys


def quote(line):
    return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in line) + '"'


def main():
    print('#include "guard/intimail-patterns-private.h"\n')
    print("const IntimailPatterns intimail_patterns[] = {")
    for path in sys.argv[1:]:
        print(f'  {{ "{os.path.basename(path)}",')
        with open(path, "rb") as file:
            for line in file:
                print("    " + quote(line))
        print("  },")
    print("  { NULL, NULL },\n};")


main()
