#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the examples of each language on one private site: they print the same.

usage: test-examples.py FOLDER-OF-PROGRAMS FOLDER-OF-MAILS
"""
import email
import email.policy
import pathlib
import subprocess
import sys
import tempfile
import unittest

import gi

gi.require_version("Intimail", "1")
from gi.repository import Intimail

PROGRAMS, MAILS = (pathlib.Path(argument) for argument in sys.argv[1:3])
PYTHON = pathlib.Path(__file__).parent / "python"
LANGUAGES = {
    "c": lambda name: [PROGRAMS / "c" / name],
    "python": lambda name: [sys.executable, PYTHON / f"{name}.py"],
    "vala": lambda name: [PROGRAMS / "vala" / name],
}


class Test(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=PROGRAMS)
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.site = self.folder / "site"
        site = Intimail.Site.create(str(self.site), "home.example")
        site.get_directory().add_person(Intimail.Person.new("ann", "ann@home.example"), "correct horse")

    def run_all(self, name, *arguments, mail=None, status=0):
        """What the program prints in each language, which must be the same."""
        outputs = {}
        for language, command in LANGUAGES.items():
            ran = subprocess.run(
                [*command(name), *(str(a).replace("LANGUAGE", language) for a in arguments)],
                input=mail.read_bytes() if mail else b"", capture_output=True, timeout=60)
            self.assertEqual(ran.returncode, status, (language, ran.stderr))
            outputs[language] = (ran.stdout.decode(), ran.stderr.decode())
        self.assertEqual(len(set(outputs.values())), 1, outputs)
        return outputs["c"]

    def test_all(self):
        mail = MAILS / "3-good-to-know.eml"
        output, _ = self.run_all("deliver", self.site, "ben@home.example", "ann@home.example", mail=mail)
        self.assertEqual(output, "delivered to ann@home.example\n")

        output, _ = self.run_all("list-inbox", self.site, "ann")
        lines = [line.split("\t") for line in output.splitlines()]
        self.assertEqual(len(lines), len(LANGUAGES))
        for _, sender, subject in lines:
            self.assertEqual(sender, "Ben <ben@home.example>")
            self.assertEqual(subject, "Good to know: one page for the fridge")

        output, _ = self.run_all("read-attachment", self.site, "ann", lines[0][0], self.folder / "LANGUAGE.pdf")
        message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
        content = next(message.iter_attachments()).get_content()
        self.assertEqual(output, f"If something happens.pdf, application/pdf, {len(content)} bytes\n")
        for language in LANGUAGES:
            self.assertEqual((self.folder / f"{language}.pdf").read_bytes(), content)

    def test_rules(self):
        for list_id in ("garden.lists.example", "choir.lists.example"):
            output, _ = self.run_all("sort-list", self.site, "ann", list_id, "archive")
        self.assertEqual(output, "garden.lists.example\tarchive\nchoir.lists.example\tarchive\n")
        mail = self.folder / "mail"
        mail.write_bytes(b"From: zoe@far.example\nList-Id: Choir <choir.lists.example>\nSubject: Song\n\nla\n")
        self.run_all("deliver", self.site, "zoe@far.example", "ann@home.example", mail=mail)
        output, _ = self.run_all("list-inbox", self.site, "ann")
        self.assertEqual(output, "")
        _, error = self.run_all("sort-list", self.site, "ann", "", "archive", status=1)
        self.assertEqual(error, "the name of a rule is one line of at most 200 bytes\n")

    def test_reply(self):
        settings = self.site / "intimail.conf"
        settings.write_text(settings.read_text().replace("kind=sendmail", "kind=local"))
        site = Intimail.Site.open(str(self.site))
        ben = Intimail.Person.new("ben", "ben@home.example")
        site.get_directory().add_person(ben, "correct horse")
        site.get_directory().add_person(Intimail.Person.new("chloe", "chloe@home.example"), "correct horse")
        self.run_all("deliver", self.site, "ben@home.example", "ann@home.example", mail=MAILS / "3-good-to-know.eml")
        output, _ = self.run_all("list-inbox", self.site, "ann")
        mail_id = output.split("\t")[0]
        output, _ = self.run_all("reply", self.site, "ann", mail_id, "Thank you, LANGUAGE!")
        self.assertEqual(output, "answered ben@home.example, chloe@home.example\n")
        answers = site.get_account(ben)
        listing = answers.query(None, None, False, None)
        texts = []
        for answer in (answers.open_message(envelope.get_id()) for envelope in listing):
            self.assertEqual(answer.get_subject(), "Re: Good to know: one page for the fridge")
            texts.append(answer.get_text().split("\n"))
        self.assertEqual(sorted(text[0] for text in texts), sorted(f"Thank you, {language}!" for language in LANGUAGES))
        for text in texts:
            self.assertRegex(text[2], "^On .*wrote:$|^On .*,$")
            self.assertTrue(any(line.startswith("> ") for line in text))

    def test_watch(self):
        """In Python alone: it prints the mail that another program brings."""
        command = [*LANGUAGES["python"]("watch-inbox"), self.site, "ann", "2"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
            try:
                self.assertEqual(watching.stdout.readline(), "watching\n")
                for name in ("1-welcome", "3-good-to-know"):
                    mail = MAILS / f"{name}.eml"
                    deliver = [*LANGUAGES["python"]("deliver"), self.site, "ben@home.example", "ann@home.example"]
                    subprocess.run(deliver, input=mail.read_bytes(), check=True, capture_output=True, timeout=60)
                    sender, subject = watching.stdout.readline().rstrip("\n").split("\t")
                    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
                    self.assertEqual((sender, subject), (str(message["From"]), str(message["Subject"])))
                self.assertEqual(watching.wait(60), 0)
            finally:
                watching.kill()

    def test_import(self):
        (self.folder / "mails").mkdir()
        for language in LANGUAGES:
            (self.folder / "mails" / language).mkdir()
            (self.folder / "mails" / language / "a.eml").write_text(f"Subject: {language}\n\nHello.\n")
        output, _ = self.run_all("import-mail", self.site, "ann", self.folder / "mails/LANGUAGE")
        self.assertEqual(output, "Inbox: 1 imported\n")
        output, _ = self.run_all("list-inbox", self.site, "ann")
        self.assertEqual(sorted(line.split("\t")[2] for line in output.splitlines()), sorted(LANGUAGES))

    def test_guard(self):
        log = self.folder / "auth.log"
        line = "2026-11-27T05:00:{:02}Z home sshd[{}]: Failed password for root from {} port 22 ssh2\n"
        log.write_text("".join(line.format(i, i, address) for i in range(5) for address in ("192.0.2.1", "2001:db8::1")) + line.format(9, 9, "192.0.2.2"))
        output, _ = self.run_all("guard-log", log)
        self.assertEqual([line.split("\t")[0] for line in output.splitlines()], ["192.0.2.1", "2001:db8::1"])

    def test_errors(self):
        mail = MAILS / "1-welcome.eml"
        for name, arguments in (
            ("deliver", [self.site, "ben@home.example", "nobody@home.example"]),
            ("import-mail", [self.site, "nobody", self.folder]),
            ("import-mail", [self.site, "ann", self.folder / "nothing"]),
            ("list-inbox", [self.site, "nobody"]),
            ("list-inbox", [self.folder / "nothing", "ann"]),
            ("read-attachment", [self.site, "ann", "mnothing", self.folder / "LANGUAGE"]),
            ("reply", [self.site, "ann", "mnothing", "x"]),
        ):
            with self.subTest(name=name, arguments=arguments):
                output, error = self.run_all(name, *arguments, mail=mail, status=1)
                self.assertEqual(output, "")
                self.assertEqual(len(error.splitlines()), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
