# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that loses its power: plays what disk-shim.c wrote down, up to any point.

What is promised of a disk, and no more:

- The bytes of a file are safe once a flush of that file, begun after they were
  written, has ended. Other bytes are there, or not, or in part.
- An entry of a folder (a file made, linked, renamed, removed, a folder made) is safe
  once a flush of that folder, begun after it, has ended. A flush of the file itself
  does nothing for its name. Other changes are there or not, each by itself.
- A rename is one change of both folders, safe when the one it goes to is flushed.
- Changes of one name keep their order: a later one is not there without the earlier.
"""
import os
import pathlib


class File:
    def __init__(self, content=b""):
        self.safe = bytearray(content)
        self.pending = []  # (position, what, offset or size, bytes)

    def flush(self, position):
        """What was written before the position is safe."""
        while self.pending and self.pending[0][0] < position:
            _change(self.safe, *self.pending.pop(0)[1:])

    def crash(self, chance, keep):
        content = bytearray(self.safe)
        for _, what, offset, data in self.pending:
            if chance.random() < keep:
                if data and chance.random() < 0.2:
                    data = data[:chance.randrange(len(data))]
                _change(content, what, offset, data)
        return bytes(content)


def _change(content, what, offset, data):
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if what == "truncate":
        del content[offset:]
    else:
        content[offset:offset + len(data)] = data


class Folder:
    def __init__(self):
        self.entries = {}  # as the running system sees it
        self.safe = {}


class Change:
    """One change of folders: it happens as a whole, or not."""

    def __init__(self, position, flushed_by, entries):
        self.position = position
        self.flushed_by = flushed_by
        self.entries = entries  # (folder, name, what is there then or None)
        self.needs = []
        self.is_safe = False

    def make_safe(self):
        todo = [self]
        while todo:
            change = todo.pop()
            if not change.is_safe:
                change.is_safe = True
                todo += change.needs


class Disk:
    """Feed it with records; crash() may be asked at any point."""

    def __init__(self, start=None):
        self.root = Folder()
        self.files = {}  # by inode
        self.changes = []
        self.last_changes = {}  # by folder and name
        self.flushes = {}
        self.position = 0
        if start is not None:
            self._load(pathlib.Path(start), self.root)

    def _load(self, path, folder):
        for child in path.iterdir():
            if child.is_dir():
                what = Folder()
                self._load(child, what)
            else:
                what = self.files[child.stat().st_ino] = File(child.read_bytes())
            folder.entries[child.name] = folder.safe[child.name] = what

    def _find(self, path):
        """The folder that holds the last name of a path, and that name."""
        *folders, name = path.split("/")
        folder = self.root
        for part in folders:
            folder = folder.entries[part]
        return folder, name

    def _get(self, path):
        if path == ".":
            return self.root
        folder, name = self._find(path)
        return folder.entries[name]

    def _apply(self, flushed_by, *entries):
        for folder, name, what in entries:
            if what is None:
                folder.entries.pop(name, None)
            else:
                folder.entries[name] = what
        change = Change(self.position, flushed_by, entries)
        for folder, name, _ in entries:
            before = self.last_changes.get((folder, name))
            if before is not None and not before.is_safe:
                change.needs.append(before)
            self.last_changes[folder, name] = change
        self.changes.append(change)

    def feed(self, kind, *fields, data=b""):
        self.position += 1
        getattr(self, f"_{kind}")(*fields, **({"data": data} if kind == "write" else {}))

    def _orphan(self, inode):
        self.files[int(inode)] = File()

    def _create(self, inode, path):
        folder, name = self._find(path)
        what = self.files[int(inode)] = File()
        self._apply(folder, (folder, name, what))

    def _mkdir(self, path):
        folder, name = self._find(path)
        self._apply(folder, (folder, name, Folder()))

    def _link(self, inode, path):
        folder, name = self._find(path)
        self._apply(folder, (folder, name, self.files[int(inode)]))

    def _unlink(self, path):
        folder, name = self._find(path)
        self._apply(folder, (folder, name, None))

    def _rename(self, source, target):
        old, old_name = self._find(source)
        new, new_name = self._find(target)
        self._apply(new, (old, old_name, None), (new, new_name, old.entries[old_name]))

    def _write(self, inode, offset, length, data):
        self.files[int(inode)].pending.append((self.position, "write", int(offset), data))

    def _truncate(self, inode, size):
        self.files[int(inode)].pending.append((self.position, "truncate", int(size), b""))

    def _flush(self, token, inode, path):
        if ".all." in token:
            what = None
        else:
            what = self._get(path) if path else self.files[int(inode)]
        self.flushes[token] = (what, self.position)

    def _flushed(self, token):
        what, position = self.flushes.pop(token)
        if isinstance(what, File):
            what.flush(position)
            return
        for change in self.changes:
            if change.position < position and (what is None or change.flushed_by is what):
                change.make_safe()
        for file in self.files.values() if what is None else ():
            file.flush(position)
        self._settle()

    def _settle(self):
        """The safe changes at the beginning of the list are history."""
        n = 0
        while n < len(self.changes) and self.changes[n].is_safe:
            for folder, name, what in self.changes[n].entries:
                _set(folder.safe, name, what)
            n += 1
        del self.changes[:n]

    def _say(self, *unused):
        pass

    def crash(self, chance):
        """What may be found when the power is back: {path: bytes, or None for a folder}."""
        keep = chance.choice((0, 1, 0.5, chance.random()))
        # A file system with a journal keeps the changes up to some point.
        last = chance.choice((None, None, self.position - chance.randrange(self.position + 1)))
        folders = {}
        contents = {}

        def entries_of(folder):
            if folder not in folders:
                folders[folder] = dict(folder.safe)
            return folders[folder]

        lost = set()
        for change in self.changes:
            kept = change.position <= last if last is not None else chance.random() < keep
            if not change.is_safe and (not kept or not lost.isdisjoint(change.needs)):
                lost.add(change)
            else:
                for folder, name, what in change.entries:
                    _set(entries_of(folder), name, what)

        found = {}

        def walk(folder, prefix):
            for name, what in sorted(entries_of(folder).items()):
                if isinstance(what, Folder):
                    found[prefix + name] = None
                    walk(what, prefix + name + "/")
                else:
                    if what not in contents:
                        contents[what] = what.crash(chance, keep)
                    found[prefix + name] = contents[what]

        walk(self.root, "")
        return found


def _set(entries, name, what):
    if what is None:
        entries.pop(name, None)
    else:
        entries[name] = what


def read_log(path):
    """The records of disk-shim.c: lists of fields, the bytes last."""
    records = []
    with open(path, "rb") as log:
        for line in log:
            fields = line.rstrip(b"\n").decode(errors="surrogateescape").split("\t")
            data = log.read(int(fields[-1])) if fields[0] in ("write", "say") else b""
            records.append((fields, data))
    return records


def write_tree(found, root):
    """Makes the files that a crash left. The names of one file have one bytes object."""
    os.mkdir(root, 0o700)
    first = {}
    for path, content in found.items():
        target = os.path.join(root, path)
        if content is None:
            os.mkdir(target, 0o700)
        elif len(content) > 1 and id(content) in first:
            os.link(first[id(content)], target)
        else:
            first[id(content)] = target
            fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(fd, content)
            os.close(fd)
