# SPDX-License-Identifier: LGPL-2.1-or-later
import base64
import hashlib
import hmac
import struct
import time
import unittest

from support import Intimail, TestCase


def make_code(secret):
    """RFC 6238: what a telephone shows."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06}"


class Test(TestCase):
    def setUp(self):
        path = str(self.make_folder() / "directory.ldif")
        Intimail.LdifDirectory.create(path, "dc=home,dc=example", "Home")
        self.directory = Intimail.LdifDirectory.new(path, "dc=home,dc=example")
        self.assertEqual(self.directory.get_path(), path)

    def call(self, name, *arguments):
        """The answer of an asynchronous call."""
        return self.wait(getattr(self.directory, f"{name}_async"), getattr(self.directory, f"{name}_finish"), *arguments)

    def add(self, uid, password="correct horse", **values):
        person = Intimail.Person.new(uid, f"{uid}@home.example")
        for name, value in values.items():
            getattr(person, f"set_{name}")(value)
        self.directory.add_person(person, password)

    def test_person(self):
        self.add("ann", display_name="Ann Example", aliases=["a@home.example"], quota_bytes=1000, quota_messages=10)
        ann = self.directory.lookup_person("ann")
        self.assertEqual(ann.get_uid(), "ann")
        self.assertEqual(ann.get_mail(), "ann@home.example")
        self.assertEqual(ann.get_display_name(), "Ann Example")
        self.assertEqual(ann.get_aliases(), ["a@home.example"])
        self.assertEqual((ann.get_quota_bytes(), ann.get_quota_messages()), (1000, 10))
        self.assertEqual(ann.get_status(), Intimail.PersonStatus.ACTIVE)
        self.assertEqual(ann.get_expiry(), 0)
        self.assertTrue(ann.is_active())
        self.assertTrue(ann.owns_address("a@home.example"))
        self.assertRegex(ann.get_uuid(), "^[0-9a-f-]{36}$")
        self.assertEqual([p.get_uid() for p in self.directory.list_people()], ["ann"])
        with self.assert_fails(Intimail.Error.EXISTS):
            self.add("ann")

        ann.set_status(Intimail.PersonStatus.DISABLED)
        ann.set_expiry(1)
        self.directory.update_person(ann)
        self.assertFalse(self.directory.lookup_person("ann").is_active())
        with self.assert_fails(Intimail.Error.DISABLED):
            self.directory.resolve("ann@home.example")
        self.directory.remove_person("ann")
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.directory.resolve("ann@home.example")

    def test_places(self):
        self.add("ann", maildir="old/ann", mail_host="mx2.home.example", admin_domains=["club.example"])
        ann = self.directory.lookup_person("ann")
        self.assertEqual((ann.get_maildir(), ann.get_mail_host()), ("old/ann", "mx2.home.example"))
        self.assertEqual(ann.get_admin_domains(), ["club.example"])
        ann.set_removal(4000000000)
        ann.set_deletes_mail(True)
        self.directory.update_person(ann)
        ann = self.directory.lookup_person("ann")
        self.assertEqual((ann.get_removal(), ann.get_deletes_mail(), ann.is_active()), (4000000000, True, False))

    def test_act_as(self):
        self.add("ann")
        self.add("ben")
        acting = self.directory.act_as("ann")
        ann = acting.lookup_person("ann")
        ann.set_display_name("Ann")
        acting.update_person(ann)
        self.assertEqual(self.directory.lookup_person("ann").get_display_name(), "Ann")
        ben = acting.lookup_person("ben")
        ben.set_quota_bytes(1)
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            acting.update_person(ben)

    def test_removal(self):
        self.add("ann")
        self.directory.begin_removal("ann", 4000000000, True)
        with self.assert_fails(Intimail.Error.DISABLED):
            self.directory.resolve("ann@home.example")
        self.directory.undo_removal("ann")
        self.assertTrue(self.directory.lookup_person("ann").is_active())
        for call, arguments in (("begin", (4000000000, False)), ("undo", ())):
            self.assertTrue(self.call(f"{call}_removal", "ann", *arguments))
        self.assertTrue(self.directory.lookup_person("ann").is_active())

    def test_temporary_alias(self):
        self.add("ann")
        made = self.directory.add_temporary_alias("ann", None, 0, "the shop")
        self.assertIsInstance(made, Intimail.TemporaryAlias)
        self.assertEqual((made.get_expiry(), made.get_note(), made.is_active()), (0, "the shop", True))
        address = made.get_address()
        self.assertEqual(self.directory.resolve(address)[0].get_uid(), "ann")
        self.directory.end_temporary_alias("ann", address)
        with self.assert_fails(Intimail.Error.DISABLED):
            self.directory.resolve(address)
        ann = self.directory.lookup_person("ann")
        self.assertEqual([a.get_address() for a in ann.get_temporary_aliases()], [address])
        ann.set_temporary_aliases([Intimail.TemporaryAlias.new("b@home.example", 1, "")])
        self.directory.update_person(ann)
        self.directory.remove_temporary_alias("ann", "b@home.example")
        self.assertEqual(self.directory.lookup_person("ann").get_temporary_aliases(), [])

    def test_temporary_alias_async(self):
        self.add("ann")
        for call, arguments in (("add", ("x@home.example", 0, "")), ("end", ("x@home.example",)), ("remove", ("x@home.example",))):
            self.assertTrue(self.call(f"{call}_temporary_alias", "ann", *arguments))

    def test_password(self):
        self.add("ann")
        self.assertEqual(self.directory.authenticate("ann", "correct horse").get_uid(), "ann")
        for login, password in (("ann", "wrong"), ("nobody", "correct horse"), ("ann", "")):
            with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
                self.directory.authenticate(login, password)
        before, generation = self.directory.lookup_person("ann").get_sign_in_stamp(), self.directory.get_generation()
        self.directory.set_password("ann", "battery staple")
        self.assertEqual(self.directory.authenticate("ann@home.example", "battery staple").get_uid(), "ann")
        self.assertNotEqual(self.directory.lookup_person("ann").get_sign_in_stamp(), before)
        self.assertNotEqual(self.directory.get_generation(), generation)
        password = Intimail.Directory.generate_password()
        self.assertGreaterEqual(len(password), 12)
        self.assertTrue(Intimail.Directory.judge_password(password, None))
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            Intimail.Directory.judge_password("password", self.directory.lookup_person("ann"))
        self.assertEqual(Intimail.Directory.find_password_fault("password", None, None), Intimail.PasswordFault.DICTIONARY)
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.directory.change_password("ann", "wrong", password)
        self.directory.change_password("ann", "battery staple", password)
        self.assertEqual(self.directory.authenticate("ann", password).get_uid(), "ann")

    def test_password_async(self):
        self.add("ann")
        self.assertEqual(self.call("authenticate", "ann", "correct horse").get_uid(), "ann")

    def test_app_password(self):
        self.add("ann")
        text = self.directory.add_app_password("ann", "phone")
        (known,) = self.directory.list_app_passwords("ann")
        self.assertRegex(known.get_id(), "^[0-9a-f]{4}$")
        self.assertEqual((known.get_name(), known.get_last_use()), ("phone", 0))
        self.assertGreater(known.get_created(), 1_700_000_000)
        for password in (text, "correct horse"):
            self.assertEqual(self.directory.authenticate_client("ann", password).get_uid(), "ann")
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.directory.authenticate("ann", text)
        self.directory.revoke_app_password("ann", known.get_id())
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.directory.authenticate_client("ann", text)

        text = self.call("add_app_password", "ann", "tablet")
        self.assertEqual(self.call("authenticate_client", "ann", text).get_uid(), "ann")
        (known,) = self.call("list_app_passwords", "ann")
        self.assertTrue(self.call("revoke_app_password", "ann", known.get_id()))

    def test_second_factor(self):
        self.add("ann")
        secret = Intimail.SecondFactor.generate_secret()
        self.assertRegex(secret, "^[A-Z2-7]{32}$")
        self.assertIn(f"secret={secret}&", Intimail.SecondFactor.make_uri(secret, "ann", "Home"))
        self.assertFalse(self.directory.lookup_second_factor("ann").is_enabled())
        self.assertFalse(self.directory.lookup_person("ann").has_second_factor())
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.directory.enable_second_factor("ann", secret, "abcdef")
        codes = self.directory.enable_second_factor("ann", secret, make_code(secret))
        self.assertEqual(len(codes), 10)
        self.assertEqual(self.directory.lookup_second_factor("ann").get_n_recovery_codes(), 10)
        self.assertTrue(self.directory.lookup_person("ann").has_second_factor())
        with self.assert_fails(Intimail.Error.CODE_NEEDED):
            self.directory.authenticate("ann", "correct horse")
        self.assertEqual(self.directory.authenticate_with_code("ann", "correct horse", codes[0]).get_uid(), "ann")
        self.assertEqual(self.call("authenticate_with_code", "ann", "correct horse", codes[1]).get_uid(), "ann")
        self.assertEqual(self.call("lookup_second_factor", "ann").get_n_recovery_codes(), 8)
        renewed = self.directory.renew_recovery_codes("ann")
        self.assertEqual(len(set(renewed)), 10)
        self.assertEqual(self.directory.lookup_second_factor("ann").get_n_recovery_codes(), 10)
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.directory.authenticate_with_code("ann", "correct horse", codes[2])
        self.assertEqual(self.directory.authenticate_with_code("ann", "correct horse", renewed[2]).get_uid(), "ann")
        self.assertEqual(len(self.call("renew_recovery_codes", "ann")), 10)
        self.directory.disable_second_factor("ann")
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.directory.renew_recovery_codes("ann")
        self.assertEqual(self.directory.authenticate("ann", "correct horse").get_uid(), "ann")
        self.assertEqual(len(self.call("enable_second_factor", "ann", secret, make_code(secret))), 10)
        self.assertTrue(self.call("disable_second_factor", "ann"))

    def test_without_blocking(self):
        """Every call that reads or changes, once."""
        call = self.call
        self.assertTrue(call("add_person", Intimail.Person.new("ann", "ann@home.example"), "correct horse"))
        self.assertTrue(call("add_person", Intimail.Person.new("ben", "ben@home.example"), None))
        self.assertTrue(call("set_password", "ben", "granite and 7 pears"))
        self.assertTrue(call("change_password", "ben", "granite and 7 pears", "lime 8 and cellar"))
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            call("change_password", "ben", "granite and 7 pears", "lime 9 and cellar")
        self.assertEqual(self.directory.authenticate("ben", "lime 8 and cellar").get_uid(), "ben")
        ann = self.directory.lookup_person("ann")
        ann.set_display_name("Ann")
        self.assertTrue(call("update_person", ann))
        self.assertEqual([person.get_display_name() for person in call("list_people")][0], "Ann")
        self.assertEqual(call("lookup_address", "ann@home.example").get_uid(), "ann")
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            call("lookup_address", "nobody@home.example")

        family = Intimail.Group.new("family")
        family.set_members(["ann", "ben"])
        self.assertTrue(call("add_group", family))
        family = call("lookup_group", "family")
        family.set_members(["ben"])
        self.assertTrue(call("update_group", family))
        self.assertEqual([person.get_uid() for person in call("list_members", "family")], ["ben"])
        self.assertIn("family", [group.get_name() for group in call("list_groups")])
        self.assertFalse(call("is_admin", "ann"))

        table = call("export_people")
        self.assertIn("ann,ann@home.example", table)
        self.assertEqual(call("import_people", "uid,mail\nkim,kim@home.example\n"), (True, 1))
        with self.assert_fails(Intimail.Error.EXISTS):
            call("import_people", table)
        text = call("export_ldif")
        self.assertIn("uid: kim", text)
        self.assertTrue(call("remove_person", "kim"))
        entry, = [part for part in text.split("\n\n") if "uid: kim" in part]
        self.assertEqual(call("import_ldif", entry.strip() + "\n"), (True, 1))
        self.assertTrue(call("remove_group", "family"))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            call("remove_group", "family")

    def test_search(self):
        self.add("ann", aliases=["@home.example"])
        self.add("ben", display_name="Ben Example")
        for uid, text, after, limit in (("ann", "ann", None, 5), ("ann", "", None, 1), ("ben", "", "ann", 5)):
            self.assertEqual([p.get_uid() for p in self.directory.search_people(text, after, limit)], [uid])
        self.assertEqual(self.directory.lookup_address("@home.example").get_uid(), "ann")
        self.assertEqual(len(self.call("search_people", "EXAMPLE", None, 5)), 2)
        self.assertEqual(self.call("lookup_person", "ben").get_display_name(), "Ben Example")
        self.assertEqual([p.get_uid() for p in self.call("resolve", "other@home.example")], ["ann"])

    def test_group(self):
        self.add("ann")
        self.add("ben")
        group = Intimail.Group.new("family")
        group.set_mail("family@home.example")
        group.set_description("All of us")
        group.set_members(["ann", "ben"])
        self.directory.add_group(group)
        group = self.directory.lookup_group("family")
        self.assertEqual(group.get_name(), "family")
        self.assertEqual(group.get_mail(), "family@home.example")
        self.assertEqual(group.get_description(), "All of us")
        self.assertEqual(sorted(group.get_members()), ["ann", "ben"])
        self.assertTrue(group.has_member("ben"))
        group.set_owners(["ann"])
        group.set_member_addresses(["zoe@elsewhere.example"])
        group.set_posters(Intimail.GroupPosters.MEMBERS)
        group.set_hidden(True)
        self.directory.update_group(group)
        group = self.directory.lookup_group("family")
        self.assertEqual((group.get_owners(), group.get_member_addresses()), (["ann"], ["zoe@elsewhere.example"]))
        self.assertEqual((group.get_posters(), group.get_hidden()), (Intimail.GroupPosters.MEMBERS, True))
        self.assertTrue(group.has_owner("ann") and group.is_shown_to("ben") and not group.is_shown_to("carl"))
        self.assertIn("family", [g.get_name() for g in self.directory.list_groups()])
        people = self.directory.resolve("family@home.example")
        self.assertEqual(sorted(p.get_uid() for p in people), ["ann", "ben"])
        self.assertFalse(self.directory.is_admin("ann"))
        self.assertEqual([p.get_uid() for p in self.directory.list_members("family")], ["ann", "ben"])
        self.assertEqual([g.get_name() for g in self.directory.list_groups_of("ben")], ["family"])
        self.assertEqual(len(self.call("list_groups_of", "ben")), 1)
        group.set_members(["ann"])
        self.directory.update_group(group)
        self.assertEqual(len(self.directory.resolve("family@home.example")), 1)
        self.directory.remove_group("family")
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.directory.lookup_group("family")

    def test_table(self):
        done, added = self.directory.import_people("uid,mail\nann,ann@home.example\nben,ben@home.example\n")
        self.assertEqual((done, added), (True, 2))
        self.assertIn("ben,ben@home.example,", self.directory.export_people())
        with self.assert_fails(Intimail.Error.EXISTS):
            self.directory.import_people("uid,mail\nzoe,zoe@home.example\nann,a@home.example\n")
        self.assertEqual(len(self.directory.list_people()), 2)

    def test_ldif(self):
        self.add("ann")
        text = self.directory.export_ldif()
        self.assertIn("dn: uid=ann,ou=people,dc=home,dc=example\n", text)
        self.directory.remove_person("ann")
        self.assertEqual(self.directory.import_ldif(text), (True, 1))
        self.assertEqual(self.directory.lookup_person("ann").get_mail(), "ann@home.example")

    def test_ldap(self):
        folder = str(self.make_folder())
        settings = "[directory]\nuri=ldapi://%2Fnonexistent;ldaps://127.0.0.1:1\nbase=dc=home,dc=example\n"
        directory = Intimail.LdapDirectory.new_from_settings(settings, folder)
        self.assertEqual(directory.get_uris(), ["ldapi://%2Fnonexistent", "ldaps://127.0.0.1:1"])
        self.assertEqual(directory.get_base_dn(), "dc=home,dc=example")
        with self.assert_fails(Intimail.Error.UNAVAILABLE):
            directory.resolve("ann@home.example")
        with self.assert_fails(Intimail.Error.UNAVAILABLE):
            directory.prepare("Home", None, "")
        self.assertIn("(mail=%s)", directory.make_postfix_map("people"))
        self.assertIn("auth_bind = yes", directory.make_dovecot_auth("people", "/srv/mail"))
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            directory.make_postfix_map("others")
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            Intimail.LdapDirectory.new_from_settings(settings + "tls=some", folder)


if __name__ == "__main__":
    unittest.main()
