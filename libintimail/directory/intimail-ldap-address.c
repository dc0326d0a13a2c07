/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: how an address is asked for.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include "directory/intimail-ldap-filter-private.h"

/* Upper and lower case are one in our keys as in Unicode's case folding, where a server
 * compares in small letters: U+00DF is "ss" here and itself there, and so is the sigma
 * that ends a word. The local part as such a server may have it, or NULL. */
static char *
unfold (const char *key)
{
  const char *at = strrchr (key, '@');
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *c = key; c < at;)
    {
      const char *next = g_utf8_next_char (c);
      gboolean is_end = next >= at || !g_unichar_isalpha (g_utf8_get_char (next));

      if (c[0] == 's' && c[1] == 's')
        {
          g_string_append (text, "\xc3\x9f");
          c += 2;
          continue;
        }
      if (is_end && g_utf8_get_char (c) == 0x3c3)
        g_string_append_unichar (text, 0x3c2);
      else
        g_string_append_len (text, c, next - c);
      c = next;
    }
  if (text->len == (gsize) (at - key) && strncmp (text->str, key, text->len) == 0)
    return NULL;
  g_string_append (text, at);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* An address as the server may have it: with its domain in A-labels or not. What comes
 * behind an address that ends is looked at later. */
static void
add_one_address (IntimailLdapDirectory *self, GPtrArray *filters, IntimailLdapAttribute attribute, const char *key)
{
  char *(*make) (const char *name, const char *value) =
      attribute == INTIMAIL_LDAP_PERSON_TEMPORARY_ALIAS ? intimail_ldap_filter_begins : intimail_ldap_filter_equals;
  char **names = self->settings->attributes[attribute];
  const char *prefix = attribute == INTIMAIL_LDAP_PERSON_ALIAS ? self->settings->alias_prefix : "";
  const char *at = strrchr (key, '@');
  g_autofree char *unicode = strstr (at, "xn--") != NULL ? g_hostname_to_unicode (at + 1) : NULL;

  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *value = g_strconcat (prefix, key, NULL);
      g_autofree char *other = unicode != NULL ? g_strdup_printf ("%s%.*s@%s", prefix, (int) (at - key), key, unicode) : NULL;

      g_ptr_array_add (filters, make (names[i], value));
      if (other != NULL)
        g_ptr_array_add (filters, make (names[i], other));
    }
}

/* An address, and what it is equal to for us and not for a server. The main address has
 * nothing of that kind: it is ASCII. */
void
intimail_ldap_address_add_filters (IntimailLdapDirectory *self, GPtrArray *filters, IntimailLdapAttribute attribute, const char *key)
{
  g_autofree char *other = attribute != INTIMAIL_LDAP_PERSON_MAIL ? unfold (key) : NULL;

  add_one_address (self, filters, attribute, key);
  if (other != NULL)
    add_one_address (self, filters, attribute, other);
}
