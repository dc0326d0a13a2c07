/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of an address may be.
 */

#include "address/intimail-address-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

gboolean
intimail_address_is_atext (char byte)
{
  return g_ascii_isalnum (byte) || (guint8) byte >= 0x80 || (byte != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", byte) != NULL);
}

gboolean
intimail_address_is_dot_atom (const char *text)
{
  char before = '.';

  for (; *text != '\0'; text++)
    {
      if (*text == '.' ? before == '.' : !intimail_address_is_atext (*text))
        return FALSE;
      before = *text;
    }

  return before != '.';
}

gboolean
intimail_address_check_text (const char *text, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "address is not UTF-8");
      return FALSE;
    }
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar character = g_utf8_get_char (text);

      if (g_unichar_iscntrl (character) || character == 0x2028 || character == 0x2029)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "address with a control character");
          return FALSE;
        }
    }

  return TRUE;
}

gboolean
intimail_address_check_size (const char *what, const char *text, gsize limit, GError **error)
{
  gsize size = strlen (text);

  if (size <= limit)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
               "%s has %" G_GSIZE_FORMAT " bytes, limit is %" G_GSIZE_FORMAT, what, size, limit);

  return FALSE;
}

gboolean
intimail_address_check_local_part (const char *local_part, GError **error)
{
  if (!intimail_address_check_size ("local part", local_part, INTIMAIL_ADDRESS_MAX_LOCAL_PART, error) ||
      !intimail_address_check_text (local_part, error))
    return FALSE;
  if (*local_part == '\0')
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "address without a local part");
      return FALSE;
    }

  return TRUE;
}

/* RFC 5321 section 4.1.3: the two kinds that are registered. */
static gboolean
is_address_literal (const char *domain)
{
  gsize length = strlen (domain);
  g_autofree char *text = NULL;
  g_autoptr (GInetAddress) address = NULL;
  gboolean six;

  if (length < 3 || domain[0] != '[' || domain[length - 1] != ']')
    return FALSE;
  six = g_ascii_strncasecmp (domain + 1, "IPv6:", 5) == 0;
  text = six ? g_strndup (domain + 6, length - 7) : g_strndup (domain + 1, length - 2);
  if (strchr (text, '%') != NULL)
    return FALSE;
  address = g_inet_address_new_from_string (text);

  return address != NULL &&
         g_inet_address_get_family (address) == (six ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);
}

/* The letters, digits and hyphens of RFC 1123; and the underscore, which real
 * hosts have in their names. */
static gboolean
is_host_name (const char *name)
{
  const char *label = name;

  for (;;)
    {
      gsize length = strcspn (label, ".");

      if (length < 1 || length > 63 || label[0] == '-' || label[length - 1] == '-')
        return FALSE;
      for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum (label[i]) && label[i] != '-' && label[i] != '_')
          return FALSE;
      if (label[length] == '\0')
        return TRUE;
      label += length + 1;
    }
}

char *
intimail_address_make_ascii_domain (const char *domain)
{
  g_autofree char *ascii = NULL;
  g_autofree char *unicode = NULL;

  if (*domain == '[')
    return is_address_literal (domain) ? g_ascii_strdown (domain, -1) : NULL;
  ascii = g_hostname_to_ascii (domain);
  if (ascii == NULL || strlen (ascii) > INTIMAIL_ADDRESS_MAX_DOMAIN || !is_host_name (ascii))
    return NULL;
  /* An A-label has to mean something. */
  unicode = g_hostname_to_unicode (ascii);
  if (unicode == NULL)
    return NULL;

  return g_ascii_strdown (ascii, -1);
}

gboolean
intimail_address_check_domain (const char *domain, GError **error)
{
  g_autofree char *ascii = NULL;

  if (!intimail_address_check_size ("domain", domain, INTIMAIL_ADDRESS_MAX_DOMAIN, error) ||
      !intimail_address_check_text (domain, error))
    return FALSE;
  ascii = intimail_address_make_ascii_domain (domain);
  if (ascii == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "“%s” is not a domain", domain);
      return FALSE;
    }

  return TRUE;
}
