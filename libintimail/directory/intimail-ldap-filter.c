/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-filter-private.h"

#include <string.h>

static gboolean
is_plain (char c)
{
  return g_ascii_isalnum (c) || strchr (" @.-_+,=:;/'\"#", c) != NULL;
}

char *
intimail_ldap_filter_escape (const char *value)
{
  GString *text = g_string_sized_new (strlen (value) + 16);

  for (const char *c = value; *c != '\0'; c++)
    if (is_plain (*c))
      g_string_append_c (text, *c);
    else
      g_string_append_printf (text, "\\%02x", (guint) (guchar) *c);

  return g_string_free (text, FALSE);
}

char *
intimail_ldap_filter_equals (const char *attribute, const char *value)
{
  g_autofree char *escaped = intimail_ldap_filter_escape (value);

  return g_strdup_printf ("(%s=%s)", attribute, escaped);
}

char *
intimail_ldap_filter_contains (const char *attribute, const char *value)
{
  g_autofree char *escaped = intimail_ldap_filter_escape (value);

  return g_strdup_printf ("(%s=*%s*)", attribute, escaped);
}

char *
intimail_ldap_filter_begins (const char *attribute, const char *value)
{
  g_autofree char *escaped = intimail_ldap_filter_escape (value);

  return g_strdup_printf ("(%s=%s*)", attribute, escaped);
}

char *
intimail_ldap_filter_ends (const char *attribute, const char *value)
{
  g_autofree char *escaped = intimail_ldap_filter_escape (value);

  return g_strdup_printf ("(%s=*%s)", attribute, escaped);
}

static char *
join (char kind, GPtrArray *filters)
{
  g_autoptr (GPtrArray) owned = filters;
  GString *text;

  if (owned->len == 1)
    return g_strdup (owned->pdata[0]);
  text = g_string_new (NULL);
  g_string_append_printf (text, "(%c", kind);
  for (guint i = 0; i < owned->len; i++)
    g_string_append (text, owned->pdata[i]);
  g_string_append_c (text, ')');

  return g_string_free (text, FALSE);
}

char *
intimail_ldap_filter_all (GPtrArray *filters)
{
  return join ('&', filters);
}

char *
intimail_ldap_filter_any (GPtrArray *filters)
{
  return join ('|', filters);
}

GPtrArray *
intimail_ldap_filter_list (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

gboolean
intimail_ldap_filter_is_valid (const char *text)
{
  guint depth = 0;

  if (text[0] != '(')
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '\\' && (!g_ascii_isxdigit (c[1]) || !g_ascii_isxdigit (c[2])))
        return FALSE;
      if (*c == '(')
        depth++;
      else if (*c == ')' && depth-- == 0)
        return FALSE;
      if (depth == 0 && c[1] != '\0')
        return FALSE;
    }

  return depth == 0;
}

/* RFC 4514 section 2.4; a byte may always be written as "\xx". */
char *
intimail_ldap_filter_make_dn (const char *attribute, const char *value, const char *parent)
{
  GString *text = g_string_new (attribute);
  gsize length = strlen (value);

  g_string_append_c (text, '=');
  for (gsize i = 0; i < length; i++)
    {
      gboolean is_edge = i == 0 || i + 1 == length;

      if (g_ascii_iscntrl (value[i]) || strchr ("\"+,;<>\\=", value[i]) != NULL ||
          (value[i] == ' ' && is_edge) || (value[i] == '#' && i == 0))
        g_string_append_printf (text, "\\%02x", (guint) (guchar) value[i]);
      else
        g_string_append_c (text, value[i]);
    }
  if (*parent != '\0')
    g_string_append_printf (text, ",%s", parent);

  return g_string_free (text, FALSE);
}
