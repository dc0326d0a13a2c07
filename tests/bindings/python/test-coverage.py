# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each type that a program may use is used by a test of this folder; the functions
that none calls are listed."""
import os
import pathlib
import re
import unittest
import xml.etree.ElementTree as ET

GI = "{http://www.gtk.org/introspection/core/1.0}"
# What Python calls by other means.
ELSEWHERE = {
    "ref": "the binding's", "unref": "the binding's", "copy": "the binding's", "free": "the binding's",
    "new_from_file": "takes a path of this machine",
}


def public_functions():
    gir = pathlib.Path(os.environ["INTIMAIL_BUILD_ROOT"]) / "libintimail/Intimail-1.gir"
    for kind in ("class", "interface", "record"):
        for owner in ET.parse(gir).iter(GI + kind):
            for what in ("constructor", "method", "function"):
                for function in owner.findall(GI + what):
                    yield owner.get("name"), function.get("name")


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Test(unittest.TestCase):
    def test_all(self):
        folder = pathlib.Path(__file__).parent
        text = "\n".join(path.read_text() for path in folder.glob("test-*.py"))
        called = set(re.findall(r"\.(\w+)\b", text))
        for pattern in re.findall(r'getattr\(\w+, f"(\w*\{\w+\}\w*)"\)', text):
            called |= {"CALLED " + re.sub(r"\{\w+\}", r"\\w+", pattern)}
        patterns = [re.compile(name[7:]) for name in called if name.startswith("CALLED ")]
        functions = list(public_functions())
        missing = [f"{owner}.{name}" for owner, name in functions
                   if name not in ELSEWHERE and name not in called and not any(p.fullmatch(name) for p in patterns)]
        print(f"{len(functions) - len(missing)} of {len(functions)} functions are called, but for: {missing}")
        unused = {owner for owner, _ in functions if f"Intimail.{owner}" not in text and snake(owner) not in text}
        self.assertEqual(unused, set())
        self.assertGreater(len(functions), 200)


if __name__ == "__main__":
    unittest.main()
