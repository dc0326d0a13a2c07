#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two slapd that hold the same (N-way multi-provider) and stand in for each other, and
a directory of somebody else's making in both of ours."""
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402

from slapd import BASE, OURS, Slapd, write_config  # noqa: E402
from support import corpora, wait_until  # noqa: E402

BUILD = pathlib.Path(os.environ["INTIMAIL_BUILD_ROOT"])
UNIT = pathlib.Path(os.environ["INTIMAIL_SOURCE_ROOT"]) / "tests/unit/directory"

REPLICATION = """\
overlay syncprov
syncrepl rid=001 provider={first} binddn="cn=root,{base}" bindmethod=simple credentials=root
  searchbase="{base}" type=refreshAndPersist retry="1 +"
syncrepl rid=002 provider={second} binddn="cn=root,{base}" bindmethod=simple credentials=root
  searchbase="{base}" type=refreshAndPersist retry="1 +"
multiprovider on
"""


class Test(unittest.TestCase):
    def setUp(self):
        parent = BUILD / "test-folders"
        parent.mkdir(exist_ok=True)
        # Short: the path of a UNIX socket has 107 bytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="two-", dir=parent))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def open(self, uris, more=""):
        settings = f"[directory]\nuri={uris}\ncache-seconds=0\n{more}"
        return Intimail.LdapDirectory.new_from_settings(settings, str(self.folder))

    @staticmethod
    def finds(directory, address):
        """The uids, or None while nobody has it or the servers cannot be asked."""
        try:
            return [person.get_uid() for person in directory.resolve(address, None)]
        except GLib.Error as error:
            assert error.domain == "intimail_error" and error.code in (Intimail.Error.UNAVAILABLE, Intimail.Error.NOT_FOUND), error
            return None

    def test_one_stands_in_for_the_other(self):
        ldif = str(self.folder / "directory.ldif")
        Intimail.LdifDirectory.create(ldif, BASE, "Home")
        Intimail.LdifDirectory.new(ldif, BASE).add_person(Intimail.Person.new("ann", "ann@home.example"), None, None)
        first, second = Slapd(self.folder / "1"), Slapd(self.folder / "2")
        ids = f"moduleload syncprov\nserverID 1 {first.ldap}/\nserverID 2 {second.ldap}/"
        for slapd in (first, second):
            write_config(slapd.folder, in_globals=ids,
                         in_database=REPLICATION.format(first=first.ldap + "/", second=second.ldap + "/", base=BASE))
        first.load(ldif)
        with first, second:
            of_first, of_second = self.open(first.ldapi, f"base={BASE}\n"), self.open(second.ldapi, f"base={BASE}\n")
            wait_until(lambda: self.finds(of_second, "ann@home.example"), "the second has what the first has")
            both = self.open(f"{first.ldapi};{second.ldapi}", f"base={BASE}\n")
            self.assertEqual(self.finds(both, "ann@home.example"), ["ann"])

            # Nobody who asks notices that the first is gone, and what changes meanwhile
            # comes to it when it is back.
            first.kill()
            self.assertEqual(self.finds(both, "ann@home.example"), ["ann"])
            both.add_person(Intimail.Person.new("chloe", "chloe@home.example"), "correct horse", None)
            self.assertEqual(both.authenticate("chloe", "correct horse", None).get_uid(), "chloe")
            first.start()
            wait_until(lambda: self.finds(of_first, "chloe@home.example"), "the first has what the second has")

            second.kill()
            wait_until(lambda: self.finds(both, "chloe@home.example"), "the first stands in for the second")

    def test_somebody_elses_people(self):
        folders = corpora("ldap/futurama")
        if folders is None:
            return
        base = "dc=planetexpress,dc=com"
        ldif = self.folder / "people.ldif"
        parts = [f"dn: {base}\nobjectClass: dcObject\nobjectClass: organization\ndc: planetexpress\no: Planet Express\n"]
        parts += [path.read_text() for path in sorted(folders[0].glob("*.ldif"))]
        ldif.write_text("\n\n".join(part.strip("\n") for part in parts) + "\n")

        # As a file: the people as they are; groups of that kind are not ours.
        embedded = Intimail.LdifDirectory.new(str(ldif), base)
        wanted = ["amy", "bender", "fry", "hermes", "leela", "professor", "zoidberg"]
        self.assertEqual([person.get_uid() for person in embedded.list_people(None)], wanted)
        self.assertEqual(self.finds(embedded, "hubert@planetexpress.com"), ["professor"])

        slapd = Slapd(self.folder / "s", base=base, schemas=(OURS, str(UNIT / "mapped.schema")))
        slapd.load(ldif)
        with slapd:
            served = self.open(slapd.ldapi, f"base={base}\ngroups-base=ou=people\ngroup-filter=(objectClass=Group)\n"
                                            "group-classes=Group\ngroup-member=member\ngroup-member-is=dn\n")
            self.assertEqual([person.get_uid() for person in served.list_people(None)], wanted)
            self.assertEqual(self.finds(served, "HUBERT@planetexpress.com"), ["professor"])
            self.assertEqual(served.authenticate("fry", "fry", None).get_uid(), "fry")
            crew = [person.get_uid() for person in served.list_members("ship_crew", None)]
            self.assertEqual(crew, ["fry", "leela", "bender"])
            for person in embedded.list_people(None):
                other = served.lookup_person(person.get_uid(), None)
                for getter in ("mail", "display_name", "aliases", "status"):
                    self.assertEqual(getattr(other, f"get_{getter}")(), getattr(person, f"get_{getter}")(), getter)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
