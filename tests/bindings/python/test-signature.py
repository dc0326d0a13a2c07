# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signatures made by a real GnuPG, with keys that are thrown away, and judged here."""
import subprocess
import unittest

from support import Intimail, TestCase

STATUS = Intimail.SignatureStatus
SIGNED = """\
From: Ann <ann@home.example>
Subject: signed
Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary=s

This is OpenPGP.
--s
{content}
--s
Content-Type: application/pgp-signature; name=signature.asc

{signature}
--s--
"""
CONTENT = 'Content-Type: text/plain; charset=utf-8\n\nBien s\u00fbr \t\n-- \nAnn\n'
# Before its keys and signatures of a day have expired.
PAST = ("--faked-system-time", "20200101T000000!")


class Test(TestCase):
    def setUp(self):
        self.ring = self.make_folder() / "g"
        self.other = self.make_folder() / "o"
        for ring in (self.ring, self.other):
            ring.mkdir(mode=0o700)
            self.addCleanup(subprocess.run, ["gpgconf", "--homedir", ring, "--kill", "all"], check=False)

    def gpg(self, ring, *arguments, given=b""):
        command = ["gpg", "--homedir", ring, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *arguments]
        done = subprocess.run(command, input=given, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def make_key(self, ring, name, *options, expires="never"):
        self.gpg(ring, *options, "--quick-gen-key", name, "ed25519", "sign", expires)

    def sign(self, ring, *options):
        bytes_signed = CONTENT.replace("\n", "\r\n").encode()
        return self.gpg(ring, *options, "--armor", "--detach-sign", given=bytes_signed).decode()

    def verify(self, signature, content=CONTENT, line_end="\n"):
        mail = SIGNED.format(content=content, signature=signature).replace("\n", line_end).encode()
        message = Intimail.Message.new_from_bytes(mail)
        (found,) = Intimail.Signature.verify(message, str(self.ring), None)
        (later,) = self.wait(lambda *rest: Intimail.Signature.verify_async(message, str(self.ring), *rest),
                             lambda result: Intimail.Signature.verify_finish(message, result))
        self.assertEqual(later.get_status(), found.get_status())
        return found

    def test_good_and_bad(self):
        self.make_key(self.ring, "Ann Example <ann@home.example>")
        signature = self.sign(self.ring)
        for line_end in ("\n", "\r\n"):
            found = self.verify(signature, line_end=line_end)
            self.assertEqual(found.get_status(), STATUS.GOOD)
            self.assertTrue(found.is_trusted())
            self.assertEqual((found.get_name(), found.get_email()), ("Ann Example", "ann@home.example"))
            self.assertEqual(len(found.get_fingerprint()), 40)
            self.assertIsNotNone(found.get_created())
        for changed in (CONTENT.replace("Ann", "Eve"), CONTENT.replace(" \t\n", "\n"), CONTENT + "\n",
                        CONTENT.replace("text/plain", "text/html")):
            found = self.verify(signature, content=changed)
            self.assertEqual(found.get_status(), STATUS.BAD)
            self.assertFalse(found.is_trusted())

    def test_unknown_key(self):
        self.make_key(self.other, "Eve <eve@far.example>")
        found = self.verify(self.sign(self.other))
        self.assertEqual(found.get_status(), STATUS.UNKNOWN_KEY)
        self.assertIsNone(found.get_email())
        # A key that somebody has sent is no key that somebody trusts.
        self.gpg(self.ring, "--import", given=self.gpg(self.other, "--export"))
        found = self.verify(self.sign(self.other))
        self.assertEqual(found.get_status(), STATUS.GOOD)
        self.assertFalse(found.is_trusted())
        self.assertEqual(found.get_email(), "eve@far.example")

    def test_expired(self):
        self.make_key(self.ring, "Old <old@home.example>", *PAST, expires="1d")
        self.assertEqual(self.verify(self.sign(self.ring, *PAST)).get_status(), STATUS.KEY_EXPIRED)

    def test_signature_expired(self):
        self.make_key(self.ring, "Ann <ann@home.example>", *PAST)
        found = self.verify(self.sign(self.ring, *PAST, "--default-sig-expire", "1d"))
        self.assertEqual(found.get_status(), STATUS.SIGNATURE_EXPIRED)

    def test_none(self):
        message = Intimail.Message.new_from_bytes(SIGNED.format(content=CONTENT, signature="no signature").encode())
        with self.assert_fails(Intimail.Error.FAILED):
            Intimail.Signature.verify(message, str(self.ring), None)
        for mail, code in ((b"Subject: x\n\nx\n", Intimail.Error.NOT_FOUND),
                           (b"\n-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n", Intimail.Error.NOT_SUPPORTED)):
            with self.assert_fails(code):
                Intimail.Signature.verify(Intimail.Message.new_from_bytes(mail), None, None)


if __name__ == "__main__":
    unittest.main()
