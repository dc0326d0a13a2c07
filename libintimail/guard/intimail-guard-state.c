/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-guard-state-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "json/intimail-json-line-private.h"
#include "json/intimail-json-private.h"

#define VERSION 1
#define FOREVER G_GINT64_CONSTANT (0)

static void
end_element (GString *text, gboolean is_last)
{
  /* The writer ends a line; here a comma comes before its end. */
  g_string_truncate (text, text->len - 1);
  g_string_append (text, is_last ? "\n" : ",\n");
}

static void
append_bans (GString *text, IntimailGuard *guard)
{
  guint left = g_hash_table_size (guard->bans);
  char address[INTIMAIL_IP_TEXT];
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, guard->bans);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const IntimailBan *ban = value;

      intimail_json_line_begin (text);
      intimail_json_line_add_string (text, "ban",
                                     intimail_ip_format (&ban->ip, address));
      intimail_json_line_add_integer (text, "since", ban->since);
      intimail_json_line_add_integer (text, "until", ban->until);
      intimail_json_line_add_integer (text, "count", ban->count);
      intimail_json_line_add_string (text, "reason", ban->reason);
      intimail_json_line_end (text);
      end_element (text, --left == 0);
    }
}

static void
append_allowed (GString *text, IntimailGuard *guard)
{
  GArray *allowances = intimail_allow_list_get (guard->allowed);
  GHashTable *signed_in = intimail_allow_list_get_signed_in (guard->allowed);
  guint left = 0;
  char address[INTIMAIL_IP_TEXT];
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, signed_in);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    left += *(gint64 *) value > 0 ? 1 : 0;
  for (guint i = 0; i < allowances->len; i++)
    left += g_array_index (allowances, IntimailAllowance, i).chosen;
  for (guint i = 0; i < allowances->len; i++)
    {
      const IntimailAllowance *allowance =
          &g_array_index (allowances, IntimailAllowance, i);

      if (!allowance->chosen)
        continue;
      intimail_json_line_begin (text);
      intimail_json_line_add_string (text, "allow",
                                     intimail_ip_format (&allowance->ip, address));
      intimail_json_line_add_string (text, "reason", allowance->reason);
      intimail_json_line_end (text);
      end_element (text, --left == 0);
    }
  g_hash_table_iter_init (&iter, signed_in);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (*(gint64 *) value <= 0)
        continue;
      intimail_json_line_begin (text);
      intimail_json_line_add_string (text, "signed-in",
                                     intimail_ip_format (key, address));
      intimail_json_line_add_integer (text, "until", *(gint64 *) value);
      intimail_json_line_end (text);
      end_element (text, --left == 0);
    }
}

static void
append_marks (GString *text, IntimailGuard *guard)
{
  guint left = g_hash_table_size (guard->marks);
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, guard->marks);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      intimail_json_line_begin (text);
      intimail_json_line_add_string (text, "mark", key);
      intimail_json_line_add_string (text, "value", value);
      intimail_json_line_end (text);
      end_element (text, --left == 0);
    }
}

/* One JSON document whose lines are elements: a program reads it as a whole, a
 * person by lines, and the guard without a tree of it all in memory. */
char *
intimail_guard_state_format (IntimailGuard *guard,
                             const IntimailGuardClock *clock)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          "{\"version\":%d,\"saved\":%" G_GINT64_FORMAT
                          ",\"uptime\":%" G_GINT64_FORMAT
                          ",\"boot\":\"%s\",\"bans\":[\n",
                          VERSION, clock->now, clock->uptime, clock->boot);
  append_bans (text, guard);
  g_string_append (text, "],\"allowed\":[\n");
  append_allowed (text, guard);
  g_string_append (text, "],\"marks\":[\n");
  append_marks (text, guard);
  g_string_append (text, "]}\n");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  IntimailGuard *guard;
  gint64 now;
  gint64 saved;
  gint64 passed; /* since it was saved */
} Reader;

typedef struct
{
  const char *kind;
  char *name; /* the first member's value */
  char *reason;
  gint64 since;
  gint64 until;
  gint64 count;
} Element;

static void
element_clear (Element *element)
{
  g_free (element->name);
  g_free (element->reason);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Element, element_clear)

static void
read_member (Element *element, const IntimailJsonMember *member)
{
  static const char *const kinds[] = { "ban", "allow", "signed-in", "mark" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (intimail_json_member_is (member, kinds[i]) &&
        member->kind == INTIMAIL_JSON_KIND_STRING && element->name == NULL)
      {
        element->kind = kinds[i];
        element->name = intimail_json_member_dup_string (member);
      }
  if ((intimail_json_member_is (member, "reason") ||
       intimail_json_member_is (member, "value")) &&
      member->kind == INTIMAIL_JSON_KIND_STRING && element->reason == NULL)
    element->reason = intimail_json_member_dup_string (member);
  if (member->kind != INTIMAIL_JSON_KIND_INTEGER)
    return;
  if (intimail_json_member_is (member, "since"))
    element->since = member->integer;
  else if (intimail_json_member_is (member, "until"))
    element->until = member->integer;
  else if (intimail_json_member_is (member, "count"))
    element->count = member->integer;
}

/* What is left of it when it was saved is left of it still, less what has
 * passed. */
static gint64
move_end (const Reader *reader, gint64 until)
{
  if (until > reader->saved + G_MAXINT32 || until < 0)
    return reader->now;

  return reader->now + (until - reader->saved) - reader->passed;
}

static void
add_element (const Reader *reader, const Element *element)
{
  const char *reason = element->reason != NULL ? element->reason : "";
  gsize length = strlen (element->name);
  IntimailIp ip;

  if (g_str_equal (element->kind, "mark"))
    {
      intimail_guard_set_mark (reader->guard, element->name, reason);
      return;
    }
  if (!intimail_ip_parse (element->name, length, &ip))
    return;
  if (g_str_equal (element->kind, "allow"))
    intimail_allow_list_add (reader->guard->allowed, &ip, NULL, TRUE, reason);
  else if (g_str_equal (element->kind, "signed-in"))
    intimail_allow_list_sign_in (reader->guard->allowed, &ip,
                                 move_end (reader, element->until), reader->now);
  else if (g_hash_table_size (reader->guard->bans) < INTIMAIL_GUARD_MAX_BANS)
    intimail_guard_put_ban (
        reader->guard,
        intimail_ban_new (&ip, element->since,
                          element->until == FOREVER
                              ? FOREVER
                              : move_end (reader, element->until),
                          (guint) CLAMP (element->count, 1, 1000000), reason));
}

static gboolean
read_element (const Reader *reader, const char *line, gsize length)
{
  g_auto (Element) element = { 0 };
  IntimailJsonLineReader json;
  IntimailJsonMember member;

  if (length > 0 && line[length - 1] == ',')
    length--;
  if (!intimail_json_line_reader_init (&json, line, length))
    return FALSE;
  while (intimail_json_line_reader_next (&json, &member))
    read_member (&element, &member);
  if (!intimail_json_line_reader_is_complete (&json) || element.name == NULL)
    return FALSE;
  add_element (reader, &element);

  return TRUE;
}

/* The first line is an object without its end. */
static gboolean
read_head (Reader *reader, const char *line, gsize length, const IntimailGuardClock *clock)
{
  g_autofree char *head = NULL;
  g_autofree char *boot = NULL;
  IntimailJsonLineReader json;
  IntimailJsonMember member;
  gint64 uptime = -1;
  gint64 version = 0;
  const char *end = g_strrstr_len (line, (gssize) length, ",\"bans\":[");

  if (end == NULL || end + strlen (",\"bans\":[") != line + length)
    return FALSE;
  head = g_strdup_printf ("%.*s}", (int) (end - line), line);
  if (!intimail_json_line_reader_init (&json, head, strlen (head)))
    return FALSE;
  while (intimail_json_line_reader_next (&json, &member))
    if (member.kind == INTIMAIL_JSON_KIND_INTEGER &&
        intimail_json_member_is (&member, "version"))
      version = member.integer;
    else if (member.kind == INTIMAIL_JSON_KIND_INTEGER &&
             intimail_json_member_is (&member, "saved"))
      reader->saved = member.integer;
    else if (member.kind == INTIMAIL_JSON_KIND_INTEGER &&
             intimail_json_member_is (&member, "uptime"))
      uptime = member.integer;
    else if (member.kind == INTIMAIL_JSON_KIND_STRING &&
             intimail_json_member_is (&member, "boot") && boot == NULL)
      boot = intimail_json_member_dup_string (&member);
  if (version != VERSION || reader->saved <= 0)
    return FALSE;
  /* A board without a clock starts in the past: no time has passed then. */
  reader->passed = MAX (reader->now - reader->saved, 0);
  if (boot != NULL && *boot != '\0' && g_str_equal (boot, clock->boot) &&
      uptime >= 0)
    reader->passed = MAX (clock->uptime - uptime, 0);

  return TRUE;
}

gboolean
intimail_guard_state_parse (IntimailGuard *guard, const char *text, gsize length, const IntimailGuardClock *clock, GError **error)
{
  static const IntimailJsonLimits limits = { INTIMAIL_GUARD_STATE_MAX_SIZE, 8,
                                             2000000 };
  Reader reader = { .guard = guard, .now = clock->now };
  const char *end = text + length;
  const char *stop;

  /* Checked as a whole first: half a state is none. */
  if (!intimail_json_check (text, length, &limits, error))
    return FALSE;
  stop = memchr (text, '\n', length);
  if (stop == NULL || !read_head (&reader, text, (gsize) (stop - text), clock))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "no guard has written this");
      return FALSE;
    }
  for (text = stop + 1; text < end; text = stop + 1)
    {
      stop = memchr (text, '\n', (gsize) (end - text));
      if (stop == NULL)
        stop = end;
      if (*text == '{' && !read_element (&reader, text, (gsize) (stop - text)))
        g_warning ("a line of the guard's state is not as the guard writes it, "
                   "and is left out");
    }

  return TRUE;
}

static void
read_clock (IntimailGuardClock *clock, gint64 now)
{
  g_autofree char *boot = NULL;
  struct timespec uptime = { 0 };

  memset (clock, 0, sizeof *clock);
  clock->now = now;
  clock_gettime (CLOCK_BOOTTIME, &uptime);
  clock->uptime = uptime.tv_sec;
  if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL))
    g_strlcpy (clock->boot, g_strstrip (boot), sizeof clock->boot);
}

/**
 * intimail_guard_load_state:
 * @self: a guard
 * @path: (type filename): the file
 * @now: the time
 * @error: return location for an error
 *
 * Reads what [method@Intimail.Guard.save_state] wrote. Bans keep what was left
 * of them: within one boot by the time since it, that no change of the clock
 * touches; after another boot by the wall clock, and a clock that has gone back
 * counts as no time at all. A file that does not exist says nothing.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when no guard wrote the file,
 * with %INTIMAIL_ERROR_TOO_LARGE over 32 MiB, and with %INTIMAIL_ERROR_FAILED
 * when it cannot be read.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_load_state (IntimailGuard *self, const char *path, gint64 now, GError **error)
{
  g_auto (IntimailFd) fd = -1;
  g_autofree char *text = NULL;
  IntimailGuardClock clock;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      if (errno == ENOENT)
        return TRUE;
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return FALSE;
    }
  if (!intimail_fd_read_all (fd, INTIMAIL_GUARD_STATE_MAX_SIZE, &text, &length,
                             error))
    return FALSE;
  read_clock (&clock, now);
  if (intimail_guard_state_parse (self, text, length, &clock, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);

  return FALSE;
}

char *
intimail_guard_state_format_now (IntimailGuard *guard, gint64 now)
{
  IntimailGuardClock clock;

  read_clock (&clock, now);

  return intimail_guard_state_format (guard, &clock);
}

gboolean
intimail_guard_state_write (const char *path, const char *text, GError **error)
{
  return intimail_file_replace (path, text, strlen (text), 0600, error);
}

/**
 * intimail_guard_save_state:
 * @self: a guard
 * @path: (type filename): the file
 * @now: the time
 * @error: return location for an error
 *
 * Writes bans, allowed addresses and marks to a JSON file: after a crash or a
 * power cut it is the old or the new one.
 *
 * Fails with %INTIMAIL_ERROR_STORAGE_FULL when the disk is full, and with
 * %INTIMAIL_ERROR_FAILED when it cannot be written; the old file stays.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_save_state (IntimailGuard *self, const char *path, gint64 now, GError **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  text = intimail_guard_state_format_now (self, now);

  return intimail_guard_state_write (path, text, error);
}
