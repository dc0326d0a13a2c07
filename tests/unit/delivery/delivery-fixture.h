/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A site with a few people, in a folder of its own.
 */

#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

typedef struct
{
  char *folder;
  IntimailSite *site;
} Fixture;

static inline void
add_person (Fixture *self, const char *uid, guint64 quota, IntimailPersonStatus status)
{
  g_autofree char *mail = g_strconcat (uid, "@home.example", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);
  g_autoptr (GError) error = NULL;

  intimail_person_set_display_name (person, uid);
  intimail_person_set_quota_bytes (person, quota);
  intimail_person_set_status (person, status);
  intimail_directory_add_person (intimail_site_get_directory (self->site), person, NULL, NULL, &error);
  g_assert_no_error (error);
}

static inline void
add_group (Fixture *self, const char *name, const char *const *members)
{
  g_autofree char *mail = g_strconcat (name, "@home.example", NULL);
  g_autoptr (IntimailGroup) group = intimail_group_new (name);
  g_autoptr (GError) error = NULL;

  intimail_group_set_mail (group, mail);
  intimail_group_set_members (group, members);
  intimail_directory_add_group (intimail_site_get_directory (self->site), group, NULL, &error);
  g_assert_no_error (error);
}

static inline void
fixture_open (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->site = intimail_site_open (self->folder, &error);
  g_assert_no_error (error);
}

/* anna, bert and carl; full has a quota of 100 bytes, gone is disabled; all is a
 * group of anna, bert and full. */
static inline void
fixture_setup (Fixture *self, gconstpointer data)
{
  static const char *const members[] = { "anna", "bert", "full", NULL };
  static const char *const full[] = { "full", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailSite) created = NULL;

  self->folder = test_support_make_folder ("delivery");
  /* No mail leaves a test. */
  created = intimail_site_create_full (self->folder, "home.example", "local", "en", &error);
  g_assert_no_error (error);
  fixture_open (self);
  add_person (self, "anna", 0, INTIMAIL_PERSON_STATUS_ACTIVE);
  add_person (self, "bert", 0, INTIMAIL_PERSON_STATUS_ACTIVE);
  add_person (self, "carl", 0, INTIMAIL_PERSON_STATUS_ACTIVE);
  add_person (self, "full", 100, INTIMAIL_PERSON_STATUS_ACTIVE);
  add_person (self, "gone", 0, INTIMAIL_PERSON_STATUS_DISABLED);
  add_group (self, "all", members);
  add_group (self, "crowd", full);
}

static inline void
fixture_teardown (Fixture *self, gconstpointer data)
{
  test_support_assert_finalized (self->site);
  test_support_remove_folder (self->folder);
  g_free (self->folder);
}

/* The names of the files in a folder of a person's mail. */
static inline GPtrArray *
list_folder (Fixture *self, const char *uid, const char *folder)
{
  g_autofree char *path = g_build_filename (self->folder, "mail", uid, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));

  return names;
}

static inline guint
count_messages (Fixture *self, const char *uid)
{
  g_autoptr (GPtrArray) new_ones = list_folder (self, uid, "new");
  g_autoptr (GPtrArray) current = list_folder (self, uid, "cur");
  g_autoptr (GPtrArray) unfinished = list_folder (self, uid, "tmp");

  g_assert_cmpuint (unfinished->len, ==, 0);
  return new_ones->len + current->len;
}

/* The only message of a person, whole. */
static inline char *
load_message (Fixture *self, const char *uid)
{
  g_autoptr (GPtrArray) new_ones = list_folder (self, uid, "new");
  g_autoptr (GPtrArray) current = list_folder (self, uid, "cur");
  GPtrArray *names = new_ones->len > 0 ? new_ones : current;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpuint (new_ones->len + current->len, ==, 1);
  bytes = test_support_read_file (g_ptr_array_index (names, 0));
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static inline void
set_transport (Fixture *self, const char *kind, const char *command)
{
  g_autofree char *path = g_build_filename (self->folder, "intimail.conf", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, &error);
  g_assert_no_error (error);
  g_key_file_set_string (file, "transport", "kind", kind);
  if (command != NULL)
    g_key_file_set_string (file, "transport", "command", command);
  g_key_file_save_to_file (file, path, &error);
  g_assert_no_error (error);
  g_clear_object (&self->site);
  fixture_open (self);
}

/* A program in the place of sendmail: notes what it is given, then ends. */
static inline char *
make_program (Fixture *self, const char *end)
{
  char *path = g_build_filename (self->folder, "sendmail", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\nprintf '%%s\\n' \"$@\" > %s/arguments\n%s\n", self->folder, end);

  test_support_write_file (path, script);
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  return path;
}

static inline void
assert_file (Fixture *self, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GBytes) bytes = test_support_read_file (path);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), content, strlen (content));
}
