/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command-samples.h"

#include <stdlib.h>
#include <string.h>

#include "command-output.h"

#define FOLDER "/intimail/command/samples"

/* The samples are written for this domain; another takes its place. */
#define SAMPLE_DOMAIN "home.example"

typedef struct
{
  const char *uid;
  const char *name;
  char *mail;
  char *password;
} Sample;

static const struct
{
  const char *uid;
  const char *name;
} names[] = {
  { "ann", "Ann" },
  { "ben", "Ben" },
  { "chloe", "Chlo\xc3\xa9" },
};

static void
sample_free (gpointer data)
{
  Sample *sample = data;

  g_free (sample->mail);
  if (sample->password != NULL)
    explicit_bzero (sample->password, strlen (sample->password));
  g_free (sample->password);
  g_free (sample);
}

GPtrArray *
command_samples_none (void)
{
  return g_ptr_array_new_with_free_func (sample_free);
}

static gboolean
add_person (Command *command, Sample *sample, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_person_new (sample->uid, sample->mail);

  intimail_person_set_display_name (person, sample->name);
  intimail_person_set_quota_bytes (person, G_GUINT64_CONSTANT (1000000000));

  return intimail_directory_add_person (intimail_site_get_directory (command->site), person, sample->password, NULL, error);
}

static gboolean
make_admin (Command *command, const char *uid, GError **error)
{
  IntimailDirectory *directory = intimail_site_get_directory (command->site);
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (directory, "admins", NULL, error);
  const char *members[] = { uid, NULL };

  if (admins == NULL)
    return FALSE;
  intimail_group_set_members (admins, members);

  return intimail_directory_update_group (directory, admins, NULL, error);
}

/* A sample for the people of this domain. */
static GBytes *
load_sample (Command *command, const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (FOLDER "/", name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autofree char *domain = NULL;
  g_autoptr (GString) text = NULL;

  if (bytes == NULL)
    return NULL;
  text = g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  domain = g_strconcat ("@", intimail_site_get_domains (command->site)[0], NULL);
  g_string_replace (text, "@" SAMPLE_DOMAIN, domain, 0);

  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static gboolean
is_addressed (GPtrArray *addresses, const char *mail)
{
  for (guint i = 0; i < addresses->len; i++)
    if (g_ascii_strcasecmp (intimail_address_get_email (addresses->pdata[i]), mail) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
deliver_to (Command *command, Sample *sample, GBytes *bytes, gint64 received, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (IntimailAccount) account = NULL;
  g_autofree char *id = NULL;

  person = intimail_directory_lookup_person (intimail_site_get_directory (command->site), sample->uid, NULL, error);
  account = person != NULL ? intimail_site_get_account (command->site, person, error) : NULL;
  if (account == NULL)
    return FALSE;
  id = intimail_account_deliver (account, bytes, NULL, NULL, received, NULL, error);

  return id != NULL;
}

/* To whom it is written, at the time that it says. */
static gboolean
deliver_sample (Command *command, GPtrArray *people, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = load_sample (command, name, error);
  g_autoptr (IntimailMessage) message = bytes != NULL ? intimail_message_new_from_bytes (bytes, error) : NULL;
  GPtrArray *to;
  GPtrArray *cc;
  GDateTime *date;
  gint64 received;

  if (message == NULL)
    return FALSE;
  to = intimail_message_get_to (message);
  cc = intimail_message_get_cc (message);
  date = intimail_message_get_date (message);
  received = date != NULL ? g_date_time_to_unix (date) : g_get_real_time () / G_USEC_PER_SEC;
  for (guint i = 0; i < people->len; i++)
    {
      Sample *sample = people->pdata[i];

      if ((is_addressed (to, sample->mail) || is_addressed (cc, sample->mail)) &&
          !deliver_to (command, sample, bytes, received, error))
        return FALSE;
    }

  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static gboolean
deliver_samples (Command *command, GPtrArray *people, GError **error)
{
  g_auto (GStrv) files = g_resources_enumerate_children (FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (files == NULL)
    return FALSE;
  qsort (files, g_strv_length (files), sizeof *files, compare_names);
  for (gsize i = 0; files[i] != NULL; i++)
    if (!deliver_sample (command, people, files[i], error))
      {
        g_prefix_error (error, "sample %s: ", files[i]);
        return FALSE;
      }

  return TRUE;
}

GPtrArray *
command_samples_add (Command *command, GError **error)
{
  g_autoptr (GPtrArray) people = command_samples_none ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Sample *sample = g_new0 (Sample, 1);

      sample->uid = names[i].uid;
      sample->name = names[i].name;
      sample->mail = g_strdup_printf ("%s@%s", sample->uid, intimail_site_get_domains (command->site)[0]);
      sample->password = intimail_directory_generate_password ();
      g_ptr_array_add (people, sample);
      if (!add_person (command, sample, error))
        return NULL;
    }
  if (!make_admin (command, "ben", error) || !deliver_samples (command, people, error))
    return NULL;

  return g_steal_pointer (&people);
}

void
command_samples_print (GPtrArray *people)
{
  CommandTable *table;

  if (people->len == 0)
    return;
  command_output_print ("three people to try it out; the passwords are not shown again:\n\n");
  table = command_table_new ("UID|PASSWORD|MAIL");
  for (guint i = 0; i < people->len; i++)
    {
      Sample *sample = people->pdata[i];

      command_table_add (table, sample->uid, sample->password, sample->mail, NULL);
    }
  command_table_print (table, "");
  command_output_print ("\nben is an administrator.\n");
}

void
command_samples_build (JsonBuilder *builder, GPtrArray *people)
{
  json_builder_set_member_name (builder, "people");
  json_builder_begin_array (builder);
  for (guint i = 0; i < people->len; i++)
    {
      Sample *sample = people->pdata[i];

      json_builder_begin_object (builder);
      command_output_add_string (builder, "uid", sample->uid);
      command_output_add_string (builder, "mail", sample->mail);
      command_output_add_string (builder, "password", sample->password);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}
