/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-submission-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "delivery/intimail-locked-file-private.h"
#include "json/intimail-json-line-private.h"

#define NAME "intimail.submissions"
#define MAX_FILE_SIZE (16 * 1024 * 1024)
#define KEPT_SECONDS (7 * 24 * 60 * 60)

static const char *const status_names[] = { "final", "pending", "sending", "canceled", "failed", "held" };

void
intimail_submission_free (IntimailSubmission *submission)
{
  g_free (submission->id);
  g_free (submission->identity_id);
  g_free (submission->email_id);
  g_free (submission->thread_id);
  g_free (submission->message_id);
  g_free (submission->sender);
  g_strfreev (submission->recipients);
  g_strfreev (submission->delivered);
  g_strfreev (submission->replies);
  g_strfreev (submission->reports);
  g_free (submission->reason);
  g_free (submission);
}

static char **
repeat (const char *word, guint n)
{
  char **words = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    words[i] = g_strdup (word);

  return words;
}

void
intimail_submission_set_outcome (IntimailSubmission *submission, const char *delivered, const char *reply)
{
  guint n = g_strv_length (submission->recipients);

  g_strfreev (submission->delivered);
  g_strfreev (submission->replies);
  submission->delivered = repeat (delivered, n);
  submission->replies = repeat (reply, n);
}

/* ---- Lines ---- */

static void
append_line (GString *text, const IntimailSubmission *submission)
{
  intimail_json_line_begin (text);
  intimail_json_line_add_string (text, "id", submission->id);
  intimail_json_line_add_string (text, "identity", submission->identity_id);
  intimail_json_line_add_string (text, "email", submission->email_id);
  intimail_json_line_add_string (text, "thread", submission->thread_id);
  intimail_json_line_add_string (text, "sender", submission->sender);
  intimail_json_line_add_strings (text, "recipients", (const char *const *) submission->recipients);
  if (submission->message_id != NULL)
    intimail_json_line_add_string (text, "message", submission->message_id);
  if (submission->delivered != NULL)
    {
      intimail_json_line_add_strings (text, "delivered", (const char *const *) submission->delivered);
      intimail_json_line_add_strings (text, "replies", (const char *const *) submission->replies);
    }
  if (submission->reports != NULL)
    intimail_json_line_add_strings (text, "reports", (const char *const *) submission->reports);
  intimail_json_line_add_integer (text, "sent", submission->sent);
  if (submission->due != 0)
    {
      intimail_json_line_add_integer (text, "due", submission->due);
      intimail_json_line_add_integer (text, "tries", submission->tries);
    }
  intimail_json_line_add_string (text, "status", status_names[submission->status]);
  if (submission->unfinished)
    intimail_json_line_add_boolean (text, "unfinished", TRUE);
  if (submission->reason != NULL)
    intimail_json_line_add_string (text, "reason", submission->reason);
  intimail_json_line_end (text);
}

static void
read_status (IntimailSubmission *submission, const IntimailJsonMember *member)
{
  g_autofree char *name = intimail_json_member_dup_string (member);

  for (guint i = 0; i < G_N_ELEMENTS (status_names); i++)
    if (strcmp (name, status_names[i]) == 0)
      submission->status = i;
}

static void
read_number (IntimailSubmission *submission, const IntimailJsonMember *member)
{
  if (intimail_json_member_is (member, "sent"))
    submission->sent = member->integer;
  else if (intimail_json_member_is (member, "due"))
    submission->due = member->integer;
  else if (intimail_json_member_is (member, "tries"))
    submission->tries = member->integer;
}

static void
read_strings (IntimailSubmission *submission, const IntimailJsonMember *member)
{
  const struct
  {
    const char *key;
    char ***value;
  } lists[] = {
    { "recipients", &submission->recipients },
    { "delivered", &submission->delivered },
    { "replies", &submission->replies },
    { "reports", &submission->reports },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (intimail_json_member_is (member, lists[i].key))
      {
        g_strfreev (*lists[i].value);
        *lists[i].value = intimail_json_member_dup_strings (member);
      }
}

/* Somebody may have edited the file. */
static void
check_outcome (IntimailSubmission *submission)
{
  static const char *const words[] = { "queued", "yes", "no", "unknown", NULL };
  guint n = g_strv_length (submission->recipients);
  gboolean is_good = submission->delivered != NULL && submission->replies != NULL && g_strv_length (submission->delivered) == n &&
                     g_strv_length (submission->replies) == n;

  for (guint i = 0; is_good && i < n; i++)
    is_good = g_strv_contains (words, submission->delivered[i]);
  if (is_good)
    return;
  g_clear_pointer (&submission->delivered, g_strfreev);
  g_clear_pointer (&submission->replies, g_strfreev);
}

static void
read_member (IntimailSubmission *submission, const IntimailJsonMember *member)
{
  const struct
  {
    const char *key;
    char **value;
  } strings[] = {
    { "id", &submission->id },
    { "identity", &submission->identity_id },
    { "email", &submission->email_id },
    { "thread", &submission->thread_id },
    { "sender", &submission->sender },
    { "reason", &submission->reason },
    { "message", &submission->message_id },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    if (member->kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (member, strings[i].key))
      {
        g_free (*strings[i].value);
        *strings[i].value = intimail_json_member_dup_string (member);
      }
  if (member->kind == INTIMAIL_JSON_KIND_STRINGS)
    read_strings (submission, member);
  else if (member->kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (member, "status"))
    read_status (submission, member);
  else if (member->kind == INTIMAIL_JSON_KIND_BOOLEAN && intimail_json_member_is (member, "unfinished"))
    submission->unfinished = member->integer != 0;
  else if (member->kind == INTIMAIL_JSON_KIND_INTEGER)
    read_number (submission, member);
}

/* Of a line without a status: it was sent at once, long ago. */
static gboolean
is_old_key (const IntimailJsonMember *member)
{
  static const char *const keys[] = { "id", "identity", "email", "thread", "sender", "recipients", "sent" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (intimail_json_member_is (member, keys[i]))
      return TRUE;

  return FALSE;
}

/* NULL for a line that we did not write, or not to its end. A line says its status when it
 * was not handed over at once: where that cannot be read, nobody knows whether it was sent. */
static IntimailSubmission *
read_line (const char *line, gsize length)
{
  g_autoptr (IntimailSubmission) submission = g_new0 (IntimailSubmission, 1);
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gboolean is_old = TRUE;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return NULL;
  submission->status = INTIMAIL_SUBMISSION_SENDING;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      is_old = is_old && is_old_key (&member);
      read_member (submission, &member);
    }
  if (is_old)
    submission->status = INTIMAIL_SUBMISSION_FINAL;
  if (!intimail_json_line_reader_is_complete (&reader) || submission->id == NULL || submission->identity_id == NULL ||
      submission->email_id == NULL || submission->thread_id == NULL || submission->sender == NULL || submission->recipients == NULL)
    return NULL;
  check_outcome (submission);

  return g_steal_pointer (&submission);
}

/* A later line of the same id stands for all before it. */
static void
take_line (GPtrArray *submissions, GHashTable *places, IntimailSubmission *submission)
{
  gpointer place;

  if (g_hash_table_lookup_extended (places, submission->id, NULL, &place))
    {
      guint i = GPOINTER_TO_UINT (place);

      g_hash_table_remove (places, submission->id);
      intimail_submission_free (submissions->pdata[i]);
      submissions->pdata[i] = submission;
      g_hash_table_insert (places, submission->id, GUINT_TO_POINTER (i));
      return;
    }
  g_hash_table_insert (places, submission->id, GUINT_TO_POINTER (submissions->len));
  g_ptr_array_add (submissions, submission);
}

static GPtrArray *
read_all (int fd, gsize *size, GError **error)
{
  g_autoptr (GPtrArray) submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_submission_free);
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *data = NULL;

  if (!intimail_fd_read_all (fd, MAX_FILE_SIZE, &data, size, error))
    return NULL;
  for (const char *line = data; line < data + *size;)
    {
      const char *newline = memchr (line, '\n', (gsize) (data + *size - line));
      const char *end = newline != NULL ? newline : data + *size;
      IntimailSubmission *submission = read_line (line, (gsize) (end - line));

      if (submission != NULL)
        take_line (submissions, places, submission);
      line = end + 1;
    }

  return g_steal_pointer (&submissions);
}

/* ---- The file ---- */

static char *
make_path (IntimailAccount *account)
{
  return g_build_filename (intimail_account_get_path (account), NAME, NULL);
}

GPtrArray *
intimail_submission_list (IntimailAccount *account, GError **error)
{
  g_autofree char *path = make_path (account);
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gsize size;

  if (fd < 0 && errno == ENOENT)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_submission_free);
  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return NULL;
    }

  return read_all (fd, &size, error);
}

IntimailSubmission *
intimail_submission_find (GPtrArray *submissions, const char *id)
{
  for (guint i = 0; i < submissions->len; i++)
    {
      IntimailSubmission *submission = g_ptr_array_index (submissions, i);

      if (strcmp (submission->id, id) == 0)
        return submission;
    }

  return NULL;
}

/* The file, its lock, and what is in it. */
typedef struct
{
  IntimailAccount *account;
  char *path;
  IntimailFd fd;
  gsize size;
  GPtrArray *submissions;
} Book;

static void
book_clear (Book *self)
{
  intimail_fd_close (self->fd);
  g_clear_pointer (&self->submissions, g_ptr_array_unref);
  g_free (self->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

static gboolean
book_open (Book *self, IntimailAccount *account, GError **error)
{
  self->account = account;
  self->path = make_path (account);
  self->fd = intimail_locked_file_open (self->path, error);
  if (self->fd >= 0)
    self->submissions = read_all (self->fd, &self->size, error);

  return self->submissions != NULL;
}

static gboolean
book_save (Book *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->submissions->len; i++)
    append_line (text, g_ptr_array_index (self->submissions, i));

  return intimail_file_replace (self->path, text->str, text->len, 0600, error);
}

static gboolean
waits (const IntimailSubmission *submission)
{
  return submission->status == INTIMAIL_SUBMISSION_PENDING || submission->status == INTIMAIL_SUBMISSION_SENDING;
}

/* What waits, or did, survives a power cut. */
static gboolean
book_append (Book *self, const IntimailSubmission *submission, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  append_line (line, submission);
  if (!intimail_locked_file_append (self->fd, self->size, line->str, line->len, error))
    return FALSE;
  if ((submission->due == 0 && !waits (submission) && !submission->unfinished) || fdatasync (self->fd) == 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot flush %s", self->path);
  return FALSE;
}

static gboolean
book_forget_old (Book *self, GError **error)
{
  gint64 oldest = g_get_real_time () / G_USEC_PER_SEC - KEPT_SECONDS;
  guint n_before = self->submissions->len;

  for (guint i = self->submissions->len; i > 0; i--)
    {
      const IntimailSubmission *submission = g_ptr_array_index (self->submissions, i - 1);

      if (submission->sent >= oldest || waits (submission) || submission->unfinished)
        continue;
      /* Told before it is gone: told twice does no harm. */
      if (!intimail_account_record_removal (self->account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, submission->id, error))
        return FALSE;
      g_ptr_array_remove_index (self->submissions, i - 1);
    }

  return self->submissions->len == n_before || book_save (self, error);
}

static gboolean
forget_old (IntimailAccount *account, GError **error)
{
  g_auto (Book) book = { .fd = -1 };

  return book_open (&book, account, error) && book_forget_old (&book, error);
}

gboolean
intimail_submission_add (IntimailAccount *account, const IntimailSubmission *submission, GError **error)
{
  g_auto (Book) book = { .fd = -1 };

  return forget_old (account, error) && book_open (&book, account, error) && book_append (&book, submission, error);
}

static IntimailSubmission *
book_find (Book *self, const char *id, GError **error)
{
  IntimailSubmission *submission = intimail_submission_find (self->submissions, id);

  if (submission == NULL)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such submission");

  return submission;
}

/* The one of that id, when it has that status. */
static IntimailSubmission *
book_find_with (Book *self, const char *id, IntimailSubmissionStatus status, GError **error)
{
  IntimailSubmission *submission = book_find (self, id, error);

  if (submission == NULL || submission->status == status)
    return submission;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "it is %s", status_names[submission->status]);
  return NULL;
}

gboolean
intimail_submission_change (IntimailAccount *account,
                            const char *id,
                            IntimailSubmissionStatus from,
                            IntimailSubmissionStatus to,
                            gint64 at,
                            GError **error)
{
  g_auto (Book) book = { .fd = -1 };
  IntimailSubmission *submission = book_open (&book, account, error) ? book_find_with (&book, id, from, error) : NULL;

  if (submission == NULL)
    return FALSE;
  submission->status = to;
  submission->sent = at != 0 ? at : submission->sent;
  submission->tries += to == INTIMAIL_SUBMISSION_SENDING;

  return book_append (&book, submission, error) &&
         intimail_account_record_change (account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, id, FALSE, error);
}

gboolean
intimail_submission_end (IntimailAccount *account, IntimailSubmission *submission, GError **error)
{
  g_auto (Book) book = { .fd = -1 };
  const IntimailSubmission *there = book_open (&book, account, error)
                                        ? book_find_with (&book, submission->id, INTIMAIL_SUBMISSION_SENDING, error)
                                        : NULL;
  IntimailSubmission next;

  if (there == NULL)
    return FALSE;
  submission->unfinished = TRUE;
  next = *submission;
  next.tries = there->tries;
  next.reports = there->reports;
  if (there->delivered != NULL)
    {
      next.delivered = there->delivered;
      next.replies = there->replies;
    }

  return book_append (&book, &next, error);
}

gboolean
intimail_submission_edit (IntimailAccount *account, IntimailSubmissionEdit edit, gpointer user_data, GError **error)
{
  g_auto (Book) book = { .fd = -1 };
  const IntimailSubmission *changed = book_open (&book, account, error) ? edit (book.submissions, user_data) : NULL;

  if (changed == NULL)
    return book.submissions != NULL;

  return book_append (&book, changed, error) &&
         intimail_account_record_change (account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, changed->id, FALSE, error);
}

gboolean
intimail_submission_finish (IntimailAccount *account, const char *id, GError **error)
{
  g_auto (Book) book = { .fd = -1 };
  IntimailSubmission *submission = book_open (&book, account, error) ? book_find (&book, id, error) : NULL;

  if (submission == NULL)
    return FALSE;
  submission->unfinished = FALSE;
  g_clear_pointer (&submission->reason, g_free);

  return book_append (&book, submission, error);
}

static gboolean
remove_one (IntimailAccount *account, const char *id, gboolean always, GError **error)
{
  g_auto (Book) book = { .fd = -1 };
  IntimailSubmission *submission = book_open (&book, account, error) ? book_find (&book, id, error) : NULL;

  if (submission == NULL)
    return FALSE;
  if (!always && (waits (submission) || submission->reason != NULL))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "it waits to be sent: cancel it first");
      return FALSE;
    }
  g_ptr_array_remove (book.submissions, submission);

  return book_save (&book, error);
}

gboolean
intimail_submission_remove (IntimailAccount *account, const char *id, GError **error)
{
  return remove_one (account, id, FALSE, error);
}

gboolean
intimail_submission_forget (IntimailAccount *account, const char *id, GError **error)
{
  return remove_one (account, id, TRUE, error);
}
