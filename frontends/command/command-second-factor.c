/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail person second-factor: the code that is asked for beside a password.
 */

#include "command-output.h"
#include "command.h"

static CommandStatus
run_show (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailSecondFactor) second_factor = NULL;
  IntimailDirectory *directory;
  JsonBuilder *builder;

  if (!command_parse (command, &command_second_factor_verbs[0], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  second_factor = directory != NULL ? intimail_directory_lookup_second_factor (directory, argv[1], NULL, error) : NULL;
  if (second_factor == NULL)
    return COMMAND_FAILED;
  if (!command->json)
    {
      if (intimail_second_factor_is_enabled (second_factor))
        command_output_print ("on, recovery codes left: %u\n", intimail_second_factor_get_n_recovery_codes (second_factor));
      else
        command_output_print ("off\n");
      return COMMAND_DONE;
    }
  builder = json_builder_begin_object (json_builder_new ());
  command_output_add_boolean (builder, "enabled", intimail_second_factor_is_enabled (second_factor));
  command_output_add_number (builder, "recoveryCodes", intimail_second_factor_get_n_recovery_codes (second_factor));
  command_output_print_json (json_builder_end_object (builder));

  return COMMAND_DONE;
}

static CommandStatus
run_reset (Command *command, int argc, char **argv, GError **error)
{
  IntimailDirectory *directory;

  if (!command_parse (command, &command_second_factor_verbs[1], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory == NULL || !intimail_directory_disable_second_factor (directory, argv[1], NULL, error))
    return COMMAND_FAILED;

  return COMMAND_DONE;
}

const CommandVerb command_second_factor_verbs[] = {
  { "person second-factor show", "UID", "Show whether somebody signs in with a code, too", NULL, run_show },
  { "person second-factor reset", "UID", "Let somebody sign in without a code",
    "For who has lost the device and the recovery codes: make sure that it is them.", run_reset },
  { NULL },
};
