/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People and mail to try a site out: samples/ holds the mail.
 */

#pragma once

#include <json-glib/json-glib.h>

#include "command.h"

G_BEGIN_DECLS

/* Adds the people, of whom ben is an administrator, and delivers the mail. The
 * result is for the two functions below. */
GPtrArray *command_samples_add (Command *command,
                                GError **error);

GPtrArray *command_samples_none (void);

/* Prints who they are, with passwords. */
void command_samples_print (GPtrArray *people);

void command_samples_build (JsonBuilder *builder,
                            GPtrArray *people);

G_END_DECLS
