/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-journal-entry.h"

#include <string.h>

#define MAX_WORD 256u
#define FIRST_PERSON 1000

/* Every user may write to the journal, and call himself sshd. Whose process it was the
 * kernel says: not people's, whose numbers begin at FIRST_PERSON. */
static gboolean
is_of_service (GuardJournalField get, gpointer source)
{
  const char *text;
  gsize length;
  guint64 uid = 0;

  if (!get (source, "_UID", &text, &length) || length == 0 || length > 9)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      uid = uid * 10 + (guint64) (text[i] - '0');
    }

  return uid < FIRST_PERSON;
}

/* NULL when the entry has no such field, or its bytes are no text. */
static char *
dup_field (GuardJournalField get, gpointer source, const char *name, const char *other)
{
  const char *text;
  gsize length;

  if (!get (source, name, &text, &length) && !get (source, other, &text, &length))
    return NULL;

  return length < MAX_WORD && memchr (text, '\0', length) == NULL ? g_strndup (text, length) : NULL;
}

/* The program's name as it calls itself, or as the journal saw it; a peer writes neither. */
gboolean
guard_journal_entry_read (GuardJournalEntry *self, GuardJournalField get, gpointer source)
{
  *self = (GuardJournalEntry){ NULL };
  if (!is_of_service (get, source))
    return FALSE;
  self->program = dup_field (get, source, "SYSLOG_IDENTIFIER", "_COMM");
  self->process = dup_field (get, source, "SYSLOG_PID", "_PID");

  return self->program != NULL && get (source, "MESSAGE", &self->message, &self->length);
}

void
guard_journal_entry_clear (GuardJournalEntry *self)
{
  g_free (self->program);
  g_free (self->process);
}
