/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail init: a whole site under one folder.
 */

#include "command-output.h"
#include "command-samples.h"
#include "command.h"

static void
print_created (Command *command, const char *domain, GPtrArray *people)
{
  const char *path = intimail_site_get_path (command->site);
  JsonBuilder *builder;

  if (!command->json)
    {
      g_autofree char *clean = command_output_clean (path);

      command_output_print ("made the site %s for %s\n", clean, domain);
      command_samples_print (people);
      if (people->len == 0)
        command_output_print ("next: intimail --site %s person add UID --admin\n", clean);
      return;
    }
  builder = json_builder_begin_object (json_builder_new ());
  command_output_add_string (builder, "path", path);
  command_output_add_string (builder, "domain", domain);
  command_samples_build (builder, people);
  command_output_print_json (json_builder_end_object (builder));
}

static CommandStatus
run_init (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *domain = NULL;
  g_autofree char *transport = NULL;
  g_autofree char *language = NULL;
  gboolean samples = FALSE;
  const GOptionEntry entries[] = {
    { "domain", 0, 0, G_OPTION_ARG_STRING, &domain, "The domain whose mail is ours", "DOMAIN" },
    { "transport", 0, 0, G_OPTION_ARG_STRING, &transport,
      "Outgoing mail: by sendmail, or local for the people of the site alone (sendmail)", "KIND" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "The language of the first mailboxes: en or fr (en)", "LANGUAGE" },
    { "samples", 0, 0, G_OPTION_ARG_NONE, &samples, "Add three people with some mail, to try it out", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) people = NULL;

  if (!command_parse (command, &command_init_verbs[0], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  if (domain == NULL)
    {
      command_usage (error, "which domain? Add --domain home.example");
      return COMMAND_USAGE;
    }
  command->site = intimail_site_create_full (argv[1], domain,
                                             transport != NULL ? transport : "sendmail",
                                             language != NULL ? language : "en", error);
  if (command->site == NULL)
    return COMMAND_FAILED;
  people = samples ? command_samples_add (command, error) : command_samples_none ();
  if (people == NULL)
    return COMMAND_FAILED;
  print_created (command, intimail_site_get_domains (command->site)[0], people);

  return COMMAND_DONE;
}

const CommandVerb command_init_verbs[] = {
  { "init", "DIR --domain DOMAIN", "Make a site under the folder DIR",
    "Writes intimail.conf, with a comment for each setting, an empty directory of\n"
    "people, and folders for mail and sockets. With --samples, the passwords of\n"
    "three people are printed, this once.",
    run_init },
  { NULL },
};
