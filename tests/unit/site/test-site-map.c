/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where mail goes by what the configuration adds, and what a mail server is told.
 */

#include <string.h>

#include <intimail/intimail.h>

#include "site/intimail-site-private.h"
#include "test-support.h"

typedef struct
{
  char *folder;
  IntimailSite *site;
} Fixture;

static void
open_site (Fixture *self, const char *domains, const char *postmaster)
{
  g_autofree char *path = g_build_filename (self->folder, "intimail.conf", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, &error);
  g_assert_no_error (error);
  g_key_file_set_string (file, "site", "domains", domains);
  g_key_file_set_string (file, "site", "postmaster", postmaster);
  g_key_file_save_to_file (file, path, &error);
  g_assert_no_error (error);
  g_clear_object (&self->site);
  self->site = intimail_site_open (self->folder, &error);
  g_assert_no_error (error);
}

static void
add_person (Fixture *self, const char *uid, const char *alias, IntimailPersonStatus status)
{
  g_autofree char *mail = g_strconcat (uid, "@home.example", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);
  g_autoptr (GError) error = NULL;

  intimail_person_set_aliases (person, (const char *const[]){ alias, NULL });
  intimail_person_set_status (person, status);
  intimail_directory_add_person (intimail_site_get_directory (self->site), person, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* A site of two domains, one of which the directory has never heard of. */
static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (IntimailSite) created = NULL;
  g_autoptr (IntimailGroup) choir = intimail_group_new ("choir");
  g_autoptr (GError) error = NULL;

  self->folder = test_support_make_folder ("site-map");
  created = intimail_site_create_full (self->folder, "home.example", "local", "en", &error);
  g_assert_no_error (error);
  open_site (self, "home.example;club.example", "");
  add_person (self, "ann", "smith@home.example", INTIMAIL_PERSON_STATUS_ACTIVE);
  add_person (self, "ben", "@home.example", INTIMAIL_PERSON_STATUS_ACTIVE);
  add_person (self, "gone", NULL, INTIMAIL_PERSON_STATUS_DISABLED);
  intimail_group_set_mail (choir, "choir@home.example");
  intimail_group_set_members (choir, (const char *const[]){ "ben", NULL });
  intimail_group_set_owners (choir, (const char *const[]){ "ann", "gone", NULL });
  intimail_directory_add_group (intimail_site_get_directory (self->site), choir, NULL, &error);
  g_assert_no_error (error);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  test_support_assert_finalized (self->site);
  test_support_remove_folder (self->folder);
  g_free (self->folder);
}

static void
set_admins (Fixture *self, const char *uid)
{
  IntimailDirectory *directory = intimail_site_get_directory (self->site);
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (directory, "admins", NULL, NULL);
  g_autoptr (GError) error = NULL;

  intimail_group_set_members (admins, (const char *const[]){ uid, NULL });
  intimail_directory_update_group (directory, admins, NULL, &error);
  g_assert_no_error (error);
}

static char *
ask (Fixture *self, const char *map, const char *key)
{
  g_autoptr (GError) error = NULL;
  char *value = intimail_site_lookup_map (self->site, map, key, NULL, &error);

  return value != NULL ? value : g_strdup_printf ("!%d", error->code);
}

static void
test_maps (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *map;
    const char *key;
    const char *value;
  } cases[] = {
    { "recipients", "ann@home.example", "ann" },
    { "recipients", "Smith@HOME.example", "ann" },
    { "recipients", "ann+x@home.example", "ann" },
    { "recipients", "gone@home.example", "disabled" },
    { "recipients", "choir@home.example", "choir" },
    { "recipients", "choir-bounces@home.example", "choir" },
    { "recipients", "choir-unsubscribe+abc@home.example", "choir" },
    { "recipients", "anybody@home.example", "ben" },
    { "recipients", "@home.example", "ben" },
    { "recipients", "@club.example", "!2" },
    { "recipients", "anybody@club.example", "!2" },
    { "recipients", "postmaster@home.example", "admins" },
    { "recipients", "abuse@club.example", "admins" },
    { "recipients", "postmaster@elsewhere.example", "!2" },
    { "recipients", "ann@elsewhere.example", "!2" },
    { "recipients", "ann", "!2" },
    { "recipients", "", "!2" },
    { "senders", "ann@home.example", "ann" },
    { "senders", "smith+y@home.example", "ann" },
    { "senders", "gone@home.example", "!2" },
    { "senders", "choir@home.example", "ann" },
    { "senders", "choir-owner@home.example", "ann" },
    { "senders", "postmaster@home.example", "ben" },
    { "senders", "anybody@home.example", "!2" },
    { "senders", "@home.example", "!2" },
    { "senders", "x@elsewhere.example", "!2" },
    { "passwords", "ann@home.example", "!1" },
  };

  set_admins (fixture, "ben");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = ask (fixture, cases[i].map, cases[i].key);

      g_test_message ("%s %s", cases[i].map, cases[i].key);
      g_assert_cmpstr (value, ==, cases[i].value);
    }
}

/* A table is never old: what the directory says now counts. */
static void
test_maps_follow (Fixture *fixture, gconstpointer data)
{
  IntimailDirectory *directory = intimail_site_get_directory (fixture->site);
  g_autoptr (IntimailTemporaryAlias) alias = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *sender = NULL;

  alias = intimail_directory_add_temporary_alias (directory, "ann", "shop@home.example", g_get_real_time () / G_USEC_PER_SEC + 3600, "", NULL, &error);
  g_assert_no_error (error);
  before = ask (fixture, "recipients", "shop@home.example");
  g_assert_cmpstr (before, ==, "ann");
  intimail_directory_end_temporary_alias (directory, "ann", "shop@home.example", NULL, &error);
  g_assert_no_error (error);
  after = ask (fixture, "recipients", "shop@home.example");
  g_assert_cmpstr (after, ==, "disabled");
  sender = ask (fixture, "senders", "shop@home.example");
  g_assert_cmpstr (sender, ==, "!2");
}

/* People of other machines, here as ben has the rest of the domain. */
static void
test_transports (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *key;
    const char *value;
  } cases[] = {
    { "ben@home.example", "smtp:[MX2.home.example]" },
    { "Ben+x@HOME.example", "smtp:[MX2.home.example]" },
    { "anybody@home.example", "smtp:[MX2.home.example]" },
    { "ann@home.example", "!2" },
    { "gone@home.example", "!2" },
    { "choir@home.example", "!2" },
    { "postmaster@home.example", "!2" },
    { "@home.example", "!2" },
    { "home.example", "!2" },
    { "*", "!2" },
    { "ben@elsewhere.example", "!2" },
  };
  IntimailDirectory *directory = intimail_site_get_directory (fixture->site);
  g_autoptr (IntimailPerson) ann = intimail_directory_lookup_person (directory, "ann", NULL, NULL);
  g_autoptr (IntimailPerson) ben = intimail_directory_lookup_person (directory, "ben", NULL, NULL);
  g_autoptr (GError) error = NULL;

  set_admins (fixture, "ben");
  intimail_person_set_mail_host (ann, intimail_site_get_hostname (fixture->site));
  g_assert_true (intimail_directory_update_person (directory, ann, NULL, NULL));
  intimail_person_set_mail_host (ben, "MX2.home.example");
  g_assert_true (intimail_directory_update_person (directory, ben, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = ask (fixture, "transports", cases[i].key);

      g_test_message ("%s", cases[i].key);
      g_assert_cmpstr (value, ==, cases[i].value);
    }
  /* What another machine keeps is that one's to judge; what comes here all the same waits. */
  g_assert_true (intimail_delivery_check_recipient (fixture->site, NULL, "ben@home.example", 1, NULL, &error));
  g_assert_no_error (error);
  {
    g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "s@x.example");

    g_assert_false (intimail_delivery_add_recipient (delivery, "ben@home.example", 1, NULL, &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
  }
}

/* Without a mail server nobody is left out: it waits. */
static void
test_elsewhere_without_server (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ben = intimail_directory_lookup_person (intimail_site_get_directory (fixture->site), "ben", NULL, NULL);
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (fixture->site, "s@x.example");
  g_autoptr (GError) error = NULL;

  intimail_person_set_mail_host (ben, "mx2.home.example");
  g_assert_true (intimail_directory_update_person (intimail_site_get_directory (fixture->site), ben, NULL, NULL));
  g_assert_false (intimail_delivery_add_recipient (delivery, "choir@home.example", 1, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_map_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;

  intimail_site_lookup_map_async (fixture->site, "recipients", "ann@home.example", NULL, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  value = intimail_site_lookup_map_finish (fixture->site, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, "ann");
}

/* "ann ben / x@x.example", or "!" and the code of the error. */
static char *
find (Fixture *self, const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRoute) route = intimail_site_find_route (self->site, address, "", NULL, &error);
  GString *text = g_string_new (NULL);

  if (route == NULL)
    {
      g_string_printf (text, "!%d", error->code);
      return g_string_free (text, FALSE);
    }
  for (guint i = 0; i < route->people->len; i++)
    g_string_append_printf (text, "%s ", intimail_person_get_uid (route->people->pdata[i]));
  g_string_append (text, "/");
  for (guint i = 0; i < route->addresses->len; i++)
    g_string_append_printf (text, " %s", (char *) route->addresses->pdata[i]);

  return g_string_free (text, FALSE);
}

static void
assert_finds (Fixture *self, const char *address, const char *wanted)
{
  g_autofree char *text = find (self, address);

  g_assert_cmpstr (text, ==, wanted);
}

/* Whatever the directory holds, and also when it holds no group of administrators. */
static void
test_postmaster (Fixture *fixture, gconstpointer data)
{
  static const char *const duties[] = { "postmaster@home.example", "abuse@home.example", "Postmaster@club.example", "ABUSE@club.example", "postmaster" };
  static const struct
  {
    const char *postmaster;
    const char *wanted;
  } cases[] = {
    { "", "!9" },
    { "gone", "!9" },
    { "nobody", "!9" },
    { "ben", "ben /" },
    { "nobody;ben;ann@elsewhere.example", "ben / ann@elsewhere.example" },
    { "smith@home.example", "ann /" },
  };
  g_autofree char *path = g_build_filename (fixture->folder, "directory.ldif", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) entries = NULL;
  g_autofree char *rest = NULL;
  g_autoptr (GError) error = NULL;

  for (guint without_group = 0; without_group <= 1; without_group++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          open_site (fixture, "home.example;club.example", cases[i].postmaster);
          for (gsize j = 0; j < G_N_ELEMENTS (duties); j++)
            assert_finds (fixture, duties[j], cases[i].wanted);
        }
      if (without_group)
        break;
      /* Who administrates comes before the configuration. */
      set_admins (fixture, "ann");
      assert_finds (fixture, "abuse@club.example", "ann /");
      set_admins (fixture, NULL);
      g_file_get_contents (path, &text, NULL, &error);
      g_assert_no_error (error);
      entries = g_strsplit (text, "dn: cn=admins,", 2);
      rest = g_strconcat (entries[0], strstr (entries[1], "\n\n") + 2, NULL);
      g_file_set_contents (path, rest, -1, &error);
      g_assert_no_error (error);
    }
  /* A list without owners has them too. */
  assert_finds (fixture, "choir-owner@home.example", "ann /");
}

static void
test_bad_postmaster (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.conf", NULL);
  g_autofree char *text = NULL;
  g_autofree char *bad = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  parts = g_strsplit (text, "\npostmaster=", 2);
  bad = g_strconcat (parts[0], "\npostmaster=not a uid", parts[1], NULL);
  g_assert_true (g_file_set_contents (path, bad, -1, NULL));
  site = intimail_site_open (fixture->folder, &error);
  g_assert_null (site);
  g_assert_nonnull (strstr (error->message, "\"not a uid\" is neither a uid nor an address"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/site-map/maps", Fixture, NULL, setup, test_maps, teardown);
  g_test_add ("/site-map/maps-follow", Fixture, NULL, setup, test_maps_follow, teardown);
  g_test_add ("/site-map/transports", Fixture, NULL, setup, test_transports, teardown);
  g_test_add ("/site-map/elsewhere-without-server", Fixture, NULL, setup, test_elsewhere_without_server, teardown);
  g_test_add ("/site-map/map-async", Fixture, NULL, setup, test_map_async, teardown);
  g_test_add ("/site-map/postmaster", Fixture, NULL, setup, test_postmaster, teardown);
  g_test_add ("/site-map/bad-postmaster", Fixture, NULL, setup, test_bad_postmaster, teardown);

  return g_test_run ();
}
