/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-detector-private.h"

#include <string.h>


/* syslog cuts at 8 KiB or less; a longer line is counted and not looked at. */
#define MAX_LINE 16384u
/* Steps of PCRE2 for one line: far more than an honest one takes. */
#define MATCH_LIMIT 100000u
/* Where the files of a program may be kept. */
#define N_PLACES 4u
/* Lines that a pattern was tried on. */
#define COMPILE_AFTER 500u

/**
 * IntimailDetector:
 *
 * Finds in the lines of logs what peers did.
 *
 * What to look for is in pattern files, one for each service, each with its own examples,
 * which are checked when it is loaded; see intimail-guard-patterns(5). A pattern always
 * begins where the program's message begins, so that nothing that a peer has written
 * into the midst of a line is taken for the line.
 *
 * A detector remembers a little of what it has read, as some programs tell of one failure
 * in several lines; give it the lines of one log in their order. One thread at a time may
 * use it.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailDetector, intimail_detector, G_TYPE_OBJECT)

static void
intimail_detector_finalize (GObject *object)
{
  IntimailDetector *self = INTIMAIL_DETECTOR (object);

  intimail_detector_forget_files (self);
  g_ptr_array_unref (self->files);
  intimail_session_table_free (self->sessions);
  pcre2_match_data_free (self->match);
  pcre2_match_context_free (self->context);

  G_OBJECT_CLASS (intimail_detector_parent_class)->finalize (object);
}

static void
intimail_detector_class_init (IntimailDetectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_detector_finalize;
}

static void
intimail_detector_init (IntimailDetector *self)
{
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_pattern_file_free);
  self->sessions = intimail_session_table_new ();
  self->match = pcre2_match_data_create (32, NULL);
  self->context = pcre2_match_context_create (NULL);
  pcre2_set_match_limit (self->context, MATCH_LIMIT);
}

/**
 * intimail_detector_new:
 *
 * Makes a detector that knows no service yet.
 *
 * Returns: (transfer full): a detector
 *
 * Since: 1.0
 */
IntimailDetector *
intimail_detector_new (void)
{
  return g_object_new (INTIMAIL_TYPE_DETECTOR, NULL);
}

void
intimail_detector_forget_files (IntimailDetector *self)
{
  for (guint i = 0; i < INTIMAIL_DETECTOR_N_CACHED; i++)
    g_clear_pointer (&self->cache[i].files, g_ptr_array_unref);
}

static gboolean
is_of_program (IntimailPatternFile *file, const char *program)
{
  for (guint i = 0; i < file->programs->len; i++)
    if (g_pattern_spec_match_string (file->programs->pdata[i], program))
      return TRUE;

  return FALSE;
}

static GPtrArray *
find_files (IntimailDetector *self, const char *program, gsize length)
{
  g_autofree char *name = g_strndup (program, length);
  GPtrArray *files = g_ptr_array_new ();

  for (guint i = 0; i < self->files->len; i++)
    if (is_of_program (self->files->pdata[i], name))
      g_ptr_array_add (files, self->files->pdata[i]);

  return files;
}

/* A name that is longer than RFC 5424 allows is nobody's. */
static const GPtrArray *
get_files (IntimailDetector *self, const char *program, gsize length)
{
  guint hash = 0;
  guint place;

  if (length > INTIMAIL_DETECTOR_MAX_PROGRAM)
    length = 0;
  for (gsize i = 0; i < length; i++)
    hash = hash * 31 + (guint8) program[i];
  for (guint i = 0; i < N_PLACES; i++)
    {
      place = (hash + i) % INTIMAIL_DETECTOR_N_CACHED;
      if (self->cache[place].files != NULL && self->cache[place].length == length && memcmp (self->cache[place].program, program, length) == 0)
        return self->cache[place].files;
    }
  place = (hash + self->n_cached++ % N_PLACES) % INTIMAIL_DETECTOR_N_CACHED;
  g_clear_pointer (&self->cache[place].files, g_ptr_array_unref);
  memcpy (self->cache[place].program, program, length);
  self->cache[place].length = (guint8) length;
  self->cache[place].files = find_files (self, program, length);

  return self->cache[place].files;
}

static gboolean
match_pattern (IntimailDetector *self, IntimailPattern *pattern, const IntimailLogLine *line)
{
  if (!intimail_pattern_compile (pattern, NULL))
    return FALSE;
  /* What is seldom tried stays as it is, which takes less memory; on a processor that
   * PCRE2 has no compiler for all does. */
  if (pattern->n_tried < COMPILE_AFTER && ++pattern->n_tried == COMPILE_AFTER)
    pcre2_jit_compile (pattern->code, PCRE2_JIT_COMPLETE);

  return pcre2_match (pattern->code, (PCRE2_SPTR) line->message, line->message_length, 0, 0, self->match, self->context) >= 0;
}

/* The first pattern that fits decides. */
static gboolean
match_file (IntimailDetector *self, IntimailPatternFile *file, const IntimailLogLine *line, gint64 now, IntimailGuardEvent **event)
{
  guint64 candidates = intimail_literals_find (file->literals, line->message, line->message_length);

  for (; candidates != 0; candidates &= candidates - 1)
    {
      IntimailPattern *pattern = file->patterns->pdata[__builtin_ctzll (candidates)];

      if ((!pattern->aggressive || self->aggressive) && match_pattern (self, pattern, line))
        {
          *event = intimail_detector_apply (self, file->service, pattern, line, now);
          return TRUE;
        }
    }

  return FALSE;
}

/* Java writes the time in a line of its own. */
static void
keep_time (IntimailDetector *self, IntimailLogLine *line)
{
  if (line->program_length == 0 || *line->program != '@')
    return;
  if (line->time_length > 0 && line->time_length < sizeof self->own_time)
    {
      memcpy (self->own_time, line->time, line->time_length);
      self->own_time[line->time_length] = '\0';
    }
  else if (line->time_length == 0 && *self->own_time != '\0')
    {
      line->format = INTIMAIL_LOG_TIME_FORM;
      line->time = self->own_time;
      line->time_length = strlen (self->own_time);
    }
}

static IntimailGuardEvent *
match (IntimailDetector *self, IntimailLogLine *line, gint64 now)
{
  const GPtrArray *files = get_files (self, line->program, line->program_length);
  IntimailGuardEvent *event = NULL;

  /* What looked like a program is none; the log may be one of a program's own. */
  if (files->len == 0 && intimail_log_line_take_rest (line))
    files = get_files (self, line->program, line->program_length);
  keep_time (self, line);
  for (guint i = 0; i < files->len; i++)
    {
      IntimailPatternFile *file = files->pdata[i];

      if (file->is_wanted && match_file (self, file, line, now, &event))
        break;
    }

  return event;
}

IntimailGuardEvent *
intimail_detector_match_line (IntimailDetector *self, const char *text, gsize length, gint64 now)
{
  IntimailLogLine line;

  self->n_lines++;
  if (length > 0 && text[length - 1] == '\r')
    length--;
  if (length > MAX_LINE)
    return NULL;
  /* A log of one service may have no time at all, and hurts that service alone. */
  if (!intimail_log_line_parse (text, length, self->untimed, &line) && !(self->is_chosen && intimail_log_line_take_rest (&line)))
    return NULL;

  return match (self, &line, now);
}

/* What a program is called by who is not its enemy. */
static gboolean
is_word (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./");

  return length > 0 && text[length] == '\0';
}

/**
 * intimail_detector_match_entry:
 * @self: a detector
 * @program: the program that wrote the entry, as it calls itself
 * @process: (nullable): the number of its process
 * @message: what it wrote, any bytes
 * @length: the length of @message, -1 up to a NUL
 * @time: when, in seconds since 1970
 *
 * Looks at an entry of a log that has fields, as the journal of systemd. A line end in
 * the message ends nothing.
 *
 * Returns: (transfer full) (nullable): what it tells, %NULL for nothing
 *
 * Since: 1.0
 */
IntimailGuardEvent *
intimail_detector_match_entry (IntimailDetector *self, const char *program, const char *process, const char *message, gssize length, gint64 time)
{
  IntimailLogLine line = { .format = INTIMAIL_LOG_TIME_NONE, .time = "", .program = program, .process = "", .message = message };

  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), NULL);
  g_return_val_if_fail (program != NULL && message != NULL, NULL);

  self->n_lines++;
  line.message_length = length < 0 ? strlen (message) : (gsize) length;
  if (line.message_length > MAX_LINE || !is_word (program))
    return NULL;
  line.program_length = strlen (program);
  if (process != NULL && is_word (process))
    {
      line.process = process;
      line.process_length = strlen (process);
    }

  return match (self, &line, time);
}

/**
 * intimail_detector_match:
 * @self: a detector
 * @line: a line of a log, any bytes
 * @length: its length without its line end, -1 up to a NUL
 * @now: the seconds since 1970, for a time without a year; see
 *   [method@Intimail.Detector.scan]
 *
 * Looks at one line.
 *
 * Returns: (transfer full) (nullable): what it tells, %NULL for nothing
 *
 * Since: 1.0
 */
IntimailGuardEvent *
intimail_detector_match (IntimailDetector *self, const char *line, gssize length, gint64 now)
{
  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), NULL);
  g_return_val_if_fail (line != NULL, NULL);

  return intimail_detector_match_line (self, line, length < 0 ? strlen (line) : (gsize) length, now);
}

/**
 * IntimailDetectorFunc:
 * @event: what a line told
 * @line: the number of the line in what was scanned, from 1
 * @user_data: what was given
 *
 * Is called for each line that tells something.
 *
 * Since: 1.0
 */

/**
 * intimail_detector_scan:
 * @self: a detector
 * @data: (array length=length): lines of a log, any bytes
 * @length: how many bytes
 * @now: the seconds since 1970: a time without a year is the last such, or at most a
 *   day ahead, and a line without a time is of now
 * @func: (scope call) (closure user_data): called for each event
 * @user_data: for @func
 *
 * Looks at all whole lines.
 *
 * Returns: the bytes that were looked at, up to and with the last line end: give the
 *   rest again with what follows
 *
 * Since: 1.0
 */
gsize
intimail_detector_scan (IntimailDetector *self, const guint8 *data, gsize length, gint64 now, IntimailDetectorFunc func, gpointer user_data)
{
  const char *begin = (const char *) data;
  const char *next = begin;
  const char *end = begin + length;
  const char *stop;
  guint line = 0;

  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), 0);
  g_return_val_if_fail (data != NULL || length == 0, 0);
  g_return_val_if_fail (func != NULL, 0);

  while (next < end && (stop = memchr (next, '\n', (gsize) (end - next))) != NULL)
    {
      g_autoptr (IntimailGuardEvent) event = intimail_detector_match_line (self, next, (gsize) (stop - next), now);

      line++;
      if (event != NULL)
        func (event, line, user_data);
      next = stop + 1;
    }

  return (gsize) (next - begin);
}

/**
 * intimail_detector_get_lines:
 * @self: a detector
 *
 * How many lines it has looked at.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint64
intimail_detector_get_lines (IntimailDetector *self)
{
  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), 0);

  return self->n_lines;
}

/**
 * intimail_detector_set_aggressive:
 * @self: a detector
 * @aggressive: whether to use the patterns of the mode "aggressive"
 *
 * Lets the detector take for a failure what honest people do now and then, too: to
 * connect and go, or to offer several keys.
 *
 * Since: 1.0
 */
void
intimail_detector_set_aggressive (IntimailDetector *self, gboolean aggressive)
{
  g_return_if_fail (INTIMAIL_IS_DETECTOR (self));

  self->aggressive = aggressive;
}

/**
 * intimail_detector_set_untimed:
 * @self: a detector
 * @untimed: whether a line may have no time
 *
 * Lets the detector take lines without a time, as `journalctl -o cat` has them. Only for
 * a source where no peer can write a line break.
 *
 * Since: 1.0
 */
void
intimail_detector_set_untimed (IntimailDetector *self, gboolean untimed)
{
  g_return_if_fail (INTIMAIL_IS_DETECTOR (self));

  self->untimed = untimed;
}

/**
 * intimail_detector_set_live:
 * @self: a detector
 * @live: whether what a line tells happened now
 *
 * Lets the detector take the time that it is given for the time of each line, for lines
 * that come as they are written: whatever zone and clock they were written by.
 *
 * Since: 1.0
 */
void
intimail_detector_set_live (IntimailDetector *self, gboolean live)
{
  g_return_if_fail (INTIMAIL_IS_DETECTOR (self));

  self->live = live;
}

/**
 * intimail_detector_set_services:
 * @self: a detector
 * @services: (array zero-terminated=1) (nullable): the services to look for, %NULL for all
 *
 * Says whose lines the next ones may be. In the log of one service no other has anything
 * to say: one that lets peers write line breaks hurts no other.
 *
 * Since: 1.0
 */
void
intimail_detector_set_services (IntimailDetector *self, const char *const *services)
{
  g_return_if_fail (INTIMAIL_IS_DETECTOR (self));

  self->is_chosen = services != NULL;
  for (guint i = 0; i < self->files->len; i++)
    {
      IntimailPatternFile *file = self->files->pdata[i];

      file->is_wanted = services == NULL || g_strv_contains (services, file->service);
    }
}

/**
 * intimail_detector_list_services:
 * @self: a detector
 *
 * The services whose pattern files were loaded.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names
 *
 * Since: 1.0
 */
char **
intimail_detector_list_services (IntimailDetector *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), NULL);

  for (guint i = 0; i < self->files->len; i++)
    g_strv_builder_add (names, ((IntimailPatternFile *) self->files->pdata[i])->service);

  return g_strv_builder_end (names);
}
