/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-parameters-private.h"

#include <string.h>

#include "message/intimail-charset-private.h"
#include "message/intimail-encoded-word-private.h"
#include "message/intimail-gmime-private.h"

/* One as it was written; both in the text of the object. */
typedef struct
{
  const char *name; /* lower case, with the asterisks of RFC 2231 */
  const char *value;
} Parameter;

struct _IntimailParameters
{
  const char *value;
  GMimeParamList *list; /* what GMime made of them; NULL before it is asked */
  gboolean coded;       /* one has to be decoded */
  guint n_parameters;
  Parameter *parameters; /* either these few or an array */
  Parameter few[8];
  char text[];
};

/* Skips white space and comments. */
static char *
skip_space (char *at)
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

/* Undoes the quotes from @at on, which is behind the first one. Sets @next to what
 * follows the closing one. */
static void
read_quoted (char *at, char **next)
{
  char *to = at;

  for (; *at != '\0' && *at != '"'; at++)
    {
      /* A path of Windows is no quoted pair: only these two are escaped. */
      if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
        at++;
      *to++ = *at;
    }
  *next = at + strcspn (at, ";");
  *to = '\0';
}

static void
lower (char *text)
{
  for (; *text != '\0'; text++)
    *text = g_ascii_tolower (*text);
}

static void
add (IntimailParameters *self, const char *name, const char *value)
{
  if (self->n_parameters >= INTIMAIL_PARAMETERS_MAX_COUNT)
    return;
  if (self->n_parameters == G_N_ELEMENTS (self->few))
    {
      self->parameters = g_new (Parameter, INTIMAIL_PARAMETERS_MAX_COUNT);
      memcpy (self->parameters, self->few, sizeof self->few);
    }
  self->parameters[self->n_parameters++] = (Parameter){ name, value };
  self->coded = self->coded || strchr (name, '*') != NULL || strstr (value, "=?") != NULL;
}

/* @at is at a name; returns the semicolon behind the value, or the end. */
static char *
read_parameter (IntimailParameters *self, char *at, gboolean *more)
{
  char *name = at;
  char *value;

  at += strcspn (at, "=;");
  if (*at != '=')
    {
      *more = *at != '\0';
      return at;
    }
  *at++ = '\0';
  lower (g_strchomp (name));
  value = skip_space (at);
  if (*value == '"')
    read_quoted (++value, &at);
  else
    at = value + strcspn (value, ";");
  *more = *at == ';';
  *at = '\0';
  if (value[-1] != '"')
    g_strchomp (value);
  add (self, name, value);

  return at;
}

IntimailParameters *
intimail_parameters_new (const char *text)
{
  gsize length = strlen (text);
  g_autofree char *bounded = NULL;
  IntimailParameters *self;
  gboolean more;
  char *at;
  char *end;

  if (length > INTIMAIL_PARAMETERS_MAX_LENGTH)
    {
      text = bounded = g_utf8_make_valid (text, INTIMAIL_PARAMETERS_MAX_LENGTH);
      length = strlen (text);
    }
  self = g_malloc (sizeof *self + length + 1);
  memset (self, 0, sizeof *self);
  self->parameters = self->few;
  memcpy (self->text, text, length + 1);

  at = skip_space (self->text);
  self->value = at;
  end = at + strcspn (at, ";(");
  at = skip_space (end);
  at += strcspn (at, ";");
  more = *at == ';';
  *end = '\0';
  lower (g_strchomp ((char *) self->value));
  while (more)
    {
      at = skip_space (at + 1);
      more = *at == ';';
      if (*at != ';' && *at != '\0')
        at = read_parameter (self, at, &more);
    }

  return self;
}

void
intimail_parameters_free (IntimailParameters *self)
{
  g_clear_object (&self->list);
  if (self->parameters != self->few)
    g_free (self->parameters);
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
  for (guint i = 0; i < self->n_parameters; i++)
    if (strcmp (self->parameters[i].name, name) == 0)
      return self->parameters[i].value;

  return NULL;
}

/* ---- Decoding ---- */

/* charset'language' before the bytes; "" and @value itself when it is missing. */
static char *
take_charset (const char **value)
{
  const char *first = strchr (*value, '\'');
  const char *second = first != NULL ? strchr (first + 1, '\'') : NULL;
  char *charset;

  if (second == NULL)
    return g_strdup ("");
  charset = g_strndup (*value, (gsize) (first - *value));
  *value = second + 1;

  return charset;
}

static const char *
find_segment (IntimailParameters *self, const char *name, guint number, gboolean *extended)
{
  g_autofree char *key = g_strdup_printf ("%s*%u*", name, number);
  const char *value = find (self, key);

  *extended = value != NULL;
  if (value == NULL)
    {
      key[strlen (key) - 1] = '\0';
      value = find (self, key);
    }

  return value;
}

/* ---- By ourselves ---- */

/* The bytes of RFC 2231: percent signs undone. */
static void
append_unescaped (GString *to, const char *value)
{
  for (; *value != '\0'; value++)
    {
      if (*value == '%' && g_ascii_isxdigit (value[1]) && g_ascii_isxdigit (value[2]))
        {
          g_string_append_c (to, (char) (g_ascii_xdigit_value (value[1]) << 4 | g_ascii_xdigit_value (value[2])));
          value += 2;
        }
      else
        g_string_append_c (to, *value);
    }
}

/* Decodes bytes that are together, as a character may be cut in two. */
static void
flush_bytes (GString *text, GString *bytes, const char *charset, gboolean *problem)
{
  gboolean wrong = FALSE;
  g_autofree char *decoded = bytes->len > 0 ? intimail_charset_decode (charset, bytes->str, bytes->len, &wrong) : NULL;

  if (decoded != NULL)
    g_string_append (text, decoded);
  g_string_truncate (bytes, 0);
  *problem = *problem || wrong;
}

static char *
decode_extended (const char *value, gboolean *problem)
{
  g_autofree char *charset = take_charset (&value);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) bytes = g_string_new (NULL);

  append_unescaped (bytes, value);
  flush_bytes (text, bytes, charset, problem);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Up to the first segment that is missing: there the value ended. */
static char *
join_segments (IntimailParameters *self, const char *name, gboolean *problem)
{
  g_autofree char *charset = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) bytes = g_string_new (NULL);
  gboolean any_extended = FALSE;
  gboolean extended;
  const char *value;

  for (guint i = 0; (value = find_segment (self, name, i, &extended)) != NULL; i++)
    {
      if (extended && i == 0)
        charset = take_charset (&value);
      if (extended)
        append_unescaped (bytes, value);
      else
        {
          flush_bytes (text, bytes, charset, problem);
          g_string_append (text, value);
        }
      any_extended = any_extended || extended;
    }
  flush_bytes (text, bytes, charset, problem);

  /* Some cut their encoded words so. */
  return any_extended ? g_string_free (g_steal_pointer (&text), FALSE) : intimail_encoded_words_decode_anywhere (text->str);
}

/* The better form of a parameter first. @problem is set when bytes are not in the charset
 * that they claim. */
static char *
get_decoded (IntimailParameters *self, const char *name, gboolean *problem)
{
  g_autofree char *key = g_strconcat (name, "*", NULL);
  const char *value = find (self, key);
  gboolean extended;

  if (value != NULL)
    return decode_extended (value, problem);
  if (find_segment (self, name, 0, &extended) != NULL)
    return join_segments (self, name, problem);
  value = find (self, name);

  return value != NULL ? intimail_encoded_words_decode_anywhere (value) : NULL;
}

/* ---- By GMime ---- */

void
intimail_parameters_append_quoted (GString *to, const char *value)
{
  for (const char *at = value; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (to, '\\');
      g_string_append_c (to, *at);
    }
}

/* Letters that mean themselves. Others are text already, which GMime would decode with what
 * is beside them, or are dropped when all is decoded. Encoded words have no place here: GMime decodes
 * them also where RFC 2231 encodes, and carries bits of a broken one into the next. */
static gboolean
is_undoubted (const char *value)
{
  const char *at = value;

  while (g_ascii_isprint (*at))
    at++;

  return *at == '\0' && strstr (value, "=?") == NULL;
}

static void
append_one (GString *to, const char *name, const char *charset, const char *value)
{
  g_string_append_printf (to, "; %s=\"%s%s", name, charset, *charset != '\0' ? "''" : "");
  intimail_parameters_append_quoted (to, value);
  g_string_append_c (to, '"');
}

/* A value that begins with a charset. GMime decodes as the charset says and makes nothing
 * of one that it does not know: it is told what its writers mean, or is not asked. */
static gboolean
append_extended (GString *to, const char *name, const char *value)
{
  g_autofree char *charset = take_charset (&value);
  const char *decoder = intimail_charset_find_decoder (charset);

  if (decoder == NULL || !is_undoubted (value))
    return FALSE;
  append_one (to, name, decoder, value);

  return TRUE;
}

/* Nor is it asked about segments of which the first is not encoded: they may be an encoded
 * word in pieces, which it does not expect. */
static void
append_segments (IntimailParameters *self, const char *name, GString *to)
{
  gsize length = to->len;
  gboolean extended;
  gboolean proper = TRUE;
  const char *value;

  for (guint i = 0; proper && (value = find_segment (self, name, i, &extended)) != NULL; i++)
    {
      g_autofree char *key = g_strdup_printf ("%s*%u%s", name, i, extended ? "*" : "");

      if (i == 0)
        proper = extended && append_extended (to, key, value);
      else if ((proper = is_undoubted (value)))
        append_one (to, key, "", value);
    }
  if (!proper)
    g_string_truncate (to, length);
}

void
intimail_parameters_append_proper (IntimailParameters *self, const char *name, GString *to)
{
  g_autofree char *key = g_strconcat (name, "*", NULL);
  gboolean problem = FALSE;
  g_autofree char *ours = self->coded ? get_decoded (self, name, &problem) : NULL;
  const char *value = find (self, key);
  gboolean extended;

  /* It drops bytes that are not in their charset, or all. */
  if (problem)
    return;
  if (value != NULL)
    append_extended (to, key, value);
  else if (find_segment (self, name, 0, &extended) != NULL)
    append_segments (self, name, to);
  else
    {
      value = find (self, name);
      if (value != NULL && is_undoubted (value))
        append_one (to, name, "", value);
    }
}

void
intimail_parameters_set_list (IntimailParameters *self, gpointer list)
{
  g_set_object (&self->list, (GMimeParamList *) list);
}

/* NULL when it was not asked. */
static char *
get_from_list (IntimailParameters *self, const char *name)
{
  GMimeParam *parameter = intimail_gmime.g_mime_param_list_get_parameter (self->list, name);
  const char *value = parameter != NULL ? intimail_gmime.g_mime_param_get_value (parameter) : NULL;

  return value != NULL && *value != '\0' ? g_utf8_make_valid (value, -1) : NULL;
}

char *
intimail_parameters_get (IntimailParameters *self, const char *name)
{
  gboolean problem = FALSE;
  char *value = NULL;
  char *to;

  if (self->list != NULL)
    value = get_from_list (self, name);
  if (value == NULL)
    value = self->coded ? get_decoded (self, name, &problem) : g_strdup (find (self, name));
  if (value == NULL)
    return NULL;
  to = value;
  for (const char *from = value; *from != '\0'; from++)
    if ((guchar) *from >= 0x20 && *from != 0x7f)
      *to++ = *from;
  *to = '\0';

  return value;
}
