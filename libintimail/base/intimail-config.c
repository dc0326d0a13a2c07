/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-config-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

#define MAX_FILE_SIZE (1024 * 1024)

/* How many letters may be wrong in a word that is taken for another. */
#define MAX_DISTANCE 2

typedef struct
{
  char *value;
  guint line;
} Setting;

struct _IntimailConfig
{
  char *name;
  const IntimailConfigKey *keys;
  GHashTable *settings; /* of const IntimailConfigKey to Setting */
};

typedef struct
{
  IntimailConfig *config;
  const char *group; /* of the table, or NULL before the first */
  GHashTable *groups;
  guint line;
} Reader;

static void
setting_free (gpointer data)
{
  Setting *setting = data;

  g_free (setting->value);
  g_free (setting);
}

void
intimail_config_free (IntimailConfig *self)
{
  g_free (self->name);
  g_hash_table_unref (self->settings);
  g_free (self);
}

G_GNUC_PRINTF (3, 4)
static gboolean
fail (Reader *reader, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "%s:%u: %s", reader->config->name, reader->line, what);
  return FALSE;
}

/* The number of letters to add, drop or change to get from one word to the
 * other (Levenshtein); words are short. */
static guint
measure_distance (const char *a, const char *b)
{
  gsize length = strlen (b);
  g_autofree guint *row = g_new (guint, length + 1);

  for (gsize j = 0; j <= length; j++)
    row[j] = (guint) j;
  for (gsize i = 1; a[i - 1] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = (guint) i;
      for (gsize j = 1; j <= length; j++)
        {
          guint above = row[j];
          guint changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);

          row[j] = MIN (changed, MIN (above, row[j - 1]) + 1);
          diagonal = above;
        }
    }

  return row[length];
}

/* "; did you mean ...?" or "". */
static char *
suggest (const char *word, GPtrArray *known)
{
  const char *best = NULL;
  guint best_distance = MAX_DISTANCE + 1;

  for (guint i = 0; i < known->len && strlen (word) <= 64; i++)
    {
      guint distance = measure_distance (word, known->pdata[i]);

      if (distance < best_distance && distance < strlen (word))
        {
          best = known->pdata[i];
          best_distance = distance;
        }
    }

  return best != NULL ? g_strdup_printf ("; did you mean \"%s\"?", best) : g_strdup ("");
}

static gboolean
read_group (Reader *reader, char *line, GError **error)
{
  const IntimailConfigKey *keys = reader->config->keys;
  gsize length = strlen (line);
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  if (line[length - 1] != ']')
    return fail (reader, error, "a group ends with \"]\"");
  line[length - 1] = '\0';
  for (gsize i = 0; keys[i].group != NULL; i++)
    {
      if (!g_str_equal (keys[i].group, line + 1))
        {
          g_ptr_array_add (known, (char *) keys[i].group);
          continue;
        }
      reader->group = keys[i].group;
      if (!g_hash_table_add (reader->groups, (char *) reader->group))
        return fail (reader, error, "the group [%s] is there twice", line + 1);
      return TRUE;
    }
  hint = suggest (line + 1, known);

  return fail (reader, error, "unknown group [%s]%s", line + 1, hint);
}

static const IntimailConfigKey *
find_key (IntimailConfig *self, const char *group, const char *key)
{
  for (const IntimailConfigKey *known = self->keys; known->group != NULL; known++)
    if (g_str_equal (known->group, group) && g_str_equal (known->key, key))
      return known;

  return NULL;
}

static gboolean
fail_unknown_key (Reader *reader, const char *key, GError **error)
{
  const IntimailConfigKey *keys = reader->config->keys;
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  for (gsize i = 0; keys[i].group != NULL; i++)
    {
      if (g_str_equal (keys[i].group, reader->group))
        g_ptr_array_add (known, (char *) keys[i].key);
      else if (g_str_equal (keys[i].key, key))
        return fail (reader, error, "unknown key \"%s\" in [%s]; it belongs in [%s]",
                     key, reader->group, keys[i].group);
    }
  hint = suggest (key, known);

  return fail (reader, error, "unknown key \"%s\" in [%s]%s", key, reader->group, hint);
}

/* The escapes of GKeyFile. "\;" is left to who parts a list. */
static char *
unescape (const char *text)
{
  static const char letters[] = "sntr\\";
  static const char meanings[] = " \n\t\r\\";
  GString *value = g_string_sized_new (strlen (text));

  for (; *text != '\0'; text++)
    {
      const char *letter = *text == '\\' && text[1] != '\0' ? strchr (letters, text[1]) : NULL;

      if (letter != NULL)
        {
          g_string_append_c (value, meanings[letter - letters]);
          text++;
        }
      else if (*text == '\\' && text[1] != ';')
        {
          g_string_free (value, TRUE);
          return NULL;
        }
      else
        {
          g_string_append_c (value, *text);
        }
    }

  return g_string_free (value, FALSE);
}

static gboolean
check_value (Reader *reader, const IntimailConfigKey *known, const char *value, GError **error)
{
  guint64 number;

  if (known->type == INTIMAIL_CONFIG_NUMBER &&
      !g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &number, NULL))
    return fail (reader, error, "%s: \"%s\" is not a number of 0 or more", known->key, value);
  if (known->type == INTIMAIL_CONFIG_BOOLEAN &&
      !g_str_equal (value, "true") && !g_str_equal (value, "false"))
    return fail (reader, error, "%s: \"%s\" is neither \"true\" nor \"false\"", known->key, value);
  if (known->choices != NULL)
    {
      g_auto (GStrv) choices = g_strsplit (known->choices, "|", -1);
      g_autofree char *text = g_strjoinv ("\" or \"", choices);

      if (!g_strv_contains ((const char *const *) choices, value))
        return fail (reader, error, "%s: \"%s\" is not \"%s\"", known->key, value, text);
    }

  return TRUE;
}

static gboolean
read_setting (Reader *reader, char *line, GError **error)
{
  char *equals = strchr (line, '=');
  g_autofree char *value = NULL;
  const IntimailConfigKey *known;
  Setting *setting;

  if (equals == NULL)
    return fail (reader, error, "neither a group like \"[site]\" nor a setting like \"key=value\"");
  if (reader->group == NULL)
    return fail (reader, error, "a setting stands before the first group");
  *equals = '\0';
  g_strchomp (line);
  known = find_key (reader->config, reader->group, line);
  if (known == NULL)
    return fail_unknown_key (reader, line, error);

  setting = g_hash_table_lookup (reader->config->settings, known);
  if (setting != NULL)
    return fail (reader, error, "%s is set twice; the first time in line %u", line, setting->line);
  value = unescape (g_strchug (equals + 1));
  if (value == NULL)
    return fail (reader, error, "%s: \"\\\" stands before s, n, t, r, \";\" or another \"\\\"", line);
  if (!check_value (reader, known, value, error))
    return FALSE;

  setting = g_new0 (Setting, 1);
  setting->value = g_steal_pointer (&value);
  setting->line = reader->line;
  g_hash_table_insert (reader->config->settings, (gpointer) known, setting);
  return TRUE;
}

static gboolean
read_line (Reader *reader, char *line, GError **error)
{
  reader->line++;
  if (!g_utf8_validate (line, -1, NULL))
    return fail (reader, error, "the line is not UTF-8");
  g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return TRUE;
  if (*line == '[')
    return read_group (reader, line, error);

  return read_setting (reader, line, error);
}

static gboolean
check_complete (IntimailConfig *self, GError **error)
{
  for (const IntimailConfigKey *known = self->keys; known->group != NULL; known++)
    if (known->fallback == NULL && !g_hash_table_contains (self->settings, known))
      {
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                     "%s: \"%s\" is missing in [%s]", self->name, known->key, known->group);
        return FALSE;
      }

  return TRUE;
}

IntimailConfig *
intimail_config_parse (const char *text,
                       gsize length,
                       const char *name,
                       const IntimailConfigKey *keys,
                       GError **error)
{
  g_autoptr (IntimailConfig) self = g_new0 (IntimailConfig, 1);
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  Reader reader = { .config = self, .groups = groups };
  g_auto (GStrv) lines = NULL;

  self->name = g_strdup (name);
  self->keys = keys;
  self->settings = g_hash_table_new_full (NULL, NULL, NULL, setting_free);
  if (memchr (text, '\0', length) != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s: the file holds a NUL byte", name);
      return NULL;
    }
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (!read_line (&reader, lines[i], error))
      return NULL;
  if (!check_complete (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

IntimailConfig *
intimail_config_load (const char *path, const IntimailConfigKey *keys, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree char *text = NULL;
  gsize length;

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot read %s", path);
      return NULL;
    }
  if (!intimail_fd_read_all (fd, MAX_FILE_SIZE, &text, &length, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }

  return intimail_config_parse (text, length, path, keys, error);
}

const char *
intimail_config_get_string (IntimailConfig *self, const char *group, const char *key)
{
  const IntimailConfigKey *known = find_key (self, group, key);
  Setting *setting;

  g_return_val_if_fail (known != NULL, "");

  setting = g_hash_table_lookup (self->settings, known);
  return setting != NULL ? setting->value : known->fallback;
}

char **
intimail_config_get_list (IntimailConfig *self, const char *group, const char *key)
{
  const char *text = intimail_config_get_string (self, group, key);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_autoptr (GString) element = g_string_new (NULL);

  for (;; text++)
    {
      if (*text == '\\' && text[1] == ';')
        {
          g_string_append_c (element, *++text);
          continue;
        }
      if (*text != ';' && *text != '\0')
        {
          g_string_append_c (element, *text);
          continue;
        }
      g_strstrip (element->str);
      if (*element->str != '\0')
        g_strv_builder_add (list, element->str);
      g_string_truncate (element, 0);
      if (*text == '\0')
        break;
    }

  return g_strv_builder_end (list);
}

guint64
intimail_config_get_number (IntimailConfig *self, const char *group, const char *key)
{
  return g_ascii_strtoull (intimail_config_get_string (self, group, key), NULL, 10);
}

gboolean
intimail_config_get_boolean (IntimailConfig *self, const char *group, const char *key)
{
  return g_str_equal (intimail_config_get_string (self, group, key), "true");
}

gboolean
intimail_config_fail (IntimailConfig *self,
                      const char *group,
                      const char *key,
                      GError **error,
                      const char *format,
                      ...)
{
  const IntimailConfigKey *known = find_key (self, group, key);
  Setting *setting = known != NULL ? g_hash_table_lookup (self->settings, known) : NULL;
  g_autofree char *place = setting != NULL ? g_strdup_printf (":%u", setting->line) : g_strdup ("");
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "%s%s: %s in [%s]: %s", self->name, place, key, group, what);
  return FALSE;
}
