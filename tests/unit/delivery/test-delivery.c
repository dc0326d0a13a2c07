/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery-fixture.h"

#define MESSAGE "Subject: x\n\nhello\r\nworld"

static void
add_ok (IntimailDelivery *delivery, const char *address, guint64 size)
{
  g_autoptr (GError) error = NULL;
  gboolean added = intimail_delivery_add_recipient (delivery, address, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

static void
add_fails (IntimailDelivery *delivery, const char *address, guint64 size, IntimailError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_delivery_add_recipient (delivery, address, size, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, (int) code);
}

static void
write_text (IntimailDelivery *delivery, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  intimail_delivery_write (delivery, data, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_result (IntimailDelivery *delivery, guint recipient, IntimailError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_delivery_get_result (delivery, recipient, &error));
  g_assert_error (error, INTIMAIL_ERROR, (int) code);
}

static void
finish_ok (IntimailDelivery *delivery)
{
  g_autoptr (GError) error = NULL;
  gboolean all = intimail_delivery_finish (delivery, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (all);
}

static void
finish_fails (IntimailDelivery *delivery, IntimailError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_delivery_finish (delivery, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, (int) code);
}

static void
test_one (Fixture *fixture, gconstpointer data)
{
  IntimailDelivery *delivery = intimail_delivery_new (fixture->site, "s@x.example");
  g_autofree char *message = NULL;

  intimail_delivery_set_origin (delivery, "LMTP", "mx.example");
  add_ok (delivery, "anna@home.example", 0);
  write_text (delivery, "Subject: x\n\nhel");
  write_text (delivery, "lo\r\nworld");
  finish_ok (delivery);
  g_assert_true (intimail_delivery_get_result (delivery, 0, NULL));

  message = load_message (fixture, "anna");
  g_assert_true (g_str_has_prefix (message, "Return-Path: <s@x.example>\nDelivered-To: anna@home.example\nReceived: from mx.example by "));
  g_assert_true (g_str_has_suffix (message, "\n" MESSAGE));
  test_support_assert_finalized (delivery);
}

static void
test_several (Fixture *fixture, gconstpointer data)
{
  IntimailDelivery *delivery = intimail_delivery_new (fixture->site, "");
  g_autofree char *anna = NULL;
  g_autofree char *bert = NULL;

  add_ok (delivery, "anna@home.example", 0);
  add_ok (delivery, "BERT+detail@home.example", 0);
  add_ok (delivery, "anna@home.example", 0);
  g_assert_cmpuint (intimail_delivery_get_n_recipients (delivery), ==, 3);
  write_text (delivery, MESSAGE);
  finish_ok (delivery);

  anna = load_message (fixture, "anna");
  bert = load_message (fixture, "bert");
  g_assert_cmpstr (anna, ==, bert);
  g_assert_null (strstr (anna, "Delivered-To"));
  g_assert_true (g_str_has_prefix (anna, "Return-Path: <>\nReceived: by "));
  test_support_assert_finalized (delivery);
}

static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "");

  add_fails (delivery, "nobody@home.example", 0, INTIMAIL_ERROR_NOT_FOUND);
  add_fails (delivery, "anna@elsewhere.example", 0, INTIMAIL_ERROR_NOT_FOUND);
  add_fails (delivery, "gone@home.example", 0, INTIMAIL_ERROR_DISABLED);
  g_assert_cmpuint (intimail_delivery_get_n_recipients (delivery), ==, 0);
}

/* Somebody who was refused gets nothing, though the others do. */
static void
test_over_quota_when_named (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "");

  add_fails (delivery, "full@home.example", 5000, INTIMAIL_ERROR_OVER_QUOTA);
  add_fails (delivery, "crowd@home.example", 5000, INTIMAIL_ERROR_OVER_QUOTA);
  add_ok (delivery, "anna@home.example", 5000);
  write_text (delivery, MESSAGE);
  finish_ok (delivery);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "full"), ==, 0);
}

static void
test_over_quota_after_data (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "");

  add_ok (delivery, "anna@home.example", 0);
  add_ok (delivery, "full@home.example", 0);
  add_ok (delivery, "bert@home.example", 0);
  write_text (delivery, MESSAGE);
  finish_fails (delivery, INTIMAIL_ERROR_OVER_QUOTA);
  g_assert_true (intimail_delivery_get_result (delivery, 0, NULL));
  assert_result (delivery, 1, INTIMAIL_ERROR_OVER_QUOTA);
  g_assert_true (intimail_delivery_get_result (delivery, 2, NULL));
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "full"), ==, 0);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
}

/* The group is told about its full member; the others have it once, also who is
 * named beside the group. */
static void
test_group (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "");

  add_ok (delivery, "all@home.example", 5000);
  add_ok (delivery, "bert@home.example", 5000);
  write_text (delivery, MESSAGE);
  finish_fails (delivery, INTIMAIL_ERROR_OVER_QUOTA);
  assert_result (delivery, 0, INTIMAIL_ERROR_OVER_QUOTA);
  g_assert_true (intimail_delivery_get_result (delivery, 1, NULL));
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "full"), ==, 0);
}

static void
test_postmaster (Fixture *fixture, gconstpointer data)
{
  static const char *const members[] = { "carl", NULL };
  IntimailDirectory *directory = intimail_site_get_directory (fixture->site);
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "");
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (directory, "admins", NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (admins);
  intimail_group_set_members (admins, members);
  intimail_directory_update_group (directory, admins, NULL, &error);
  g_assert_no_error (error);
  add_ok (delivery, "Postmaster", 0);
  finish_ok (delivery);
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 1);
}

/* What is broken for one is for now, and costs nobody else the message. */
static void
test_broken_account (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mail = g_build_filename (fixture->folder, "mail", NULL);
  g_autofree char *path = g_build_filename (mail, "bert", NULL);
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (mail, 0700), ==, 0);
  test_support_write_file (path, "not a folder");
  add_ok (delivery, "anna@home.example", 0);
  /* Some stores notice at once, some when they write. */
  if (intimail_delivery_add_recipient (delivery, "bert@home.example", 0, NULL, &error))
    {
      write_text (delivery, MESSAGE);
      g_assert_false (intimail_delivery_finish (delivery, NULL, NULL));
      g_assert_false (intimail_delivery_get_result (delivery, 1, &error));
    }
  else
    {
      write_text (delivery, MESSAGE);
      finish_ok (delivery);
    }
  g_assert_cmpint (*intimail_error_get_enhanced_status (error), ==, '4');
  g_assert_true (intimail_delivery_get_result (delivery, 0, NULL));
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
}

static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  IntimailDelivery *delivery = intimail_delivery_new (fixture->site, "");

  add_ok (delivery, "anna@home.example", 0);
  write_text (delivery, MESSAGE);
  test_support_assert_finalized (delivery);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 0);
}

static void
test_check (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) unknown = NULL;
  g_autoptr (GError) full = NULL;

  g_assert_true (intimail_delivery_check_recipient (fixture->site, NULL, "anna@home.example", 5000, NULL, NULL));
  g_assert_true (intimail_delivery_check_recipient (fixture->site, NULL, "all@home.example", 5000, NULL, NULL));
  g_assert_true (intimail_delivery_check_recipient (fixture->site, NULL, "x@elsewhere.example", 0, NULL, NULL));
  g_assert_false (intimail_delivery_check_recipient (fixture->site, NULL, "x@home.example", 0, NULL, &unknown));
  g_assert_error (unknown, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_false (intimail_delivery_check_recipient (fixture->site, NULL, "full@home.example", 5000, NULL, &full));
  g_assert_error (full, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/delivery/one", test_one },
    { "/delivery/several", test_several },
    { "/delivery/nobody", test_nobody },
    { "/delivery/over-quota-when-named", test_over_quota_when_named },
    { "/delivery/over-quota-after-data", test_over_quota_after_data },
    { "/delivery/group", test_group },
    { "/delivery/postmaster", test_postmaster },
    { "/delivery/broken-account", test_broken_account },
    { "/delivery/given-up", test_given_up },
    { "/delivery/check", test_check },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);

  return g_test_run ();
}
