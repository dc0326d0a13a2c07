/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-index-record-private.h"

#include <string.h>
#include <time.h>

/* What a line has to have to be of its kind. */
enum
{
  HAS_ID = 1 << 0,
  HAS_THREAD = 1 << 1,
  HAS_FILE = 1 << 2,
  HAS_KEYWORDS = 1 << 3,
  HAS_REMOVED = 1 << 4,
};

static guint
take_member (IntimailIndexLine *parsed, const IntimailJsonMember *member)
{
  switch (member->kind)
    {
    case INTIMAIL_JSON_KIND_STRING:
      if (intimail_json_member_is (member, "id"))
        return intimail_id_parse ('m', member->raw, member->raw_length, &parsed->id) ? HAS_ID : 0;
      if (intimail_json_member_is (member, "thread"))
        return intimail_id_parse ('t', member->raw, member->raw_length, &parsed->thread) ? HAS_THREAD : 0;
      if (intimail_json_member_is (member, "file"))
        {
          parsed->file = *member;
          return HAS_FILE;
        }
      return 0;
    case INTIMAIL_JSON_KIND_INTEGER:
      if (intimail_json_member_is (member, "n"))
        parsed->n = member->integer;
      else if (intimail_json_member_is (member, "unixtimestamp"))
        parsed->received = member->integer;
      else if (intimail_json_member_is (member, "sent"))
        parsed->sent = member->integer;
      else if (intimail_json_member_is (member, "size"))
        parsed->size = (guint64) MAX (member->integer, 0);
      return 0;
    case INTIMAIL_JSON_KIND_BOOLEAN:
      if (intimail_json_member_is (member, "attachment"))
        parsed->has_attachment = member->integer != 0;
      return intimail_json_member_is (member, "removed") ? HAS_REMOVED : 0;
    case INTIMAIL_JSON_KIND_STRINGS:
      if (!intimail_json_member_is (member, "keywords"))
        return 0;
      parsed->keywords = *member;
      return HAS_KEYWORDS;
    case INTIMAIL_JSON_KIND_NULL:
      return 0;
    }
  return 0;
}

gboolean
intimail_index_line_parse (const char *line, gsize length, IntimailIndexLine *parsed)
{
  const guint change = HAS_ID | HAS_FILE | HAS_KEYWORDS;
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  guint has = 0;

  memset (parsed, 0, sizeof *parsed);
  /* Half a line never ends so. */
  if (length < 2 || line[length - 1] != '}' || !intimail_json_line_reader_init (&reader, line, length))
    return FALSE;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      has |= take_member (parsed, &member);
      if ((has & (change | HAS_THREAD)) == (change | HAS_THREAD))
        break;
    }

  if ((has & HAS_REMOVED) != 0 && (has & HAS_ID) != 0)
    {
      parsed->op = INTIMAIL_INDEX_REMOVE;
      return intimail_json_line_reader_is_complete (&reader);
    }
  if ((has & change) != change || parsed->file.raw_length == 0)
    return FALSE;
  parsed->op = (has & HAS_THREAD) != 0 ? INTIMAIL_INDEX_ADD : INTIMAIL_INDEX_CHANGE;
  return parsed->op == INTIMAIL_INDEX_ADD || intimail_json_line_reader_is_complete (&reader);
}

IntimailSummary *
intimail_index_line_parse_summary (const char *line, gsize length)
{
  g_autoptr (IntimailSummary) summary = intimail_summary_new ();
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return NULL;
  while (intimail_json_line_reader_next (&reader, &member))
    intimail_summary_take_member (summary, &member);

  return intimail_json_line_reader_is_complete (&reader) ? g_steal_pointer (&summary) : NULL;
}

static void
write_start (GString *text, const IntimailId *id, gint64 n)
{
  IntimailIdText id_text = intimail_id_format ('m', id);

  intimail_json_line_begin (text);
  intimail_json_line_add_string (text, "id", id_text.text);
  intimail_json_line_add_integer (text, "n", n);
}

static void
write_status (GString *text, const char *const *keywords)
{
  gboolean seen = keywords != NULL && g_strv_contains (keywords, "$seen");
  gboolean answered = keywords != NULL && g_strv_contains (keywords, "$answered");

  intimail_json_line_add_string (text, "status", answered ? "answered" : seen ? "read"
                                                                              : "unread");
}

void
intimail_index_line_write_add (GString *text,
                               const IntimailId *id,
                               gint64 n,
                               const IntimailId *thread,
                               gint64 received,
                               const char *file,
                               const char *const *keywords,
                               const IntimailSummary *summary)
{
  IntimailIdText thread_text = intimail_id_format ('t', thread);
  time_t seconds = (time_t) received;
  char timestamp[64] = "";
  struct tm utc;

  if (gmtime_r (&seconds, &utc) != NULL)
    strftime (timestamp, sizeof timestamp, "%Y-%m-%d %H:%M:%S", &utc);

  write_start (text, id, n);
  intimail_json_line_add_integer (text, "unixtimestamp", received);
  if (summary->sent != 0)
    intimail_json_line_add_integer (text, "sent", summary->sent);
  intimail_json_line_add_integer (text, "size", (gint64) summary->size);
  if (summary->has_attachment)
    intimail_json_line_add_boolean (text, "attachment", TRUE);
  intimail_json_line_add_string (text, "file", file);
  intimail_json_line_add_strings (text, "keywords", keywords);
  /* Reading for memory stops here. */
  intimail_json_line_add_string (text, "thread", thread_text.text);
  write_status (text, keywords);
  intimail_json_line_add_string (text, "timestamp", timestamp);
  intimail_summary_write (summary, text);
  intimail_json_line_end (text);
}

void
intimail_index_line_write_change (GString *text, const IntimailId *id, gint64 n, const char *file, const char *const *keywords)
{
  write_start (text, id, n);
  intimail_json_line_add_string (text, "file", file);
  intimail_json_line_add_strings (text, "keywords", keywords);
  write_status (text, keywords);
  intimail_json_line_end (text);
}

void
intimail_index_line_write_remove (GString *text, const IntimailId *id, gint64 n)
{
  write_start (text, id, n);
  intimail_json_line_add_boolean (text, "removed", TRUE);
  intimail_json_line_end (text);
}
