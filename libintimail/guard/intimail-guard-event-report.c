/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-guard-event-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "json/intimail-json-line-private.h"

#define MAX_REPORT 4096u
#define MAX_SERVICE 31u
/* Of the year 9999: others are written otherwise. */
#define LAST_SECOND G_GINT64_CONSTANT (253402300799)

typedef struct
{
  char *time;
  char *address;
  char *service;
  char *kind;
  char *account;
  gint64 password;
  gint64 attempts;
  gboolean is_from_log;
} Report;

static void
report_clear (Report *self)
{
  g_free (self->time);
  g_free (self->address);
  g_free (self->service);
  g_free (self->kind);
  g_free (self->account);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

static void
take_member (Report *report, const IntimailJsonMember *member)
{
  const struct
  {
    const char *key;
    char **value;
  } strings[] = {
    { "time", &report->time },
    { "address", &report->address },
    { "service", &report->service },
    { "kind", &report->kind },
    { "account", &report->account },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    if (intimail_json_member_is (member, strings[i].key) && member->kind == INTIMAIL_JSON_KIND_STRING && *strings[i].value == NULL)
      *strings[i].value = intimail_json_member_dup_string (member);
  if (intimail_json_member_is (member, "password") && member->kind == INTIMAIL_JSON_KIND_INTEGER)
    report->password = member->integer;
  if (intimail_json_member_is (member, "attempts") && member->kind == INTIMAIL_JSON_KIND_INTEGER)
    report->attempts = member->integer;
  if (intimail_json_member_is (member, "log") && member->kind == INTIMAIL_JSON_KIND_BOOLEAN)
    report->is_from_log = member->integer != 0;
}

static gboolean
is_service (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-");

  return length > 0 && length <= MAX_SERVICE && text[length] == '\0';
}

static IntimailGuardEvent *
make_event (const Report *report)
{
  g_autoptr (GDateTime) time = report->time != NULL ? g_date_time_new_from_iso8601 (report->time, NULL) : NULL;
  gint64 seconds = time != NULL ? g_date_time_to_unix (time) : -1;
  IntimailGuardEvent *event;
  IntimailGuardKind kind;

  if (seconds < 0 || seconds > LAST_SECOND || report->address == NULL || report->service == NULL || report->kind == NULL || report->account == NULL ||
      !is_service (report->service) || !intimail_guard_kind_from_string (report->kind, &kind))
    return NULL;
  event = intimail_guard_event_new (seconds, report->address, report->service, kind, report->account, NULL);
  if (event == NULL)
    return NULL;
  if (report->password > 0 && report->password <= G_MAXUINT32)
    event->password = (guint32) report->password;
  if (report->attempts > 0 && report->attempts <= G_MAXUINT16)
    event->attempts = (guint) report->attempts;
  event->is_from_log = report->is_from_log;

  return event;
}

/**
 * intimail_guard_event_new_from_report:
 * @report: what [method@Intimail.GuardEvent.report] sent
 * @error: return location for an error
 *
 * Makes an event of what a program of ours tells, which needs no log then.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when it is no report, and with
 * %INTIMAIL_ERROR_TOO_LARGE over 4096 bytes.
 *
 * Returns: (transfer full): an event
 *
 * Since: 1.0
 */
IntimailGuardEvent *
intimail_guard_event_new_from_report (GBytes *report, GError **error)
{
  gsize length;
  const char *text;
  g_auto (Report) parts = { 0 };
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  IntimailGuardEvent *event = NULL;

  g_return_val_if_fail (report != NULL, NULL);

  text = g_bytes_get_data (report, &length);
  if (length > MAX_REPORT)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "a report has at most %u bytes", MAX_REPORT);
      return NULL;
    }
  if (length > 0 && text[length - 1] == '\n')
    length--;
  if (length > 0 && intimail_json_line_reader_init (&reader, text, length))
    {
      while (intimail_json_line_reader_next (&reader, &member))
        take_member (&parts, &member);
      event = intimail_json_line_reader_is_complete (&reader) ? make_event (&parts) : NULL;
    }
  if (event == NULL)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "this is no report of an event");

  return event;
}

/**
 * intimail_guard_event_report:
 * @self: an event
 * @path: (type filename): the socket where the guard listens for events
 * @error: return location for an error
 *
 * Tells the guard's daemon what happened, without a log between. It waits for nobody:
 * when no guard is there, or it has too much to do, the event is not told. Of the
 * password no more than a hash goes over, which means nothing to the guard but that it
 * is the same again.
 *
 * Fails with %INTIMAIL_ERROR_UNAVAILABLE when no guard takes it, and with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when @path is too long for a socket.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_event_report (IntimailGuardEvent *self, const char *path, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (IntimailFd) fd = -1;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s: too long for a socket", path);
      return FALSE;
    }
  intimail_json_line_begin (text);
  intimail_guard_event_add_json (self, text);
  if (self->password != 0)
    intimail_json_line_add_integer (text, "password", self->password);
  if (self->attempts > 1)
    intimail_json_line_add_integer (text, "attempts", self->attempts);
  if (self->is_from_log)
    intimail_json_line_add_boolean (text, "log", TRUE);
  intimail_json_line_end (text);
  /* Of datagrams a system may keep no more than ten for who is busy, of connections 4096. */
  fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0 || send (fd, text->str, text->len, MSG_NOSIGNAL) < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "no guard takes events at %s: %s", path, g_strerror (errno));
      return FALSE;
    }

  return TRUE;
}
