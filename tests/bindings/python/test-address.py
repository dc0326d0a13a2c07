# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from support import Intimail, TestCase


class Test(TestCase):
    def test_parts(self):
        a = Intimail.Address.new("Ann", "ann", "home.example")
        self.assertEqual((a.get_name(), a.get_local_part(), a.get_domain()), ("Ann", "ann", "home.example"))
        self.assertEqual(a.get_email(), "ann@home.example")
        self.assertEqual(a.to_string(), "Ann <ann@home.example>")

    def test_parse(self):
        a = Intimail.Address.parse("\"Smith, Ann\" <Ann@Home.Example>")
        self.assertEqual(a.get_name(), "Smith, Ann")
        self.assertTrue(a.equal(Intimail.Address.parse("ann@home.example")))
        self.assertEqual(a.get_key(), Intimail.Address.parse("ann@home.example").get_key())

    def test_list_round_trip(self):
        people = Intimail.Address.parse_list("Ann <ann@home.example>, \"B, Ben\" <ben@home.example>")
        text = Intimail.Address.list_to_string(people)
        again = Intimail.Address.parse_list(text)
        self.assertEqual([a.get_name() for a in again], ["Ann", "B, Ben"])

    def test_errors(self):
        for text in ("", "no at sign", "a@b@c", "<ann@home.example", "ann@home.example\nBcc: eve@far.example"):
            with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
                Intimail.Address.parse(text)
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            Intimail.Address.new(None, "", "home.example")


if __name__ == "__main__":
    unittest.main()
