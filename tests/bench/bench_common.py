# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the benchmarks share: figures, medians, process accounts, private folders.

A figure is one line of JSON on standard output; what is for people goes to standard
error. No tree is deleted between two runs: ext4 steps over recently deleted inodes,
which made every create ten times dearer for minutes.
"""
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

BUILD = pathlib.Path(os.environ.get("INTIMAIL_BUILD_ROOT") or pathlib.Path(__file__).resolve().parents[2] / "build")
SOURCE = pathlib.Path(os.environ.get("INTIMAIL_SOURCE_ROOT", pathlib.Path(__file__).parents[2]))
TICK = os.sysconf("SC_CLK_TCK")


def figure(job, ours, unit, peer=None, theirs=None, runs=1, better="more"):
    """Prints one figure. `ours` and `theirs` are a number, or the list of all runs:
    then their median is meant. `better`: more or less of it."""
    line = {"job": job, "ours": _median(ours)}
    if peer is not None:
        line["peer"] = peer
        line["theirs"] = _median(theirs)
    line["unit"] = unit
    if peer is not None and line["theirs"] and line["ours"]:
        ratio = line["ours"] / line["theirs"] if better == "more" else line["theirs"] / line["ours"]
        line["ratio"] = _round(ratio)
    line["runs"] = len(ours) if isinstance(ours, (list, tuple)) else runs
    print(json.dumps(line), flush=True)
    return line


def _median(value):
    return _round(statistics.median(value) if isinstance(value, (list, tuple)) else value)


def _round(value):
    """Three digits are more than a shared machine can tell."""
    return float(f"{value:.3g}") if abs(value) < 100 else round(float(value), 1)


def wanted(jobs, arguments=None):
    """The jobs named on the command line; all of them when none is."""
    names = sys.argv[1:] if arguments is None else arguments
    return [job for job in jobs if not names or job in names]


def say(text):
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def folder(name):
    """A new folder on the disk of the build tree, deleted after all runs."""
    parent = BUILD / "bench-folders"
    parent.mkdir(exist_ok=True)
    path = pathlib.Path(tempfile.mkdtemp(prefix=name + "-", dir=parent))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _status(pid):
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    fields = text[text.rindex(")") + 2:].split()
    return int(fields[1]), sum(map(int, fields[11:15]))


def process_tree(root):
    """A process and all that came from it."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(_status(name)[0], []).append(int(name))
    tree, todo = [], [root]
    while todo:
        tree.append(todo.pop())
        todo += children.get(tree[-1], [])
    return tree


def cpu_seconds(root):
    """User and system time of a tree, with its children that have ended."""
    total = 0
    for pid in process_tree(root):
        with contextlib.suppress(OSError):
            total += _status(pid)[1]
    return total / TICK


def private_memory(root):
    """Bytes that a tree has for itself."""
    total = 0
    for pid in process_tree(root):
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Private_"):
                    total += 1024 * int(line.split()[1])
    return total
