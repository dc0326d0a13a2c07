# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from support import Intimail, TestCase

MAIL = b"From: Zoe <zoe@far.example>\nTo: ann@home.example\nSubject: Tomatoes\n\nText\n"


class Test(TestCase):
    def setUp(self):
        self.folder = self.make_folder()
        self.site = Intimail.Site.create_full(str(self.folder / "site"), "home.example", "local", "en")
        for uid in ("ann", "ben"):
            self.site.get_directory().add_person(Intimail.Person.new(uid, f"{uid}@home.example"), "correct horse")
        self.ann = self.site.get_directory().lookup_person("ann")
        self.account = self.site.get_account(self.ann)

    def deliver(self, mail=MAIL):
        delivery = Intimail.Delivery.new(self.site, "zoe@far.example")
        delivery.add_recipient("ann@home.example", 0)
        delivery.write(mail)
        delivery.finish()

    def count(self, uid, role):
        account = self.site.get_account(self.site.get_directory().lookup_person(uid))
        return account.lookup_mailbox_by_role(role).get_n_messages()

    def test_rules(self):
        rule = Intimail.Rule.new("tomatoes")
        rule.add_condition(Intimail.RuleCondition.new("subject", "contains", "TOMATO", False))
        rule.add_condition(Intimail.RuleCondition.new("from", "is", "ben@home.example", True))
        rule.set_mailbox("archive")
        rule.set_keywords(["$flagged", "garden"])
        rule.set_forwards(["ben@home.example"])
        rule.set_stops(True)
        rules = Intimail.RuleSet.load(self.account)
        rules.add_rule(rule, -1)
        self.assertTrue(rules.save(self.account))
        self.deliver()
        self.assertEqual(self.count("ann", Intimail.MailboxRole.ARCHIVE), 1)
        self.assertEqual(self.count("ben", Intimail.MailboxRole.INBOX), 1)

        outcome = rules.test(self.site, self.ann, MAIL)
        self.assertIsInstance(outcome, Intimail.RuleOutcome)
        self.assertEqual(outcome.get_mailbox_id(), self.account.lookup_mailbox_by_path("Archive").get_id())
        self.assertEqual(outcome.get_keywords(), ["$flagged", "garden"])
        self.assertEqual(outcome.get_forwards(), ["ben@home.example"])
        self.assertTrue(outcome.is_kept())
        self.assertFalse(outcome.is_answered())
        steps = [(outcome.get_step_name(i), outcome.get_step_matched(i), outcome.get_step_reason(i))
                 for i in range(outcome.get_n_steps())]
        self.assertEqual(steps, [("tomatoes", True, "every condition is met"), ("vacation", False, "it is switched off")])

        again = Intimail.RuleSet.load(self.account)
        self.assertEqual(again.get_state(), rules.get_state())
        self.assertEqual([kept.get_name() for kept in again.get_rules()], ["tomatoes"])
        kept = again.lookup_rule("tomatoes")
        self.assertEqual((kept.get_mailbox(), kept.get_keywords(), kept.get_forwards()),
                         ("archive", ["$flagged", "garden"], ["ben@home.example"]))
        self.assertEqual((kept.get_enabled(), kept.get_matches_any(), kept.get_stops(), kept.get_keeps_copy()),
                         (True, False, True, True))
        kept.set_enabled(False)
        kept.set_matches_any(True)
        kept.set_keeps_copy(False)
        self.assertEqual([(c.get_field(), c.get_test(), c.get_value(), c.is_negated(), c.to_string())
                          for c in kept.get_conditions()],
                         [("subject", "contains", "TOMATO", False, 'subject contains "TOMATO"'),
                          ("from", "is", "ben@home.example", True, 'from not is "ben@home.example"')])
        again.save(self.account)
        with self.assert_fails(Intimail.Error.STATE_LOST):
            rules.save(self.account)
        again.remove_rule("tomatoes")
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            again.remove_rule("tomatoes")
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            Intimail.RuleCondition.new("body", "contains", "x", False)

    def test_document(self):
        rules = Intimail.RuleSet.parse('{"rules": [{"name": "x", "mailbox": "trash"}], "junk": false}', "")
        self.assertFalse(rules.get_files_junk())
        rules.set_files_junk(True)
        self.assertIn('"mailbox": "trash"', rules.to_json())
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            Intimail.RuleSet.parse('{"rule": []}', "")
        with self.assert_fails(Intimail.Error.EXISTS):
            rules.add_rule(Intimail.Rule.new("x"), 0)
        self.assertEqual(len(Intimail.RuleSet.new().get_rules()), 0)

    def test_vacation(self):
        self.assertFalse(Intimail.Vacation.new().get_enabled())
        rules = Intimail.RuleSet.load(self.account)
        vacation = rules.get_vacation()
        vacation.set_enabled(True)
        vacation.set_start(1000000000)
        vacation.set_end(4000000000)
        vacation.set_subject("Away")
        vacation.set_text("By the sea")
        vacation.set_html("<p>By the sea</p>")
        vacation.set_days(3)
        rules.save(self.account)
        self.deliver(MAIL.replace(b"zoe@far.example", b"ben@home.example"))
        kept = Intimail.RuleSet.load(self.account).get_vacation()
        self.assertEqual((kept.get_start(), kept.get_end(), kept.get_subject(), kept.get_text(), kept.get_html(), kept.get_days()),
                         (1000000000, 4000000000, "Away", "By the sea", "<p>By the sea</p>", 3))
        self.assertTrue(kept.is_active(2000000000))
        self.assertFalse(kept.is_active(4000000000))
        # Zoe is nobody of this site, and this site reaches nobody else: the mail is there all the same.
        self.assertEqual(self.count("ann", Intimail.MailboxRole.INBOX), 1)
        self.assertTrue(rules.test(self.site, self.ann, b"Return-Path: <ben@home.example>\n" + MAIL).is_answered())

    def test_async(self):
        rules = self.wait(Intimail.RuleSet.load_async, Intimail.RuleSet.load_finish, self.account)
        rules.add_rule(Intimail.Rule.new("x"), -1)
        self.assertTrue(self.wait(rules.save_async, rules.save_finish, self.account))
        outcome = self.wait(rules.test_async, rules.test_finish, self.site, self.ann, MAIL)
        self.assertEqual(outcome.get_step_name(0), "x")


if __name__ == "__main__":
    unittest.main()
