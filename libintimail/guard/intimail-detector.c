/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-detector-private.h"

#include <string.h>

#include "guard/intimail-log-line-private.h"

/* syslog cuts at 8 KiB or less; a longer line is counted and not looked at. */
#define MAX_LINE 16384u
/* Steps of PCRE2 for one line: far more than an honest one takes. */
#define MATCH_LIMIT 100000u
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
  self->services = G_MAXUINT64;
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

static guint64
find_files (IntimailDetector *self, const char *program, gsize length)
{
  g_autofree char *name = g_strndup (program, length);
  guint64 files = 0;

  for (guint i = 0; i < self->files->len; i++)
    {
      IntimailPatternFile *file = self->files->pdata[i];

      for (guint j = 0; j < file->programs->len; j++)
        if (g_pattern_spec_match_string (file->programs->pdata[j], name))
          files |= G_GUINT64_CONSTANT (1) << i;
    }

  return files;
}

static guint64
get_files (IntimailDetector *self, const char *program, gsize length)
{
  guint place = 0;

  if (length >= INTIMAIL_DETECTOR_MAX_PROGRAM)
    return find_files (self, program, length);
  for (gsize i = 0; i < length; i++)
    place = place * 31 + (guint8) program[i];
  place %= INTIMAIL_DETECTOR_N_CACHED;
  if (self->cache[place].length != length || memcmp (self->cache[place].program, program, length) != 0)
    {
      memcpy (self->cache[place].program, program, length);
      self->cache[place].length = (guint8) length;
      self->cache[place].files = find_files (self, program, length);
    }

  return self->cache[place].files;
}

static gint64
get_time (IntimailDetector *self, const IntimailLogLine *line, gint64 now)
{
  gsize length = line->time_length;

  if (self->live)
    return now;
  if (length == 0 || length >= sizeof self->last_time)
    return intimail_log_line_get_time (line, now);
  if (self->last_now != now || strlen (self->last_time) != length || memcmp (self->last_time, line->time, length) != 0)
    {
      memcpy (self->last_time, line->time, length);
      self->last_time[length] = '\0';
      self->last_now = now;
      self->last_seconds = intimail_log_line_get_time (line, now);
    }

  return self->last_seconds;
}

typedef struct
{
  const char *text; /* NULL: no such group, or not in this line */
  gsize length;
} Group;

static Group
get_group (IntimailDetector *self, const char *message, guint number)
{
  const PCRE2_SIZE *places = pcre2_get_ovector_pointer (self->match);

  if (number == 0 || number >= pcre2_get_ovector_count (self->match) || places[2 * number] == PCRE2_UNSET)
    return (Group){ NULL, 0 };
  return (Group){ message + places[2 * number], places[2 * number + 1] - places[2 * number] };
}

static IntimailSession *
get_session (IntimailDetector *self, const IntimailPattern *pattern, const IntimailLogLine *line, gint64 time)
{
  Group session = get_group (self, line->message, pattern->session);
  guint64 key;

  if (session.text == NULL)
    session = (Group){ line->process, line->process_length };
  if (session.length == 0)
    return NULL;
  key = (guint64) intimail_guard_hash (session.text, session.length) << 32;
  key |= intimail_guard_hash (line->program, line->program_length);

  return intimail_session_table_get (self->sessions, key, time);
}

/* What one line and its session tell. */
typedef struct
{
  const IntimailPattern *pattern;
  const char *service;
  const IntimailIp *ip; /* NULL: not known */
  Group account;
  Group password;
  IntimailSession *session; /* or NULL */
  gint64 time;
} Finding;

static IntimailGuardEvent *
make_event (const Finding *finding, const IntimailPattern *pattern, guint attempts)
{
  IntimailSession *session = finding->session;
  const IntimailIp *ip = finding->ip != NULL ? finding->ip : &session->ip;
  const char *account = finding->account.text != NULL ? finding->account.text : "";
  gsize length = finding->account.length;
  IntimailGuardEvent *event;

  if (finding->account.text == NULL && session != NULL)
    {
      account = session->name;
      length = strlen (session->name);
    }
  event = intimail_guard_event_make (finding->time, ip, finding->service, pattern->kind, account, length);
  event->is_from_log = TRUE;
  event->attempts = MAX (attempts, 1);
  event->weight = pattern->weight;
  if (finding->password.text != NULL)
    event->password = intimail_guard_hash (finding->password.text, finding->password.length);

  return event;
}

/* Whether this is another account than the session tried before. */
static gboolean
try_account (const Finding *finding)
{
  IntimailSession *session = finding->session;
  guint32 hash;
  gsize length = MIN (finding->account.length, sizeof session->name - 1);
  gboolean differs;

  if (finding->account.text == NULL)
    return FALSE;
  hash = intimail_guard_hash (finding->account.text, finding->account.length);
  differs = session->has_account && session->account != hash;
  session->has_account = TRUE;
  session->account = hash;
  memcpy (session->name, finding->account.text, length);
  session->name[length] = '\0';

  return differs;
}

static IntimailGuardEvent *
apply_event (const Finding *finding)
{
  IntimailSession *session = finding->session;
  guint attempts = 1;

  if (session == NULL)
    return finding->ip != NULL ? make_event (finding, finding->pattern, 1) : NULL;
  /* A line that names the peer tells of itself, one that does not of all before. */
  if (finding->ip == NULL)
    attempts += session->held;
  session->held = 0;
  if (finding->ip == NULL && !session->has_ip)
    {
      session->owed += attempts;
      session->owed_pattern = finding->pattern;
      if (finding->account.text != NULL)
        try_account (finding);
      return NULL;
    }

  return make_event (finding, finding->pattern, attempts);
}

/* A failure of one account and a success of another is no slip of the finger. */
static IntimailGuardEvent *
apply_other_account (const Finding *finding)
{
  guint attempts = finding->session->held + 1;
  Finding failure = *finding;
  IntimailPattern pattern = *finding->pattern;

  finding->session->held = 0;
  pattern.kind = INTIMAIL_GUARD_KIND_BAD_PASSWORD;
  pattern.weight = intimail_guard_kind_get_weight (pattern.kind);

  return make_event (&failure, &pattern, attempts);
}

static IntimailGuardEvent *
apply_hold (const Finding *finding)
{
  if (finding->session == NULL)
    return NULL;
  if (try_account (finding) && finding->ip != NULL)
    return apply_other_account (finding);
  finding->session->held++;

  return NULL;
}

static IntimailGuardEvent *
apply_success (const Finding *finding)
{
  if (finding->session != NULL)
    {
      if (try_account (finding) && finding->ip != NULL)
        return apply_other_account (finding);
      intimail_session_clear (finding->session);
    }

  return finding->ip != NULL ? make_event (finding, finding->pattern, 1) : NULL;
}

static IntimailGuardEvent *
apply_close (const Finding *finding)
{
  IntimailSession *session = finding->session;
  IntimailGuardEvent *event = NULL;

  if (session == NULL)
    return NULL;
  if (session->owed > 0 && (finding->ip != NULL || session->has_ip))
    event = make_event (finding, session->owed_pattern, session->owed);
  intimail_session_clear (session);

  return event;
}

static IntimailGuardEvent *
apply (IntimailDetector *self, IntimailPatternFile *file, const IntimailPattern *pattern, const IntimailLogLine *line, gint64 now)
{
  Group address = get_group (self, line->message, pattern->address);
  IntimailIp ip;
  gint64 time = get_time (self, line, now);
  Finding finding = {
    .pattern = pattern,
    .service = file->service,
    .account = get_group (self, line->message, pattern->account),
    .password = get_group (self, line->message, pattern->password),
    .time = time >= 0 ? time : now,
  };

  if (address.text != NULL)
    {
      if (!intimail_ip_parse (address.text, address.length, &ip) || ip.bits != INTIMAIL_IP_BITS)
        return NULL;
      finding.ip = &ip;
    }
  finding.session = get_session (self, pattern, line, finding.time);
  if (finding.session != NULL && finding.ip != NULL && pattern->action != INTIMAIL_PATTERN_CLOSE)
    {
      finding.session->ip = ip;
      finding.session->has_ip = TRUE;
    }
  switch (pattern->action)
    {
    case INTIMAIL_PATTERN_EVENT:
      return apply_event (&finding);
    case INTIMAIL_PATTERN_HOLD:
      return apply_hold (&finding);
    case INTIMAIL_PATTERN_SUCCESS:
      return apply_success (&finding);
    case INTIMAIL_PATTERN_CLOSE:
      return apply_close (&finding);
    case INTIMAIL_PATTERN_REMEMBER:
    default:
      if (finding.session != NULL)
        try_account (&finding);
      return NULL;
    }
}

static gboolean
match_pattern (IntimailDetector *self, IntimailPattern *pattern, const IntimailLogLine *line)
{
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
          *event = apply (self, file, pattern, line, now);
          return TRUE;
        }
    }

  return FALSE;
}

static IntimailGuardEvent *
match (IntimailDetector *self, const IntimailLogLine *line, gint64 now)
{
  guint64 files = get_files (self, line->program, line->program_length) & self->services;
  IntimailGuardEvent *event = NULL;

  for (; files != 0; files &= files - 1)
    if (match_file (self, self->files->pdata[__builtin_ctzll (files)], line, now, &event))
      break;

  return event;
}

IntimailGuardEvent *
intimail_detector_match_line (IntimailDetector *self, const char *text, gsize length, gint64 now)
{
  IntimailLogLine line;

  self->n_lines++;
  if (length > 0 && text[length - 1] == '\r')
    length--;
  if (length > MAX_LINE || !intimail_log_line_parse (text, length, self->untimed, &line))
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

  self->services = services == NULL ? G_MAXUINT64 : 0;
  for (guint i = 0; services != NULL && i < self->files->len; i++)
    if (g_strv_contains (services, ((IntimailPatternFile *) self->files->pdata[i])->service))
      self->services |= G_GUINT64_CONSTANT (1) << i;
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
