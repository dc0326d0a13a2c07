/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-submission-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "json/intimail-json-line-private.h"

#define MAX_FILE_SIZE (16 * 1024 * 1024)
#define KEPT_SECONDS (7 * 24 * 60 * 60)

void
intimail_jmap_submission_free (IntimailJmapSubmission *submission)
{
  g_free (submission->id);
  g_free (submission->identity_id);
  g_free (submission->email_id);
  g_free (submission->thread_id);
  g_free (submission->sender);
  g_strfreev (submission->recipients);
  g_free (submission);
}

static char *
make_path (IntimailJmapContext *context)
{
  return g_build_filename (intimail_account_get_path (context->account), "intimail.submissions", NULL);
}

static void
append_line (GString *text, const IntimailJmapSubmission *submission)
{
  intimail_json_line_begin (text);
  intimail_json_line_add_string (text, "id", submission->id);
  intimail_json_line_add_string (text, "identity", submission->identity_id);
  intimail_json_line_add_string (text, "email", submission->email_id);
  intimail_json_line_add_string (text, "thread", submission->thread_id);
  intimail_json_line_add_string (text, "sender", submission->sender);
  intimail_json_line_add_strings (text, "recipients", (const char *const *) submission->recipients);
  intimail_json_line_add_integer (text, "sent", submission->sent);
  intimail_json_line_end (text);
}

static void
read_member (IntimailJmapSubmission *submission, const IntimailJsonMember *member)
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
  };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    if (member->kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (member, strings[i].key))
      {
        g_free (*strings[i].value);
        *strings[i].value = intimail_json_member_dup_string (member);
      }
  if (member->kind == INTIMAIL_JSON_KIND_STRINGS && intimail_json_member_is (member, "recipients"))
    {
      g_strfreev (submission->recipients);
      submission->recipients = intimail_json_member_dup_strings (member);
    }
  if (member->kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (member, "sent"))
    submission->sent = member->integer;
}

/* NULL for a line that we did not write, or not to its end. */
static IntimailJmapSubmission *
read_line (const char *line, gsize length)
{
  g_autoptr (IntimailJmapSubmission) submission = g_new0 (IntimailJmapSubmission, 1);
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return NULL;
  while (intimail_json_line_reader_next (&reader, &member))
    read_member (submission, &member);
  if (!intimail_json_line_reader_is_complete (&reader) || submission->id == NULL || submission->identity_id == NULL ||
      submission->email_id == NULL || submission->thread_id == NULL || submission->sender == NULL || submission->recipients == NULL)
    return NULL;

  return g_steal_pointer (&submission);
}

GPtrArray *
intimail_jmap_submission_list (IntimailJmapContext *context, GError **error)
{
  g_autoptr (GPtrArray) submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_jmap_submission_free);
  g_autofree char *path = make_path (context);
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  g_autofree char *data = NULL;
  gsize length;

  if (fd < 0 && errno == ENOENT)
    return g_steal_pointer (&submissions);
  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return NULL;
    }
  if (!intimail_fd_read_all (fd, MAX_FILE_SIZE, &data, &length, error))
    return NULL;

  for (const char *line = data; line < data + length;)
    {
      const char *newline = memchr (line, '\n', data + length - line);
      const char *end = newline != NULL ? newline : data + length;
      IntimailJmapSubmission *submission = read_line (line, end - line);

      if (submission != NULL)
        g_ptr_array_add (submissions, submission);
      line = end + 1;
    }

  return g_steal_pointer (&submissions);
}

static gboolean
save (IntimailJmapContext *context, GPtrArray *submissions, GError **error)
{
  g_autofree char *path = make_path (context);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < submissions->len; i++)
    append_line (text, g_ptr_array_index (submissions, i));

  return intimail_file_replace (path, text->str, text->len, 0600, error);
}

/* One write at the end of the file: another process may do the same. */
static gboolean
append (IntimailJmapContext *context, const IntimailJmapSubmission *submission, GError **error)
{
  g_autofree char *path = make_path (context);
  g_autoptr (GString) line = g_string_new (NULL);
  g_auto (IntimailFd) fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return FALSE;
    }
  append_line (line, submission);

  return intimail_fd_write_all (fd, line->str, line->len, error);
}

static gboolean
forget_old (IntimailJmapContext *context, GPtrArray *submissions, GError **error)
{
  gint64 oldest = g_get_real_time () / G_USEC_PER_SEC - KEPT_SECONDS;
  guint n_before = submissions->len;

  for (guint i = submissions->len; i > 0; i--)
    {
      const IntimailJmapSubmission *submission = g_ptr_array_index (submissions, i - 1);

      if (submission->sent >= oldest)
        continue;
      /* Told before it is gone: told twice does no harm. */
      if (!intimail_account_record_removal (context->account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, submission->id, error))
        return FALSE;
      g_ptr_array_remove_index (submissions, i - 1);
    }

  return submissions->len == n_before || save (context, submissions, error);
}

gboolean
intimail_jmap_submission_add (IntimailJmapContext *context, const IntimailJmapSubmission *submission, GError **error)
{
  g_autoptr (GPtrArray) submissions = intimail_jmap_submission_list (context, error);

  return submissions != NULL && forget_old (context, submissions, error) && append (context, submission, error);
}

IntimailJmapSubmission *
intimail_jmap_submission_find (GPtrArray *submissions, const char *id)
{
  for (guint i = 0; i < submissions->len; i++)
    {
      IntimailJmapSubmission *submission = g_ptr_array_index (submissions, i);

      if (strcmp (submission->id, id) == 0)
        return submission;
    }

  return NULL;
}

gboolean
intimail_jmap_submission_remove (IntimailJmapContext *context, const char *id, GError **error)
{
  g_autoptr (GPtrArray) submissions = intimail_jmap_submission_list (context, error);
  IntimailJmapSubmission *submission = submissions != NULL ? intimail_jmap_submission_find (submissions, id) : NULL;

  if (submissions == NULL)
    return FALSE;
  if (submission == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such submission");
      return FALSE;
    }
  g_ptr_array_remove (submissions, submission);

  return save (context, submissions, error);
}
