/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One recursive descent checks a document and, if wanted, has its tree made. Two
 * parsers that read the same bytes differently would be a hole; there is one. It
 * knows no tree: a program that only checks is not linked with json-glib.
 */

#include "json/intimail-json-reader-private.h"

#include <math.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "json/intimail-json-string-private.h"

/* What the descent may take of the stack, whatever the limits say. */
#define MAX_DEPTH 512

/* A number of more characters is no number of any program. */
#define MAX_NUMBER_LENGTH 400

const IntimailJsonLimits intimail_json_default_limits = {
  .max_size = 10 * 1024 * 1024,
  .max_depth = 64,
  .max_values = 1000 * 1000,
};

typedef struct
{
  const char *text; /* in the document, or in @owned when it had escapes */
  gsize length;
  gsize offset;
  char *owned;
} Key;

typedef struct
{
  const char *start;
  const char *next;
  const char *end;
  const IntimailJsonLimits *limits;
  guint depth;
  guint values;
  GArray *keys; /* of all objects that are open, outermost first */
  GString *text;
  const IntimailJsonMaker *maker; /* NULL: nothing is made */
  GError **error;
} Reader;

static gboolean read_value (Reader *self, gpointer *node);

static void
clear_key (gpointer data)
{
  Key *key = data;

  g_free (key->owned);
}

static gboolean
fail_at (Reader *self, gsize offset, const char *what)
{
  g_set_error (self->error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "%s at byte %" G_GSIZE_FORMAT, what, offset);
  return FALSE;
}

static gboolean
fail (Reader *self, const char *what)
{
  return fail_at (self, (gsize) (self->next - self->start), what);
}

static gboolean
fail_limit (Reader *self, const char *what)
{
  g_set_error (self->error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "too many %s at byte %" G_GSIZE_FORMAT,
               what, (gsize) (self->next - self->start));
  return FALSE;
}

static void
skip_space (Reader *self)
{
  while (self->next < self->end &&
         (*self->next == ' ' || *self->next == '\n' || *self->next == '\r' || *self->next == '\t'))
    self->next++;
}

static gboolean
at (Reader *self, char byte)
{
  return self->next < self->end && *self->next == byte;
}

/* Noncharacters in UTF-8 begin with EF or with F0 to F4. */
static gboolean
has_noncharacter (const char *text, const char *end)
{
  while (text < end)
    {
      if ((guint8) *text >= 0xef && intimail_json_string_is_noncharacter (g_utf8_get_char (text)))
        return TRUE;
      text = g_utf8_next_char (text);
    }

  return FALSE;
}

static gboolean
read_escape (Reader *self, GString *text)
{
  const char *after;
  gunichar character;

  after = intimail_json_string_read_escape (self->next, self->end, &character);
  if (after == NULL)
    return fail (self, "no valid escape");
  if (character == 0 || intimail_json_string_is_noncharacter (character))
    return fail (self, "forbidden character");
  g_string_append_unichar (text, character);
  self->next = after;

  return TRUE;
}

/* Reads a string. *@text lies in the document, or in self->text when an escape
 * stands in it. */
static gboolean
read_string (Reader *self, const char **text, gsize *length)
{
  const char *begin = ++self->next;
  gboolean escaped = FALSE;

  for (;;)
    {
      const char *run = self->next;

      self->next = intimail_json_string_skip_plain (run, self->end);
      if (has_noncharacter (run, self->next))
        return fail_at (self, (gsize) (run - self->start), "forbidden character in the string");
      if (escaped)
        g_string_append_len (self->text, run, self->next - run);
      if (self->next == self->end)
        return fail (self, "string without an end");
      if (*self->next == '"')
        break;
      if (*self->next != '\\')
        return fail (self, "control character in a string");
      if (!escaped)
        {
          g_string_truncate (self->text, 0);
          g_string_append_len (self->text, begin, self->next - begin);
          escaped = TRUE;
        }
      if (!read_escape (self, self->text))
        return FALSE;
    }
  *text = escaped ? self->text->str : begin;
  *length = escaped ? self->text->len : (gsize) (self->next - begin);
  self->next++;

  return TRUE;
}

static gboolean
skip_digits (Reader *self)
{
  const char *begin = self->next;

  while (self->next < self->end && g_ascii_isdigit (*self->next))
    self->next++;

  return self->next > begin;
}

/* The grammar of RFC 8259 section 6; no part of it is optional. */
static gboolean
skip_number (Reader *self, gboolean *integer)
{
  *integer = TRUE;
  if (at (self, '-'))
    self->next++;
  if (at (self, '0'))
    self->next++;
  else if (!skip_digits (self))
    return fail (self, "no value");
  if (self->next < self->end && g_ascii_isdigit (*self->next))
    return fail (self, "number with a leading zero");
  if (at (self, '.'))
    {
      *integer = FALSE;
      self->next++;
      if (!skip_digits (self))
        return fail (self, "no digit after the point");
    }
  if (at (self, 'e') || at (self, 'E'))
    {
      *integer = FALSE;
      self->next++;
      if (at (self, '+') || at (self, '-'))
        self->next++;
      if (!skip_digits (self))
        return fail (self, "no digit in the exponent");
    }

  return TRUE;
}

static gboolean
read_number (Reader *self, gpointer *node)
{
  const char *begin = self->next;
  char text[MAX_NUMBER_LENGTH + 1];
  gboolean integer;
  gint64 whole;
  double real;
  gsize length;

  if (!skip_number (self, &integer))
    return FALSE;
  length = (gsize) (self->next - begin);
  if (length > MAX_NUMBER_LENGTH)
    return fail_limit (self, "digits");
  memcpy (text, begin, length);
  text[length] = '\0';
  real = g_ascii_strtod (text, NULL);
  if (!isfinite (real))
    return fail_at (self, (gsize) (begin - self->start), "number that no double holds");
  if (self->maker == NULL)
    return TRUE;
  /* An integer over 2^63 stays what it is, as nearly as a double can say. */
  if (integer && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &whole, NULL))
    *node = self->maker->new_integer (whole);
  else
    *node = self->maker->new_real (real);

  return TRUE;
}

static gboolean
read_word (Reader *self, gpointer *node)
{
  static const char *const words[] = { "null", "false", "true" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if ((gsize) (self->end - self->next) < length || memcmp (self->next, words[i], length) != 0)
        continue;
      self->next += length;
      if (self->maker != NULL && i == 0)
        *node = self->maker->new_null ();
      else if (self->maker != NULL)
        *node = self->maker->new_boolean (i == 2);
      return TRUE;
    }

  return fail (self, "no value");
}

static gboolean
open_container (Reader *self)
{
  if (self->depth >= MIN (self->limits->max_depth, MAX_DEPTH))
    return fail_limit (self, "levels");
  self->depth++;
  self->next++;
  skip_space (self);

  return TRUE;
}

/* After an element: TRUE with *@more when a comma, FALSE on anything but @close. */
static gboolean
read_separator (Reader *self, char close, gboolean *more)
{
  skip_space (self);
  *more = at (self, ',');
  if (!*more && !at (self, close))
    return fail (self, close == ']' ? "neither a comma nor the end of an array" : "neither a comma nor the end of an object");
  self->next++;
  skip_space (self);

  return TRUE;
}

static gboolean
read_elements (Reader *self, gpointer array)
{
  gboolean more = TRUE;

  if (at (self, ']'))
    {
      self->next++;
      return TRUE;
    }
  while (more)
    {
      gpointer element = NULL;
      gboolean read = read_value (self, &element);

      if (element != NULL)
        self->maker->add_element (array, element);
      if (!read)
        return FALSE;
      if (!read_separator (self, ']', &more))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_array (Reader *self, gpointer *node)
{
  if (self->maker != NULL)
    *node = self->maker->new_array ();
  if (!open_container (self) || !read_elements (self, *node))
    return FALSE;
  self->depth--;

  return TRUE;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const Key *left = a;
  const Key *right = b;
  int order;

  if (left->length != right->length)
    return left->length < right->length ? -1 : 1;
  order = memcmp (left->text, right->text, left->length);
  if (order != 0)
    return order;

  return left->offset < right->offset ? -1 : left->offset > right->offset;
}

/* Are the keys of the innermost object, from @first on, all different? */
static gboolean
check_keys (Reader *self, guint first)
{
  guint count = self->keys->len - first;
  Key *keys;

  /* An array that never held a key has no address to count from. */
  if (count < 2)
    return TRUE;
  keys = &g_array_index (self->keys, Key, first);
  qsort (keys, count, sizeof *keys, compare_keys);
  for (guint i = 1; i < count; i++)
    if (keys[i].length == keys[i - 1].length &&
        memcmp (keys[i].text, keys[i - 1].text, keys[i].length) == 0)
      return fail_at (self, keys[i].offset, "duplicate key");

  return TRUE;
}

static gboolean
read_key (Reader *self)
{
  Key key = { .offset = (gsize) (self->next - self->start) };

  if (!at (self, '"'))
    return fail (self, "no key");
  if (!read_string (self, &key.text, &key.length))
    return FALSE;
  if (self->maker != NULL || key.text == self->text->str)
    key.text = key.owned = g_strndup (key.text, key.length);
  g_array_append_val (self->keys, key);
  skip_space (self);
  if (!at (self, ':'))
    return fail (self, "no colon after a key");
  self->next++;
  skip_space (self);

  return TRUE;
}

static gboolean
read_members (Reader *self, gpointer object)
{
  gboolean more = TRUE;

  if (at (self, '}'))
    {
      self->next++;
      return TRUE;
    }
  while (more)
    {
      gpointer value = NULL;
      guint index = self->keys->len;
      gboolean read = read_key (self) && read_value (self, &value);

      if (value != NULL)
        self->maker->set_member (object, g_array_index (self->keys, Key, index).owned, value);
      if (!read)
        return FALSE;
      if (!read_separator (self, '}', &more))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_object (Reader *self, gpointer *node)
{
  guint first = self->keys->len;

  if (self->maker != NULL)
    *node = self->maker->new_object ();
  if (!open_container (self) || !read_members (self, *node) || !check_keys (self, first))
    return FALSE;
  g_array_set_size (self->keys, first);
  self->depth--;

  return TRUE;
}

static gboolean
read_value (Reader *self, gpointer *node)
{
  const char *text;
  gsize length;

  if (self->values++ >= self->limits->max_values)
    return fail_limit (self, "values");
  if (self->next == self->end)
    return fail (self, "no value");

  switch (*self->next)
    {
    case '{':
      return read_object (self, node);
    case '[':
      return read_array (self, node);
    case '"':
      if (!read_string (self, &text, &length))
        return FALSE;
      if (self->maker != NULL)
        *node = self->maker->new_string (text, length);
      return TRUE;
    case 'n':
    case 'f':
    case 't':
      return read_word (self, node);
    default:
      return read_number (self, node);
    }
}

static gboolean
read_text (Reader *self, gpointer *node)
{
  const char *bad;

  if ((gsize) (self->end - self->start) > self->limits->max_size)
    {
      g_set_error (self->error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "document has %" G_GSIZE_FORMAT " bytes, limit is %" G_GSIZE_FORMAT,
                   (gsize) (self->end - self->start), self->limits->max_size);
      return FALSE;
    }
  if (!g_utf8_validate_len (self->start, (gsize) (self->end - self->start), &bad))
    return fail_at (self, (gsize) (bad - self->start), "no UTF-8");
  skip_space (self);
  if (!read_value (self, node))
    return FALSE;
  skip_space (self);
  if (self->next < self->end)
    return fail (self, "more after the document");

  return TRUE;
}

gboolean
intimail_json_read (const char *data,
                    gsize length,
                    const IntimailJsonLimits *limits,
                    const IntimailJsonMaker *maker,
                    gpointer *node,
                    GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (Key));
  gpointer made = NULL;
  Reader self = {
    .start = data,
    .next = data,
    .end = data + length,
    .limits = limits != NULL ? limits : &intimail_json_default_limits,
    .keys = keys,
    .text = g_string_new (NULL),
    .maker = maker,
    .error = error,
  };
  gboolean read;

  g_array_set_clear_func (keys, clear_key);
  read = read_text (&self, &made);
  g_string_free (self.text, TRUE);
  if (read && maker != NULL)
    *node = made;
  else if (made != NULL)
    maker->free_node (made);

  return read;
}

gboolean
intimail_json_check (const char *data, gsize length, const IntimailJsonLimits *limits, GError **error)
{
  return intimail_json_read (data, length, limits, NULL, NULL, error);
}
