/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The addresses of a field that need no thought: Ann <ann@home.example>, "B, Ben"
 * <ben@home.example>, chloe@home.example.
 */

#include "message/intimail-address-list-private.h"

#include <string.h>

#include "address/intimail-address-private.h"

/* The longest that is still taken for simple; a longer one is broken or an attack. */
#define MAX_SIMPLE_LOCAL_PART 64
#define MAX_SIMPLE_DOMAIN 200
#define MAX_SIMPLE_COUNT 1000

static gboolean
is_plain (char c)
{
  return c >= ' ' && c < 0x7f;
}

/* A dot-atom of ASCII; its length, or 0. */
static gsize
measure_local_part (const char *text)
{
  gsize length = 0;

  while (is_plain (text[length]) && (intimail_address_is_atext (text[length]) || text[length] == '.'))
    {
      if (text[length] == '.' && (length == 0 || text[length - 1] == '.'))
        return 0;
      length++;
    }

  return length > 0 && length <= MAX_SIMPLE_LOCAL_PART && text[length - 1] != '.' ? length : 0;
}

/* A host's name of letters, digits and hyphens that is no A-label; its length, or 0. */
static gsize
measure_domain (const char *text)
{
  gsize length = 0;
  gsize label = 0;

  for (;; length++)
    {
      gboolean good = g_ascii_isalnum (text[length]) || (text[length] == '-' && label > 0);

      if (good && ++label <= 63)
        continue;
      if (good || label == 0 || text[length - 1] == '-')
        return 0;
      label = 0;
      if (text[length] != '.')
        break;
    }

  return length <= MAX_SIMPLE_DOMAIN && g_strstr_len (text, (gssize) length, "--") == NULL ? length : 0;
}

static gsize
measure_email (const char *text)
{
  gsize local_part = measure_local_part (text);
  gsize domain = local_part > 0 && text[local_part] == '@' ? measure_domain (text + local_part + 1) : 0;

  return domain > 0 ? local_part + 1 + domain : 0;
}

/* The words before an opening bracket; single spaces between them. */
static gsize
measure_phrase (const char *text)
{
  gsize length = 0;

  while (is_plain (text[length]) && strchr ("\"\\()<>,;:@[]", text[length]) == NULL)
    {
      if (text[length] == ' ' && (length == 0 || text[length - 1] == ' '))
        return 0;
      length++;
    }
  if (text[length] != '<' || length < 2 || text[length - 1] != ' ')
    return 0;

  return length - 1;
}

/* @text is behind the quotation mark. */
static gsize
measure_quoted (const char *text)
{
  gsize length = 0;

  while (is_plain (text[length]) && text[length] != '"' && text[length] != '\\')
    {
      if (text[length] == ' ' && (length == 0 || text[length - 1] == ' '))
        return 0;
      length++;
    }

  return text[length] == '"' && length > 0 && text[length - 1] != ' ' && text[length + 1] == ' ' ? length : 0;
}

static gboolean
is_atoms (const char *name, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (name[i] != ' ' && !intimail_address_is_atext (name[i]))
      return FALSE;

  return TRUE;
}

/* A phrase with encoded words, decoded; FALSE when letters have to be left out. */
static gboolean
append_decoded (GString *output, const char *phrase, gsize length)
{
  g_autofree char *raw = g_strndup (phrase, length);
  g_autofree char *name = intimail_address_list_decode_name (raw);
  gboolean atoms = is_atoms (name, strlen (name));

  if (*name == '\0' || !intimail_address_check_text (name, NULL))
    return FALSE;
  if (!atoms)
    g_string_append_c (output, '"');
  for (const char *at = name; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (output, '\\');
      g_string_append_c (output, *at);
    }
  g_string_append (output, atoms ? " <" : "\" <");

  return TRUE;
}

/* "Name <address>"; returns what follows it, or NULL. */
static const char *
rewrite_named (const char *at, GString *output)
{
  gboolean quoted = *at == '"';
  const char *name = at + quoted;
  gsize length = quoted ? measure_quoted (name) : measure_phrase (name);
  gboolean atoms = is_atoms (name, length);
  gboolean coded = g_strstr_len (name, (gssize) length, "=?") != NULL;
  gsize email;

  if (length == 0 || (coded && quoted))
    return NULL;
  at = name + length + quoted + 1;
  email = *at == '<' ? measure_email (at + 1) : 0;
  if (email == 0 || at[1 + email] != '>')
    return NULL;
  if (coded)
    {
      if (!append_decoded (output, name, length))
        return NULL;
    }
  else
    {
      if (!atoms)
        g_string_append_c (output, '"');
      g_string_append_len (output, name, (gssize) length);
      g_string_append (output, atoms ? " <" : "\" <");
    }
  g_string_append_len (output, at + 1, (gssize) email);
  g_string_append_c (output, '>');

  return at + email + 2;
}

/* An address without a name, in brackets or not. */
static const char *
rewrite_bare (const char *at, GString *output)
{
  gboolean brackets = *at == '<';
  gsize email = measure_email (at + brackets);

  if (email == 0 || (brackets && at[1 + email] != '>'))
    return NULL;
  g_string_append_len (output, at + brackets, (gssize) email);

  return at + email + (brackets ? 2 : 0);
}

char *
intimail_address_list_rewrite_simple (const char *text)
{
  g_autoptr (GString) output = g_string_sized_new (strlen (text) + 8);
  const char *at = text;

  for (guint n = 0; n < MAX_SIMPLE_COUNT; n++)
    {
      gsize before = output->len;
      const char *behind;

      at += strspn (at, " \t");
      behind = rewrite_bare (at, output);
      if (behind == NULL || strchr (",", *behind) == NULL)
        {
          g_string_truncate (output, before);
          behind = rewrite_named (at, output);
        }
      if (behind == NULL || strchr (",", *behind) == NULL)
        return NULL;
      if (*behind == '\0')
        return g_string_free (g_steal_pointer (&output), FALSE);
      g_string_append (output, ", ");
      at = behind + 1;
    }

  return NULL;
}
