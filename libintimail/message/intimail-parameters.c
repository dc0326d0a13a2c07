/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-parameters-private.h"

#include <string.h>

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

/* How many segments of RFC 2231 there are of a parameter, the first one included, before
 * one is missing: there the value ended. GMime would put what follows behind the last
 * one that is there. @length is that of the name with its asterisk. */
static guint
count_segments (IntimailParameters *self, const char *name, gsize length)
{
  gboolean present[INTIMAIL_PARAMETERS_MAX_COUNT + 1] = { FALSE };
  guint n = 0;

  for (guint i = 0; i < self->n_parameters; i++)
    {
      const char *other = self->parameters[i].name;
      guint64 number;

      if (strncmp (other, name, length) != 0 || !g_ascii_isdigit (other[length]))
        continue;
      number = g_ascii_strtoull (other + length, NULL, 10);
      if (number < INTIMAIL_PARAMETERS_MAX_COUNT)
        present[number] = TRUE;
    }
  while (present[n])
    n++;

  return n;
}

/* The segments of one parameter, counted once for all of them. */
typedef struct
{
  const char *name;
  gsize length;
  guint n;
} Segments;

static gboolean
is_stray_segment (IntimailParameters *self, const char *name, Segments *known)
{
  gsize length = strcspn (name, "*") + 1;

  if (name[length - 1] == '\0' || !g_ascii_isdigit (name[length]))
    return FALSE;
  if (length != known->length || memcmp (name, known->name, length) != 0)
    *known = (Segments){ name, length, count_segments (self, name, length) };

  return g_ascii_strtoull (name + length, NULL, 10) >= known->n;
}

static gboolean
is_token (const char *name)
{
  return *name != '\0' && name[strcspn (name, " \t()<>@,;:\\\"/[]?=")] == '\0' && g_str_is_ascii (name);
}

static void
append_one (GString *to, const Parameter *parameter)
{
  g_string_append_printf (to, "; %s=\"", parameter->name);
  for (const char *at = parameter->value; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (to, '\\');
      g_string_append_c (to, *at);
    }
  g_string_append_c (to, '"');
}

void
intimail_parameters_append_proper (IntimailParameters *self, GString *to)
{
  Segments segments = { "", 0, 0 };

  /* GMime gives the first of a name; an extended one is the better one. */
  for (int plain = 0; plain < 2; plain++)
    for (guint i = 0; i < self->n_parameters; i++)
      {
        const Parameter *parameter = &self->parameters[i];

        if ((strchr (parameter->name, '*') == NULL) == plain && is_token (parameter->name) &&
            !is_stray_segment (self, parameter->name, &segments))
          append_one (to, parameter);
      }
}

void
intimail_parameters_set_list (IntimailParameters *self, gpointer list)
{
  g_set_object (&self->list, GMIME_PARAM_LIST (list));
}

/* Most need no decoding, and the index has three of them in a mail: GMime takes 20
 * times as long for an object with two parameters. */
static void
ensure_list (IntimailParameters *self)
{
  g_autoptr (GString) proper = NULL;

  if (self->list != NULL)
    return;
  intimail_gmime_init ();
  proper = g_string_new (NULL);
  intimail_parameters_append_proper (self, proper);
  self->list = g_mime_param_list_parse (NULL, proper->len > 0 ? proper->str + 1 : "");
}

/* Continued, but with no segment encoded by RFC 2231: some cut their encoded words so,
 * which GMime does not expect. */
static gboolean
is_cut_word (IntimailParameters *self, const char *name)
{
  gsize length = strlen (name);
  gboolean continued = FALSE;

  for (guint i = 0; i < self->n_parameters; i++)
    {
      const char *other = self->parameters[i].name;

      if (strncmp (other, name, length) != 0 || other[length] != '*')
        continue;
      if (other[strlen (other) - 1] == '*')
        return FALSE;
      continued = TRUE;
    }

  return continued;
}

static char *
get_decoded (IntimailParameters *self, const char *name)
{
  GMimeParam *parameter;
  const char *value;

  ensure_list (self);
  parameter = g_mime_param_list_get_parameter (self->list, name);
  value = parameter != NULL ? g_mime_param_get_value (parameter) : NULL;
  if (value == NULL)
    return NULL;
  /* GMime hands bytes on that are in no charset it knows. */
  if (!g_utf8_validate (value, -1, NULL))
    return g_utf8_make_valid (value, -1);

  return is_cut_word (self, name) ? intimail_encoded_words_decode (value) : g_strdup (value);
}

char *
intimail_parameters_get (IntimailParameters *self, const char *name)
{
  char *value = self->coded || self->list != NULL ? get_decoded (self, name) : g_strdup (find (self, name));
  char *to = value;

  if (value == NULL)
    return NULL;
  for (const char *from = value; *from != '\0'; from++)
    if ((guchar) *from >= 0x20 && *from != 0x7f)
      *to++ = *from;
  *to = '\0';

  return value;
}
