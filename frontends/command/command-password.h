/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where a new password comes from.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  gboolean from_stdin; /* --password-stdin */
  gboolean generate;   /* --generate */
  gboolean none;       /* --no-password */
} CommandPasswordOptions;

/* A password for g_auto(): overwritten before it is freed. */
typedef char *CommandPassword;

void command_password_free (CommandPassword password);

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (CommandPassword, command_password_free, NULL)

/* Sets *@password to a password, or NULL with --no-password. Asks twice on the
 * terminal, without echo, when no option says otherwise. */
gboolean command_password_get (const CommandPasswordOptions *options,
                               const char *uid,
                               char **password,
                               GError **error);

/* The password until now: a line of standard input, or asked for on the terminal. */
gboolean command_password_get_old (const CommandPasswordOptions *options,
                                   const char *uid,
                                   char **password,
                                   GError **error);

G_END_DECLS
