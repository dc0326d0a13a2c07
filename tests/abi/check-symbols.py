#!/usr/bin/env python3
"""Compares three lists of symbols: exported, introspected, and agreed upon.

usage: check-symbols.py [--update] LIBRARY GIR AGREED

AGREED has lines '1.0 symbol'; --update writes it anew, for a reviewer to read.
"""
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ET

C = "{http://www.gtk.org/introspection/c/1.0}identifier"
TYPE = "{http://www.gtk.org/introspection/glib/1.0}get-type"


def introspected(gir):
    found = {}
    for node in ET.parse(gir).iter():
        for attribute in (C, TYPE):
            name = node.get(attribute, "")
            if name.startswith("intimail_"):
                found[name] = node.get("version", "?")
    return {f"{version} {name}" for name, version in found.items()}


def exported(library):
    out = subprocess.check_output(["nm", "-D", "--defined-only", library], text=True)
    return {line.split()[-1] for line in out.splitlines()}


def main(arguments):
    update = arguments[0] == "--update"
    library, gir, agreed = arguments[1:] if update else arguments
    agreed = pathlib.Path(agreed)
    have = introspected(gir)
    # An enumeration's type is registered by generated code, which has no comment.
    have = {line.replace("? ", "1.0 ") if line.endswith("_get_type") else line for line in have}
    if update:
        agreed.write_text("".join(f"{line}\n" for line in sorted(have)))
    lines = agreed.read_text().splitlines()
    want = set(lines)
    names = {line.split()[1] for line in have}
    bad = [f"+ {line}" for line in sorted(have - want)]
    bad += [f"- {line}" for line in sorted(want - have)]
    bad += [f"twice: {line}" for line in sorted(want) if lines.count(line) > 1]
    bad += [f"exported, not introspected: {name}" for name in sorted(exported(library) - names)]
    bad += [f"introspected, not exported: {name}" for name in sorted(names - exported(library))]
    bad += [f"no Since: {line}" for line in sorted(have) if line.startswith("?")]
    print("\n".join(bad) or f"{len(have)} symbols")
    return 1 if bad else 0


sys.exit(main(sys.argv[1:]))
