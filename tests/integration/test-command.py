#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""intimail(1) itself: making a site, options, help, what it prints, and what it says when
something is wrong."""
import json
import subprocess
import sys
import unittest

from command_case import EXISTS, FAILED, NOT_FOUND, PROGRAM, USAGE, CommandCase


class CommandTest(CommandCase):
    def test_init(self):
        done = self.init()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("person add UID --admin", done.stdout)
        for name in ("intimail.conf", "directory.ldif", "mail", "run"):
            self.assertTrue((self.site / name).exists(), name)
        self.bad(EXISTS, "is a site already", "init", self.site, "--domain", "home.example")
        self.assertIn("nobody yet", self.ok("person", "list"))

    def test_init_refuses(self):
        for argv, message in (
            (("init", "new"), "which domain? Add --domain home.example"),
            (("init", "new", "--domain", "a..b"), "\"a..b\" is no domain"),
            (("init", "new", "--domain", "a.example", "--transport", "owl"), "\"owl\" is no transport"),
            (("init", "new", "--domain", "a.example", "--language", "de"), "\"de\" is no language"),
            (("init", "--domain", "a.example"), "something is missing: usage: intimail init DIR"),
            (("init", "a", "b", "--domain", "a.example"), "too much was given"),
        ):
            self.bad(USAGE, message, *argv)
        self.assertFalse((self.folder / "new").exists())
        self.bad(FAILED, "cannot make the folder", "init", "/proc/nowhere/x", "--domain", "a.example")

    def test_samples(self):
        done = self.init("--transport", "local", "--samples", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        made = json.loads(done.stdout)
        self.assertEqual(made["domain"], "home.example")
        self.assertEqual([p["uid"] for p in made["people"]], ["ann", "ben", "chloe"])
        self.assertEqual(len({p["password"] for p in made["people"]}), 3)
        self.assertEqual(self.json("group", "list")[0]["members"], ["ben"])
        for uid in ("ann", "ben", "chloe"):
            self.assertGreaterEqual(len(self.json("message", "list", uid)), 3)
        subjects = [envelope["subject"] for envelope in self.json("message", "list", "ann")]
        self.assertIn("Welcome home", subjects)
        self.assertIn("京都からの便り", subjects)

    def test_samples_of_another_domain(self):
        done = self.run_program("init", self.site, "--domain", "Café.example", "--samples", "--language", "fr")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("@xn--caf-dma.example", self.json("message", "list", "ann")[0]["to"])
        self.assertNotIn("Trash", [m["name"] for m in self.json("mailbox", "list", "ann")])

    def test_help(self):
        whole = self.run_program("--help")
        self.assertEqual((whole.returncode, whole.stderr), (0, ""))
        verbs = [line.split("   ")[0] for line in whole.stdout.splitlines() if line.startswith("  ")]
        self.assertGreater(len(verbs), 20)
        for verb in verbs:
            words = [word for word in verb.split() if word[0].islower()]
            done = self.run_program(*words, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)
            self.assertIn("intimail [OPTION", done.stdout)
            self.assertIn(" ".join(words), done.stdout)
            self.assertIn("--site=DIR", done.stdout)
        self.assertIn("person add UID", self.run_program("person", "--help").stdout)
        self.assertRegex(self.run_program("--version").stdout, r"^intimail \d+\.\d+\.\d+\n$")

    def test_completion(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        site = ("--site", str(self.site))
        self.assertEqual(self.complete("p"), ["person"])
        self.assertEqual(self.complete("person", "s"), ["show", "set", "second-factor"])
        self.assertEqual(self.complete("person", "app-password", "r"), ["revoke"])
        self.assertEqual(self.complete(*site, "person", "second-factor", "reset", ""), ["ann", "ben"])
        self.assertEqual(self.complete(*site, "person", "show", ""), ["ann", "ben"])
        self.assertEqual(self.complete(*site, "group", "join", ""), ["admins"])
        self.assertEqual(self.complete(*site, "group", "join", "admins", "b"), ["ben"])
        self.assertEqual(self.complete("person", "add", "--gen"), ["--generate"])
        self.assertEqual(self.complete("import", "ann", "--format", "mb"), ["mboxrd", "mboxo", "mboxcl", "mboxcl2"])
        self.assertIn("site", self.complete("import", "ann", "s"))
        # Every noun and verb of the program is offered.
        offered = set(self.complete(""))
        help_text = self.run_program("--help").stdout
        nouns = {line.split()[0] for line in help_text.splitlines() if line.startswith("  ")}
        self.assertEqual(offered, nouns)

    def test_usage(self):
        self.make_site()
        for argv, message in (
            ((), "what shall be done?"),
            (("frob",), "unknown verb \"frob\""),
            (("person",), "person what? See \"intimail person --help\""),
            (("person", "frob"), "unknown verb \"person frob\""),
            (("--frob",), "--frob: see \"intimail --help\""),
            (("person", "add", "ben", "--frob"), "--frob: see \"intimail person add --help\""),
            (("person", "add"), "something is missing: usage: intimail person add UID"),
            (("person", "add", "a", "b"), "too much was given: usage: intimail person add UID"),
            (("person", "list", "x"), "too much was given"),
            (("person", "set", "ann"), "nothing to change"),
            (("person", "set", "ann", "--quota", "much"), "\"much\" is no size"),
            (("person", "set", "ann", "--quota", "-1"), "\"-1\" is no size"),
            (("person", "set", "ann", "--quota", "1e30"), "\"1e30\" is no size"),
            (("person", "set", "ann", "--quota", "nan"), "\"nan\" is no size"),
            (("person", "set", "ann", "--quota-messages", "x"), "\"x\" is no number of messages"),
            (("person", "set", "ann", "--status", "asleep"), "\"asleep\" is no status"),
            (("person", "set", "ann", "--expiry", "soon"), "\"soon\" is no time"),
            (("person", "set", "ann", "--mail", "nonsense"), "cannot be a main address"),
            (("group", "set", "admins"), "nothing to change"),
            (("message", "list", "ann", "--limit", "-1"), "numbers of 0 or more"),
            (("import", "ann", "x", "--format", "zip"), "\"zip\" is no format"),
        ):
            self.bad(USAGE, message, *argv)

    def test_no_site(self):
        self.bad(NOT_FOUND, "there is no site in", "person", "list")
        self.site.mkdir()
        self.bad(NOT_FOUND, "intimail init DIR --domain DOMAIN", "person", "list")

    def test_where_the_site_is(self):
        self.make_site()
        self.assertIn("ann", self.run_program("person", "list", "--site", self.site).stdout)
        self.environment["INTIMAIL_SITE"] = str(self.site)
        self.assertIn("ann", self.run_program("person", "list").stdout)

    def test_mistake_in_the_settings(self):
        self.make_site()
        config = self.site / "intimail.conf"
        text = config.read_text()
        line = text.splitlines().index("[store]") + 2
        config.write_text(text.replace("[store]\n", "[store]\nquotta=1\n"))
        self.bad(FAILED, f"intimail.conf:{line}: unknown key \"quotta\" in [store]", "person", "list")

    def test_mistake_in_the_directory(self):
        self.make_site()
        ldif = self.site / "directory.ldif"
        ldif.write_text(ldif.read_text() + "nonsense\n")
        done = self.run_program("--site", self.site, "person", "list")
        self.assertEqual(done.returncode, FAILED)
        self.assertRegex(done.stderr, r"intimail: .*directory\.ldif:\d+: no \":\" after the attribute's name")

    def test_terminal_is_safe(self):
        """What mail says does not command the reader's terminal."""
        self.make_site()
        (self.folder / "x.eml").write_bytes(b"From: \x1b[2Jevil <e@x.example>\nSubject: a\x1b]0;owned\x07b\xe2\x80\xaec\n\n\x1b[31mred\x9b\n")
        self.ok("import", "ann", "x.eml")
        envelope, = self.json("message", "list", "ann")
        for text in (self.ok("message", "list", "ann"), self.ok("message", "show", "ann", envelope["id"])):
            for letter in ("\x1b", "\x07", "\u202e", "\x9b"):
                self.assertNotIn(letter, text)

    def test_columns_are_aligned(self):
        self.make_site()
        for uid, name in (("ben", "日本語"), ("zoe", "Zoë"), ("longer-name", "e\u0301")):
            self.ok("person", "add", uid, "--no-password", "--name", name, "--quota", "10G")
        lines = self.ok("person", "list").splitlines()
        column = lines[0].index("NAME")
        for line, name in zip(lines[1:], ("Ann", "日本語", "e\u0301", "Zoë")):
            self.assertEqual(line[column:], name)

    def test_output_cannot_be_written(self):
        self.make_site()
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "--site", self.site, "person", "list"], stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=60, env=self.environment)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("cannot be written", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
