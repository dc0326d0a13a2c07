/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sys/stat.h>
#include <unistd.h>

#include "directory/intimail-ldap-notice-private.h"
#include "test-support.h"

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if (level != G_LOG_LEVEL_WARNING)
    return g_log_writer_default (level, fields, n_fields, data);
  n_warnings++;
  return G_LOG_WRITER_HANDLED;
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = test_support_make_folder ("notice");
  fixture->path = g_build_filename (fixture->folder, ".directory", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

/* The generation, and the stamps of ann and ben. */
typedef guint64 Numbers[3];

static void
look (IntimailLdapNotice *notice, Numbers numbers)
{
  numbers[0] = intimail_ldap_notice_get_generation (notice);
  numbers[1] = intimail_ldap_notice_get_sign_in_stamp (notice, "ann");
  numbers[2] = intimail_ldap_notice_get_sign_in_stamp (notice, "ben");
}

static void
test_tells (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailLdapNotice) teller = intimail_ldap_notice_new (fixture->path);
  g_autoptr (IntimailLdapNotice) listener = intimail_ldap_notice_new (fixture->path);
  Numbers first;
  Numbers second;
  Numbers third;

  look (listener, first);
  for (gsize i = 0; i < G_N_ELEMENTS (first); i++)
    g_assert_cmpuint (first[i], ==, 0);

  intimail_ldap_notice_tell (teller, NULL);
  look (listener, first);
  g_assert_cmpuint (first[0], !=, 0);
  g_assert_cmpuint (first[1], ==, 0);

  intimail_ldap_notice_tell (teller, "ann");
  look (listener, second);
  g_assert_cmpuint (second[0], !=, first[0]);
  g_assert_cmpuint (second[1], !=, first[1]);
  g_assert_cmpuint (second[2], ==, first[2]);

  intimail_ldap_notice_tell (listener, "ben");
  look (teller, third);
  g_assert_cmpuint (third[0], !=, second[0]);
  g_assert_cmpuint (third[1], ==, second[1]);
  g_assert_cmpuint (third[2], !=, second[2]);

  /* Somebody has tidied up. */
  g_assert_cmpint (unlink (fixture->path), ==, 0);
  intimail_ldap_notice_tell (teller, "ann");
  look (listener, first);
  g_assert_cmpuint (first[0], !=, third[0]);
  g_assert_cmpuint (first[1], !=, third[1]);
}

static void
test_nobody_to_tell (Fixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->folder, "not-there", ".directory", NULL);
  g_autoptr (IntimailLdapNotice) alone = intimail_ldap_notice_new (NULL);
  g_autoptr (IntimailLdapNotice) early = intimail_ldap_notice_new (elsewhere);

  intimail_ldap_notice_tell (alone, "ann");
  intimail_ldap_notice_tell (early, "ann");
  g_assert_cmpuint (intimail_ldap_notice_get_generation (alone), ==, 0);
  g_assert_cmpuint (intimail_ldap_notice_get_generation (early), ==, 0);
}

/* Who owns the folder puts something else there, for root to write to. */
static void
test_other_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->folder, "precious", NULL);
  g_autoptr (IntimailLdapNotice) notice = intimail_ldap_notice_new (fixture->path);
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (other, "precious", -1, NULL));
  n_warnings = 0;
  for (guint kind = 0; kind < 4; kind++)
    {
      g_test_message ("kind %u", kind);
      switch (kind)
        {
        case 0:
          g_assert_cmpint (symlink (other, fixture->path), ==, 0);
          break;
        case 1:
          g_assert_cmpint (link (other, fixture->path), ==, 0);
          break;
        case 2:
          g_assert_true (g_file_set_contents (fixture->path, "precious", -1, NULL));
          break;
        default:
          g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
        }
      intimail_ldap_notice_tell (notice, "ann");
      g_assert_cmpuint (n_warnings, ==, kind + 1);
      g_assert_cmpint (unlink (fixture->path), ==, 0);
    }
  g_assert_true (g_file_get_contents (other, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "precious");
}

#define TELLERS 4
#define EACH 200

static gpointer
tell_often (gpointer data)
{
  g_autoptr (IntimailLdapNotice) notice = intimail_ldap_notice_new (data);

  for (int i = 0; i < EACH; i++)
    {
      guint64 generation = intimail_ldap_notice_get_generation (notice);
      guint64 stamp = intimail_ldap_notice_get_sign_in_stamp (notice, "ann");

      intimail_ldap_notice_tell (notice, "ann");
      g_assert_cmpuint (intimail_ldap_notice_get_generation (notice), !=, generation);
      g_assert_cmpuint (intimail_ldap_notice_get_sign_in_stamp (notice, "ann"), !=, stamp);
    }

  return NULL;
}

static void
test_many_tell (Fixture *fixture, gconstpointer data)
{
  GThread *threads[TELLERS];

  for (int i = 0; i < TELLERS; i++)
    threads[i] = g_thread_new ("teller", tell_often, fixture->path);
  for (int i = 0; i < TELLERS; i++)
    g_thread_join (threads[i]);
}

static void
add_test (const char *name, void (*function) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/ldap-notice/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, function, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  add_test ("tells", test_tells);
  add_test ("nobody-to-tell", test_nobody_to_tell);
  add_test ("other-files", test_other_files);
  add_test ("many-tell", test_many_tell);

  return g_test_run ();
}
