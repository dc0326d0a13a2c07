#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""intimail(1) on a private site: each verb, its JSON, and what it says when
something is wrong."""
import contextlib
import email.message
import json
import mailbox
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import folder_parent

BUILD = pathlib.Path(os.environ["INTIMAIL_BUILD_ROOT"])
SOURCE = pathlib.Path(os.environ["INTIMAIL_SOURCE_ROOT"])
PROGRAM = str(BUILD / "frontends/command/intimail")

FAILED, USAGE, NOT_FOUND, EXISTS, REFUSED, NO_ROOM, DIFFERENCE = range(1, 8)


def mail(subject, sender="Zoe <zoe@elsewhere.example>", body="Hello.\n", **fields):
    message = email.message.EmailMessage()
    message["From"] = sender
    message["To"] = "ann@home.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{abs(hash((subject, body)))}@elsewhere.example>"
    for name, value in fields.items():
        message[name] = value
    message.set_content(body)
    return message


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="command-", dir=folder_parent()))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.site = self.folder / "site"
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
        self.environment.pop("INTIMAIL_SITE", None)

    def run_program(self, *argv, stdin=None):
        return subprocess.run([PROGRAM, *map(str, argv)], input=stdin, capture_output=True, text=True,
                              timeout=60, env=self.environment, cwd=self.folder)

    def ok(self, *argv, stdin=None):
        """Standard output of a run that succeeds and complains of nothing."""
        done = self.run_program("--site", self.site, *argv, stdin=stdin)
        self.assertEqual((done.returncode, done.stderr), (0, ""), argv)
        return done.stdout

    def json(self, *argv, stdin=None):
        return json.loads(self.ok(*argv, "--json", stdin=stdin))

    def bad(self, status, message, *argv, stdin=None):
        """A run that fails with that status and says that (one line)."""
        done = self.run_program("--site", self.site, *argv, stdin=stdin)
        self.assertEqual(done.returncode, status, (argv, done.stderr))
        self.assertTrue(done.stderr.startswith("intimail: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(message, done.stderr)

    def init(self, *argv):
        return self.run_program("init", self.site, "--domain", "home.example", *argv)

    def make_site(self):
        self.assertEqual(self.init("--transport", "local").returncode, 0)
        self.ok("person", "add", "ann", "--no-password", "--name", "Ann")

    # init

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

    def test_send(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        text = mail("one", sender="Ann <ann@home.example>", Bcc="ben@home.example").as_string()
        self.bad(REFUSED, "no address of ben", "message", "send", "ben", "ann@home.example", stdin=text)
        self.bad(REFUSED, "no address of ann", "message", "send", "--sender", "ben@home.example", "ann", stdin=text)
        self.bad(NOT_FOUND, "zoe", "message", "send", "zoe", stdin=text)
        self.bad(USAGE, "to nobody", "message", "send", "ann", stdin="From: ann@home.example\n\nx\n")
        self.assertTrue(self.json("message", "send", "ann", stdin=text)["id"])
        self.assertEqual([one["subject"] for one in self.json("message", "list", "ben")], ["one"])
        self.assertEqual(len(self.json("message", "list", "ann")), 1)
        self.assertIn("Sent: ", self.ok("message", "send", "ann", "ben@home.example", stdin=text))
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "sent")), 2)
        self.bad(NOT_FOUND, "kept among the drafts", "message", "send", "ann", "nobody@home.example", stdin=text)
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "drafts")), 1)
        self.assertNotIn("Bcc:", self.ok("message", "show", "ben", self.json("message", "list", "ben")[0]["id"], "--raw"))

    # what is typed

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

    def complete(self, *words):
        """What bash offers after these words; the last may be half typed."""
        script = (f'source "{SOURCE}/data/intimail.bash-completion"; COMP_WORDS=("$@"); '
                  'COMP_CWORD=$(($# - 1)); _intimail; printf "%s\\n" "${COMPREPLY[@]}"')
        environment = dict(self.environment, PATH=f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}")
        done = subprocess.run(["bash", "-c", script, "bash", "intimail", *words], capture_output=True, text=True,
                              timeout=60, env=environment, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

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

    # people

    def test_person(self):
        self.make_site()
        made = self.json("person", "add", "ben", "--generate", "--name", "Ben Söhne", "--mail", "b@home.example",
                         "--alias", "ben@home.example", "--alias", "bén@home.example", "--quota", "1.5G",
                         "--quota-messages", "100", "--expiry", "2030-12-31", "--admin")
        self.assertEqual(made["uid"], "ben")
        self.assertRegex(made["password"], r"^[a-z]{6}(-[a-z]{6}){3}$")
        ben = self.json("person", "show", "ben")
        self.assertEqual(ben.pop("uuid").count("-"), 4)
        self.assertEqual(ben, {
            "uid": "ben", "mail": "b@home.example", "name": "Ben Söhne",
            "aliases": ["ben@home.example", "bén@home.example"], "quotaBytes": 1500000000,
            "quotaMessages": 100, "status": "active", "expiry": "2030-12-31T00:00:00Z", "removal": None, "deletesMail": False,
            "adminOf": [], "maildir": "", "host": "", "groups": ["admins"]})
        self.assertEqual([p["uid"] for p in self.json("person", "list")], ["ann", "ben"])
        text = self.ok("person", "show", "ben")
        self.assertIn("name       Ben Söhne\n", text)
        self.assertIn("groups     admins\n", text)

        self.ok("person", "set", "ben", "--mail", "ben.s@home.example", "--quota", "none", "--quota-messages", "none",
                "--status", "disabled", "--expiry", "never", "--name", "Ben")
        ben = self.json("person", "show", "ben")
        self.assertEqual((ben["mail"], ben["quotaBytes"], ben["quotaMessages"], ben["status"], ben["expiry"], ben["name"]),
                         ("ben.s@home.example", 0, 0, "disabled", None, "Ben"))
        self.assertEqual(len(ben["aliases"]), 2)
        self.ok("person", "set", "ben", "--status", "active", "--expiry", "2001-01-01T00:00:00Z")
        self.assertEqual(self.json("person", "show", "ben")["status"], "expired")
        self.ok("person", "remove", "ben", "--now")
        self.assertEqual(self.json("group", "list")[0]["members"], [])
        for verb in ("show", "remove", "passwd"):
            self.bad(NOT_FOUND, "no such person \"ben\": see \"intimail person list\"", "person", verb, "ben")

    def test_person_is_refused(self):
        self.make_site()
        self.bad(EXISTS, "there is a person \"ann\" already", "person", "add", "ann", "--no-password")
        self.bad(EXISTS, "is taken by", "person", "add", "ben", "--no-password", "--mail", "ANN@home.example")
        for uid in ("Ben", "../x", "", "a b", "a" * 65, "é"):
            self.bad(USAGE, "cannot be a uid", "person", "add", "--no-password", "--", uid)
        self.bad(USAGE, "take one of", "person", "add", "ben", "--generate", "--no-password")
        self.bad(USAGE, "a password has 1 to 255 bytes", "person", "add", "ben", "--password-stdin", stdin="\n")
        self.bad(USAGE, "a password has 1 to 255 bytes", "person", "add", "ben", "--password-stdin", stdin="x" * 300)
        self.bad(USAGE, "no control characters", "person", "add", "ben", "--password-stdin", stdin="a\tb\n")
        self.assertEqual([p["uid"] for p in self.json("person", "list")], ["ann"])

    def hashes(self):
        text = (self.site / "directory.ldif").read_text()
        return [line for line in text.splitlines() if line.startswith("userPassword")]

    def test_passwd(self):
        self.make_site()
        self.assertEqual(self.hashes(), [])
        self.ok("person", "passwd", "ann", "--password-stdin", stdin="correct horse\nsomething else\n")
        first, = self.hashes()
        self.assertTrue(first.startswith("userPassword: {CRYPT}$y$"))
        self.assertIn("password of ann: ", self.ok("person", "passwd", "ann", "--generate"))
        second, = self.hashes()
        self.assertNotEqual(first, second)
        self.assertNotIn("correct", second)

    def talk(self, argv, answers):
        """Runs it on a terminal of its own; gives the status and what was shown."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(PROGRAM, [PROGRAM, *map(str, argv)], self.environment)
        shown = b""

        def take():
            """What is shown next; b"" when the other end has closed."""
            ready, _, _ = select.select([terminal], [], [], 20)
            self.assertTrue(ready, shown)
            try:
                return os.read(terminal, 1000)
            except OSError:
                return b""

        try:
            for question, answer in answers:
                while not shown.rstrip().endswith(question):
                    more = take()
                    self.assertTrue(more, shown)
                    shown += more
                os.write(terminal, answer)
            while more := take():
                shown += more
        finally:
            os.close(terminal)
            _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), shown

    def test_password_on_a_terminal(self):
        self.make_site()
        argv = ("--site", self.site, "person", "passwd", "ann")
        status, shown = self.talk(argv, [(b"New password of ann:", b"secret\n"), (b"Once more:", b"secret\n")])
        self.assertEqual(status, 0, shown)
        self.assertNotIn(b"secret", shown)
        before = self.hashes()
        status, shown = self.talk(argv, [(b"New password of ann:", b"secret\n"), (b"Once more:", b"Secret\n")])
        self.assertEqual(status, USAGE, shown)
        self.assertIn(b"not the same: nothing was changed", shown)
        self.assertEqual(self.hashes(), before)

    def test_no_terminal(self):
        self.make_site()
        done = subprocess.run([PROGRAM, "--site", self.site, "person", "passwd", "ann"], capture_output=True, text=True,
                              timeout=60, env=self.environment, start_new_session=True, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("give it with --password-stdin, or take --generate", done.stderr)

    # groups and aliases

    def test_group(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        self.ok("group", "add", "family", "--mail", "family@home.example", "--description", "All of us", "--member", "ann")
        self.ok("group", "join", "family", "ben", "ann")
        family = self.json("group", "list")[1]
        self.assertEqual(family, {"name": "family", "description": "All of us", "mail": "family@home.example",
                                  "members": ["ann", "ben"]})
        self.ok("group", "leave", "family", "ann")
        self.ok("group", "set", "family", "--mail", "", "--description", "Us")
        family = self.json("group", "list")[1]
        self.assertEqual((family["members"], family["mail"], family["description"]), (["ben"], "", "Us"))
        self.assertIn("family", self.ok("group", "list"))

        self.bad(EXISTS, "there is a group \"family\" already", "group", "add", "family")
        self.bad(EXISTS, "is taken by", "group", "add", "x", "--mail", "ann@home.example")
        self.bad(USAGE, "cannot be a group's name", "group", "add", "My Group")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "group", "add", "x", "--member", "zoe")
        self.bad(NOT_FOUND, "no such person \"zoe\": see \"intimail person list\"", "group", "join", "family", "zoe")
        self.bad(NOT_FOUND, "\"ann\" is not in the group \"family\"", "group", "leave", "family", "ann")
        self.bad(NOT_FOUND, "no such group \"x\": see \"intimail group list\"", "group", "join", "x", "ann")
        self.ok("group", "remove", "family")
        self.bad(NOT_FOUND, "no such group \"family\"", "group", "remove", "family")
        self.bad(REFUSED, "cannot be removed", "group", "remove", "admins")

    def test_mailing_list(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        self.assertIn("no list yet", self.ok("list", "list"))
        self.ok("list", "add", "choir", "--description", "All who sing", "--member", "ben", "--member", "zoe@elsewhere.example",
                "--owner", "ann", "--posters", "members", "--hidden", "yes")
        choir = {"name": "choir", "mail": "choir@home.example", "description": "All who sing", "posters": "members",
                 "hidden": True, "owners": ["ann"], "members": ["ben"], "memberAddresses": ["zoe@elsewhere.example"]}
        self.assertEqual(self.json("list", "show", "choir"), choir)
        self.assertEqual(self.json("list", "list"), [choir])
        self.assertRegex(self.ok("list", "list"), r"choir +choir@home.example +members +2 +All who sing\n")
        self.assertIn("             zoe@elsewhere.example\n", self.ok("list", "show", "choir"))
        self.assertEqual(self.complete("--site", self.site, "list", "show", ""), ["choir"])
        self.ok("list", "members", "choir", "--add", "ann", "--add", "yan@elsewhere.example", "--remove", "zoe@elsewhere.example")
        self.assertEqual(self.ok("list", "members", "choir"), "ben\nann\nyan@elsewhere.example\n")
        self.ok("list", "owners", "choir", "--add", "ben", "--remove", "ann")
        self.assertEqual(self.json("list", "owners", "choir"), ["ben"])
        self.ok("list", "set", "choir", "--posters", "anyone", "--hidden", "no", "--description", "")
        choir = self.json("list", "show", "choir")
        self.assertEqual((choir["posters"], choir["hidden"], choir["description"]), ("anyone", False, ""))

        self.bad(USAGE, "is nobody who may write", "list", "set", "choir", "--posters", "friends")
        self.bad(USAGE, "yes or no", "list", "set", "choir", "--hidden", "perhaps")
        self.bad(USAGE, "nothing to change", "list", "set", "choir")
        self.bad(USAGE, "is the list itself", "list", "members", "choir", "--add", "Choir@home.example")
        self.bad(USAGE, "cannot be a member's address", "list", "members", "choir", "--add", "a@")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "list", "members", "choir", "--add", "zoe")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "list", "owners", "choir", "--add", "zoe")
        self.bad(NOT_FOUND, "is no member of the list", "list", "members", "choir", "--remove", "zoe@elsewhere.example")
        self.bad(NOT_FOUND, "is no owner of the list", "list", "owners", "choir", "--remove", "ann")
        self.bad(NOT_FOUND, "is no list: give it an address", "list", "show", "admins")
        self.bad(EXISTS, "there is a group \"choir\" already", "list", "add", "choir")
        self.ok("list", "remove", "choir")
        self.assertEqual(self.json("list", "list"), [])

    def test_alias(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        self.assertIn("no alias", self.ok("alias", "list"))
        self.ok("alias", "add", "ann", "a@home.example", "smith@home.example")
        self.ok("alias", "add", "ben", "b@home.example")
        self.assertEqual([a["alias"] for a in self.json("alias", "list")],
                         ["a@home.example", "smith@home.example", "b@home.example"])
        self.assertEqual(self.json("alias", "list", "ben"),
                         [{"alias": "b@home.example", "uid": "ben", "mail": "ben@home.example",
                           "state": "lasting", "expiry": None, "note": ""}])
        self.bad(EXISTS, "is taken by", "alias", "add", "ben", "A@HOME.example")
        self.bad(USAGE, "cannot be an alias", "alias", "add", "ben", "nonsense")
        self.bad(NOT_FOUND, "nobody has the alias", "alias", "remove", "zoe@home.example")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "alias", "list", "zoe")
        self.ok("alias", "remove", "A@home.example", "b@home.example")
        self.assertEqual([a["alias"] for a in self.json("alias", "list")], ["smith@home.example"])

    def test_temporary_alias(self):
        self.make_site()
        made = self.ok("alias", "add", "ann", "--temporary", "--expires", "30d", "--note", "the shop").strip()
        self.assertRegex(made, r"^[a-z]{6}-[0-9]{4}@home\.example$")
        shop = self.json("alias", "add", "ann", "shop@home.example", "--temporary")
        self.assertEqual(shop, {"alias": "shop@home.example", "uid": "ann", "mail": "ann@home.example",
                                "state": "active", "expiry": None, "note": ""})
        first = self.json("alias", "list", "ann")[0]
        self.assertEqual((first["alias"], first["state"], first["note"]), (made, "active", "the shop"))
        self.assertRegex(first["expiry"], r"^20[0-9-]{8}T")
        self.ok("alias", "end", made)
        self.assertEqual([a["state"] for a in self.json("alias", "list")], ["ended", "active"])
        self.assertRegex(self.ok("alias", "list"), rf"(?m)^{made} +ann +ann@home.example +ended +\S.* the shop$")
        self.ok("alias", "remove", made)
        self.assertEqual([a["alias"] for a in self.json("alias", "list")], ["shop@home.example"])
        self.bad(EXISTS, "already", "alias", "add", "ann", "SHOP@home.example", "--temporary")
        self.bad(NOT_FOUND, "nobody has the alias", "alias", "end", made)
        self.bad(NOT_FOUND, "no temporary alias", "alias", "end", "ann@home.example")
        self.bad(USAGE, "one temporary alias", "alias", "add", "ann", "a@home.example", "b@home.example", "--temporary")
        self.bad(USAGE, "name an address", "alias", "add", "ann")
        self.bad(USAGE, "only what is --temporary", "alias", "add", "ann", "a@home.example", "--note", "x")
        self.bad(USAGE, "is no time", "alias", "add", "ann", "--temporary", "--expires", "soon")

    def test_many_at_once(self):
        """Two hands on one person lose nothing."""
        self.make_site()
        running = [subprocess.Popen([PROGRAM, "--site", self.site, "alias", "add", "ann", f"a{i}@home.example"],
                                    env=self.environment) for i in range(8)]
        self.assertEqual([process.wait(60) for process in running], [0] * 8)
        self.assertEqual(len(self.json("alias", "list", "ann")), 8)

    # mail

    def write_mbox(self, name, messages):
        box = mailbox.mbox(self.folder / name)
        for message in messages:
            box.add(message)
        box.close()
        return self.folder / name

    def test_import_mbox(self):
        self.make_site()
        path = self.write_mbox("box", [mail("one", Status="RO"), mail("two", **{"X-Status": "AF"}),
                                       mail("three", body="Dear all,\n\nFrom now on ...\n")])
        self.assertEqual(self.json("import", "ann", path), {"mailbox": "Inbox", "imported": 3, "skipped": 0, "failed": 0})
        known = {envelope["subject"]: envelope for envelope in self.json("message", "list", "ann")}
        self.assertEqual(known["one"]["keywords"], ["$seen"])
        self.assertEqual(sorted(known["two"]["keywords"]), ["$answered", "$flagged"])
        self.assertEqual(known["three"]["from"], "Zoe <zoe@elsewhere.example>")
        self.assertEqual(self.json("list", "ann"), self.json("message", "list", "ann"))
        raw = self.ok("message", "show", "ann", known["three"]["id"], "--raw")
        self.assertEqual(self.ok("show", "ann", known["three"]["id"], "--raw"), raw)
        self.assertIn("\nFrom now on ...\n", raw)
        self.assertEqual(self.json("import", "ann", path, "--skip-duplicates"),
                         {"mailbox": "Inbox", "imported": 0, "skipped": 3, "failed": 0})
        self.assertEqual(self.ok("import", "ann", path, "--skip-duplicates"), "Inbox: 0 imported, 3 skipped\n")
        self.assertEqual(self.ok("import", "ann", path, "--mailbox", "archive"), "Archive: 3 imported\n")
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "archive")), 3)
        self.assertEqual(len(self.json("message", "list", "ann")), 3)

    def test_root_writes_as_the_owner_of_the_mail(self):
        """The agent runs as somebody, and must be able to go on where root imported."""
        owner = 65534
        if os.geteuid() != 0:
            print("not root: the owner of imported mail is not tested")
            return
        self.make_site()
        path = self.write_mbox("box", [mail("one"), mail("two")])
        path.chmod(0o600)
        closed = self.folder / "closed"
        closed.mkdir(mode=0o700)
        path = path.rename(closed / "box")
        self.folder.chmod(0o755)
        for entry in (self.site / "mail", *(self.site / "mail").rglob("*")):
            os.chown(entry, owner, owner)
        self.ok("import", "ann", path)
        self.assertEqual(len(self.json("message", "list", "ann")), 2)
        self.assertEqual({entry.stat().st_uid for entry in (self.site / "mail").rglob("*")}, {owner})
        self.assertEqual({entry.stat().st_gid for entry in (self.site / "mail").rglob("*")}, {owner})

    def test_import_maildir(self):
        self.make_site()
        box = mailbox.Maildir(self.folder / "Maildir", create=True)
        for subject, flags in (("new", ""), ("seen", "S"), ("starred", "FS")):
            message = mailbox.MaildirMessage(mail(subject))
            message.set_subdir("cur" if flags else "new")
            message.set_flags(flags)
            message.set_date(1000000000)
            box.add(message)
        box.add_folder("Old").add(mailbox.MaildirMessage(mail("old")))
        self.assertEqual(self.ok("import", "ann", self.folder / "Maildir"), "Inbox: 3 imported\nOld: 1 imported\n")
        self.assertEqual([e["subject"] for e in self.json("message", "list", "ann", "--mailbox", "Old")], ["old"])
        known = {envelope["subject"]: envelope for envelope in self.json("message", "list", "ann")}
        self.assertEqual(known["new"]["keywords"], [])
        self.assertEqual(known["seen"]["keywords"], ["$seen"])
        self.assertEqual(sorted(known["starred"]["keywords"]), ["$flagged", "$seen"])
        self.assertEqual(known["seen"]["received"], "2001-09-09T01:46:40Z")
        self.assertEqual([e["subject"] for e in self.json("message", "list", "ann", "--unread")], ["new"])

    def test_import_eml(self):
        self.make_site()
        folder = self.folder / "mails"
        folder.mkdir()
        for i in range(3):
            (folder / f"{i}.eml").write_bytes(mail(f"number {i}").as_bytes())
        (folder / "readme.txt").write_text("no mail\n")
        self.ok("import", "ann", folder)
        self.ok("import", "ann", folder / "0.eml", "--mailbox", "Archive")
        self.assertEqual(len(self.json("message", "list", "ann")), 3)
        self.assertEqual([e["received"] for e in self.json("message", "list", "ann", "--mailbox", "Archive")], ["2026-01-05T10:00:00Z"])

    def test_import_is_refused(self):
        self.make_site()
        empty = self.folder / "empty"
        empty.mkdir()
        self.bad(NOT_FOUND, "nowhere.eml", "import", "ann", "nowhere.eml")
        self.bad(USAGE, "is neither a Maildir", "import", "ann", empty)
        self.bad(USAGE, "is no Maildir", "import", "ann", empty, "--format", "maildir")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "import", "zoe", empty)
        self.bad(NOT_FOUND, "no such mailbox \"Nowhere\": see \"intimail mailbox list UID\"",
                 "import", "ann", empty, "--mailbox", "Nowhere")
        self.ok("person", "set", "ann", "--quota", "3000")
        path = self.write_mbox("large", [mail(f"n{i}", body="x\n" * 500) for i in range(5)])
        done = self.run_program("--site", self.site, "import", "ann", path)
        self.assertEqual((done.returncode, done.stdout), (NO_ROOM, "Inbox: 2 imported\n"), done.stderr)
        self.assertIn("the same command goes on when there is more room", done.stderr)
        # What was imported, and the message that says how full the mailbox is.
        subjects = sorted(m["subject"] for m in self.json("message", "list", "ann"))
        self.assertEqual((len(subjects), subjects[1:]), (3, ["n0", "n1"]))
        self.assertRegex(subjects[0], r"^Your mailbox is 8\d % full$")
        self.assertEqual(self.subjects("ann"), ["n0", "n1"])
        self.ok("person", "set", "ann", "--quota", "none")
        self.assertEqual(self.ok("import", "ann", path), "Inbox: 3 imported\n")
        self.assertEqual(self.subjects("ann"), [f"n{i}" for i in range(5)])

    def subjects(self, uid):
        """What arrived, without notices of the quota."""
        return sorted(e["subject"] for e in self.json("message", "list", uid) if e["from"].startswith("Zoe"))

    def test_import_with_problems(self):
        self.make_site()
        folder = self.folder / "mails"
        folder.mkdir()
        (folder / "a.eml").write_bytes(mail("a").as_bytes())
        os.mkfifo(folder / "b.eml")
        (folder / "c.eml").write_bytes(mail("c").as_bytes())
        done = self.run_program("--site", self.site, "import", "ann", folder)
        self.assertEqual((done.returncode, done.stdout), (FAILED, "Inbox: 2 imported, 1 failed\n"))
        self.assertEqual(done.stderr, f"intimail: {folder}/b.eml: is no regular file\n")
        # Only what failed is tried again.
        (folder / "b.eml").unlink()
        (folder / "b.eml").write_bytes(mail("b").as_bytes())
        self.assertEqual(self.ok("import", "ann", folder), "Inbox: 1 imported\n")
        self.assertEqual(self.subjects("ann"), ["a", "b", "c"])

    def test_import_shows_how_far_it_is(self):
        self.make_site()
        path = self.write_mbox("box", [mail(f"n{i}") for i in range(20)])
        ours, theirs = pty.openpty()
        done = subprocess.run([PROGRAM, "--site", self.site, "import", "ann", path], stdout=subprocess.PIPE, stderr=theirs,
                              timeout=60, env=self.environment)
        os.close(theirs)
        with open(ours, "rb", buffering=0) as terminal:
            shown = ""
            with contextlib.suppress(OSError):  # the other end is closed
                while piece := terminal.read(4096):
                    shown += piece.decode()
        self.assertEqual((done.returncode, done.stdout), (0, b"Inbox: 20 imported\n"))
        self.assertIn("[##############################] 100 %, 20 messages", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)

    def test_list(self):
        self.make_site()
        self.assertEqual(self.ok("message", "list", "ann"), "no mail\n")
        self.assertEqual(self.json("message", "list", "ann"), [])
        path = self.write_mbox("box", [mail(f"number {i}") for i in range(9)])
        self.ok("import", "ann", path)
        page = self.ok("message", "list", "ann", "--limit", "4", "--offset", "2")
        self.assertEqual(len(page.splitlines()), 6)
        self.assertIn("4 of 9", page)
        self.assertEqual([e["subject"] for e in self.json("message", "list", "ann", "--search", "number 7")], ["number 7"])
        self.assertEqual(self.json("message", "list", "ann", "--offset", "100"), [])
        self.bad(NOT_FOUND, "no such mailbox", "message", "list", "ann", "--mailbox", "x")
        self.bad(NOT_FOUND, "no such person", "message", "list", "zoe")

    def test_show(self):
        self.make_site()
        message = mail("Grüße", body="Schöne Grüße\n")
        message.add_attachment(b"\x00\x01\xff", maintype="application", subtype="octet-stream", filename="däta.bin")
        (self.folder / "x.eml").write_bytes(message.as_bytes())
        self.ok("import", "ann", "x.eml")
        envelope, = self.json("message", "list", "ann")
        text = self.ok("message", "show", "ann", envelope["id"])
        for line in ("from:    Zoe <zoe@elsewhere.example>", "subject: Grüße", "Schöne Grüße"):
            self.assertIn(line + "\n", text)
        shown = self.json("message", "show", "ann", envelope["id"])
        self.assertEqual(shown["envelope"], envelope)
        self.assertEqual(shown["text"], "Schöne Grüße\n")
        file, = shown["attachments"]
        self.assertEqual((file["name"], file["type"], file["size"]), ("däta.bin", "application/octet-stream", 3))
        part = subprocess.run([PROGRAM, "--site", self.site, "message", "show", "ann", envelope["id"], "--part", file["part"]],
                              capture_output=True, timeout=60, env=self.environment)
        self.assertEqual((part.returncode, part.stdout), (0, b"\x00\x01\xff"))
        raw = subprocess.run([PROGRAM, "--site", self.site, "message", "show", "ann", envelope["id"], "--raw"],
                             capture_output=True, timeout=60, env=self.environment)
        self.assertEqual(raw.stdout, message.as_bytes())
        self.bad(NOT_FOUND, "no part \"9\"", "message", "show", "ann", envelope["id"], "--part", "9")
        self.bad(NOT_FOUND, "", "message", "show", "ann", "mnothing")
        self.bad(NOT_FOUND, "", "message", "show", "ann", "../../../etc/passwd")

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

    def test_mailbox_list(self):
        self.make_site()
        roles = {m["role"]: m for m in self.json("mailbox", "list", "ann")}
        self.assertEqual(set(roles), {"inbox", "sent", "drafts", "trash", "junk", "archive"})
        self.assertEqual(roles["inbox"]["messages"], 0)
        self.assertIn("inbox", self.ok("mailbox", "list", "ann"))
        self.bad(NOT_FOUND, "no such person", "mailbox", "list", "zoe")

    def test_mailbox_changes(self):
        self.make_site()
        def paths():
            return {m["path"] for m in self.json("mailbox", "list", "ann") if m["role"] == ""}
        self.ok("mailbox", "create", "ann", "Clubs")
        made = self.json("mailbox", "create", "ann", "Clubs/Été 1.2")
        self.assertEqual((made["path"], made["name"], made["messages"]), ("Clubs/Été 1.2", "Été 1.2", 0))
        self.ok("import", "ann", self.write_mbox("box", [mail("one")]), "--mailbox", "Clubs/Été 1.2")
        self.ok("mailbox", "create", "ann", "Archive/2026")
        self.ok("mailbox", "rename", "ann", "Clubs", "Archive/2026/~clubs")
        self.assertEqual(paths(), {"Archive/2026", "Archive/2026/~clubs", "Archive/2026/~clubs/Été 1.2"})
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "Archive/2026/~clubs/Été 1.2")), 1)
        self.bad(EXISTS, "there are mailboxes inside", "mailbox", "remove", "ann", "Archive/2026/~clubs")
        self.bad(EXISTS, "there are messages inside", "mailbox", "remove", "ann", "Archive/2026/~clubs/Été 1.2")
        self.ok("mailbox", "remove", "ann", "Archive/2026/~clubs/Été 1.2", "--with-messages")
        self.ok("mailbox", "remove", "ann", "Archive/2026/~clubs")
        self.assertEqual(paths(), {"Archive/2026"})
        for path, status, message in (
            ("", USAGE, "it is empty"), ("..", USAGE, "it stands for a folder"), ("x" * 300, USAGE, "over 200 bytes"),
            ("a\tb", USAGE, "a control character"), (" a", USAGE, "a space"), ("inbox", EXISTS, "already"),
            ("Archive/2026", EXISTS, "already"), ("None/x", NOT_FOUND, "no such mailbox \"None\""),
            ("Archive/", USAGE, "it is empty"), ("../x", NOT_FOUND, "no such mailbox \"..\""),
        ):
            self.bad(status, message, "mailbox", "create", "ann", path)
            self.bad(status, message, "mailbox", "rename", "ann", "sent", path)
        self.bad(USAGE, "the inbox cannot be removed", "mailbox", "remove", "ann", "inbox")

    def test_expire(self):
        """The days are changed in the files: nobody waits for 30 of them."""
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        self.ok("import", "ann", self.write_mbox("box", [mail("one"), mail("two")]), "--mailbox", "trash")
        self.ok("import", "ann", self.write_mbox("spam", [mail("three")]), "--mailbox", "junk")
        self.assertEqual(self.json("expire"), [])
        self.assertIn("nothing to remove", self.ok("expire"))
        for name, days in (("Trash", 31), ("Junk", 29)):
            for file, key in (("intimail.jsonl", "arrived"), ("intimail.mailbox", "roleSince")):
                path = self.site / "mail/ann" / f".{name}" / file
                text, n = re.subn(rf'("{key}":)(\d+)', lambda m: f"{m[1]}{int(m[2]) - days * 86400 - 3600}", path.read_text())
                self.assertGreater(n, 0)
                path.write_text(text)
        listed = self.json("expire", "--dry-run")
        self.assertEqual(sorted((m["uid"], m["role"], m["subject"]) for m in listed), [("ann", "trash", "one"), ("ann", "trash", "two")])
        self.assertIn("two", self.ok("expire", "--dry-run", "ann"))
        self.assertEqual(self.json("expire", "--dry-run", "ben"), [])
        self.assertEqual(self.json("expire"), [{"uid": "ann", "role": "trash", "days": 30, "removed": 2}])
        self.assertEqual(self.json("expire"), [])
        self.assertEqual(self.json("message", "list", "ann", "--mailbox", "trash"), [])
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "junk")), 1)
        self.assertFalse((self.site / "mail/ben").exists())
        settings = self.site / "intimail.conf"
        settings.write_text(settings.read_text().replace("junk-days=30", "junk-days=29"))
        self.assertIn("29", self.ok("expire", "ann"))
        self.assertEqual(self.json("message", "list", "ann", "--mailbox", "junk"), [])
        self.bad(NOT_FOUND, "no such person \"zoe\"", "expire", "zoe")

    def test_file(self):
        self.make_site()
        path = pathlib.Path(self.folder, "Photo été.png")
        path.write_bytes(b"x" * 2500)
        self.assertEqual(self.json("file", "list", "ann"), [])
        self.assertIn("none", self.ok("file", "list", "ann"))
        made = self.json("file", "add", "ann", str(path), "--downloads", "3", "--expires", "2090-12-31")
        self.assertEqual((made["name"], made["type"], made["size"]), ("Photo été.png", "image/png", 2500))
        self.assertEqual((made["maxDownloads"], made["downloads"], made["password"], made["detached"]), (3, 0, False, False))
        self.assertTrue(made["expires"].startswith("2090-12-31"))
        self.assertRegex(made["link"], "^http://127.0.0.1:8080/file/[a-z2-7]{49}$")
        self.assertIn(made["link"], self.ok("file", "show", "ann", made["id"]))
        listed = self.json("file", "list", "ann")
        self.assertEqual([file["id"] for file in listed], [made["id"]])
        self.assertNotIn("link", listed[0])
        self.assertIn("0 of 3", self.ok("file", "list", "ann"))
        secret = json.loads(self.ok("--json", "file", "add", "ann", str(path), "--password-stdin", "--name", "b", stdin="correct horse\n"))
        self.assertTrue(secret["password"])
        piped = json.loads(self.ok("--json", "file", "add", "ann", "-", "--name", "c", "--type", "text/x-c", "--expires", "never", stdin="hello"))
        self.assertEqual((piped["name"], piped["size"], piped["type"], piped["expires"]), ("c", 5, "text/x-c", None))
        site = ("--site", str(self.site))
        self.assertIn(made["id"], self.complete(*site, "file", "revoke", "ann", ""))
        self.assertEqual(self.complete("file", "s"), ["show"])
        self.ok("file", "revoke", "ann", made["id"], piped["id"])
        self.assertEqual([file["id"] for file in self.json("file", "list", "ann")], [secret["id"]])
        self.bad(NOT_FOUND, "no such file", "file", "show", "ann", made["id"])
        self.bad(NOT_FOUND, "no such file", "file", "revoke", "ann", "../x")
        self.bad(NOT_FOUND, "No such file", "file", "add", "ann", str(path) + "x")
        self.bad(NOT_FOUND, "no such person", "file", "add", "zoe", str(path))
        self.bad(USAGE, "--downloads", "file", "add", "ann", str(path), "--downloads", "-1")
        self.bad(USAGE, "standard input", "file", "add", "ann", "-", "--password-stdin")
        self.ok("person", "set", "ann", "--quota", "4k")
        self.bad(NO_ROOM, "there is room for", "file", "add", "ann", str(path))

        # Its time is over: refused at once, and removed by the next run.
        record = self.site / "big/ann" / f"{secret['id']}.json"
        record.write_text(re.sub(r'"expires":\d+', '"expires":1', record.read_text()))
        self.assertEqual(self.json("expire", "--dry-run"), [{"uid": "ann", "file": secret["id"], "name": "b"}])
        self.assertEqual(self.json("expire"), [{"uid": "ann", "removedFiles": 1}])
        self.assertEqual(list((self.site / "big/ann").iterdir()), [])

    def test_ldif(self):
        self.make_site()
        self.ok("group", "add", "family", "--mail", "family@home.example", "--member", "ann")
        text = self.ok("directory", "export", "--format", "ldif")
        self.assertIn("dn: uid=ann,ou=people,dc=home,dc=example\n", text)
        new = self.folder / "new.ldif"
        new.write_text(text)
        self.bad(EXISTS, "new.ldif: line", "directory", "import", new)
        new.write_text(text.replace("ann", "zoe").replace("family", "others"))
        self.assertEqual(self.ok("directory", "import", new), "people and groups added: 2\n")
        self.assertEqual([p["uid"] for p in self.json("person", "list")], ["ann", "zoe"])
        new.write_text(text.replace("ann", "yan").replace("family", "more").replace("cn: more", "cn"))
        self.bad(USAGE, r"new.ldif: line", "directory", "import", new)
        self.assertEqual(len(self.json("person", "list")), 2)
        self.bad(USAGE, "is no format", "directory", "export", "--format", "xml")

    def test_directory_check(self):
        self.make_site()
        self.ok("person", "set", "ann", "--name", "Ann")
        self.ok("group", "join", "admins", "ann")
        self.ok("person", "add", "ben", "--no-password")
        self.ok("group", "add", "family", "--mail", "family@home.example", "--member", "ann")
        self.ok("import", "ben", self.write_mbox("box", [mail("one")]))
        self.assertEqual(self.ok("directory", "check"), "all is well\n")
        ldif = self.site / "directory.ldif"
        good = ldif.read_text()
        for pattern, change, words in (
                ("(?m)^intimailListAddress: ", "memberUid: gone\nintimailListAddress: ", 'the member "gone" is nobody'),
                ("(?m)^intimailListAddress: ", "intimailListOwner: away\nintimailListAddress: ", 'the owner "away" is nobody'),
                ("mail: ben@home.example", "mail: ben@elsewhere.example", '"ben@elsewhere.example" is outside the domains'),
                ("mail: ben@home.example", "mail: ben@home.example\nintimailTemporaryAlias: x@far.example -", '"x@far.example" is outside'),
                ("mail: ben@home.example", "mail: ben@home.example\nintimailQuotaBytes: 10", "bytes are kept, 10 are allowed"),
                ("mail: ann@home.example", "mail: ann@home.example\nintimailMaildir: ben", 'mail/ben is that of person "ann" too'),
                ("mail: ann@home.example", "mail: ann@home.example\nintimailMaildir: /etc", '"/etc" of "ann" is not below root'),
                ("mail: ann@home.example", "mail: ann@home.example\nintimailRemoval: 20400101000000Z", "mail to postmaster@ and abuse@ waits")):
            text, n = re.subn(pattern, change, good, count=1)
            self.assertEqual(n, 1, pattern)
            ldif.write_text(text)
            done = self.run_program("--site", self.site, "--json", "directory", "check")
            self.assertEqual(done.returncode, DIFFERENCE, done.stdout + done.stderr)
            finding, = json.loads(done.stdout)
            self.assertIn(words, finding)
        # Two with one address are a mistake of the file, which is then not taken over.
        ldif.write_text(good.replace("mail: ben@home.example", "mail: ANN@home.example"))
        done = self.run_program("--site", self.site, "directory", "check")
        self.assertEqual(done.returncode, FAILED)
        self.assertRegex(done.stderr, r"directory.ldif:\d+: the address .* is taken: see line \d+")
        ldif.write_text(good)
        self.assertEqual(self.ok("directory", "check"), "all is well\n")

    def test_removal(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password", "--mail", "b@home.example")
        self.ok("import", "ben", self.write_mbox("box", [mail("one")]))
        self.assertIn('"intimail person restore ben" undoes it until 20', self.ok("person", "remove", "ben", "--delete-mail"))
        shown = self.json("person", "show", "ben")
        self.assertEqual((shown["status"], shown["deletesMail"]), ("removed", True))
        self.assertRegex(shown["removal"], "^20")
        self.assertIn("the mail is deleted", self.ok("person", "show", "ben"))
        self.bad(EXISTS, "already", "person", "add", "ben", "--no-password", "--take-mail")
        self.bad(EXISTS, "is taken", "person", "add", "dora", "--no-password", "--mail", "b@home.example")
        self.assertEqual(self.json("expire"), [])
        self.ok("person", "restore", "ben")
        self.assertEqual(self.json("person", "show", "ben")["status"], "active")
        self.assertFalse(self.json("person", "remove", "ben")["deletesMail"])
        # The time is changed in the file: nobody waits for 30 days.
        ldif = self.site / "directory.ldif"
        text, n = re.subn(r"intimailRemoval: \d+Z", "intimailRemoval: 20200101000000Z", ldif.read_text())
        self.assertEqual(n, 1)
        ldif.write_text(text)
        self.bad(REFUSED, "can no longer be undone", "person", "restore", "ben")
        self.assertEqual(self.json("expire", "--dry-run"), [{"uid": "ben", "person": True, "keptMail": ""}])
        self.assertIn("mail kept aside", self.ok("expire"))
        kept, = (self.site / "mail/.kept").iterdir()
        self.assertTrue(kept.name.startswith("ben@20"))
        self.assertFalse((self.site / "mail/ben").exists())
        self.bad(NOT_FOUND, "no such person", "person", "show", "ben")
        self.ok("person", "add", "ben", "--no-password")
        self.assertEqual(self.json("message", "list", "ben"), [])
        self.ok("import", "ben", kept)
        self.assertEqual(len(self.json("message", "list", "ben")), 1)
        self.bad(USAGE, "either", "person", "remove", "ben", "--keep-mail", "--delete-mail")
        self.assertEqual(self.ok("person", "remove", "ben", "--now", "--delete-mail"), "ben is gone\n")
        self.assertFalse((self.site / "mail/ben").exists())
        (self.site / "mail/ben").mkdir()
        self.bad(EXISTS, "perhaps of an earlier", "person", "add", "ben", "--no-password")
        self.ok("person", "add", "ben", "--no-password", "--take-mail")

    def test_expired_person(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password", "--expiry", "90d")
        self.assertEqual(self.json("person", "show", "ben")["status"], "active")
        self.ok("import", "ben", self.write_mbox("box", [mail("one")]))
        self.ok("person", "set", "ben", "--expiry", "2020-01-01")
        settings = self.site / "intimail.conf"
        text = settings.read_text()
        settings.write_text(text.replace("expired-days=90", "expired-days=0"))
        self.assertEqual(self.json("expire"), [])
        settings.write_text(text)
        self.assertEqual(self.json("expire"), [{"uid": "ben", "person": True, "keptMail": ""}])
        self.assertFalse((self.site / "mail/ben").exists())
        self.assertEqual([p["uid"] for p in self.json("person", "list")], ["ann"])

    def test_removal_is_killed(self):
        """Whenever it is: who comes after never finds the mail, and the next run ends it."""
        self.make_site()
        for i in range(30):
            self.ok("person", "add", "ben", "--no-password")
            self.ok("import", "ben", self.write_mbox(f"box{i}", [mail("secret")]))
            running = subprocess.Popen([PROGRAM, "--site", self.site, "person", "remove", "ben", "--now", "--delete-mail"],
                                       env=self.environment, stdout=subprocess.DEVNULL)
            try:
                running.wait(0.001 * i)
            except subprocess.TimeoutExpired:
                running.kill()
            running.wait(60)
            added = self.run_program("--site", self.site, "person", "add", "ben", "--no-password")
            self.assertIn(added.returncode, (0, EXISTS))
            if added.returncode == 0:
                self.assertEqual(self.json("message", "list", "ben"), [])
            self.ok("person", "remove", "ben", "--now", "--delete-mail")
            self.ok("expire")
            self.assertEqual(sorted(p.name for p in (self.site / "mail").glob("[a-z]*")), [])
            self.assertEqual(list((self.site / "mail/.removed").iterdir()), [])

    def test_places(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password", "--maildir", "old/ben", "--admin-of", "club.example", "--host", "mail.home.example")
        shown = self.json("person", "show", "ben")
        self.assertEqual((shown["maildir"], shown["adminOf"], shown["host"]), ("old/ben", ["club.example"], "mail.home.example"))
        self.ok("import", "ben", self.write_mbox("box", [mail("one")]))
        self.assertTrue((self.site / "mail/old/ben/cur").is_dir())
        self.ok("person", "set", "ben", "--maildir", "/etc")
        self.bad(FAILED, "is not below root or one of roots", "message", "list", "ben")
        self.ok("person", "set", "ben", "--maildir", "none", "--host", "other.example", "--admin-of", "none")
        self.bad(FAILED, 'is kept by "other.example"', "message", "list", "ben")
        settings = self.site / "intimail.conf"
        settings.write_text(settings.read_text().replace("other-hosts=defer", "other-hosts=take"))
        self.assertEqual(self.json("message", "list", "ben"), [])
        self.assertEqual(self.json("person", "show", "ben")["adminOf"], [])
        self.bad(USAGE, "is no domain", "person", "set", "ben", "--admin-of", "a b")
        self.bad(USAGE, "is no host's name", "person", "set", "ben", "--host", "a/b")

    def test_quota(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password", "--quota", "1M", "--quota-messages", "7")
        self.ok("import", "ann", self.write_mbox("box", [mail("one")]))
        ann, ben = self.json("quota")
        self.assertEqual((ann["uid"], ann["limitBytes"], ann["usedMessages"]), ("ann", 0, 1))
        self.assertGreater(ann["usedBytes"], 100)
        self.assertEqual(ben, {"uid": "ben", "usedBytes": 0, "limitBytes": 1000000, "usedMessages": 0, "limitMessages": 7})
        self.assertEqual(self.json("quota", "ben"), [ben])
        self.assertIn("1.0", self.ok("quota", "ben"))
        self.bad(NOT_FOUND, "no such person \"zoe\"", "quota", "ann", "zoe")

    def test_index(self):
        self.make_site()
        self.ok("import", "ann", self.write_mbox("box", [mail("one"), mail("two")]))
        self.assertEqual(self.ok("index", "check"), "")
        self.assertEqual(self.json("index", "check", "ann"), [])
        self.assertEqual(self.json("index", "check", "--deep", "ann"), [])
        index = self.site / "mail/ann/intimail.jsonl"
        index.write_text(index.read_text().replace('"subject":"two"', '"subject":"too"'))
        self.assertEqual(self.ok("index", "check"), "")
        done = self.run_program("--site", self.site, "index", "check", "--deep")
        self.assertEqual(done.returncode, DIFFERENCE)
        self.assertIn('by "subject"', done.stdout)
        self.assertIn('by "subject"', self.ok("index", "check", "--deep", "--mend"))
        self.assertEqual(self.ok("index", "check", "--deep"), "")
        index.write_text(index.read_text().splitlines()[0] + "\n")
        done = self.run_program("--site", self.site, "index", "check", "--json")
        self.assertEqual((done.returncode, done.stderr), (DIFFERENCE, ""))
        self.assertEqual(json.loads(done.stdout)[0]["uid"], "ann")
        done = self.run_program("--site", self.site, "index", "check", "ann")
        self.assertEqual(done.returncode, DIFFERENCE)
        self.assertIn("\"intimail index rebuild\" mends it", done.stdout)
        rebuilt = self.json("index", "rebuild", "ann", "inbox")
        self.assertEqual([(r["uid"], r["messages"]) for r in rebuilt], [("ann", 2)])
        self.assertEqual(self.ok("index", "check"), "")
        self.assertEqual(sorted(e["subject"] for e in self.json("message", "list", "ann")), ["one", "two"])
        self.assertIn("2 messages", self.ok("index", "rebuild", "ann", "inbox"))
        index.write_text(index.read_text().splitlines()[0] + "\n")
        self.assertIn("does not know", self.ok("index", "check", "--mend"))
        self.assertEqual(self.ok("index", "check"), "")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "index", "check", "zoe")
        self.bad(NOT_FOUND, "no such mailbox", "index", "rebuild", "ann", "x")

    def test_output_cannot_be_written(self):
        self.make_site()
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "--site", self.site, "person", "list"], stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=60, env=self.environment)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("cannot be written", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
