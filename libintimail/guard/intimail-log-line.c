/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-log-line-private.h"

#include <string.h>

#include "guard/intimail-log-form-private.h"

/* RFC 5424 section 6: an application's name has at most 48 letters. */
#define MAX_PROGRAM 64
#define MAX_HOST 255
#define MAX_PROCESS 32

typedef struct
{
  const char *next;
  const char *end;
} Reader;

static gboolean
is_program (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.' || c == '/';
}

static gboolean
is_host (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.' || c == ':';
}

/* Does the text have this form: "d" a digit, "a" a letter, " " a blank or a digit, else
 * itself? */
static gboolean
has_form (const Reader *reader, const char *form)
{
  const char *next = reader->next;

  if ((gsize) (reader->end - next) < strlen (form))
    return FALSE;
  for (; *form != '\0'; form++, next++)
    {
      gboolean is_right = *form == 'd' ? g_ascii_isdigit (*next) : *form == 'a' ? g_ascii_isalpha (*next)
                                                                                : *form == *next;

      if (!is_right)
        return FALSE;
    }

  return TRUE;
}

static void
end_time (Reader *reader, IntimailLogLine *line, IntimailLogTime format, const char *begin)
{
  line->format = format;
  line->time = begin;
  line->time_length = (gsize) (reader->next - begin);
}

static gboolean
skip (Reader *reader, char c)
{
  if (reader->next >= reader->end || *reader->next != c)
    return FALSE;
  reader->next++;

  return TRUE;
}

/* "Dec  9 15:48:23 " */
static gboolean
read_syslog_time (Reader *reader, IntimailLogLine *line)
{
  const char *begin = reader->next;
  Reader at = *reader;

  if (!has_form (&at, "aaa "))
    return FALSE;
  at.next += 4;
  while (skip (&at, ' ') && at.next < begin + 8)
    ;
  if (has_form (&at, "dd "))
    at.next += 3;
  else if (has_form (&at, "d "))
    at.next += 2;
  else
    return FALSE;
  if (!has_form (&at, "dd:dd:dd"))
    return FALSE;
  at.next += 8;
  end_time (&at, line, INTIMAIL_LOG_TIME_FORM, begin);
  if (!skip (&at, ' '))
    return FALSE;
  *reader = at;

  return TRUE;
}

static gboolean
read_iso_time (Reader *reader, IntimailLogLine *line)
{
  const char *begin = reader->next;
  Reader at = *reader;

  if (!has_form (&at, "dddd-dd-ddTdd:dd:dd") && !has_form (&at, "dddd-dd-dd dd:dd:dd"))
    return FALSE;
  at.next += 19;
  if (at.next + 1 < at.end && (*at.next == '.' || *at.next == ',') && g_ascii_isdigit (at.next[1]))
    for (at.next++; at.next < at.end && g_ascii_isdigit (*at.next);)
      at.next++;
  if (at.next < at.end && *at.next == 'Z')
    at.next++;
  else if (has_form (&at, "+dd:dd") || has_form (&at, "-dd:dd"))
    at.next += 6;
  else if (has_form (&at, "+dddd") || has_form (&at, "-dddd"))
    at.next += 5;
  else if (has_form (&at, " +dd:dd ") || has_form (&at, " -dd:dd "))
    at.next += 7;
  else if (has_form (&at, " UTC ") || has_form (&at, " GMT "))
    at.next += 4;
  if (at.next == at.end || (*at.next != ' ' && *at.next != ':'))
    return FALSE;
  end_time (&at, line, INTIMAIL_LOG_TIME_FORM, begin);
  *reader = at;

  return TRUE;
}

static gboolean
read_tai_time (Reader *reader, IntimailLogLine *line)
{
  const char *begin = reader->next;
  Reader at = *reader;

  if (!skip (&at, '@'))
    return FALSE;
  while (at.next < at.end && g_ascii_isxdigit (*at.next))
    at.next++;
  if (at.next - begin != 25)
    return FALSE;
  end_time (&at, line, INTIMAIL_LOG_TIME_TAI, begin);
  *reader = at;

  return skip (reader, ' ');
}

static gboolean
take_rest (Reader *reader, IntimailLogLine *line, const char *program)
{
  line->program = program;
  line->program_length = strlen (program);
  line->message = reader->next;
  line->message_length = (gsize) (reader->end - reader->next);

  return TRUE;
}

/* "2015/12/09 15:48:23 " */
static gboolean
read_nginx (Reader *reader, IntimailLogLine *line)
{
  const char *begin = reader->next;

  if (!has_form (reader, "dddd/dd/dd dd:dd:dd "))
    return FALSE;
  reader->next += 19;
  end_time (reader, line, INTIMAIL_LOG_TIME_FORM, begin);
  reader->next++;

  return take_rest (reader, line, "@nginx");
}

/* "[09-Dec-2015 15:48:23 +0100]: " */
static gboolean
read_roundcube (Reader *reader, IntimailLogLine *line)
{
  Reader at = *reader;

  if (!skip (&at, '[') || !has_form (&at, "dd-aaa-dddd dd:dd:dd "))
    return FALSE;
  end_time (&(Reader){ at.next + 26, at.end }, line, INTIMAIL_LOG_TIME_FORM, at.next);
  at.next += 21;
  if (!has_form (&at, "+dddd]: ") && !has_form (&at, "-dddd]: "))
    return FALSE;
  reader->next = at.next + 8;

  return take_rest (reader, line, "@roundcube");
}

/* A time that some program writes, in brackets or not; "<W>" of Mumble, and what Domino
 * says of its process, may stand before. */
static gboolean
read_form (Reader *reader, IntimailLogLine *line)
{
  Reader at = *reader;
  IntimailLogClock clock;
  gboolean is_bracketed;
  gsize length;

  if (has_form (&at, "<a>"))
    at.next += 3;
  is_bracketed = skip (&at, '[');
  length = intimail_log_form_read (at.next, (gsize) (at.end - at.next), &clock);
  if (length == 0 && is_bracketed && (at.next = memchr (at.next, ']', (gsize) (at.end - at.next))) != NULL)
    {
      at.next++;
      skip (&at, ' ');
      length = intimail_log_form_read (at.next, (gsize) (at.end - at.next), &clock);
    }
  if (length == 0)
    return FALSE;
  line->time = at.next;
  line->time_length = length;
  line->format = INTIMAIL_LOG_TIME_FORM;
  at.next += length;
  skip (&at, ']');
  skip (&at, ':');
  *reader = at;

  return TRUE;
}

/* The common log format of web servers has its time in the midst. */
static gboolean
read_common (Reader *reader, IntimailLogLine *line)
{
  Reader at = *reader;

  while ((at.next = memchr (at.next, '[', (gsize) (at.end - at.next))) != NULL)
    {
      at.next++;
      if (!has_form (&at, "dd/aaa/dddd:dd:dd:dd "))
        continue;
      end_time (&(Reader){ MIN (at.next + 26, at.end), at.end }, line, INTIMAIL_LOG_TIME_FORM, at.next);
      return take_rest (reader, line, "@common");
    }

  return FALSE;
}

/* "[ID 800047 auth.info] ", of Solaris. */
static void
skip_id (Reader *reader)
{
  const char *end;

  if (!has_form (reader, "[ID d"))
    return;
  end = memchr (reader->next, ']', (gsize) (reader->end - reader->next));
  if (end != NULL && end + 1 < reader->end && end[1] == ' ')
    reader->next = end + 2;
}

/* "[pid]", after a blank where it is a number. */
static gboolean
read_process (Reader *reader, IntimailLogLine *line)
{
  Reader at = *reader;

  if (has_form (&at, " [d"))
    at.next++;
  if (!skip (&at, '['))
    return TRUE;
  line->process = at.next;
  while (at.next < at.end && g_ascii_isalnum (*at.next) && at.next - line->process <= MAX_PROCESS)
    at.next++;
  line->process_length = (gsize) (at.next - line->process);
  if (!skip (&at, ']'))
    return FALSE;
  *reader = at;

  return TRUE;
}

/* "name[pid]: ", "name [pid]: ", "name[pid] ", "name: " or "[name]: ". A name with "(" or
 * "<" after it, of Dovecot's own log, begins the message. */
static gboolean
read_tag (Reader *reader, IntimailLogLine *line)
{
  Reader at = *reader;
  gboolean is_bracketed = skip (&at, '[');
  const char *begin = at.next;

  while (at.next < at.end && is_program (*at.next) && at.next - begin <= MAX_PROGRAM)
    at.next++;
  if (at.next == begin || at.next == at.end || at.next - begin > MAX_PROGRAM)
    return FALSE;
  line->program = begin;
  line->program_length = (gsize) (at.next - begin);
  line->process = "";
  line->process_length = 0;
  if (!is_bracketed && (*at.next == '(' || *at.next == '<'))
    {
      reader->next = at.next;
      return TRUE;
    }
  if (is_bracketed && !skip (&at, ']'))
    return FALSE;
  if (!is_bracketed && !read_process (&at, line))
    return FALSE;
  if (!skip (&at, ':') && line->process_length == 0)
    return FALSE;
  if (at.next < at.end && !skip (&at, ' '))
    return FALSE;
  skip_id (&at);
  reader->next = at.next;

  return TRUE;
}

/* A host may contain nothing of what an account's name in Dovecot's own log is behind:
 * "auth(x sshd: Failed ..." has no host "auth(x". */
static gboolean
skip_host (Reader *reader)
{
  const char *begin = reader->next;

  while (reader->next < reader->end && is_host (*reader->next) && reader->next - begin <= MAX_HOST)
    reader->next++;

  return reader->next > begin && skip (reader, ' ');
}

/* "<mail.info> ", of BSD. */
static void
skip_facility (Reader *reader)
{
  Reader at = *reader;

  if (!skip (&at, '<'))
    return;
  while (at.next < at.end && (g_ascii_isalnum (*at.next) || *at.next == '.'))
    at.next++;
  if (skip (&at, '>') && skip (&at, ' '))
    *reader = at;
}

/* Only behind a time that programs write in logs of their own, what looks like a program
 * may be none. */
static gboolean
read_host_and_tag (Reader *reader, IntimailLogLine *line, gboolean is_own)
{
  Reader at = *reader;

  while (skip (&at, ' '))
    ;
  line->rest = at.next;
  line->rest_length = (gsize) (at.end - at.next);
  skip_facility (&at);
  if (!read_tag (&at, line) && !(skip_host (&at) && read_tag (&at, line)))
    return intimail_log_line_take_rest (line);
  if (!is_own)
    line->rest = NULL;
  line->message = at.next;
  line->message_length = (gsize) (at.end - at.next);

  return TRUE;
}

static gboolean
read_word (Reader *reader, const char **word, gsize *length)
{
  const char *begin = reader->next;

  while (reader->next<reader->end && * reader->next> ' ')
    reader->next++;
  *word = begin;
  *length = (gsize) (reader->next - begin);

  return *length > 0 && skip (reader, ' ');
}

/* RFC 5424: "1 TIME HOST APPLICATION PROCESS ID DATA MESSAGE", after the priority. */
static gboolean
read_version_1 (Reader *reader, IntimailLogLine *line)
{
  const char *word;
  gsize length;

  if (!skip (reader, '1') || !skip (reader, ' ') || !read_iso_time (reader, line) || !skip (reader, ' ') ||
      !skip_host (reader) || !read_word (reader, &line->program, &line->program_length) ||
      !read_word (reader, &line->process, &line->process_length) || !read_word (reader, &word, &length))
    return FALSE;
  if (skip (reader, '['))
    {
      /* An element's value may hold "\]": then the line is none of a program here. */
      reader->next = memchr (reader->next, ']', (gsize) (reader->end - reader->next));
      if (reader->next == NULL)
        return FALSE;
      reader->next++;
    }
  else if (!skip (reader, '-'))
    return FALSE;
  if (reader->next < reader->end && !skip (reader, ' '))
    return FALSE;
  line->message = reader->next;
  line->message_length = (gsize) (reader->end - reader->next);

  return line->program_length <= MAX_PROGRAM && line->process_length <= MAX_PROCESS;
}

static gboolean
read_priority (Reader *reader)
{
  Reader at = *reader;

  if (!skip (&at, '<'))
    return FALSE;
  while (at.next < at.end && g_ascii_isdigit (*at.next) && at.next - reader->next <= 3)
    at.next++;
  if (!skip (&at, '>'))
    return FALSE;
  *reader = at;

  return TRUE;
}

gboolean
intimail_log_line_parse (const char *text, gsize length, gboolean untimed, IntimailLogLine *line)
{
  Reader reader = { text, text + length };

  line->rest = NULL;
  if (length == 0)
    return FALSE;
  line->format = INTIMAIL_LOG_TIME_NONE;
  line->process = "";
  line->process_length = 0;
  line->time_length = 0;
  if (read_priority (&reader) && reader.next < reader.end && *reader.next == '1')
    return read_version_1 (&reader, line);
  if (read_syslog_time (&reader, line) || read_tai_time (&reader, line))
    return read_host_and_tag (&reader, line, FALSE);
  if (read_iso_time (&reader, line))
    {
      if (skip (&reader, ':'))
        return skip (&reader, ' ') && take_rest (&reader, line, "@lighttpd");
      /* No syslog writes a blank between day and hour. */
      return skip (&reader, ' ') && read_host_and_tag (&reader, line, line->time[10] == ' ');
    }
  if (read_nginx (&reader, line) || read_roundcube (&reader, line))
    return TRUE;
  line->format = INTIMAIL_LOG_TIME_NONE;
  if (read_form (&reader, line))
    return read_host_and_tag (&reader, line, TRUE);
  if (read_common (&reader, line))
    return TRUE;
  line->rest = text;
  line->rest_length = length;

  return untimed && read_host_and_tag (&reader, line, TRUE);
}

gboolean
intimail_log_line_take_rest (IntimailLogLine *line)
{
  if (line->rest == NULL)
    return FALSE;
  take_rest (&(Reader){ line->rest, line->rest + line->rest_length }, line, line->time_length > 0 ? "@timed" : "@bare");
  line->process = "";
  line->process_length = 0;
  line->rest = NULL;

  return TRUE;
}

/* "@40000000" and the seconds in hexadecimal; that TAI is some seconds before UTC changes
 * no judgement. */
static gint64
get_tai_time (const IntimailLogLine *line)
{
  gint64 seconds = 0;

  for (int i = 9; i < 17; i++)
    seconds = seconds * 16 + g_ascii_xdigit_value (line->time[i]);

  return seconds;
}

gint64
intimail_log_line_get_time (const IntimailLogLine *line, gint64 now)
{
  IntimailLogClock clock;

  if (line->format == INTIMAIL_LOG_TIME_NONE)
    return now;
  if (line->format == INTIMAIL_LOG_TIME_TAI)
    return get_tai_time (line);

  return intimail_log_form_read (line->time, line->time_length, &clock) > 0 ? intimail_log_form_get_time (&clock, now) : -1;
}
