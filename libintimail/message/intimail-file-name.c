/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-file-name-private.h"

#include <string.h>

#define UNNAMED "unnamed"

/* Of a longer extension nobody would say that it is one. */
#define MAX_EXTENSION 16

/* What follows the last slash of either kind: some send a path. */
static const char *
skip_path (const char *name)
{
  for (const char *at = name; *at != '\0'; at++)
    if (*at == '/' || *at == '\\')
      name = at + 1;

  return name;
}

/* Windows opens a device for these, with any extension. */
static gboolean
is_device (const char *name)
{
  static const char *const devices[] = { "con", "prn", "aux", "nul", "conin$", "conout$", "clock$", NULL };
  g_autofree char *stem = g_ascii_strdown (name, (gssize) strcspn (name, "."));

  g_strchomp (stem);
  if (g_strv_contains (devices, stem))
    return TRUE;

  return (g_str_has_prefix (stem, "com") || g_str_has_prefix (stem, "lpt")) && g_ascii_isdigit (stem[3]) && stem[4] == '\0';
}

/* What is not shown, turns the text round ("gpj.exe" looks like "exe.jpg"), or ends a line. */
static gboolean
is_hidden (gunichar letter)
{
  switch (g_unichar_type (letter))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Without what is hidden, or has a meaning for a system or its shell. */
static GString *
clean (const char *name)
{
  GString *result = g_string_new (NULL);

  for (; *name != '\0'; name = g_utf8_next_char (name))
    {
      gunichar letter = g_utf8_get_char (name);

      if (is_hidden (letter))
        continue;
      if (letter < 0x80 && strchr ("<>:\"|?*", (int) letter) != NULL)
        g_string_append_c (result, '_');
      else if (g_unichar_isspace (letter))
        g_string_append_c (result, ' ');
      else
        g_string_append_unichar (result, letter);
    }

  return result;
}

/* A file of Unix that begins with a dot is not shown, a word that begins with a hyphen is an
 * option; Windows drops dots and spaces at the end. */
static void
strip (GString *name)
{
  gsize start = strspn (name->str, ". -");

  g_string_erase (name, 0, (gssize) start);
  while (name->len > 0 && strchr (". ", name->str[name->len - 1]) != NULL)
    g_string_truncate (name, name->len - 1);
}

/* The dot of the extension; the end when there is none. */
static gsize
find_extension (const GString *name)
{
  const char *dot = strrchr (name->str, '.');

  if (dot == NULL || dot == name->str || strlen (dot) > MAX_EXTENSION || strchr (dot, ' ') != NULL)
    return name->len;

  return (gsize) (dot - name->str);
}

/* Cuts before the extension, between two letters. */
static void
shorten (GString *name, gsize limit)
{
  gsize extension = find_extension (name);
  gsize rest = name->len - extension;
  const char *end;

  if (name->len <= limit)
    return;
  end = g_utf8_find_prev_char (name->str, name->str + limit - rest + 1);
  g_string_erase (name, end - name->str, (gssize) extension - (end - name->str));
}

char *
intimail_file_name_make_safe (const char *name, const char *extension)
{
  g_autoptr (GString) result = clean (name != NULL ? skip_path (name) : "");

  strip (result);
  if (result->len == 0)
    g_string_append (result, UNNAMED);
  if (is_device (result->str))
    g_string_prepend_c (result, '_');
  shorten (result, INTIMAIL_FILE_NAME_MAX - (extension != NULL ? strlen (extension) : 0));
  if (extension != NULL && g_ascii_strcasecmp (result->str + find_extension (result), extension) != 0)
    g_string_append (result, extension);

  return g_string_free (g_steal_pointer (&result), FALSE);
}

static char *
fold (const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_NFC);
}

char *
intimail_file_name_make_unique (const char *name, GHashTable *taken)
{
  g_autoptr (GString) result = g_string_new (name);
  gsize extension = find_extension (result);
  g_autofree char *key = fold (name);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (taken, key));

  while (number > 0)
    {
      g_autofree char *other = NULL;

      g_string_printf (result, "%.*s (%u)%s", (int) extension, name, ++number, name + extension);
      other = fold (result->str);
      if (g_hash_table_contains (taken, other))
        continue;
      g_hash_table_insert (taken, g_steal_pointer (&other), GUINT_TO_POINTER (1));
      break;
    }
  g_hash_table_insert (taken, g_steal_pointer (&key), GUINT_TO_POINTER (MAX (number, 1)));

  return g_string_free (g_steal_pointer (&result), FALSE);
}
