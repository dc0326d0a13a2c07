/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-mailbox-name-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static void
encode_units (GString *text, const gunichar2 *units, gsize n)
{
  guint bits = 0;
  guint held = 0;

  g_string_append_c (text, '&');
  for (gsize i = 0; i < n; i++)
    {
      bits = bits << 16 | units[i];
      held += 16;
      while (held >= 6)
        {
          held -= 6;
          g_string_append_c (text, base64[bits >> held & 63]);
        }
      bits &= (1u << held) - 1;
    }
  if (held > 0)
    g_string_append_c (text, base64[bits << (6 - held) & 63]);
  g_string_append_c (text, '-');
}

/* A dot separates folders and a slash would leave them: both are shifted too, should
 * one ever come here. */
static gboolean
is_direct (char c)
{
  return c >= 0x20 && c < 0x7f && c != '.' && c != '/';
}

char *
intimail_utf7_encode (const char *text)
{
  GString *result = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *end = text;
      g_autofree gunichar2 *units = NULL;
      glong n;

      if (*text == '&')
        {
          g_string_append (result, "&-");
          text++;
          continue;
        }
      if (is_direct (*text))
        {
          g_string_append_c (result, *text++);
          continue;
        }
      while (*end != '\0' && !is_direct (*end))
        end++;
      units = g_utf8_to_utf16 (text, end - text, NULL, &n, NULL);
      if (units != NULL)
        encode_units (result, units, (gsize) n);
      text = end;
    }

  return g_string_free (result, FALSE);
}

/* One shifted run, between '&' and '-'. */
static gboolean
decode_run (GString *result, const char *run, const char *end)
{
  g_autoptr (GArray) units = g_array_new (FALSE, FALSE, sizeof (gunichar2));
  g_autofree char *text = NULL;
  guint bits = 0;
  guint held = 0;

  for (; run < end; run++)
    {
      const char *found = memchr (base64, *run, sizeof base64 - 1);

      if (found == NULL)
        return FALSE;
      bits = bits << 6 | (guint) (found - base64);
      held += 6;
      if (held >= 16)
        {
          gunichar2 unit = (gunichar2) (bits >> (held - 16));

          held -= 16;
          g_array_append_val (units, unit);
        }
      bits &= (1u << held) - 1;
    }
  if (held >= 6 || bits != 0 || units->len == 0)
    return FALSE;

  text = g_utf16_to_utf8 ((gunichar2 *) (gpointer) units->data, units->len, NULL, NULL, NULL);
  if (text == NULL || strlen (text) == 0)
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    {
      if ((guchar) *c < 0x20 || *c == 0x7f || *c == '/')
        return FALSE;
    }
  g_string_append (result, text);
  return TRUE;
}

static char *
decode_strictly (const char *text)
{
  g_autoptr (GString) result = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *end;

      if ((guchar) *text < 0x20 || (guchar) *text >= 0x7f)
        return NULL;
      if (*text != '&')
        {
          g_string_append_c (result, *text++);
          continue;
        }
      end = strchr (text, '-');
      if (end == NULL)
        return NULL;
      if (end == text + 1)
        g_string_append_c (result, '&');
      else if (!decode_run (result, text + 1, end))
        return NULL;
      text = end + 1;
    }

  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
intimail_utf7_decode (const char *text)
{
  g_autofree char *decoded = decode_strictly (text);
  g_autofree char *again = decoded != NULL ? intimail_utf7_encode (decoded) : NULL;

  /* Only one spelling of each name is understood: two folders never look alike. */
  if (again != NULL && strcmp (again, text) == 0)
    return g_steal_pointer (&decoded);

  return g_utf8_make_valid (text, -1);
}

/* A dot separates mailboxes, and IMAP servers take a tilde in front for somebody's
 * home. Both are written as Dovecot's plugin "listescape" writes them: with it, such
 * a mailbox has its name there too; without, it has another one, and can be opened. */
static char *
escape (const char *name)
{
  GString *text = g_string_new (NULL);

  for (const char *c = name; *c != '\0'; c++)
    {
      if (*c == '.' || *c == '\\' || (*c == '~' && c == name))
        g_string_append_printf (text, "\\%02x", (guint) (guchar) *c);
      else
        g_string_append_c (text, *c);
    }
  return g_string_free (text, FALSE);
}

static char *
unescape (const char *escaped)
{
  GString *text = g_string_new (NULL);

  for (const char *c = escaped; *c != '\0'; c++)
    {
      int high = c[0] == '\\' ? g_ascii_xdigit_value (c[1]) : -1;
      int low = high >= 0 ? g_ascii_xdigit_value (c[2]) : -1;
      char byte = low >= 0 ? (char) (high * 16 + low) : '\0';

      if (byte == '.' || byte == '\\' || byte == '~')
        {
          g_string_append_c (text, byte);
          c += 2;
        }
      else
        g_string_append_c (text, *c);
    }
  return g_string_free (text, FALSE);
}

static char *
decode_name (const char *encoded)
{
  g_autofree char *escaped = intimail_utf7_decode (encoded);

  return unescape (escaped);
}

gboolean
intimail_mailbox_name_check (const char *name, GError **error)
{
  const char *rule = NULL;

  if (name[0] == '\0')
    rule = "it is empty";
  else if (strlen (name) > INTIMAIL_MAILBOX_NAME_MAX)
    rule = "it has over 200 bytes";
  else if (!g_utf8_validate (name, -1, NULL))
    rule = "it is not UTF-8";
  else if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    rule = "it stands for a folder of the file system";
  else if (strchr (name, '/') != NULL)
    rule = "it has a slash, which separates names";
  else if (name[0] == ' ' || name[strlen (name) - 1] == ' ')
    rule = "it begins or ends with a space";

  for (const char *c = name; rule == NULL && *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar ch = g_utf8_get_char (c);

      if (g_unichar_iscntrl (ch) || ch == 0x2028 || ch == 0x2029)
        rule = "it has a control character";
      else if ((ch & 0xfffe) == 0xfffe)
        rule = "it has a code point that is no character";
    }

  if (rule != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "no mailbox can have that name: %s", rule);
      return FALSE;
    }

  return TRUE;
}

char *
intimail_mailbox_name_to_folder (const char *parent, const char *name, GError **error)
{
  g_autofree char *normalized = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *encoded = NULL;
  g_autofree char *folder = NULL;
  guint depth = 0;

  if (!intimail_mailbox_name_check (name, error))
    return NULL;
  /* One spelling of each letter (RFC 5198): two names never look alike. It may be the
   * longer one. */
  normalized = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  if (!intimail_mailbox_name_check (normalized, error))
    return NULL;

  escaped = escape (normalized);
  encoded = intimail_utf7_encode (escaped);
  folder = g_strdup_printf ("%s.%s", parent, encoded);
  for (const char *c = folder; *c != '\0'; c++)
    depth += *c == '.';
  if (depth > INTIMAIL_MAILBOX_DEPTH_MAX || strlen (folder) > INTIMAIL_MAILBOX_FOLDER_MAX)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "the mailbox's name with those above it is too long: %u bytes and %u levels at most",
                   INTIMAIL_MAILBOX_FOLDER_MAX, INTIMAIL_MAILBOX_DEPTH_MAX);
      return NULL;
    }

  return g_steal_pointer (&folder);
}

char **
intimail_mailbox_name_split_folder (const char *folder)
{
  g_auto (GStrv) names = NULL;

  if (folder[0] != '.' || folder[1] == '\0' || folder[1] == '.')
    return NULL;

  names = g_strsplit (folder + 1, ".", -1);
  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *encoded = names[i];

      if (encoded[0] == '\0' || i >= INTIMAIL_MAILBOX_DEPTH_MAX)
        {
          names[i] = g_steal_pointer (&encoded);
          return NULL;
        }
      names[i] = decode_name (encoded);
    }

  return g_steal_pointer (&names);
}

char *
intimail_mailbox_name_get_parent (const char *folder)
{
  const char *dot = strrchr (folder, '.');

  return dot != NULL ? g_strndup (folder, (gsize) (dot - folder)) : g_strdup ("");
}
