/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Deliveries whose sender did not hear of them, and asks again.
 */

#include "delivery-fixture.h"

#define MESSAGE "Subject: x\n\nhello\r\nworld"
#define OTHER "Subject: x\n\nhello\r\nwould"

typedef enum
{
  END_CONFIRMED,
  END_IN_DOUBT,
} End;

static void
deliver_from (Fixture *fixture, const char *sender, const char *const *recipients, const char *text, End end)
{
  IntimailDelivery *delivery = intimail_delivery_new (fixture->site, sender);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  intimail_delivery_await_confirmation (delivery);
  for (gsize i = 0; recipients[i] != NULL; i++)
    {
      intimail_delivery_add_recipient (delivery, recipients[i], 0, NULL, &error);
      g_assert_no_error (error);
    }
  intimail_delivery_write (delivery, bytes, NULL, &error);
  g_assert_no_error (error);
  intimail_delivery_finish (delivery, NULL, &error);
  g_assert_no_error (error);
  if (end == END_CONFIRMED)
    intimail_delivery_confirm (delivery);
  test_support_assert_finalized (delivery);
}

static void
deliver (Fixture *fixture, const char *text, End end)
{
  static const char *const anna[] = { "anna@home.example", NULL };

  deliver_from (fixture, "s@x.example", anna, text, end);
}

/* What a process that is killed leaves is what it wrote; memory is gone. */
static void
start_anew (Fixture *fixture)
{
  g_clear_object (&fixture->site);
  fixture_open (fixture);
}

static void
test_again (Fixture *fixture, gconstpointer data)
{
  deliver (fixture, MESSAGE, END_IN_DOUBT);
  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);

  /* It is known now: the same bytes are another message. */
  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
}

static void
test_again_and_again (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      deliver (fixture, MESSAGE, END_IN_DOUBT);
      start_anew (fixture);
    }
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
}

static void
test_on_purpose (Fixture *fixture, gconstpointer data)
{
  deliver (fixture, MESSAGE, END_CONFIRMED);
  start_anew (fixture);
  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
}

/* Two of the same in doubt: each is taken for one. */
static void
test_twins (Fixture *fixture, gconstpointer data)
{
  static const char *const anna[] = { "anna@home.example", NULL };
  g_autoptr (IntimailDelivery) first = intimail_delivery_new (fixture->site, "");
  g_autoptr (GBytes) bytes = g_bytes_new_static (MESSAGE, strlen (MESSAGE));

  intimail_delivery_await_confirmation (first);
  g_assert_true (intimail_delivery_add_recipient (first, anna[0], 0, NULL, NULL));
  g_assert_true (intimail_delivery_write (first, bytes, NULL, NULL));
  g_assert_true (intimail_delivery_finish (first, NULL, NULL));
  deliver (fixture, MESSAGE, END_IN_DOUBT);
  g_clear_object (&first);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);

  deliver (fixture, MESSAGE, END_CONFIRMED);
  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 3);
}

static void
test_other_message (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (strlen (MESSAGE), ==, strlen (OTHER));
  deliver (fixture, MESSAGE, END_IN_DOUBT);
  deliver (fixture, OTHER, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
}

/* Our own fields before the message have another length each time. */
static void
test_other_envelope (Fixture *fixture, gconstpointer data)
{
  static const char *const three[] = { "bert@home.example", "anna@home.example", "carl@home.example", NULL };

  deliver (fixture, MESSAGE, END_IN_DOUBT);
  start_anew (fixture);
  deliver_from (fixture, "somebody.else@y.example", three, MESSAGE, END_IN_DOUBT);
  start_anew (fixture);
  deliver_from (fixture, "", three, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 1);
}

/* The person was faster: it was read, and moved. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *target = g_build_filename (fixture->folder, "mail/anna/.Archive/cur/x", NULL);
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *flagged = NULL;

  deliver (fixture, MESSAGE, END_IN_DOUBT);
  start_anew (fixture);
  names = list_folder (fixture, "anna", "new");
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  flagged = g_strdup_printf ("%s/%s:2,FS", folder, strrchr (names->pdata[0], '/') + 1);
  g_assert_cmpint (g_rename (names->pdata[0], flagged), ==, 0);

  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 0);
  g_assert_true (g_file_test (flagged, G_FILE_TEST_EXISTS));
}

/* Not there is not delivered, whatever a note says. */
static void
test_vanished (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) names = NULL;

  deliver (fixture, MESSAGE, END_IN_DOUBT);
  start_anew (fixture);
  names = list_folder (fixture, "anna", "new");
  g_assert_cmpint (g_unlink (names->pdata[0]), ==, 0);
  deliver (fixture, MESSAGE, END_CONFIRMED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
}

/* The mailbox is full of the message itself. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  static const char *const tight[] = { "tight@home.example", NULL };

  add_person (fixture, "tight", 400, INTIMAIL_PERSON_STATUS_ACTIVE);
  for (guint i = 0; i < 2; i++)
    deliver_from (fixture, "s@x.example", tight,
                  "Subject: x\n\n"
                  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\n"
                  "01234567890123456789012345678901234567890123456789\n",
                  END_IN_DOUBT);
  g_assert_cmpuint (count_messages (fixture, "tight"), ==, 1);
}

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if (level & G_LOG_LEVEL_WARNING)
    n_warnings++;

  return G_LOG_WRITER_HANDLED;
}

/* Where nothing can be noted, mail comes in all the same. */
static void
test_no_notes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "mail/.unconfirmed", NULL);

  test_support_write_file (path, "in the way");
  g_log_set_writer_func (count_warnings, NULL, NULL);
  deliver (fixture, MESSAGE, END_IN_DOUBT);
  deliver (fixture, MESSAGE, END_CONFIRMED);
  /* Once is enough. */
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/delivery-confirm/again", test_again },
    { "/delivery-confirm/again-and-again", test_again_and_again },
    { "/delivery-confirm/on-purpose", test_on_purpose },
    { "/delivery-confirm/twins", test_twins },
    { "/delivery-confirm/other-message", test_other_message },
    { "/delivery-confirm/other-envelope", test_other_envelope },
    { "/delivery-confirm/moved", test_moved },
    { "/delivery-confirm/vanished", test_vanished },
    { "/delivery-confirm/full", test_full },
    { "/delivery-confirm/no-notes", test_no_notes },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);

  return g_test_run ();
}
