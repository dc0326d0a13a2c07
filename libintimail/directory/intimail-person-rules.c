/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a uid, an address and a person must be, whatever directory they are in.
 */

#include <string.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-error.h>

#include "directory/intimail-person-parts-private.h"
#include "directory/intimail-temporary-alias-private.h"

#define MAX_UID_LENGTH 64

/* Characters of a name, which stands in lists and in mail. */
#define MAX_LINE_LENGTH 255

/* Of a path: PATH_MAX of Linux. */
#define MAX_MAILDIR_LENGTH 4095

/* The length of letters, digits and @more, in parts with @separator between them;
 * 0 when it is not that, or too long to be judged here. */
static gsize
span_parts (const char *text, const char *more, gsize max_part)
{
  gsize part = 0;
  gsize i = 0;

  for (; text[i] != '\0' && text[i] != '@'; i++)
    {
      if (text[i] == '.' ? part == 0 || text[i + 1] == '-' : !g_ascii_isalnum (text[i]) && strchr (more, text[i]) == NULL)
        return 0;
      part = text[i] == '.' ? 0 : part + 1;
      if (part > max_part)
        return 0;
    }

  return part > 0 ? i : 0;
}

/* Nearly all addresses are plain: their key is themselves in small letters, which is
 * known without taking them apart. NULL for all others, good or bad. */
static char *
make_plain_key (const char *address)
{
  gsize local = span_parts (address, "_-+", 64);
  const char *domain = address + local + 1;
  gsize length;

  if (local == 0 || local > 64 || address[local] != '@' || strstr (domain, "--") != NULL || domain[0] == '-' ||
      strstr (domain, "-.") != NULL)
    return NULL;
  length = span_parts (domain, "-", 63);
  if (length == 0 || length > 189 || domain[length] != '\0' || domain[length - 1] == '-' ||
      !g_ascii_isalpha (domain[length - 1]))
    return NULL;

  return g_ascii_strdown (address, (gssize) (local + 1 + length));
}

char *
intimail_person_make_address_key (const char *address)
{
  char *plain = make_plain_key (address);
  g_autoptr (IntimailAddress) parsed = plain == NULL ? intimail_address_parse (address, NULL) : NULL;

  if (plain != NULL)
    return plain;

  return parsed != NULL ? intimail_address_get_key (parsed) : NULL;
}

char *
intimail_person_make_alias_key (const char *alias)
{
  g_autofree char *whole = NULL;
  g_autofree char *key = NULL;

  if (alias[0] != '@')
    return intimail_person_make_address_key (alias);
  whole = g_strconcat ("x", alias, NULL);
  key = intimail_person_make_address_key (whole);

  return key != NULL ? g_strdup (key + 1) : NULL;
}

char *
intimail_person_strip_detail (const char *key)
{
  const char *at = strrchr (key, '@');
  const char *plus = strchr (key, '+');

  /* "+x@" is an address of nobody, not the detail of an empty name. */
  if (at == NULL || plus == NULL || plus > at || plus == key || key[0] == '"')
    return NULL;

  return g_strdup_printf ("%.*s%s", (int) (plus - key), key, at);
}

gboolean
intimail_person_is_valid_uid (const char *uid)
{
  gsize length = strlen (uid);

  if (length == 0 || length > MAX_UID_LENGTH || strstr (uid, "..") != NULL)
    return FALSE;
  if (!g_ascii_islower (uid[0]) && !g_ascii_isdigit (uid[0]))
    return FALSE;

  return strspn (uid, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static gboolean
check_mail (const char *mail, GError **error)
{
  g_autofree char *key = intimail_person_make_address_key (mail);

  if (key == NULL || strchr (mail, '<') != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" cannot be a main address: write name@domain", mail);
      return FALSE;
    }
  if (!g_str_is_ascii (mail))
    {
      /* LDAP's attribute "mail" is an IA5String. */
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" cannot be a main address: it must be ASCII; an alias may be Unicode", mail);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_aliases (const char *const *aliases, GError **error)
{
  for (gsize i = 0; aliases[i] != NULL; i++)
    {
      g_autofree char *key = intimail_person_make_alias_key (aliases[i]);

      if (key == NULL || strchr (aliases[i], '<') != NULL)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "\"%s\" cannot be an alias: write name@domain, or @domain for all that nobody else has",
                       aliases[i]);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
check_temporary_aliases (IntimailPerson *self, GError **error)
{
  g_autoptr (GPtrArray) aliases = intimail_person_get_temporary_aliases (self);

  for (guint i = 0; i < aliases->len; i++)
    if (!intimail_temporary_alias_check (aliases->pdata[i], error))
      return FALSE;
  if (aliases->len <= INTIMAIL_TEMPORARY_ALIAS_MAX)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "\"%s\" has more than %d temporary aliases: remove those that have ended",
               intimail_person_get_uid (self), INTIMAIL_TEMPORARY_ALIAS_MAX);
  return FALSE;
}

static gboolean
is_time (gint64 time)
{
  return time >= 0 && time <= INTIMAIL_PERSON_MAX_TIME;
}

/* Where the mail is, and what is administrated. Whether the site allows the folder is
 * for the site to say. */
static gboolean
check_places (IntimailPerson *self, GError **error)
{
  const char *maildir = intimail_person_get_maildir (self);
  const char *host = intimail_person_get_mail_host (self);
  const char *const *domains = intimail_person_get_admin_domains (self);

  if (!g_utf8_validate (maildir, -1, NULL) || strlen (maildir) > MAX_MAILDIR_LENGTH || strpbrk (maildir, "\r\n") != NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "the folder of the mail is too long, or is not one line of UTF-8");
      return FALSE;
    }
  if (strlen (host) > 255 || strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != strlen (host))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is no host's name", host);
      return FALSE;
    }
  for (gsize i = 0; domains[i] != NULL; i++)
    {
      g_autofree char *whole = g_strconcat ("@", domains[i], NULL);
      g_autofree char *key = intimail_person_make_alias_key (whole);

      if (key == NULL)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is no domain", domains[i]);
          return FALSE;
        }
    }

  return TRUE;
}

gboolean
intimail_person_check (IntimailPerson *self, GError **error)
{
  const char *uid = intimail_person_get_uid (self);

  if (!intimail_person_is_valid_uid (uid))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" cannot be a uid: take 1 to %d of a-z, 0-9, \".\", \"_\" and \"-\", "
                   "beginning with a letter or digit, without \"..\"",
                   uid, MAX_UID_LENGTH);
      return FALSE;
    }
  if (!check_mail (intimail_person_get_mail (self), error) ||
      !check_aliases (intimail_person_get_aliases (self), error) ||
      !check_temporary_aliases (self, error) ||
      !check_places (self, error))
    return FALSE;
  if (!g_utf8_validate (intimail_person_get_display_name (self), -1, NULL))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "the display name is not UTF-8");
      return FALSE;
    }
  if (!is_time (intimail_person_get_expiry (self)) || !is_time (intimail_person_get_removal (self)))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "the expiry or the end of the removal is before 1970 or after 9999");
      return FALSE;
    }

  return TRUE;
}

gboolean
intimail_person_is_line (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > MAX_LINE_LENGTH)
    return FALSE;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)))
      return FALSE;

  return TRUE;
}

gboolean
intimail_person_check_change (IntimailPerson *self, GError **error)
{
  const char *name = intimail_person_get_display_name (self);

  if (!intimail_person_check (self, error))
    return FALSE;
  if ((self->origin != NULL && g_str_equal (self->origin->display_name, name)) || intimail_person_is_line (name))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "the name is longer than %d characters, or is not one line of UTF-8", MAX_LINE_LENGTH);

  return FALSE;
}

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *own = g_utf8_casefold (text, -1);

  return strstr (own, folded) != NULL;
}

gboolean
intimail_person_matches (IntimailPerson *self, const char *folded)
{
  const char *const *aliases = intimail_person_get_aliases (self);

  if (*folded == '\0' ||
      contains (intimail_person_get_uid (self), folded) ||
      contains (intimail_person_get_mail (self), folded) ||
      contains (intimail_person_get_display_name (self), folded))
    return TRUE;
  for (gsize i = 0; aliases[i] != NULL; i++)
    if (contains (aliases[i], folded))
      return TRUE;

  return FALSE;
}
