/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/intimail-reply-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

static const struct
{
  IntimailError error;
  guint code;
  const char *words;
} replies[] = {
  { INTIMAIL_ERROR_FAILED, 451, "trouble on this server, try again later" },
  { INTIMAIL_ERROR_INVALID_ARGUMENT, 554, "this message cannot be taken" },
  { INTIMAIL_ERROR_NOT_FOUND, 550, "nobody here has this address" },
  { INTIMAIL_ERROR_TOO_LARGE, 552, "message is larger than this server takes" },
  { INTIMAIL_ERROR_STORAGE_FULL, 452, "no room on this server, try again later" },
  { INTIMAIL_ERROR_OVER_QUOTA, 552, "mailbox is full" },
  { INTIMAIL_ERROR_PERMISSION_DENIED, 550, "not allowed" },
  { INTIMAIL_ERROR_UNAVAILABLE, 451, "the directory cannot be asked now, try again later" },
  { INTIMAIL_ERROR_DISABLED, 550, "mailbox is closed" },
  { INTIMAIL_ERROR_NOT_SUPPORTED, 554, "this server does not do that" },
  { INTIMAIL_ERROR_POSTING_REFUSED, 550, "only its members or owners may write to this list" },
  { INTIMAIL_ERROR_LOOP, 554, "this message has been through this list before" },
};

/* An error that nobody has classified is temporary, like the first row. */
static guint
find_row (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    if (g_error_matches (error, INTIMAIL_ERROR, (int) replies[i].error))
      return i;

  return 0;
}

guint
intimail_reply_get_code (const GError *error)
{
  return replies[find_row (error)].code;
}

const char *
intimail_reply_get_words (const GError *error)
{
  return replies[find_row (error)].words;
}

void
intimail_reply_append_address (GString *output, const char *address)
{
  if (strlen (address) > INTIMAIL_REPLY_MAX_ADDRESS)
    return;
  for (const char *c = address; *c != '\0'; c++)
    if (*c < ' ' || *c > '~')
      return;

  g_string_append_printf (output, "<%s> ", address);
}
