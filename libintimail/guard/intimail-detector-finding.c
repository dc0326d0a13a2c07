/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-detector-private.h"

#include <string.h>

#include "guard/intimail-log-form-private.h"

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

/* Where the line does not begin with a time, the pattern may know where it is. */
static gint64
get_event_time (IntimailDetector *self, const IntimailPattern *pattern, const IntimailLogLine *line, gint64 now)
{
  Group group = get_group (self, line->message, pattern->time);
  IntimailLogClock clock;
  gint64 time;

  if (group.text == NULL || self->live)
    time = get_time (self, line, now);
  else
    time = intimail_log_form_read (group.text, group.length, &clock) > 0 ? intimail_log_form_get_time (&clock, now) : now;

  return time >= 0 ? time : now;
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

IntimailGuardEvent *
intimail_detector_apply (IntimailDetector *self, const char *service, const IntimailPattern *pattern, const IntimailLogLine *line, gint64 now)
{
  Group address = get_group (self, line->message, pattern->address);
  IntimailIp ip;
  Finding finding = {
    .pattern = pattern,
    .service = service,
    .account = get_group (self, line->message, pattern->account),
    .password = get_group (self, line->message, pattern->password),
    .time = get_event_time (self, pattern, line, now),
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
