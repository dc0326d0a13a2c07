/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail expire: what has been in the trash and in junk for too long, and what ended.
 */

#include "command-output.h"
#include "command.h"

#define DAY (24 * 60 * 60)

typedef struct
{
  Command *command;
  gboolean dry_run;
  gint64 now;
  CommandTable *table;
  JsonBuilder *builder;
} Expiry;

static void
add_removed (Expiry *self, const char *uid, IntimailMailboxRole role, guint days, guint n)
{
  g_autofree char *n_text = g_strdup_printf ("%u", n);
  g_autofree char *days_text = g_strdup_printf ("%u", days);

  if (self->table != NULL)
    {
      command_table_add (self->table, uid, command_get_role_name (role), days_text, n_text, NULL);
      return;
    }
  json_builder_begin_object (self->builder);
  command_output_add_string (self->builder, "uid", uid);
  command_output_add_string (self->builder, "role", command_get_role_name (role));
  command_output_add_number (self->builder, "days", days);
  command_output_add_number (self->builder, "removed", n);
  json_builder_end_object (self->builder);
}

static void
add_candidate (Expiry *self, const char *uid, IntimailMailboxRole role, IntimailEnvelope *envelope)
{
  const char *id = intimail_envelope_get_id (envelope);

  if (self->table != NULL)
    {
      command_table_add (self->table, uid, command_get_role_name (role), id,
                         intimail_envelope_get_from (envelope), intimail_envelope_get_subject (envelope), NULL);
      return;
    }
  json_builder_begin_object (self->builder);
  command_output_add_string (self->builder, "uid", uid);
  command_output_add_string (self->builder, "role", command_get_role_name (role));
  command_output_add_string (self->builder, "id", id);
  command_output_add_string (self->builder, "from", intimail_envelope_get_from (envelope));
  command_output_add_string (self->builder, "subject", intimail_envelope_get_subject (envelope));
  json_builder_end_object (self->builder);
}

static gboolean
list_role (Expiry *self, IntimailAccount *account, const char *uid, IntimailMailboxRole role, gint64 before, GError **error)
{
  g_auto (GStrv) ids = intimail_account_list_expired (account, role, before, NULL, error);

  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (account, ids[i], NULL);

      /* Somebody may have removed it just now. */
      if (envelope != NULL)
        add_candidate (self, uid, role, envelope);
    }

  return ids != NULL;
}

static gboolean
expire_role (Expiry *self, IntimailAccount *account, const char *uid, IntimailMailboxRole role, guint days, GError **error)
{
  gint64 before = self->now - (gint64) days * DAY;
  guint n;

  if (days == 0)
    return TRUE;
  if (self->dry_run)
    return list_role (self, account, uid, role, before, error);
  if (!intimail_account_expire (account, role, before, &n, NULL, error))
    return FALSE;
  if (n > 0)
    add_removed (self, uid, role, days, n);

  return TRUE;
}

static void
list_files (Expiry *self, const char *uid, GPtrArray *files)
{
  for (guint i = 0; i < files->len; i++)
    {
      gint64 expires = intimail_big_file_get_expires (files->pdata[i]);
      const char *id = intimail_big_file_get_id (files->pdata[i]);
      const char *name = intimail_big_file_get_name (files->pdata[i]);

      if (expires == 0 || expires > self->now)
        continue;
      if (self->table != NULL)
        {
          command_table_add (self->table, uid, "files", id, "", name, NULL);
          continue;
        }
      json_builder_begin_object (self->builder);
      command_output_add_string (self->builder, "uid", uid);
      command_output_add_string (self->builder, "file", id);
      command_output_add_string (self->builder, "name", name);
      json_builder_end_object (self->builder);
    }
}

static void
add_removed_files (Expiry *self, const char *uid, guint n)
{
  g_autofree char *n_text = g_strdup_printf ("%u", n);

  if (self->table != NULL)
    {
      command_table_add (self->table, uid, "files", "", n_text, NULL);
      return;
    }
  json_builder_begin_object (self->builder);
  command_output_add_string (self->builder, "uid", uid);
  command_output_add_number (self->builder, "removedFiles", n);
  json_builder_end_object (self->builder);
}

/* Those that mail links to, until the time that their sender said. */
static gboolean
expire_files (Expiry *self, IntimailAccount *account, const char *uid, GError **error)
{
  g_autoptr (GPtrArray) files = NULL;
  guint n;

  if (intimail_site_get_big_files (self->command->site) == NULL)
    return TRUE;
  if (self->dry_run)
    {
      files = intimail_account_list_big_files (account, NULL, error);
      if (files != NULL)
        list_files (self, uid, files);
      return files != NULL;
    }
  if (!intimail_account_expire_big_files (account, self->now, &n, NULL, error))
    return FALSE;
  if (n > 0)
    add_removed_files (self, uid, n);

  return TRUE;
}

static gboolean
expire_person (Expiry *self, const char *uid, GError **error)
{
  g_autoptr (IntimailPerson) person = command_lookup_person (self->command, uid, error);
  g_autofree char *path = person != NULL ? intimail_site_get_account_path (self->command->site, person) : NULL;
  g_autoptr (IntimailAccount) account = NULL;

  if (person == NULL)
    return FALSE;
  /* Nothing has come yet: nothing is made for it. */
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  account = command_get_account (self->command, uid, error);

  return account != NULL &&
         expire_role (self, account, uid, INTIMAIL_MAILBOX_ROLE_TRASH, intimail_site_get_trash_days (self->command->site), error) &&
         expire_role (self, account, uid, INTIMAIL_MAILBOX_ROLE_JUNK, intimail_site_get_junk_days (self->command->site), error) &&
         expire_files (self, account, uid, error);
}

/* Each person alone: whose mail cannot be read does not keep the others. */
static void
expire_all (Expiry *self, char **uids, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (gsize i = 0; uids[i] != NULL; i++)
    expire_person (self, uids[i], first == NULL ? &first : NULL);
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
}

static void
add_gone (Expiry *self, const char *uid, const char *kept)
{
  if (self->table != NULL)
    {
      command_table_add (self->table, uid, "", "", self->dry_run ? "the person" : *kept != '\0' ? "the person; mail kept aside"
                                                                                                : "the person",
                         NULL);
      return;
    }
  json_builder_begin_object (self->builder);
  command_output_add_string (self->builder, "uid", uid);
  command_output_add_boolean (self->builder, "person", TRUE);
  command_output_add_string (self->builder, "keptMail", kept);
  json_builder_end_object (self->builder);
}

/* People whose time is over: removed long enough ago, or expired. */
static void
purge_people (Expiry *self, GError **error)
{
  g_autoptr (GPtrArray) people = intimail_site_list_ended_people (self->command->site, self->now, NULL, error);
  g_autoptr (GError) first = NULL;

  if (people == NULL)
    return;
  if (!self->dry_run)
    command_become_owner (self->command);
  for (guint i = 0; i < people->len; i++)
    {
      const char *uid = intimail_person_get_uid (people->pdata[i]);
      g_autofree char *kept = self->dry_run ? g_strdup ("")
                                            : intimail_site_purge_person (self->command->site, uid, self->now, NULL,
                                                                          first == NULL ? &first : NULL);

      if (kept != NULL)
        add_gone (self, uid, kept);
    }
  if (!self->dry_run)
    intimail_site_purge_leftovers (self->command->site, NULL, first == NULL ? &first : NULL);
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
}

static CommandStatus
run_expire (Command *command, int argc, char **argv, GError **error)
{
  Expiry self = { .command = command, .now = g_get_real_time () / G_USEC_PER_SEC };
  const GOptionEntry entries[] = {
    { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &self.dry_run, "List what would be removed, and remove nothing", NULL },
    { NULL },
  };
  g_autoptr (GError) first = NULL;
  g_auto (GStrv) uids = NULL;

  if (!command_parse (command, &command_expire_verbs[0], entries, &argc, &argv, 0, -1, error))
    return COMMAND_DONE;
  if (command_get_whole_directory (command, error) == NULL)
    return COMMAND_FAILED;
  if (command->json)
    self.builder = json_builder_begin_array (json_builder_new ());
  else
    self.table = command_table_new (self.dry_run ? "UID|MAILBOX|ID|FROM|SUBJECT" : "UID|MAILBOX|>DAYS|>REMOVED");
  if (argc == 1)
    purge_people (&self, &first);
  uids = command_list_uids (command, argc, argv, first == NULL ? &first : NULL);
  if (uids != NULL)
    expire_all (&self, uids, first == NULL ? &first : NULL);
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  if (command->json)
    command_output_print_json (json_builder_end_array (self.builder));
  else
    command_table_print (self.table, "nothing to remove: see trash-days, junk-days, removed-days and expired-days in intimail.conf(5)");

  return COMMAND_DONE;
}

const CommandVerb command_expire_verbs[] = {
  { "expire", "[UID...]", "Remove what has been in the trash and in junk for too long, and what ended",
    "How long that is, trash-days and junk-days say in intimail.conf. The days begin\n"
    "when a message comes into that mailbox. Shared files go when their link has ended. Without UID, also what is left of people whose\n"
    "removal can no longer be undone, or who expired longer ago than expired-days.",
    run_expire },
  { NULL },
};
