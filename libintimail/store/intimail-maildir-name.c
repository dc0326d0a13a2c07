/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-maildir-name-private.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/intimail-secret-private.h"

static gboolean
parse_size (const char *text, const char *end, guint64 *size)
{
  guint64 value = 0;

  if (text == end)
    return FALSE;
  for (; text < end && *text != ','; text++)
    {
      if (!g_ascii_isdigit (*text) || value > G_MAXINT64 / 10 - 9)
        return FALSE;
      value = value * 10 + (guint64) (*text - '0');
    }

  *size = value;
  return TRUE;
}

gboolean
intimail_maildir_name_parse (const char *name, IntimailMaildirName *parsed)
{
  const char *info;
  const char *field;

  if (name[0] == '\0' || name[0] == '.' || strchr (name, '/') != NULL)
    return FALSE;

  memset (parsed, 0, sizeof *parsed);
  parsed->name = name;
  parsed->unique_length = strcspn (name, ",:");
  if (parsed->unique_length == 0)
    return FALSE;

  info = strstr (name + parsed->unique_length, ":2,");
  parsed->has_info = info != NULL;
  parsed->letters = info != NULL ? info + 3 : "";
  parsed->base_length = info != NULL ? (gsize) (info - name) : strlen (name);

  field = strstr (name + parsed->unique_length, ",S=");
  if (field != NULL && field < name + parsed->base_length)
    parsed->has_size = parse_size (field + 3, name + parsed->base_length, &parsed->size);

  return TRUE;
}

/* What the Maildir page asks for, and no comma: it would end the unique part. */
static char *
make_host (void)
{
  char host[64] = "";
  GString *text = g_string_new (NULL);

  if (gethostname (host, sizeof host - 1) < 0 || host[0] == '\0')
    g_strlcpy (host, "localhost", sizeof host);
  for (const char *c = host; *c != '\0'; c++)
    {
      if (g_ascii_isalnum (*c) || strchr (".-_", *c) != NULL)
        g_string_append_c (text, *c);
      else
        g_string_append_printf (text, "\\%03o", (guint) (guchar) *c);
    }

  return g_string_free (text, FALSE);
}

char *
intimail_maildir_name_make_unique (void)
{
  static gsize once = 0;
  static char *host;
  static guint counter;
  struct timespec now;
  guint8 random[8];
  IntimailIdText text;
  IntimailId id = { 0 };

  if (g_once_init_enter (&once))
    {
      host = make_host ();
      g_once_init_leave (&once, 1);
    }

  clock_gettime (CLOCK_REALTIME, &now);
  intimail_secret_random (random, sizeof random);
  memcpy (id.bytes, random, sizeof random);
  text = intimail_id_format ('_', &id);
  text.text[14] = '\0';

  return g_strdup_printf ("%" G_GINT64_FORMAT ".M%06ldP%dQ%u%s.%s", (gint64) now.tv_sec, now.tv_nsec / 1000,
                          (int) getpid (), (guint) g_atomic_int_add ((gint *) &counter, 1), text.text, host);
}

char *
intimail_maildir_name_with_letters (const IntimailMaildirName *parsed, const char *letters)
{
  g_autofree char *sorted = intimail_maildir_letters_change (letters, "", "");

  return g_strdup_printf ("%.*s:2,%s", (int) parsed->base_length, parsed->name, sorted);
}

char *
intimail_maildir_letters_change (const char *letters, const char *add, const char *remove)
{
  GString *text = g_string_new (NULL);

  /* In ASCII order, as the Maildir page asks for. */
  for (guint c = 1; c < 128; c++)
    {
      gboolean there = strchr (letters, (int) c) != NULL && strchr (remove, (int) c) == NULL;

      if (there || strchr (add, (int) c) != NULL)
        g_string_append_c (text, (char) c);
    }
  /* What is no letter at all is kept as it is. */
  for (const char *c = letters; *c != '\0'; c++)
    {
      if ((guchar) *c >= 128)
        g_string_append_c (text, *c);
    }

  return g_string_free (text, FALSE);
}

IntimailId
intimail_maildir_name_get_id (const IntimailMaildirName *parsed)
{
  return intimail_id_hash (parsed->name, parsed->unique_length);
}

char *
intimail_maildir_name_make_message_id (const char *unique)
{
  IntimailMaildirName name = { 0 };
  IntimailId id;

  intimail_maildir_name_parse (unique, &name);
  id = intimail_maildir_name_get_id (&name);

  return g_strdup (intimail_id_format ('m', &id).text);
}
