/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * LDIF (RFC 2849): bytes to entries.
 */

#include "directory/intimail-ldif-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

const IntimailLdifLimits intimail_ldif_default_limits = {
  .max_line = 4 * 1024 * 1024, /* a photo fits */
  .max_entries = 100000,
  .max_values = 10000,
};

typedef struct
{
  const char *name;
  const IntimailLdifLimits *limits;
  const char *rest; /* what is not read yet */
  const char *end;
  guint next_line; /* the number of the line at rest */
  GString *text;   /* the current line, folds joined */
  guint line;      /* its number */
} Reader;

G_GNUC_PRINTF (4, 5)
static gboolean
fail (Reader *reader, GError **error, int code, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, INTIMAIL_ERROR, code, "%s:%u: %s", reader->name, reader->line, what);
  return FALSE;
}

/* Takes one line as it stands; its end of line is not part of it. */
static void
take_physical_line (Reader *reader, const char **line, gsize *length)
{
  const char *newline = memchr (reader->rest, '\n', (gsize) (reader->end - reader->rest));
  const char *stop = newline != NULL ? newline : reader->end;

  *line = reader->rest;
  *length = (gsize) (stop - reader->rest);
  if (*length > 0 && (*line)[*length - 1] == '\r')
    (*length)--;
  reader->rest = newline != NULL ? newline + 1 : reader->end;
  reader->next_line++;
}

/* Takes a line with its folds into reader->text. */
static gboolean
take_line (Reader *reader, GError **error)
{
  const char *line;
  gsize length;

  reader->line = reader->next_line;
  take_physical_line (reader, &line, &length);
  g_string_truncate (reader->text, 0);
  g_string_append_len (reader->text, line, (gssize) length);
  while (length > 0 && reader->rest < reader->end && *reader->rest == ' ' &&
         reader->text->len <= reader->limits->max_line)
    {
      take_physical_line (reader, &line, &length);
      g_string_append_len (reader->text, line + 1, (gssize) length - 1);
    }
  if (reader->text->len > reader->limits->max_line)
    return fail (reader, error, INTIMAIL_ERROR_TOO_LARGE,
                 "the line has over %" G_GSIZE_FORMAT " bytes", reader->limits->max_line);
  if (memchr (reader->text->str, '\0', reader->text->len) != NULL)
    return fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "the line holds a NUL byte");

  return TRUE;
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t")] == '\0';
}

static gboolean
is_valid_name (const char *name)
{
  if (!g_ascii_isalnum (*name))
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && strchr ("-.;_", *name) == NULL)
      return FALSE;

  return TRUE;
}

/* Strict: g_base64_decode() skips what it does not know. */
static gboolean
decode_base64 (const char *text, guchar **value, gsize *length)
{
  gsize letters = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  gsize padding = strspn (text + letters, "=");
  gsize blanks = strspn (text + letters + padding, " ");

  if (text[letters + padding + blanks] != '\0' || padding > 2 || (letters + padding) % 4 != 0)
    return FALSE;
  *value = g_base64_decode (text, length);
  return TRUE;
}

static void
value_free (gpointer data)
{
  IntimailLdifValue *value = data;

  g_free (value->name);
  g_free (value->value);
  g_free (value);
}

/* "name: text", "name:: base64"; "name:< url" is refused: a directory that
 * reads any file of the machine is a door. */
static IntimailLdifValue *
parse_value (Reader *reader, GError **error)
{
  const char *text = reader->text->str;
  const char *colon = strchr (text, ':');
  g_autofree char *name = NULL;
  g_autofree guchar *decoded = NULL;
  IntimailLdifValue *value;
  gsize length;

  if (colon == NULL)
    {
      fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "no \":\" after the attribute's name");
      return NULL;
    }
  name = g_strndup (text, (gsize) (colon - text));
  if (!is_valid_name (name))
    {
      fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "what stands before \":\" is no attribute's name");
      return NULL;
    }
  if (colon[1] == '<')
    {
      fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "values by URL (\":<\") are not read: write the value itself");
      return NULL;
    }
  text = colon + (colon[1] == ':' ? 2 : 1);
  text += strspn (text, " ");
  if (colon[1] == ':')
    {
      if (!decode_base64 (text, &decoded, &length))
        {
          fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "what stands after \"::\" is not base64");
          return NULL;
        }
      decoded = g_realloc (decoded, length + 1);
      decoded[length] = '\0';
    }
  else
    {
      length = strlen (text);
      if (!g_utf8_validate (text, (gssize) length, NULL))
        {
          fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "the value is not UTF-8: write it in base64, after \"::\"");
          return NULL;
        }
      decoded = (guchar *) g_strdup (text);
    }

  value = g_new0 (IntimailLdifValue, 1);
  value->name = g_steal_pointer (&name);
  value->value = (char *) g_steal_pointer (&decoded);
  value->length = length;
  value->line = reader->line;
  return value;
}

static IntimailLdifEntry *
begin_entry (Reader *reader, GError **error)
{
  IntimailLdifValue *value = parse_value (reader, error);
  IntimailLdifEntry *entry;

  if (value == NULL)
    return NULL;
  if (g_ascii_strcasecmp (value->name, "dn") != 0 || strlen (value->value) != value->length ||
      !g_utf8_validate (value->value, -1, NULL))
    {
      value_free (value);
      fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "an entry begins with \"dn: \" and its name");
      return NULL;
    }

  entry = g_new0 (IntimailLdifEntry, 1);
  entry->dn = g_steal_pointer (&value->value);
  entry->line = reader->line;
  entry->values = g_ptr_array_new_with_free_func (value_free);
  value_free (value);
  return entry;
}

static gboolean
take_value (Reader *reader, IntimailLdifEntry *entry, GError **error)
{
  IntimailLdifValue *value = parse_value (reader, error);

  if (value == NULL)
    return FALSE;
  g_ptr_array_add (entry->values, value);
  if (entry->values->len > reader->limits->max_values)
    return fail (reader, error, INTIMAIL_ERROR_TOO_LARGE,
                 "the entry has over %u values", reader->limits->max_values);
  if (g_ascii_strcasecmp (value->name, "changetype") == 0 || g_ascii_strcasecmp (value->name, "control") == 0)
    return fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "this is a list of changes (\"%s\"), not of entries", value->name);
  if (g_ascii_strcasecmp (value->name, "dn") == 0)
    return fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "a second \"dn\": an empty line is missing before it");

  return TRUE;
}

/* Reads up to the blank line that ends the entry. */
static gboolean
take_entry (Reader *reader, IntimailLdifEntry *entry, GString *comment, GError **error)
{
  while (reader->rest < reader->end)
    {
      const char *start = reader->rest;

      if (!take_line (reader, error))
        return FALSE;
      if (is_blank (reader->text->str))
        {
          entry->is_parted = TRUE;
          break;
        }
      if (reader->text->str[0] == '#')
        g_string_append_len (comment, start, reader->rest - start);
      else if (!take_value (reader, entry, error))
        return FALSE;
    }
  if (entry->values->len == 0)
    return fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "the entry \"%s\" is empty", entry->dn);

  return TRUE;
}

static gboolean
take_version (Reader *reader, GError **error)
{
  g_autofree char *version = g_strstrip (g_strdup (reader->text->str + strlen ("version:")));

  if (!g_str_equal (version, "1"))
    return fail (reader, error, INTIMAIL_ERROR_INVALID_ARGUMENT, "LDIF version \"%s\" is not known: only 1 is", version);

  return TRUE;
}

static gboolean
add_entry (Reader *reader, IntimailLdif *ldif, const char *start, GString *comment, GError **error)
{
  IntimailLdifEntry *entry = begin_entry (reader, error);

  if (entry == NULL)
    return FALSE;
  g_ptr_array_add (ldif->entries, entry);
  if (ldif->entries->len > reader->limits->max_entries)
    return fail (reader, error, INTIMAIL_ERROR_TOO_LARGE,
                 "the file has over %u entries, which is all that one may have: take an LDAP server", reader->limits->max_entries);
  if (!take_entry (reader, entry, comment, error))
    return FALSE;

  entry->raw = g_strndup (start, (gsize) (reader->rest - start));
  entry->comment = g_strdup (comment->str);
  g_string_truncate (comment, 0);
  return TRUE;
}

static gboolean
read_all (Reader *reader, IntimailLdif *ldif, GError **error)
{
  g_autoptr (GString) comment = g_string_new (NULL);
  const char *start = reader->rest;

  while (reader->rest < reader->end)
    {
      const char *line = reader->rest;

      if (!take_line (reader, error))
        return FALSE;
      if (is_blank (reader->text->str))
        continue;
      if (reader->text->str[0] == '#')
        {
          g_string_append_len (comment, line, reader->rest - line);
        }
      else if (ldif->entries->len == 0 && ldif->preamble == NULL &&
               g_ascii_strncasecmp (reader->text->str, "version:", strlen ("version:")) == 0)
        {
          if (!take_version (reader, error))
            return FALSE;
          ldif->preamble = g_strndup (start, (gsize) (reader->rest - start));
          g_string_truncate (comment, 0);
          start = reader->rest;
        }
      else
        {
          if (!add_entry (reader, ldif, start, comment, error))
            return FALSE;
          start = reader->rest;
        }
    }
  ldif->trailer = g_strndup (start, (gsize) (reader->rest - start));

  return TRUE;
}

IntimailLdif *
intimail_ldif_parse (const char *data,
                     gsize length,
                     const char *name,
                     const IntimailLdifLimits *limits,
                     GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  IntimailLdif *ldif = g_new0 (IntimailLdif, 1);
  Reader reader = {
    .name = name,
    .limits = limits,
    .rest = data,
    .end = data + length,
    .next_line = 1,
    .text = text,
  };

  ldif->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ldif_entry_free);
  if (!read_all (&reader, ldif, error))
    {
      intimail_ldif_free (ldif);
      return NULL;
    }

  return ldif;
}
