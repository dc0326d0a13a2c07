/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-transfer-source-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "store/intimail-mailbox-name-private.h"

typedef struct
{
  IntimailTransferFormat format;
  IntimailTransferReport *report;
  GPtrArray *boxes;
  GPtrArray *names; /* of where we are */
} Find;

void
intimail_transfer_box_free (IntimailTransferBox *self)
{
  g_strfreev (self->names);
  g_free (self->path);
  g_free (self);
}

static gboolean
is_mbox_format (IntimailTransferFormat format)
{
  return format >= INTIMAIL_TRANSFER_FORMAT_MBOXRD && format <= INTIMAIL_TRANSFER_FORMAT_MBOXCL2;
}

static gboolean
is_wanted (const Find *find, IntimailTransferFormat format)
{
  return find->format == INTIMAIL_TRANSFER_FORMAT_AUTO || find->format == format ||
         (format == INTIMAIL_TRANSFER_FORMAT_AUTO && is_mbox_format (find->format));
}

/* --- names --- */

/* A dot at the beginning hides a file, and these endings mean something. */
static const char *const endings[] = { ".mbox", ".sbd", ".eml" };

char *
intimail_transfer_box_encode_name (const char *name)
{
  GString *text = g_string_new (NULL);

  for (const char *c = name; *c != '\0'; c++)
    {
      gboolean is_ending = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
        is_ending |= strcmp (c, endings[i]) == 0;
      if (*c == '%' || (*c == '.' && (c == name || is_ending)))
        g_string_append_printf (text, "%%%02X", (guint) *c);
      else
        g_string_append_c (text, *c);
    }
  return g_string_free (text, FALSE);
}

char *
intimail_transfer_box_decode_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autoptr (GString) text = g_string_new (valid);

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      if (text->len > strlen (endings[i]) && g_str_has_suffix (text->str, endings[i]))
        {
          g_string_truncate (text, text->len - strlen (endings[i]));
          break;
        }
    }
  g_string_replace (text, "%2E", ".", 0);
  g_string_replace (text, "%25", "%", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_box (Find *find, IntimailTransferFormat format, const char *path)
{
  IntimailTransferBox *box = g_new0 (IntimailTransferBox, 1);

  box->format = format == INTIMAIL_TRANSFER_FORMAT_AUTO && is_mbox_format (find->format) ? find->format : format;
  box->path = g_strdup (path);
  box->names = g_new0 (char *, find->names->len + 1);
  for (guint i = 0; i < find->names->len; i++)
    box->names[i] = g_strdup (g_ptr_array_index (find->names, i));
  g_ptr_array_add (find->boxes, box);
}

/* --- looking --- */

static mode_t
get_type (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat status;

  return lstat (path, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

static gboolean
is_maildir (const char *path)
{
  return get_type (path, "cur") == S_IFDIR;
}

static gboolean
begins_as_mbox (const char *path)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char beginning[INTIMAIL_MBOX_SEPARATOR_MAX * 2];
  gssize got = fd >= 0 ? pread (fd, beginning, sizeof beginning, 0) : -1;
  g_autoptr (GBytes) bytes = got > 0 ? g_bytes_new_static (beginning, (gsize) got) : NULL;

  return bytes != NULL && intimail_mbox_reader_is_mbox (bytes);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static GPtrArray *
list_folder (Find *find, const char *path)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *name;

  if (dir == NULL)
    intimail_transfer_report_fail (find->report, NULL, path, error->message);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static void look_at_folder (Find *find, const char *path);

static gboolean
ends_with (const char *name, const char *ending)
{
  gsize length = strlen (name);
  gsize ending_length = strlen (ending);

  return length > ending_length && g_ascii_strcasecmp (name + length - ending_length, ending) == 0;
}

/* A folder with a name of its own, or a file with mail. */
static void
look_inside (Find *find, const char *path, const char *name, mode_t type)
{
  g_autofree char *inside = g_build_filename (path, name, NULL);

  if (type == S_IFREG && !begins_as_mbox (inside))
    return;
  /* Box.mbox/mbox is how Apple Mail exports. */
  if (type == S_IFDIR || strcmp (name, "mbox") != 0 || !g_str_has_suffix (path, ".mbox"))
    g_ptr_array_add (find->names, intimail_transfer_box_decode_name (name));
  else
    g_ptr_array_add (find->names, NULL);
  if (type == S_IFDIR)
    look_at_folder (find, inside);
  else
    add_box (find, INTIMAIL_TRANSFER_FORMAT_AUTO, inside);
  g_ptr_array_set_size (find->names, (int) find->names->len - 1);
}

/* ".Parent.Child" beside cur/ is a mailbox inside. */
static void
look_at_subfolder (Find *find, const char *path, const char *name)
{
  g_autofree char *inside = g_build_filename (path, name, NULL);
  g_auto (GStrv) names = intimail_mailbox_name_split_folder (name);
  guint before = find->names->len;

  if (names == NULL || !is_maildir (inside))
    return;
  for (gsize i = 0; names[i] != NULL; i++)
    g_ptr_array_add (find->names, g_strdup (names[i]));
  add_box (find, INTIMAIL_TRANSFER_FORMAT_MAILDIR, inside);
  g_ptr_array_set_size (find->names, (int) before);
}

static void
look_at_maildir (Find *find, const char *path, GPtrArray *entries)
{
  if (is_wanted (find, INTIMAIL_TRANSFER_FORMAT_MAILDIR))
    add_box (find, INTIMAIL_TRANSFER_FORMAT_MAILDIR, path);
  for (guint i = 0; i < entries->len; i++)
    {
      const char *name = g_ptr_array_index (entries, i);

      if (name[0] == '.' && is_wanted (find, INTIMAIL_TRANSFER_FORMAT_MAILDIR) && get_type (path, name) == S_IFDIR)
        look_at_subfolder (find, path, name);
      else if (name[0] != '.' && strcmp (name, "cur") != 0 && strcmp (name, "new") != 0 && strcmp (name, "tmp") != 0 && get_type (path, name) == S_IFDIR)
        look_inside (find, path, name, S_IFDIR);
    }
}

static void
look_at_folder (Find *find, const char *path)
{
  g_autoptr (GPtrArray) entries = list_folder (find, path);
  gboolean has_eml = FALSE;

  if (find->names->len > INTIMAIL_TRANSFER_DEPTH_MAX)
    {
      intimail_transfer_report_fail (find->report, NULL, path, "too many folders inside each other: import it by itself");
      return;
    }
  if (is_maildir (path))
    {
      look_at_maildir (find, path, entries);
      return;
    }
  for (guint i = 0; i < entries->len && !has_eml; i++)
    has_eml = ends_with (g_ptr_array_index (entries, i), ".eml");
  if (has_eml && is_wanted (find, INTIMAIL_TRANSFER_FORMAT_EML))
    add_box (find, INTIMAIL_TRANSFER_FORMAT_EML, path);
  for (guint i = 0; i < entries->len; i++)
    {
      const char *name = g_ptr_array_index (entries, i);
      mode_t type = name[0] != '.' ? get_type (path, name) : 0;

      if (type == S_IFDIR || (type == S_IFREG && !ends_with (name, ".eml") && is_wanted (find, INTIMAIL_TRANSFER_FORMAT_AUTO)))
        look_inside (find, path, name, type);
    }
}

static void
look_at_file (Find *find, const char *path)
{
  if (is_wanted (find, INTIMAIL_TRANSFER_FORMAT_AUTO) && (find->format != INTIMAIL_TRANSFER_FORMAT_AUTO || begins_as_mbox (path)))
    add_box (find, INTIMAIL_TRANSFER_FORMAT_AUTO, path);
  else if (is_wanted (find, INTIMAIL_TRANSFER_FORMAT_EML))
    add_box (find, INTIMAIL_TRANSFER_FORMAT_EML, path);
}

GPtrArray *
intimail_transfer_find_boxes (const char *path, IntimailTransferFormat format, IntimailTransferReport *report, GError **error)
{
  g_autoptr (GPtrArray) boxes = g_ptr_array_new_with_free_func ((GDestroyNotify) (void (*) (void)) intimail_transfer_box_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Find find = { format, report, boxes, names };
  struct stat status;

  if (stat (path, &status) < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, errno == ENOENT || errno == ENOTDIR ? INTIMAIL_ERROR_NOT_FOUND : INTIMAIL_ERROR_FAILED,
                   "%s: %s", path, g_strerror (errno));
      return NULL;
    }
  if (S_ISDIR (status.st_mode) && format == INTIMAIL_TRANSFER_FORMAT_MAILDIR && !is_maildir (path))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is no Maildir: it has no folder cur/", path);
      return NULL;
    }
  if (S_ISDIR (status.st_mode))
    look_at_folder (&find, path);
  else if (S_ISREG (status.st_mode))
    look_at_file (&find, path);
  if (boxes->len == 0 && report->n_failed == 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   S_ISDIR (status.st_mode) ? "\"%s\" is neither a Maildir (with cur/ and new/) nor a folder with .eml or mbox files" : "\"%s\" is no file of that format",
                   path);
      return NULL;
    }
  return g_steal_pointer (&boxes);
}
