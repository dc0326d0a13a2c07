#!/usr/bin/env python3
"""Fails when a file includes what its room may not: see ROOMS and OWNED."""
import pathlib
import re
import sys

ROOMS = {  # room: the rooms it may include; the order is bottom to top
    "base": set(),
    "json": {"base"},
    "address": {"base"},
    "message": {"base", "address"},
    "directory": {"base", "address"},
    "store": {"base", "json", "address", "message"},
    "site": {"base", "address", "directory", "store"},
    "protocol": {"base", "address"},
    "delivery": {"base", "json", "address", "message", "directory", "store", "site", "protocol"},
    "guard": {"base", "json", "address"},
    "jmap": {"base", "json", "address", "message", "directory", "store", "site", "delivery"},
}
OWNED = {  # a foreign header: the rooms that may include it
    "ldap.h": {"directory"},
    "crypt.h": {"directory"},
    "pwquality.h": {"directory"},
    "liboath/": {"directory"},
    "qrencode.h": {"frontends"},
    "gmime/": {"message"},
    "gpgme.h": {"message"},
    "archive": {"message"},
    "ytnef.h": {"message"},
    "pcre2.h": {"guard"},
    "json-glib/": {"json", "jmap", "frontends"},
    "libsoup/": {"frontends"},
    "curl/": {"delivery"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
FREE = {"intimail-version", "intimail-version-macros", "intimail-enums"}


def room_of_header(name, owner):
    """The room behind an include of this project, or None for a foreign one."""
    stem = pathlib.PurePath(name).stem
    if name.startswith("intimail/"):
        return None if stem in FREE else owner.get(stem)
    first = name.split("/")[0]
    return first if first in ROOMS else None


def main(root):
    lib = root / "libintimail"
    owner = {p.stem: p.parent.name for p in lib.glob("*/*.c")}
    bad = []
    seen = set()
    for room, lower in ROOMS.items():
        if not lower <= seen:
            bad.append(f"ROOMS: {room} stands below {', '.join(sorted(lower - seen))}")
        seen.add(room)
    for path in sorted([*lib.rglob("*.[ch]"), *(root / "frontends").rglob("*.[ch]")]):
        rel = path.relative_to(root)
        front = rel.parts[0] == "frontends"
        umbrella = rel.name == "intimail.h"
        room = "frontends" if front else rel.parts[1]
        if room == "include" and umbrella:
            room = "base"
        elif room == "include":
            room = owner.get(path.stem, "base" if path.stem in FREE else None)
        if room is None:  # a header that no source stands behind yet
            continue
        for name in INCLUDE.findall(path.read_text()):
            target = room_of_header(name, owner)
            if front and "intimail" in name and name != "intimail/intimail.h" and "/" in name:
                bad.append(f"{rel}: a frontend includes {name}")
            elif not front and room not in ROOMS:
                bad.append(f"{rel}: {room} is not a room")
            elif not front and not umbrella and target not in (None, room, *ROOMS[room]):
                bad.append(f"{rel}: {room} includes {name} of {target}")
            elif "include/intimail" in str(rel) and name.endswith("-private.h"):
                bad.append(f"{rel}: a public header includes {name}")
            for prefix, home in OWNED.items():
                if name.startswith(prefix) and room not in home:
                    bad.append(f"{rel}: {name} belongs to {', '.join(sorted(home))}")
    print("\n".join(bad))
    return 1 if bad else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
