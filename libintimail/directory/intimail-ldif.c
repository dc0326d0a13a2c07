/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * LDIF (RFC 2849): entries changed, and written again.
 */

#include "directory/intimail-ldif-private.h"

#include <string.h>

/* What RFC 2849 advises, line end not counted. */
#define LINE_LENGTH 76

void
intimail_ldif_entry_free (IntimailLdifEntry *entry)
{
  g_free (entry->dn);
  g_ptr_array_unref (entry->values);
  g_free (entry->comment);
  g_free (entry->raw);
  g_free (entry);
}

void
intimail_ldif_free (IntimailLdif *self)
{
  if (self == NULL)
    return;
  g_free (self->preamble);
  g_ptr_array_unref (self->entries);
  g_free (self->trailer);
  g_free (self);
}

static void
value_free (gpointer data)
{
  IntimailLdifValue *value = data;

  g_free (value->name);
  g_free (value->value);
  g_free (value);
}

static IntimailLdifValue *
value_new_bytes (const char *name, const char *bytes, gsize length)
{
  IntimailLdifValue *value = g_new0 (IntimailLdifValue, 1);

  value->name = g_strdup (name);
  value->value = g_malloc (length + 1);
  if (length > 0)
    memcpy (value->value, bytes, length);
  value->value[length] = '\0';
  value->length = length;
  return value;
}

static IntimailLdifValue *
value_new (const char *name, const char *text)
{
  return value_new_bytes (name, text, strlen (text));
}

IntimailLdifEntry *
intimail_ldif_entry_new (const char *dn)
{
  IntimailLdifEntry *entry = g_new0 (IntimailLdifEntry, 1);

  entry->dn = g_strdup (dn);
  entry->values = g_ptr_array_new_with_free_func (value_free);
  return entry;
}

IntimailLdifEntry *
intimail_ldif_add_entry (IntimailLdif *self, const char *dn)
{
  IntimailLdifEntry *entry = intimail_ldif_entry_new (dn);

  g_ptr_array_add (self->entries, entry);
  return entry;
}

void
intimail_ldif_remove_entry (IntimailLdif *self, IntimailLdifEntry *entry)
{
  g_ptr_array_remove (self->entries, entry);
}

const IntimailLdifValue *
intimail_ldif_entry_get (IntimailLdifEntry *entry, const char *name)
{
  for (guint i = 0; i < entry->values->len; i++)
    {
      IntimailLdifValue *value = entry->values->pdata[i];

      if (g_ascii_strcasecmp (value->name, name) == 0)
        return value;
    }

  return NULL;
}

const char **
intimail_ldif_entry_list (IntimailLdifEntry *entry, const char *name)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < entry->values->len; i++)
    {
      IntimailLdifValue *value = entry->values->pdata[i];

      if (g_ascii_strcasecmp (value->name, name) == 0 && strlen (value->value) == value->length)
        g_ptr_array_add (list, value->value);
    }
  g_ptr_array_add (list, NULL);

  return (const char **) g_ptr_array_free (list, FALSE);
}

gboolean
intimail_ldif_entry_has (IntimailLdifEntry *entry, const char *name, const char *value)
{
  g_autofree const char **list = intimail_ldif_entry_list (entry, name);

  for (gsize i = 0; list[i] != NULL; i++)
    if (g_ascii_strcasecmp (list[i], value) == 0)
      return TRUE;

  return FALSE;
}

void
intimail_ldif_entry_set (IntimailLdifEntry *entry, const char *name, const char *const *values)
{
  g_autofree const char **old = intimail_ldif_entry_list (entry, name);
  guint place = entry->values->len;

  if (g_strv_equal ((const char *const *) old, values))
    return;
  for (guint i = entry->values->len; i > 0; i--)
    {
      IntimailLdifValue *value = entry->values->pdata[i - 1];

      if (g_ascii_strcasecmp (value->name, name) == 0)
        {
          g_ptr_array_remove_index (entry->values, i - 1);
          place = i - 1;
        }
    }
  for (gsize i = 0; values[i] != NULL; i++)
    g_ptr_array_insert (entry->values, (int) (place + i), value_new (name, values[i]));
  g_clear_pointer (&entry->raw, g_free);
}

void
intimail_ldif_entry_set_one (IntimailLdifEntry *entry, const char *name, const char *value)
{
  const char *values[] = { value, NULL };

  if (*value == '\0')
    values[0] = NULL;
  intimail_ldif_entry_set (entry, name, values);
}

void
intimail_ldif_entry_add (IntimailLdifEntry *entry, const char *name, const char *value)
{
  g_ptr_array_add (entry->values, value_new (name, value));
  g_clear_pointer (&entry->raw, g_free);
}

void
intimail_ldif_entry_add_bytes (IntimailLdifEntry *entry, const char *name, const char *bytes, gsize length)
{
  g_ptr_array_add (entry->values, value_new_bytes (name, bytes, length));
  g_clear_pointer (&entry->raw, g_free);
}

/* SAFE-STRING of RFC 2849, and no blank at the end that an editor would eat. */
static gboolean
is_safe (const char *value, gsize length)
{
  if (length == 0)
    return TRUE;
  if (strchr (" :<", value[0]) != NULL || value[length - 1] == ' ')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if ((guchar) value[i] >= 0x80 || value[i] == '\0' || value[i] == '\n' || value[i] == '\r')
      return FALSE;

  return TRUE;
}

static void
append_value (GString *out, const char *name, const char *value, gsize length)
{
  g_autoptr (GString) line = g_string_new (name);
  gsize done;

  if (is_safe (value, length))
    {
      g_string_append (line, length > 0 ? ": " : ":");
      g_string_append_len (line, value, (gssize) length);
    }
  else
    {
      g_autofree char *base64 = g_base64_encode ((const guchar *) value, length);

      g_string_append_printf (line, ":: %s", base64);
    }

  done = MIN (line->len, LINE_LENGTH);
  g_string_append_len (out, line->str, (gssize) done);
  while (done < line->len)
    {
      gsize part = MIN (line->len - done, LINE_LENGTH - 1);

      g_string_append (out, "\n ");
      g_string_append_len (out, line->str + done, (gssize) part);
      done += part;
    }
  g_string_append_c (out, '\n');
}

static void
end_line (GString *out)
{
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
}

/* Entries are parted by an empty line, which those that were read bring along. */
static void
part (GString *out, gboolean is_parted)
{
  if (is_parted)
    return;
  end_line (out);
  g_string_append_c (out, '\n');
}

static char *
entry_to_string (IntimailLdifEntry *entry)
{
  GString *out = g_string_new (entry->comment);

  end_line (out);
  append_value (out, "dn", entry->dn, strlen (entry->dn));
  for (guint i = 0; i < entry->values->len; i++)
    {
      IntimailLdifValue *value = entry->values->pdata[i];

      append_value (out, value->name, value->value, value->length);
    }

  return g_string_free (out, FALSE);
}

char *
intimail_ldif_to_string (IntimailLdif *self, gsize *length)
{
  GString *out = g_string_new (self->preamble);
  gboolean is_parted = TRUE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      IntimailLdifEntry *entry = self->entries->pdata[i];
      g_autofree char *text = entry->raw == NULL ? entry_to_string (entry) : NULL;

      part (out, is_parted);
      g_string_append (out, entry->raw != NULL ? entry->raw : text);
      is_parted = entry->raw != NULL && entry->is_parted;
    }
  if (self->trailer != NULL && *self->trailer != '\0')
    {
      part (out, is_parted);
      g_string_append (out, self->trailer);
    }
  end_line (out);
  *length = out->len;

  return g_string_free (out, FALSE);
}

char *
intimail_ldif_normalize_dn (const char *dn)
{
  g_autofree char *lower = g_utf8_strdown (dn, -1);
  GString *out = g_string_sized_new (strlen (lower));
  gboolean after_separator = TRUE;

  for (const char *c = lower; *c != '\0'; c++)
    {
      if (*c == '\\' && c[1] != '\0')
        {
          g_string_append_len (out, c, 2);
          c++;
          after_separator = FALSE;
          continue;
        }
      if (*c == ' ' && after_separator)
        continue;
      after_separator = strchr (",+=", *c) != NULL;
      if (after_separator)
        while (out->len > 0 && out->str[out->len - 1] == ' ')
          g_string_truncate (out, out->len - 1);
      g_string_append_c (out, *c);
    }
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);

  return g_string_free (out, FALSE);
}
