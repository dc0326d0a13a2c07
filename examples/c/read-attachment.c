/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes the first attachment of a mail to a file.
 *
 * usage: read-attachment SITE UID MAIL FILE      (MAIL: an id as list-inbox shows it)
 */

#include <locale.h>

#include <intimail/intimail.h>

static gboolean
save (IntimailPart *part, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);

  if (stream == NULL || !intimail_part_write (part, G_OUTPUT_STREAM (stream), NULL, error))
    return FALSE;
  g_print ("%s, %s, %" G_GUINT64_FORMAT " bytes\n", intimail_part_get_name (part), intimail_part_get_content_type (part), intimail_part_get_size (part));

  return g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error);
}

static gboolean
read_attachment (const char *path, const char *uid, const char *id, const char *file, GError **error)
{
  g_autoptr (IntimailSite) site = intimail_site_open (path, error);
  IntimailDirectory *directory = site != NULL ? intimail_site_get_directory (site) : NULL;
  g_autoptr (IntimailPerson) person = site != NULL ? intimail_directory_lookup_person (directory, uid, NULL, error) : NULL;
  g_autoptr (IntimailAccount) account = person != NULL ? intimail_site_get_account (site, person, error) : NULL;
  g_autoptr (IntimailMessage) mail = account != NULL ? intimail_account_open_message (account, id, error) : NULL;
  GPtrArray *parts = mail != NULL ? intimail_message_get_attachments (mail) : NULL;

  if (parts == NULL)
    return FALSE;
  if (parts->len > 0)
    return save (g_ptr_array_index (parts, 0), file, error);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the mail has no attachment");

  return FALSE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc == 5 && read_attachment (argv[1], argv[2], argv[3], argv[4], &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "usage: read-attachment SITE UID MAIL FILE");
  return 1;
}
