/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include "message/intimail-charset-private.h"
#include "message/intimail-encoded-word-private.h"
#include "message/intimail-parameters-private.h"

struct _IntimailParameters
{
  char *value;
  GPtrArray *names; /* lower case, with the asterisks of RFC 2231 */
  GPtrArray *values;
};

/* Skips white space and comments. */
static const char *
skip_space (const char *at)
{
  int depth = 0;

  for (; *at != '\0'; at++)
    {
      if (*at == '(')
        depth++;
      else if (*at == ')' && depth > 0)
        depth--;
      else if (depth == 0 && !g_ascii_isspace (*at))
        break;
      else if (*at == '\\' && at[1] != '\0')
        at++;
    }

  return at;
}

static const char *
read_quoted (const char *at, GString *value)
{
  for (; *at != '\0' && *at != '"'; at++)
    {
      /* A path of Windows is no quoted pair: only these two are escaped. */
      if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
        at++;
      g_string_append_c (value, *at);
    }

  return at + strcspn (at, ";");
}

static const char *
read_parameter (IntimailParameters *self, const char *at)
{
  const char *name = at;
  gsize length = strcspn (at, "=;");
  g_autoptr (GString) value = g_string_new (NULL);
  g_autofree char *lower = g_strchomp (g_ascii_strdown (name, (gssize) length));

  at += length;
  if (*at != '=')
    return at;
  at = skip_space (at + 1);
  if (*at == '"')
    at = read_quoted (at + 1, value);
  else
    {
      length = strcspn (at, ";");
      g_string_append_len (value, at, (gssize) length);
      g_strchomp (value->str);
      at += length;
    }
  if (self->names->len < INTIMAIL_PARAMETERS_MAX_COUNT)
    {
      g_ptr_array_add (self->names, g_steal_pointer (&lower));
      g_ptr_array_add (self->values, g_string_free (g_steal_pointer (&value), FALSE));
    }

  return at;
}

IntimailParameters *
intimail_parameters_new (const char *text)
{
  IntimailParameters *self = g_new0 (IntimailParameters, 1);
  g_autofree char *bounded = NULL;
  const char *at;
  gsize length;

  if (strlen (text) > INTIMAIL_PARAMETERS_MAX_LENGTH)
    text = bounded = g_utf8_make_valid (text, INTIMAIL_PARAMETERS_MAX_LENGTH);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
  at = skip_space (text);
  length = strcspn (at, ";(");
  self->value = g_strstrip (g_ascii_strdown (at, (gssize) length));
  at = skip_space (at + length);
  at += strcspn (at, ";");
  while (*at == ';')
    {
      at = skip_space (at + 1);
      if (*at != ';' && *at != '\0')
        at = read_parameter (self, at);
    }

  return self;
}

void
intimail_parameters_free (IntimailParameters *self)
{
  g_free (self->value);
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->values);
  g_free (self);
}

const char *
intimail_parameters_get_value (IntimailParameters *self)
{
  return self->value;
}

static const char *
find (IntimailParameters *self, const char *name)
{
  for (guint i = 0; i < self->names->len; i++)
    if (strcmp (g_ptr_array_index (self->names, i), name) == 0)
      return g_ptr_array_index (self->values, i);

  return NULL;
}

static void
append_percent (GString *to, const char *text)
{
  for (; *text != '\0'; text++)
    if (*text == '%' && g_ascii_isxdigit (text[1]) && g_ascii_isxdigit (text[2]))
      {
        g_string_append_c (to, (char) (g_ascii_xdigit_value (text[1]) << 4 | g_ascii_xdigit_value (text[2])));
        text += 2;
      }
    else
      g_string_append_c (to, *text);
}

/* charset'language'text: sets the charset, returns the text. */
static const char *
split_charset (const char *text, char **charset)
{
  const char *first = strchr (text, '\'');
  const char *second = first != NULL ? strchr (first + 1, '\'') : NULL;

  if (second == NULL)
    return text;
  *charset = g_strndup (text, (gsize) (first - text));
  return second + 1;
}

/* name*0*, name*1, ... or name*; NULL when there is none. */
static char *
get_extended (IntimailParameters *self, const char *name)
{
  g_autofree char *whole = g_strdup_printf ("%s*", name);
  const char *single = find (self, whole);
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *charset = NULL;
  gboolean encoded = single != NULL;

  if (single != NULL)
    append_percent (bytes, split_charset (single, &charset));
  for (int n = 0; single == NULL && n < INTIMAIL_PARAMETERS_MAX_COUNT; n++)
    {
      g_autofree char *plain = g_strdup_printf ("%s*%d", name, n);
      g_autofree char *starred = g_strdup_printf ("%s*%d*", name, n);
      const char *segment = find (self, starred);

      if (segment != NULL)
        {
          encoded = TRUE;
          append_percent (bytes, n == 0 ? split_charset (segment, &charset) : segment);
        }
      else if ((segment = find (self, plain)) != NULL)
        g_string_append (bytes, segment);
      else if (n == 0)
        return NULL;
      else
        break;
    }
  /* Continued, but not encoded by RFC 2231: some cut their encoded words so. */
  if (!encoded)
    return intimail_encoded_words_decode (bytes->str);

  return intimail_charset_decode (charset, bytes->str, bytes->len, NULL);
}

char *
intimail_parameters_get (IntimailParameters *self, const char *name)
{
  char *value = get_extended (self, name);
  char *to;

  if (value == NULL)
    {
      const char *plain = find (self, name);

      if (plain == NULL)
        return NULL;
      value = intimail_encoded_words_decode (plain);
    }
  to = value;
  for (const char *from = value; *from != '\0'; from++)
    if ((guchar) *from >= 0x20 && *from != 0x7f)
      *to++ = *from;
  *to = '\0';

  return value;
}
