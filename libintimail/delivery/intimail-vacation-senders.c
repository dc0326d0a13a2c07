/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-vacation-senders-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "json/intimail-json-line-private.h"
#include "store/intimail-lock-private.h"

#define MAX_SIZE (1024 * 1024)
#define LOCK_TIMEOUT_MS 2000
#define DAY (24 * 60 * 60)

typedef struct
{
  char *key;
  gint64 time;
} Sender;

typedef struct
{
  int fd; /* locked */
  char *answer;
  GArray *senders;
} Senders;

static void
sender_clear (gpointer data)
{
  g_free (((Sender *) data)->key);
}

static void
senders_free (Senders *self)
{
  intimail_fd_close (self->fd);
  g_array_unref (self->senders);
  g_free (self->answer);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Senders, senders_free)

static char *
make_answer (const IntimailVacation *vacation)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n%s\n%s\n%s", vacation->start, vacation->end,
                                           vacation->subject, vacation->text, vacation->html);

  return intimail_hash_id ("a", text, strlen (text));
}

/* ---- Reading ---- */

static void
read_line (Senders *self, const char *line, gsize length, gint64 since, gint64 now, gboolean *ours)
{
  g_autofree char *key = NULL;
  g_autofree char *answer = NULL;
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gint64 time = 0;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (intimail_json_member_is (&member, "sender") && key == NULL)
        key = intimail_json_member_dup_string (&member);
      else if (intimail_json_member_is (&member, "answer") && answer == NULL)
        answer = intimail_json_member_dup_string (&member);
      else if (intimail_json_member_is (&member, "time") && member.kind == INTIMAIL_JSON_KIND_INTEGER)
        time = member.integer;
    }
  if (!intimail_json_line_reader_is_complete (&reader))
    return;
  if (answer != NULL)
    *ours = g_str_equal (answer, self->answer);
  /* A clock that was set back must not silence it for ever. */
  if (*ours && key != NULL && time > since && time <= now + DAY && self->senders->len < INTIMAIL_VACATION_MAX_SENDERS)
    {
      Sender sender = { g_steal_pointer (&key), time };

      g_array_append_val (self->senders, sender);
    }
}

static void
read_lines (Senders *self, const char *text, gsize length, gint64 since, gint64 now)
{
  const char *end = text + length;
  gboolean ours = FALSE;

  while (text < end)
    {
      const char *stop = memchr (text, '\n', (gsize) (end - text));

      if (stop == NULL)
        return;
      read_line (self, text, (gsize) (stop - text), since, now, &ours);
      text = stop + 1;
    }
}

/* NULL without an error when there is no file, and none is to be made. */
static Senders *
open_senders (IntimailAccount *account, const IntimailVacation *vacation, gint64 now, gboolean make, GError **error)
{
  g_autofree char *path = g_build_filename (intimail_account_get_path (account), "intimail.vacation", NULL);
  g_autoptr (Senders) self = g_new0 (Senders, 1);
  g_autofree char *text = NULL;
  gsize length;

  self->senders = g_array_new (FALSE, FALSE, sizeof (Sender));
  g_array_set_clear_func (self->senders, sender_clear);
  self->answer = make_answer (vacation);
  self->fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (make ? O_CREAT : 0), 0600);
  if (self->fd < 0)
    {
      if (make || errno != ENOENT)
        intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return NULL;
    }
  if (!intimail_lock_take (self->fd, LOCK_TIMEOUT_MS, error))
    return NULL;
  /* More than we ever write is none of ours. */
  if (intimail_fd_read_all (self->fd, MAX_SIZE, &text, &length, NULL))
    read_lines (self, text, length, now - (gint64) vacation->days * DAY, now);

  return g_steal_pointer (&self);
}

/* ---- Writing ---- */

/* In its place, under the lock: what a kill leaves is lines that are whole. */
static gboolean
write_senders (Senders *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  intimail_json_line_begin (text);
  intimail_json_line_add_string (text, "format", "intimail-vacation");
  intimail_json_line_add_integer (text, "version", 1);
  intimail_json_line_add_string (text, "answer", self->answer);
  intimail_json_line_end (text);
  for (guint i = 0; i < self->senders->len; i++)
    {
      const Sender *sender = &g_array_index (self->senders, Sender, i);

      intimail_json_line_begin (text);
      intimail_json_line_add_string (text, "sender", sender->key);
      intimail_json_line_add_integer (text, "time", sender->time);
      intimail_json_line_end (text);
    }
  if (lseek (self->fd, 0, SEEK_SET) < 0 || ftruncate (self->fd, 0) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot note who had an answer");
      return FALSE;
    }

  return intimail_fd_write_all (self->fd, text->str, text->len, error);
}

static int
find_sender (Senders *self, const char *key)
{
  for (guint i = 0; i < self->senders->len; i++)
    if (g_str_equal (g_array_index (self->senders, Sender, i).key, key))
      return (int) i;

  return -1;
}

gboolean
intimail_vacation_senders_check (IntimailAccount *account,
                                 const IntimailVacation *vacation,
                                 const char *key,
                                 gint64 now,
                                 gboolean take,
                                 gboolean *had,
                                 GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (Senders) self = open_senders (account, vacation, now, take, &local_error);
  Sender sender = { NULL, now };

  *had = TRUE;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *had = self != NULL && (find_sender (self, key) >= 0 || self->senders->len >= INTIMAIL_VACATION_MAX_SENDERS);
  if (!take || *had)
    return TRUE;
  sender.key = g_strdup (key);
  g_array_append_val (self->senders, sender);
  *had = !write_senders (self, error);

  return !*had;
}

void
intimail_vacation_senders_forget (IntimailAccount *account, const IntimailVacation *vacation, const char *key)
{
  g_autoptr (Senders) self = open_senders (account, vacation, g_get_real_time () / G_USEC_PER_SEC, FALSE, NULL);
  int place = self != NULL ? find_sender (self, key) : -1;

  if (place < 0)
    return;
  g_array_remove_index (self->senders, (guint) place);
  write_senders (self, NULL);
}
