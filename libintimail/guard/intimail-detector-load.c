/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-detector-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "guard/intimail-patterns-private.h"

/* Each example alone, but for the lines of the same pattern before it, which may be what
 * it follows. */
static gboolean
check_examples (IntimailPatternFile *file, GError **error)
{
  g_autoptr (IntimailDetector) checker = intimail_detector_new ();
  /* Any time will do; 2030. */
  gint64 now = G_GINT64_CONSTANT (1893456000);

  g_ptr_array_add (checker->files, file);
  g_ptr_array_set_free_func (checker->files, NULL);
  checker->untimed = TRUE;
  for (guint i = 0; i < file->examples->len; i++)
    {
      const IntimailPatternExample *example = file->examples->pdata[i];
      g_autoptr (IntimailGuardEvent) event = NULL;
      const char *address;

      checker->aggressive = example->aggressive;
      event = intimail_detector_match_line (checker, example->line, strlen (example->line), now);
      address = event != NULL ? event->address : NULL;
      if (g_strcmp0 (address, example->address) != 0)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "%s:%u: the example of [%s] gives %s, not %s", file->path, example->number, example->pattern,
                       address != NULL ? address : "nothing", example->address != NULL ? example->address : "nothing");
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
load_text (IntimailDetector *self, const char *text, gsize length, const char *path, gboolean is_ours, GError **error)
{
  g_autoptr (IntimailPatternFile) file = NULL;
  guint place;

  file = intimail_pattern_file_parse (text, length, path, is_ours, error);
  if (file == NULL || !check_examples (file, error))
    return FALSE;
  g_ptr_array_set_size (file->examples, 0);
  for (place = 0; place < self->files->len; place++)
    if (g_str_equal (((IntimailPatternFile *) self->files->pdata[place])->service, file->service))
      break;
  if (place == INTIMAIL_DETECTOR_MAX_SERVICES)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s: there may be %u services", path, INTIMAIL_DETECTOR_MAX_SERVICES);
      return FALSE;
    }
  if (place < self->files->len)
    intimail_pattern_file_free (self->files->pdata[place]);
  else
    g_ptr_array_add (self->files, NULL);
  self->files->pdata[place] = g_steal_pointer (&file);
  intimail_detector_forget_files (self);
  /* What is owed may name a pattern of the file that is gone. */
  intimail_session_table_free (self->sessions);
  self->sessions = intimail_session_table_new ();

  return TRUE;
}

/**
 * intimail_detector_load_file:
 * @self: a detector
 * @path: (type filename): a pattern file
 * @error: return location for an error
 *
 * Loads the patterns of a service and checks their examples. A service that is known
 * already is replaced: an administrator's file stands for the one that came with the
 * program.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT, the file and the line when a pattern is
 * wrong or does not give what its example says, %INTIMAIL_ERROR_TOO_LARGE for more than
 * 256 KiB, %INTIMAIL_ERROR_NOT_FOUND for no such file, and %INTIMAIL_ERROR_FAILED when it
 * cannot be read. What was loaded before stays.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_detector_load_file (IntimailDetector *self, const char *path, GError **error)
{
  g_auto (IntimailFd) fd = -1;
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      if (errno == ENOENT)
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no file %s", path);
      else
        intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return FALSE;
    }
  if (!intimail_fd_read_all (fd, INTIMAIL_PATTERN_MAX_FILE, &text, &length, error))
    return FALSE;
  return load_text (self, text, length, path, FALSE, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
is_loaded (IntimailDetector *self, const char *service)
{
  for (guint i = 0; i < self->files->len; i++)
    if (g_str_equal (((IntimailPatternFile *) self->files->pdata[i])->service, service))
      return TRUE;

  return FALSE;
}

/**
 * intimail_detector_load_builtin:
 * @self: a detector
 * @error: return location for an error
 *
 * Loads the patterns of the services that a site runs: Dovecot, lighttpd, nginx, Postfix,
 * Roundcube, slapd, sshd and the webmail.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when one of them cannot be read.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_detector_load_builtin (IntimailDetector *self, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), FALSE);

  for (const IntimailPatterns *patterns = intimail_patterns; patterns->name != NULL; patterns++)
    if (patterns->is_usual && !load_text (self, patterns->text, strlen (patterns->text), patterns->name, TRUE, error))
      return FALSE;

  return TRUE;
}

/**
 * intimail_detector_load_service:
 * @self: a detector
 * @service: (nullable): the name of a service, %NULL for all
 * @error: return location for an error
 *
 * Loads the patterns of a service that come with the library: of those of
 * [method@Intimail.Detector.load_builtin], and of many more that some sites run; see
 * intimail-guard-patterns(5). What is loaded already stays as it is. Linux-PAM is loaded when
 * it is named alone, since it reads the lines of each program.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the library knows no such service, and with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when its patterns cannot be read.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_detector_load_service (IntimailDetector *self, const char *service, GError **error)
{
  gboolean is_known = service == NULL;

  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), FALSE);

  for (const IntimailPatterns *patterns = intimail_patterns; patterns->name != NULL; patterns++)
    {
      if (service != NULL ? !g_str_equal (service, patterns->service) : patterns->is_broad)
        continue;
      is_known = TRUE;
      if (!is_loaded (self, patterns->service) && !load_text (self, patterns->text, strlen (patterns->text), patterns->name, TRUE, error))
        return FALSE;
    }
  if (!is_known)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there are no patterns of a service \"%s\"", service);

  return is_known;
}

/**
 * intimail_detector_load_folder:
 * @self: a detector
 * @path: (type filename): a folder
 * @error: return location for an error
 *
 * Loads each file whose name ends with `.conf`, in the order of their names. A folder
 * that does not exist has none.
 *
 * Fails as [method@Intimail.Detector.load_file] does; the files before stay loaded.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_detector_load_folder (IntimailDetector *self, const char *path, GError **error)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  const char *name;

  g_return_val_if_fail (INTIMAIL_IS_DETECTOR (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  folder = g_dir_open (path, 0, &local_error);
  if (folder == NULL)
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s", local_error->message);
      return FALSE;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".conf"))
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (!intimail_detector_load_file (self, names->pdata[i], error))
      return FALSE;

  return TRUE;
}
