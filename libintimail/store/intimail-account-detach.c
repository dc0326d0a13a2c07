/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An attachment of a message that the person got becomes a big file.
 *
 * A message's bytes never change under its name, so there is a new message, with a note in
 * the place of the attachment, and the old one goes. What is meant is written down first
 * (intimail.detach/ID, a line of JSON); with that, whoever comes after a crash ends what
 * was begun or takes it back, and there is one message and one copy of the file.
 */

#include <intimail/intimail-account-big-file.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-part.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "json/intimail-json-line-private.h"
#include "message/intimail-part-private.h"
#include "store/intimail-account-detach-private.h"
#include "store/intimail-account-private.h"
#include "store/intimail-big-file-private.h"
#include "store/intimail-detach-note-private.h"
#include "store/intimail-spool-private.h"

#define FOLDER "intimail.detach"
#define INTENT_MAX 4096

/* What is meant with one message. */
typedef struct
{
  char *unique;  /* of the new one */
  char *file_id; /* of the big file */
} Intent;

static void
intent_clear (Intent *self)
{
  g_free (self->unique);
  g_free (self->file_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Intent, intent_clear)

static char *
make_path (IntimailAccount *self, const char *id)
{
  return g_build_filename (self->path, FOLDER, id, NULL);
}

static gboolean
intent_write (const Intent *self, IntimailAccount *account, const char *id, GError **error)
{
  g_autofree char *path = make_path (account, id);
  g_autoptr (GString) line = g_string_new (NULL);

  intimail_json_line_begin (line);
  intimail_json_line_add_string (line, "unique", self->unique);
  intimail_json_line_add_string (line, "file", self->file_id);
  intimail_json_line_end (line);

  return intimail_file_replace (path, line->str, line->len, 0600, error);
}

static gboolean
intent_read (Intent *self, IntimailAccount *account, const char *id)
{
  g_autofree char *path = make_path (account, id);
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autofree char *data = NULL;
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gsize length;

  if (fd < 0 || !intimail_fd_read_all (fd, INTENT_MAX, &data, &length, NULL) ||
      !intimail_json_line_reader_init (&reader, data, strcspn (data, "\n")))
    return FALSE;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (member.kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (&member, "unique"))
        self->unique = intimail_json_member_dup_string (&member);
      else if (member.kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (&member, "file"))
        self->file_id = intimail_json_member_dup_string (&member);
    }

  return self->unique != NULL && self->file_id != NULL;
}

static void
intent_remove (IntimailAccount *account, const char *id)
{
  g_autofree char *path = make_path (account, id);

  unlink (path);
}

/* One at a time, in all processes. -1 when there is no such folder, or it is busy and
 * nobody waits. */
static int
lock_folder (IntimailAccount *self, gboolean wait)
{
  g_autofree char *path = make_path (self, NULL);
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  int result;

  do
    result = fd >= 0 ? flock (fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) : -1;
  while (fd >= 0 && result < 0 && errno == EINTR);

  return result == 0 ? intimail_fd_steal (&fd) : -1;
}

static int
make_and_lock (IntimailAccount *self, GError **error)
{
  g_autofree char *path = make_path (self, NULL);
  int fd;

  if (mkdir (path, 0700) < 0 && errno != EEXIST)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s", path);
      return -1;
    }
  fd = lock_folder (self, TRUE);
  if (fd < 0)
    intimail_set_error_from_errno (error, errno, "cannot lock %s", path);

  return fd;
}

/* The new message is on the disk: it goes wherever the old one is, which goes. */
static gboolean
replace_message (IntimailAccount *self, const char *old_id, const char *new_id, GError **error)
{
  const char *const old_ids[] = { old_id, NULL };
  const char *const new_ids[] = { new_id, NULL };
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailEnvelope) old = intimail_account_get_envelope (self, old_id, &local_error);

  if (old == NULL)
    {
      if (g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return intimail_account_set_mailboxes (self, new_ids, intimail_envelope_get_mailbox_ids (old), NULL, error) &&
         intimail_account_remove_messages (self, old_ids, NULL, error);
}

/* Ends what was begun, when the new message is there; takes it back else. */
static gboolean
settle (IntimailAccount *self, const char *old_id, GError **error)
{
  g_auto (Intent) intent = { 0 };
  g_autofree char *new_id = NULL;
  g_autoptr (IntimailEnvelope) made = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!intent_read (&intent, self, old_id))
    {
      intent_remove (self, old_id);
      return TRUE;
    }
  new_id = intimail_maildir_name_make_message_id (intent.unique);
  made = intimail_account_get_envelope (self, new_id, &local_error);
  if (made != NULL)
    {
      if (!replace_message (self, old_id, new_id, error))
        return FALSE;
    }
  else if (!g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  else
    intimail_account_remove_big_file (self, intent.file_id, NULL, NULL);
  intent_remove (self, old_id);

  return TRUE;
}

/* Under the lock of the folder. */
static gboolean
settle_all (IntimailAccount *self, GError **error)
{
  g_autofree char *path = make_path (self, NULL);
  DIR *dir = opendir (path);
  struct dirent *entry;
  gboolean ok = TRUE;

  while (dir != NULL && ok && (entry = readdir (dir)) != NULL)
    if (entry->d_name[0] == 'm' && strchr (entry->d_name, '.') == NULL)
      /* A message may be on the disk that no index knows yet. */
      ok = intimail_account_refresh (self, NULL, error) && settle (self, entry->d_name, error);
  if (dir != NULL)
    closedir (dir);

  return ok;
}

void
intimail_account_settle_detached (IntimailAccount *self)
{
  g_auto (IntimailFd) lock = lock_folder (self, FALSE);
  g_autoptr (GError) error = NULL;

  if (lock >= 0 && !settle_all (self, &error))
    g_info ("%s: what a crash left of a message waits: %s", self->path, error->message);
}

/* A signature is of all that it is about, and what is encrypted has no parts of ours. */
static gboolean
may_be_cut (IntimailMessage *message, const char *part_id)
{
  IntimailPart *part = intimail_message_get_root (message);

  while (part != NULL && strcmp (intimail_part_get_id (part), part_id) != 0)
    {
      GPtrArray *parts = intimail_part_get_parts (part);
      IntimailPart *next = NULL;

      if (g_str_equal (intimail_part_get_content_type (part), "multipart/signed") ||
          g_str_equal (intimail_part_get_content_type (part), "multipart/encrypted"))
        return FALSE;
      for (guint i = 0; parts != NULL && i < parts->len && next == NULL; i++)
        {
          const char *id = intimail_part_get_id (parts->pdata[i]);
          gsize length = strlen (id);

          if (strncmp (part_id, id, length) == 0 && (part_id[length] == '\0' || part_id[length] == '.'))
            next = parts->pdata[i];
        }
      part = next;
    }

  return part != NULL;
}

static IntimailPart *
find_part (IntimailAccount *self, IntimailMessage *message, const char *part_id, gsize *start, gsize *end, GError **error)
{
  IntimailPart *part = intimail_message_get_part (message, part_id);

  if (part == NULL)
    {
      intimail_account_set_not_found (error, "part", part_id);
      return NULL;
    }
  if (intimail_part_is_multipart (part) || !may_be_cut (message, part_id) || !intimail_part_get_range (part, start, end))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "part \"%s\" cannot be taken out of its message", part_id);
      return NULL;
    }

  return part;
}

static gboolean
write_decoded (const char *data, gsize length, gpointer user_data, GError **error)
{
  return intimail_big_file_writer_write (user_data, data, length, error);
}

/* The bytes of the attachment, on their way. */
static IntimailBigFileWriter *
write_file (IntimailAccount *self, IntimailPart *part, GError **error)
{
  g_autofree char *folder = intimail_big_file_store_make_folder (self->big_files, self->big_file_owner, error);
  g_autoptr (IntimailBigFileWriter) writer = folder != NULL ? intimail_big_file_writer_new (folder, error) : NULL;

  return writer != NULL && intimail_part_read (part, write_decoded, writer, error) && intimail_big_file_writer_flush (writer, error)
             ? g_steal_pointer (&writer)
             : NULL;
}

/* The message with @note in the place of the part. */
static IntimailSpool *
write_message (IntimailAccount *self, GBytes *bytes, gsize start, gsize end, const char *note, const char *unique, GError **error)
{
  g_autoptr (IntimailSpool) spool = intimail_spool_new (self, error);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (spool == NULL || !intimail_spool_write (spool, data, start, error) ||
      !intimail_spool_write (spool, note, strlen (note), error) ||
      !intimail_spool_write (spool, data + end, size - end, error) || !intimail_spool_flush (spool, error))
    return NULL;
  intimail_spool_set_unique (spool, unique);

  return g_steal_pointer (&spool);
}

static IntimailBigFile *
make_file (IntimailPart *part)
{
  g_autofree char *name = intimail_part_make_file_name (part);
  IntimailBigFile *file = intimail_big_file_new (name != NULL ? name : "file", intimail_part_get_content_type (part));

  intimail_big_file_set_detached (file, TRUE);

  return file;
}

/* The file gets its id before it is there: the note has the link. */
static char *
make_note (IntimailAccount *self, const char *link_start, IntimailBigFile *file, const char *line, GError **error)
{
  g_autofree char *token = intimail_big_file_store_make_token (self->big_files, file, error);
  g_autofree char *link = token != NULL ? g_strconcat (link_start, token, NULL) : NULL;

  return link != NULL ? intimail_detach_note_make (file, link, g_strcmp0 (self->language, "fr") == 0, g_str_has_suffix (line, "\r\n")) : NULL;
}

/* All is written; now it gets its names, one after the other. */
static gboolean
put_in_place (IntimailAccount *self,
              IntimailEnvelope *old,
              const Intent *intent,
              IntimailBigFile *file,
              IntimailBigFileWriter *writer,
              IntimailSpool *spool,
              char **new_id,
              GError **error)
{
  const char *old_id = intimail_envelope_get_id (old);
  const char *const *mailbox_ids = intimail_envelope_get_mailbox_ids (old);

  if (!intent_write (intent, self, old_id, error))
    return FALSE;
  if (intimail_account_keep_detached (self, intent->file_id, file, writer, error))
    *new_id = intimail_account_deliver_again (self, spool, mailbox_ids[0], intimail_envelope_get_keywords (old),
                                              intimail_envelope_get_received (old), error);
  if (*new_id != NULL && replace_message (self, old_id, *new_id, error))
    {
      intent_remove (self, old_id);
      return TRUE;
    }
  /* As after a crash. */
  settle (self, old_id, NULL);

  return FALSE;
}

static char *
detach (IntimailAccount *self, IntimailEnvelope *old, const char *part_id, const char *link_start, IntimailBigFile **result, GError **error)
{
  g_autoptr (GBytes) bytes = intimail_account_load_message (self, intimail_envelope_get_id (old), error);
  g_autoptr (IntimailMessage) message = bytes != NULL ? intimail_message_new_from_bytes (bytes, error) : NULL;
  g_autoptr (IntimailBigFile) file = NULL;
  g_autoptr (IntimailBigFileWriter) writer = NULL;
  g_autoptr (IntimailSpool) spool = NULL;
  g_auto (Intent) intent = { 0 };
  g_autofree char *note = NULL;
  g_autofree char *line = NULL;
  g_autofree char *new_id = NULL;
  IntimailPart *part;
  gsize start;
  gsize end;

  part = message != NULL ? find_part (self, message, part_id, &start, &end, error) : NULL;
  writer = part != NULL ? write_file (self, part, error) : NULL;
  if (writer == NULL)
    return NULL;
  intent.unique = intimail_maildir_name_make_unique ();
  intent.file_id = intimail_big_file_store_make_id ();
  file = make_file (part);
  intimail_big_file_set_sender (file, intimail_envelope_get_from (old));
  intimail_big_file_place (file, self->big_file_owner, intent.file_id, intimail_big_file_writer_get_size (writer), 0);
  line = g_strndup ((const char *) g_bytes_get_data (bytes, NULL) + MAX (start, 2) - 2, 2);
  note = make_note (self, link_start, file, line, error);
  spool = note != NULL ? write_message (self, bytes, start, end, note, intent.unique, error) : NULL;
  if (spool == NULL || !put_in_place (self, old, &intent, file, writer, spool, &new_id, error))
    return NULL;
  if (result != NULL)
    *result = g_steal_pointer (&file);

  return g_steal_pointer (&new_id);
}

/**
 * intimail_account_detach_part:
 * @self: an account
 * @id: the id of a message
 * @part_id: the id of an attachment of it, such as "1.2"
 * @link_start: what stands before the token of a link, such as
 *   `https://mail.home.example/file/`
 * @file: (out) (optional) (transfer full): return location for the big file
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Makes an attachment a big file, and puts a new message in the place of the old one.
 *
 * The new message is the old one byte for byte, but for a note that stands where the
 * attachment was: a text with a link, marked by the field `X-Intimail-Detached`. It has the
 * mailboxes, the keywords and the time of the old one, and another id. The file never
 * expires. The attachment is on the disk as a file before anything happens to the message;
 * killed at any moment, there is one message, with the attachment or with the note, and one
 * copy of the file. It is done where the quota is full, too, for nothing grows.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is no such message or part, with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when the part is the message itself, or of parts, or signed
 * or encrypted with others, or when the account has no store of big files, with
 * %INTIMAIL_ERROR_STORAGE_FULL when the disk has no room for both until it is done, and with
 * %INTIMAIL_ERROR_FAILED when something cannot be read or written: nothing is changed then.
 * Any thread may call it.
 *
 * Returns: (transfer full): the id of the new message
 *
 * Since: 1.0
 */
char *
intimail_account_detach_part (IntimailAccount *self,
                              const char *id,
                              const char *part_id,
                              const char *link_start,
                              IntimailBigFile **file,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (IntimailEnvelope) old = NULL;
  g_auto (IntimailFd) lock = -1;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (part_id != NULL, NULL);
  g_return_val_if_fail (link_start != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (file != NULL)
    *file = NULL;
  if (!intimail_account_require_big_files (self, cancellable, error) || !intimail_account_open (self, cancellable, error))
    return NULL;
  lock = make_and_lock (self, error);
  if (lock < 0 || !settle_all (self, error))
    return NULL;
  old = intimail_account_get_envelope (self, id, error);

  return old != NULL ? detach (self, old, part_id, link_start, file, error) : NULL;
}
