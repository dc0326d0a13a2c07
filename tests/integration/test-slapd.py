#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The embedded directory's file is taken by a real slapd, unchanged, and people
sign in there with the passwords that were set here."""
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import gi

gi.require_version("Intimail", "1")
from gi.repository import Intimail  # noqa: E402

from slapd import BASE, SOURCE, Slapd, run, tool, write_config  # noqa: E402

BUILD = pathlib.Path(os.environ["INTIMAIL_BUILD_ROOT"])
EXPIRY = 1924991999  # 2030-12-31 23:59:59 UTC


def make_directory(path):
    """A site's people with all that we can say about somebody."""
    Intimail.LdifDirectory.create(path, BASE, "Home & Söhne")
    directory = Intimail.LdifDirectory.new(path, BASE)
    ann = Intimail.Person.new("ann", "ann@home.example")
    ann.set_display_name("Ann Smíth")
    ann.set_aliases(["smith@home.example", "änn@home.example"])
    ann.set_quota_bytes(5_000_000_000)
    ann.set_quota_messages(1000)
    ann.set_expiry(EXPIRY)
    directory.add_person(ann, "correct horse", None)
    ben = Intimail.Person.new("ben", "ben@home.example")
    ben.set_status(Intimail.PersonStatus.DISABLED)
    directory.add_person(ben, None, None)
    family = Intimail.Group.new("family")
    family.set_mail("family@home.example")
    family.set_description("All of us")
    family.set_members(["ann", "ben"])
    directory.add_group(family, None)
    admins = directory.lookup_group("admins", None)
    admins.set_members(["ann"])
    directory.update_group(admins, None)
    return directory


class SlapdTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        parent = BUILD / "test-folders"
        parent.mkdir(exist_ok=True)
        # Short: the path of a UNIX socket has 107 bytes.
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="slapd-", dir=parent))
        cls.ldif = cls.folder / "directory.ldif"
        cls.directory = make_directory(str(cls.ldif))
        cls.slapd = Slapd(cls.folder)
        cls.config = cls.slapd.config
        run(tool("slaptest"), "-u", "-f", cls.config)
        cls.slapd.load(cls.ldif)
        cls.slapd.start()

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "slapd"):
            cls.slapd.stop()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def test_people_are_found(self):
        for where in (self.slapd.ldapi, self.slapd.ldap):
            ann = self.slapd.search(where, "(intimailAlias=SMITH@home.example)")
            self.assertEqual(ann["uid"], ["ann"])
            self.assertEqual(ann["mail"], ["ann@home.example"])
            self.assertEqual(ann["intimailQuotaBytes"], ["5000000000"])
            self.assertEqual(ann["intimailQuotaMessages"], ["1000"])
            self.assertEqual(ann["intimailExpiry"], ["20301231235959Z"])
            self.assertEqual(len(ann["intimailAlias"]), 2)
        known = self.directory.lookup_person("ann", None)
        self.assertEqual(ann["entryUUID"], [known.get_uuid()])

    def test_order_and_status(self):
        few = self.slapd.search(self.slapd.ldapi, "(&(uid=*)(intimailQuotaBytes>=4000000000))")
        self.assertEqual(few["uid"], ["ann"])
        off = self.slapd.search(self.slapd.ldapi, "(intimailStatus=Disabled)")
        self.assertEqual(off["uid"], ["ben"])
        soon = self.slapd.search(self.slapd.ldapi, "(intimailExpiry<=20310101000000Z)")
        self.assertEqual(soon["uid"], ["ann"])

    def test_groups_are_found(self):
        family = self.slapd.search(self.slapd.ldapi, "(intimailListAddress=family@home.example)")
        self.assertEqual(family["cn"], ["family"])
        self.assertEqual(family["memberUid"], ["ann", "ben"])
        admins = self.slapd.search(self.slapd.ldapi, "(cn=admins)")
        self.assertEqual(admins["memberUid"], ["ann"])
        self.assertNotEqual(admins["gidNumber"], family["gidNumber"])

    def test_passwords_are_known(self):
        who = f"uid=ann,ou=people,{BASE}"
        for where in (self.slapd.ldapi, self.slapd.ldap):
            self.assertEqual(self.slapd.whoami(where, who, "correct horse").stdout.strip(), f"dn:{who}")
            self.assertEqual(self.slapd.whoami(where, who, "wrong").returncode, 49)
        self.assertEqual(self.slapd.whoami(where, f"uid=ben,ou=people,{BASE}", "x").returncode, 49)

    def test_what_slapd_writes_is_taken_back(self):
        back = self.folder / "back.ldif"
        run(tool("slapcat"), "-f", self.config, "-l", str(back))
        directory = Intimail.LdifDirectory.new(str(back), BASE)
        self.assertEqual([p.get_uid() for p in directory.list_people(None)], ["ann", "ben"])
        ann = directory.authenticate("smith@home.example", "correct horse", None)
        known = self.directory.lookup_person("ann", None)
        for getter in ("uuid", "mail", "display_name", "aliases", "quota_bytes", "quota_messages",
                       "status", "expiry"):
            self.assertEqual(getattr(ann, f"get_{getter}")(), getattr(known, f"get_{getter}")(), getter)
        self.assertEqual([p.get_uid() for p in directory.resolve("family@home.example", None)], ["ann"])

    def test_schema_for_cn_config_is_the_same(self):
        """intimail.ldif goes into a cn=config that has the standard schemas."""
        plain = write_config(self.folder, "plain.conf", schemas=())
        folders = {}
        for name, config in (("plain", plain), ("with", self.config)):
            folders[name] = self.folder / f"config-{name}"
            folders[name].mkdir()
            run(tool("slaptest"), "-n", "0", "-f", config, "-F", str(folders[name]))
        run(tool("slapadd"), "-F", str(folders["plain"]), "-n", "0", "-l", str(SOURCE / "data/intimail.ldif"))
        schemas = {}
        for name, folder in folders.items():
            text = run(tool("slapcat"), "-F", str(folder), "-n", "0", "-o", "ldif-wrap=no")
            ours, = [entry for entry in text.split("\n\n") if "intimail,cn=schema" in entry.split("\n")[0]]
            schemas[name] = [line for line in ours.splitlines() if line.startswith("olc")]
        self.assertGreater(len(schemas["plain"]), 10)
        self.assertEqual(schemas["plain"], schemas["with"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
