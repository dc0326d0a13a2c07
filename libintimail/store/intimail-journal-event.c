/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-journal-event-private.h"

#include <string.h>

const char *const intimail_journal_type_names[INTIMAIL_JOURNAL_N_TYPES] = {
  "Email",
  "Mailbox",
  "Thread",
  "EmailDelivery",
  "EmailSubmission",
  "Identity",
  "Quota",
  "BigFile",
};

const char *const intimail_journal_op_names[] = { "add", "update", "remove", "counts" };

gboolean
intimail_journal_event_parse (const char *line, gsize length, IntimailJournalEvent *event)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  memset (event, 0, sizeof *event);
  if (!intimail_json_line_reader_init (&reader, line, length))
    return FALSE;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "n"))
        event->n = member.integer;
      else if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "time"))
        event->time = member.integer;
      else if (member.kind != INTIMAIL_JSON_KIND_STRING)
        continue;
      else if (intimail_json_member_is (&member, "type"))
        event->type = member;
      else if (intimail_json_member_is (&member, "op"))
        event->op = member;
      else if (intimail_json_member_is (&member, "id"))
        event->id = member;
      else if (intimail_json_member_is (&member, "thread"))
        event->thread = member;
      else if (intimail_json_member_is (&member, "threadop"))
        event->thread_op = member;
      else if (intimail_json_member_is (&member, "boot"))
        event->boot = member;
    }

  return intimail_json_line_reader_is_complete (&reader) && event->n > 0;
}

static gboolean
value_is (const IntimailJsonMember *member, const char *text)
{
  return member->raw_length == strlen (text) && memcmp (member->raw, text, member->raw_length) == 0;
}

static gboolean
get_op (const IntimailJsonMember *member, IntimailChangeOp *op)
{
  for (guint i = 0; member->raw != NULL && i < G_N_ELEMENTS (intimail_journal_op_names); i++)
    {
      if (value_is (member, intimail_journal_op_names[i]))
        {
          *op = (IntimailChangeOp) i;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
intimail_journal_event_view (const IntimailJournalEvent *event, IntimailChangeType type, IntimailChangeOp *op, const char **id, gsize *id_length)
{
  gboolean is_email = event->type.raw != NULL && value_is (&event->type, "Email");

  if (event->type.raw == NULL || event->id.raw == NULL || !get_op (&event->op, op))
    return FALSE;

  *id = event->id.raw;
  *id_length = event->id.raw_length;
  switch (type)
    {
    case INTIMAIL_CHANGE_TYPE_THREAD:
      *id = event->thread.raw;
      *id_length = event->thread.raw_length;
      return is_email && event->thread.raw != NULL && get_op (&event->thread_op, op);
    case INTIMAIL_CHANGE_TYPE_EMAIL_DELIVERY:
      return is_email && *op == INTIMAIL_CHANGE_ADD;
    case INTIMAIL_CHANGE_TYPE_QUOTA:
      if ((is_email || value_is (&event->type, intimail_journal_type_names[INTIMAIL_CHANGE_TYPE_BIG_FILE])) &&
          (*op == INTIMAIL_CHANGE_ADD || *op == INTIMAIL_CHANGE_REMOVE))
        {
          *op = INTIMAIL_CHANGE_UPDATE;
          *id = "quota";
          *id_length = strlen ("quota");
          return TRUE;
        }
      return value_is (&event->type, "Quota");
    case INTIMAIL_CHANGE_TYPE_EMAIL:
    case INTIMAIL_CHANGE_TYPE_MAILBOX:
    case INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION:
    case INTIMAIL_CHANGE_TYPE_IDENTITY:
    case INTIMAIL_CHANGE_TYPE_BIG_FILE:
      return value_is (&event->type, intimail_journal_type_names[type]);
    }
  return FALSE;
}
