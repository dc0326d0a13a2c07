/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-index-record-private.h"

#include <string.h>
#include <time.h>

/* What a line has to have to be of its kind, and what others depend on. */
enum
{
  HAS_ID = 1 << 0,
  HAS_THREAD = 1 << 1,
  HAS_FILE = 1 << 2,
  HAS_REMOVED = 1 << 3,
  HAS_DELAY = 1 << 4,
};

static guint
take_string (IntimailIndexLine *parsed, const IntimailJsonMember *member)
{
  if (intimail_json_member_is (member, "id"))
    return intimail_id_parse ('m', member->raw, member->raw_length, &parsed->id) ? HAS_ID : 0;
  if (intimail_json_member_is (member, "thread"))
    return intimail_id_parse ('t', member->raw, member->raw_length, &parsed->thread) ? HAS_THREAD : 0;
  if (!intimail_json_member_is (member, "file"))
    return 0;
  parsed->file = *member;
  return HAS_FILE;
}

static guint
take_integer (IntimailIndexLine *parsed, const IntimailJsonMember *member)
{
  if (intimail_json_member_is (member, "n"))
    parsed->n = member->integer;
  else if (intimail_json_member_is (member, "unixtimestamp"))
    parsed->received = member->integer;
  else if (intimail_json_member_is (member, "size"))
    parsed->size = (guint64) MAX (member->integer, 0);
  else if (intimail_json_member_is (member, "delay"))
    {
      parsed->sent = member->integer; /* until all is read */
      return HAS_DELAY;
    }
  return 0;
}

static guint
take_member (IntimailIndexLine *parsed, const IntimailJsonMember *member)
{
  switch (member->kind)
    {
    case INTIMAIL_JSON_KIND_STRING:
      return take_string (parsed, member);
    case INTIMAIL_JSON_KIND_INTEGER:
      return take_integer (parsed, member);
    case INTIMAIL_JSON_KIND_BOOLEAN:
      if (intimail_json_member_is (member, "attachment"))
        parsed->has_attachment = member->integer != 0;
      return intimail_json_member_is (member, "removed") ? HAS_REMOVED : 0;
    case INTIMAIL_JSON_KIND_STRINGS:
      if (intimail_json_member_is (member, "keywords"))
        parsed->keywords = *member;
      return 0;
    case INTIMAIL_JSON_KIND_NULL:
      return 0;
    }
  return 0;
}

/* All that is kept in memory stands before the thread: reading may end there. A key that
 * stands again behind it has no meaning. */
static gboolean
is_whole (guint has)
{
  return (has & (HAS_ID | HAS_FILE | HAS_THREAD)) == (HAS_ID | HAS_FILE | HAS_THREAD);
}

/* 0 for a time that nobody knows, or that there is not. */
static gint64
get_sent (gint64 received, gint64 delay)
{
  gint64 sent;

  return __builtin_sub_overflow (received, delay, &sent) ? 0 : sent;
}

gboolean
intimail_index_line_parse (const char *line, gsize length, IntimailIndexLine *parsed)
{
  const guint change = HAS_ID | HAS_FILE;
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  guint has = 0;

  memset (parsed, 0, sizeof *parsed);
  /* Half a line never ends so. */
  if (length < 2 || line[length - 1] != '}' || !intimail_json_line_reader_init (&reader, line, length))
    return FALSE;
  while (!is_whole (has) && intimail_json_line_reader_next (&reader, &member))
    has |= take_member (parsed, &member);

  if ((has & HAS_REMOVED) != 0 && (has & HAS_ID) != 0)
    {
      parsed->op = INTIMAIL_INDEX_REMOVE;
      return intimail_json_line_reader_is_complete (&reader);
    }
  if ((has & change) != change || parsed->file.raw_length == 0)
    return FALSE;
  if ((has & HAS_DELAY) != 0)
    parsed->sent = get_sent (parsed->received, parsed->sent);
  parsed->op = (has & HAS_THREAD) != 0 ? INTIMAIL_INDEX_ADD : INTIMAIL_INDEX_CHANGE;
  return parsed->op == INTIMAIL_INDEX_ADD || intimail_json_line_reader_is_complete (&reader);
}

IntimailSummary *
intimail_index_line_parse_summary (const char *line, gsize length)
{
  g_autoptr (IntimailSummary) summary = intimail_summary_new ();
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  IntimailIndexLine parsed = { 0 };
  guint has = 0;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return NULL;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (!is_whole (has))
        has |= take_member (&parsed, &member);
      intimail_summary_take_member (summary, &member);
    }
  if (!intimail_json_line_reader_is_complete (&reader))
    return NULL;

  summary->size = parsed.size;
  summary->has_attachment = parsed.has_attachment;
  summary->sent = (has & HAS_DELAY) != 0 ? get_sent (parsed.received, parsed.sent) : 0;
  summary->has_thread = (has & HAS_THREAD) != 0;
  summary->thread = parsed.thread;
  return g_steal_pointer (&summary);
}

static void
write_start (GString *text, const IntimailId *id, gint64 n)
{
  IntimailIdText id_text = intimail_id_format ('m', id);

  intimail_json_line_begin (text);
  intimail_json_line_add_string (text, "id", id_text.text);
  if (n != 0)
    intimail_json_line_add_integer (text, "n", n);
}

static void
write_file (GString *text, const char *file, const char *const *keywords, gboolean in_name)
{
  intimail_json_line_add_string (text, "file", file);
  if (!in_name)
    intimail_json_line_add_strings (text, "keywords", keywords);
}

static void
write_delay (GString *text, gint64 received, gint64 sent)
{
  gint64 delay;

  if (sent != 0 && !__builtin_sub_overflow (received, sent, &delay))
    intimail_json_line_add_integer (text, "delay", delay);
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
                               gboolean in_name,
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
  write_delay (text, received, summary->sent);
  intimail_json_line_add_integer (text, "size", (gint64) summary->size);
  if (summary->has_attachment)
    intimail_json_line_add_boolean (text, "attachment", TRUE);
  write_file (text, file, keywords, in_name);
  /* Reading for memory stops here. */
  intimail_json_line_add_string (text, "thread", thread_text.text);
  intimail_summary_write (summary, text);
  write_status (text, keywords);
  intimail_json_line_add_string (text, "timestamp", timestamp);
  intimail_json_line_end (text);
}

void
intimail_index_line_write_change (GString *text, const IntimailId *id, gint64 n, const char *file, const char *const *keywords, gboolean in_name)
{
  write_start (text, id, n);
  write_file (text, file, keywords, in_name);
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
