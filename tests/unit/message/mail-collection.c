/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "mail-collection.h"

#include "test-support.h"

guint
mail_collection_visit (const char *path, MailCollectionVisit visit, gpointer user_data)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  if (folder == NULL)
    {
      g_autoptr (GBytes) bytes = test_support_read_file (path);

      visit (path, bytes, user_data);
      return 1;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      n += mail_collection_visit (child, visit, user_data);
    }

  return n;
}

guint
mail_collection_visit_archive (const char *corpora, MailCollectionVisit visit, gpointer user_data)
{
  g_autofree char *archive = g_build_filename (corpora, "scale", "spamassassin-corpus.tar.xz", NULL);
  g_autofree char *folder = test_support_make_folder ("scale");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) tar = NULL;
  guint n;

  tar = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "tar", "-xJf", archive, "-C", folder, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (tar, NULL, &error));
  g_assert_no_error (error);
  n = mail_collection_visit (folder, visit, user_data);
  test_support_remove_folder (folder);

  return n;
}
