/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-maildirsize-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-maildir-name-private.h"

/* No mail of a person comes near; sums cannot overflow. */
#define NUMBER_MAX (G_GINT64_CONSTANT (1) << 52)

static gboolean
scan_number (const char **text, const char *end, gint64 *number)
{
  const char *c = *text;
  gboolean negative = c < end && *c == '-';
  gint64 value = 0;

  c += negative;
  if (c == end || !g_ascii_isdigit (*c))
    return FALSE;
  for (; c < end && g_ascii_isdigit (*c); c++)
    {
      value = value * 10 + (*c - '0');
      if (value > NUMBER_MAX)
        return FALSE;
    }

  *text = c;
  *number = negative ? -value : value;
  return TRUE;
}

/* "10485760S,1000C": limits of other kinds are not for us. */
static gboolean
parse_limits (const char *text, const char *end, IntimailMaildirsize *result)
{
  while (text < end)
    {
      gint64 number;

      if (!scan_number (&text, end, &number) || number < 0 || text == end)
        return FALSE;
      if (*text == 'S')
        result->limit_bytes = (guint64) number;
      else if (*text == 'C')
        result->limit_messages = (guint64) number;
      text++;
      if (text < end && *text++ != ',')
        return FALSE;
    }

  return TRUE;
}

static gboolean
parse_change (const char *text, const char *end, gint64 *bytes, gint64 *messages)
{
  while (text < end && *text == ' ')
    text++;
  if (!scan_number (&text, end, bytes) || text == end || *text != ' ')
    return FALSE;
  while (text < end && *text == ' ')
    text++;
  if (!scan_number (&text, end, messages))
    return FALSE;
  while (text < end && *text == ' ')
    text++;

  return text == end;
}

gboolean
intimail_maildirsize_parse (const char *data, gsize length, IntimailMaildirsize *result)
{
  const char *end = data + length;
  const char *line_end = memchr (data, '\n', length);
  gint64 bytes = 0;
  gint64 messages = 0;

  memset (result, 0, sizeof *result);
  result->file_size = length;
  if (line_end == NULL || !parse_limits (data, line_end, result))
    return FALSE;

  for (const char *line = line_end + 1; line < end; line = line_end + 1)
    {
      gint64 more_bytes;
      gint64 more_messages;

      line_end = memchr (line, '\n', (gsize) (end - line));
      /* Half a line is a crash in the middle of an append. */
      if (line_end == NULL || !parse_change (line, line_end, &more_bytes, &more_messages))
        return FALSE;
      result->n_lines++;
      bytes += more_bytes;
      messages += more_messages;
      if (ABS (bytes) > NUMBER_MAX || ABS (messages) > NUMBER_MAX)
        return FALSE;
    }

  if (bytes < 0 || messages < 0)
    return FALSE;
  result->used_bytes = (guint64) bytes;
  result->used_messages = (guint64) messages;
  return TRUE;
}

gboolean
intimail_maildirsize_read (int root_fd, IntimailMaildirsize *result)
{
  g_auto (IntimailFd) fd = openat (root_fd, "maildirsize", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  g_autofree char *data = NULL;
  struct stat status;
  gsize length;

  memset (result, 0, sizeof *result);
  if (fd < 0 || fstat (fd, &status) < 0)
    return FALSE;
  /* Others may append a little beyond; a file far beyond is nobody's work. */
  if (!intimail_fd_read_all (fd, 16 * INTIMAIL_MAILDIRSIZE_MAX, &data, &length, NULL))
    return FALSE;
  if (!intimail_maildirsize_parse (data, length, result))
    return FALSE;

  result->modified = status.st_mtim.tv_sec;
  return TRUE;
}

void
intimail_maildirsize_append (int root_fd, gint64 bytes, gint64 messages)
{
  g_auto (IntimailFd) fd = openat (root_fd, "maildirsize", O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  char line[64];
  int length = g_snprintf (line, sizeof line, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", bytes, messages);

  if (fd < 0)
    return;
  if (write (fd, line, (gsize) length) != length)
    unlinkat (root_fd, "maildirsize", 0);
}

gboolean
intimail_maildirsize_replace (int root_fd, const IntimailMaildirsize *value, GError **error)
{
  g_autofree char *unique = intimail_maildir_name_make_unique ();
  g_autofree char *temporary = g_strconcat ("tmp/", unique, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (IntimailFd) fd = -1;

  g_string_append_printf (text, "%" G_GUINT64_FORMAT "S", value->limit_bytes);
  if (value->limit_messages != 0)
    g_string_append_printf (text, ",%" G_GUINT64_FORMAT "C", value->limit_messages);
  g_string_append_printf (text, "\n%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", value->used_bytes, value->used_messages);

  fd = openat (root_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot write maildirsize");
      return FALSE;
    }
  if (!intimail_fd_write_all (fd, text->str, text->len, error))
    {
      unlinkat (root_fd, temporary, 0);
      return FALSE;
    }
  if (renameat (root_fd, temporary, root_fd, "maildirsize") < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot replace maildirsize");
      unlinkat (root_fd, temporary, 0);
      return FALSE;
    }

  return TRUE;
}

gboolean
intimail_maildirsize_is_trusted (const IntimailMaildirsize *value, guint64 size, gint64 now)
{
  if (value->file_size > INTIMAIL_MAILDIRSIZE_MAX)
    return FALSE;
  if (intimail_maildirsize_has_room (value, size))
    return TRUE;
  return value->n_lines == 1 && now - value->modified < INTIMAIL_MAILDIRSIZE_AGE;
}

gboolean
intimail_maildirsize_has_room (const IntimailMaildirsize *value, guint64 size)
{
  guint64 used = value->used_bytes + value->big_bytes;

  if (value->limit_bytes != 0 && (used > value->limit_bytes || size > value->limit_bytes - used))
    return FALSE;
  if (value->limit_messages != 0 && value->used_messages >= value->limit_messages)
    return FALSE;

  return TRUE;
}

guint
intimail_maildirsize_get_percentage (const IntimailMaildirsize *value)
{
  guint64 bytes = value->limit_bytes != 0 ? (value->used_bytes + value->big_bytes) * 100 / value->limit_bytes : 0;
  guint64 messages = value->limit_messages != 0 ? value->used_messages * 100 / value->limit_messages : 0;

  return (guint) MIN (MAX (bytes, messages), 1000);
}
