#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs of intimail(1) about people, groups, lists, aliases and the directory."""
import json
import re
import subprocess
import sys
import unittest

from command_case import DIFFERENCE, EXISTS, FAILED, NOT_FOUND, PROGRAM, REFUSED, USAGE, CommandCase, mail


class PeopleTest(CommandCase):
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


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
