/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The verbs for the guard that is at work; command-guard.c has the table.
 */

#pragma once

#include "command.h"

G_BEGIN_DECLS

CommandStatus command_guard_list (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_feed (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_ban (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_unban (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_allow (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_allowed (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_disallow (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_explain (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_confirm (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_reload (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_compare (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_stats (Command *command, int argc, char **argv, GError **error);
CommandStatus command_guard_import (Command *command, int argc, char **argv, GError **error);

G_END_DECLS
