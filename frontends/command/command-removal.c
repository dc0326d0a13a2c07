/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail person remove and restore: a removal that can be undone for a time.
 */

#include "command-output.h"
#include "command.h"

#define DAY (24 * 60 * 60)

/* As long ago as it has to be for what is left to be removed at once. */
#define LONG_AGO 3600

typedef struct
{
  gboolean keep_mail;
  gboolean delete_mail;
  gboolean at_once;
} Options;

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
tell_until (Command *command, IntimailPerson *person)
{
  g_autofree char *until = command_output_format_time (intimail_person_get_removal (person));
  JsonBuilder *builder;

  if (!command->json)
    {
      command_output_print ("%s is removed; \"intimail person restore %s\" undoes it until %s\n", intimail_person_get_uid (person),
                            intimail_person_get_uid (person), until);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  command_output_add_string (builder, "uid", intimail_person_get_uid (person));
  command_output_add_time (builder, "removal", intimail_person_get_removal (person));
  command_output_add_boolean (builder, "deletesMail", intimail_person_get_deletes_mail (person));
  command_output_print_json (json_builder_end_object (builder));
}

static void
tell_gone (Command *command, const char *uid, const char *kept)
{
  JsonBuilder *builder;

  if (!command->json)
    {
      command_output_print (*kept != '\0' ? "%s is gone; the mail is in %s\n" : "%s is gone\n", uid, kept);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  command_output_add_string (builder, "uid", uid);
  command_output_add_string (builder, "keptMail", kept);
  command_output_print_json (json_builder_end_object (builder));
}

/* The time is set to be over, also for somebody whose removal had begun. */
static gboolean
remove_at_once (Command *command, IntimailPerson *person, gboolean deletes_mail, GError **error)
{
  const char *uid = intimail_person_get_uid (person);
  g_autofree char *kept = NULL;

  intimail_person_set_removal (person, now () - LONG_AGO);
  intimail_person_set_deletes_mail (person, deletes_mail);
  if (!intimail_directory_update_person (command->directory, person, NULL, error))
    return FALSE;
  command_become_owner (command);
  kept = intimail_site_purge_person (command->site, uid, now (), NULL, error);
  if (kept != NULL)
    tell_gone (command, uid, kept);

  return kept != NULL;
}

CommandStatus
command_person_remove (Command *command, int argc, char **argv, GError **error)
{
  Options options = { FALSE };
  const GOptionEntry entries[] = {
    { "keep-mail", 0, 0, G_OPTION_ARG_NONE, &options.keep_mail, "Put the mail aside at the end", NULL },
    { "delete-mail", 0, 0, G_OPTION_ARG_NONE, &options.delete_mail, "Delete the mail at the end", NULL },
    { "now", 0, 0, G_OPTION_ARG_NONE, &options.at_once, "Do it at once: it cannot be undone", NULL },
    { NULL },
  };
  g_autoptr (IntimailPerson) person = NULL;
  IntimailDirectory *directory;
  gint64 until;

  if (!command_parse (command, &command_person_verbs[5], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  if (options.keep_mail && options.delete_mail)
    {
      command_usage (error, "either --keep-mail or --delete-mail");
      return COMMAND_USAGE;
    }
  person = command_lookup_person (command, argv[1], error);
  if (person == NULL)
    return COMMAND_FAILED;
  if (options.at_once)
    return remove_at_once (command, person, options.delete_mail, error) ? COMMAND_DONE : COMMAND_FAILED;
  directory = command->directory;
  until = now () + (gint64) intimail_site_get_removed_days (command->site) * DAY;
  if (!intimail_directory_begin_removal (directory, argv[1], until, options.delete_mail, NULL, error))
    return COMMAND_FAILED;
  g_clear_object (&person);
  person = intimail_directory_lookup_person (directory, argv[1], NULL, error);
  if (person == NULL)
    return COMMAND_FAILED;
  tell_until (command, person);

  return COMMAND_DONE;
}

CommandStatus
command_person_restore (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;

  if (!command_parse (command, &command_person_verbs[6], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  person = command_lookup_person (command, argv[1], error);
  if (person != NULL)
    intimail_directory_undo_removal (command->directory, argv[1], NULL, error);

  return COMMAND_DONE;
}
