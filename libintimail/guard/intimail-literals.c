/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-literals-private.h"

#include <string.h>

struct _IntimailLiterals
{
  GString *text; /* each with its NUL */
  GArray *bits;  /* guint64, one for each */

  guint8 classes[256]; /* bytes that stand in no literal are all of class 0 */
  guint n_classes;
  guint n_states;
  guint16 *next; /* a row for each state, a column for each class */
  guint64 *found;
};

IntimailLiterals *
intimail_literals_new (void)
{
  IntimailLiterals *self = g_new0 (IntimailLiterals, 1);

  self->text = g_string_new (NULL);
  self->bits = g_array_new (FALSE, FALSE, sizeof (guint64));

  return self;
}

void
intimail_literals_free (IntimailLiterals *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->bits);
  g_free (self->next);
  g_free (self->found);
  g_free (self);
}

gboolean
intimail_literals_add (IntimailLiterals *self, const char *literal, guint64 bits)
{
  gsize length = strlen (literal);

  if (length == 0 || self->text->len + length + 1 > INTIMAIL_LITERALS_MAX_BYTES)
    return FALSE;
  g_string_append_len (self->text, literal, (gssize) length + 1);
  g_array_append_val (self->bits, bits);

  return TRUE;
}

static guint16 *
step (const IntimailLiterals *self, guint state, guint8 byte)
{
  return self->next + (gsize) state * self->n_classes + self->classes[byte];
}

static void
add_states (IntimailLiterals *self)
{
  const char *literal = self->text->str;

  self->n_states = 1;
  for (guint i = 0; i < self->bits->len; i++, literal += strlen (literal) + 1)
    {
      guint state = 0;

      for (const char *at = literal; *at != '\0'; at++)
        {
          guint16 *next = step (self, state, (guint8) *at);

          if (*next == 0)
            *next = (guint16) self->n_states++;
          state = *next;
        }
      self->found[state] |= g_array_index (self->bits, guint64, i);
    }
}

/* State by state, the nearest first: where a literal does not go on, its longest end
 * that begins another does. */
static void
add_failures (IntimailLiterals *self)
{
  g_autofree guint16 *failure = g_new0 (guint16, self->n_states);
  g_autofree guint16 *queue = g_new0 (guint16, self->n_states);
  guint n_queue = 0;

  for (guint class = 0; class < self->n_classes; class ++)
    if (self->next[class] != 0)
      queue[n_queue++] = self->next[class];
  for (guint i = 0; i < n_queue; i++)
    {
      guint state = queue[i];
      guint16 *row = self->next + (gsize) state * self->n_classes;
      const guint16 *other = self->next + (gsize) failure[state] * self->n_classes;

      self->found[state] |= self->found[failure[state]];
      for (guint class = 0; class < self->n_classes; class ++)
        if (row[class] == 0)
          row[class] = other[class];
        else
          {
            failure[row[class]] = other[class];
            queue[n_queue++] = row[class];
          }
    }
}

static void
compile (IntimailLiterals *self)
{
  guint max_states = (guint) self->text->len + 1;

  self->n_classes = 1;
  for (gsize i = 0; i < self->text->len; i++)
    {
      guint8 byte = (guint8) self->text->str[i];

      if (byte != '\0' && self->classes[byte] == 0)
        self->classes[byte] = (guint8) self->n_classes++;
    }
  self->next = g_new0 (guint16, (gsize) max_states * self->n_classes);
  self->found = g_new0 (guint64, max_states);
  add_states (self);
  add_failures (self);
  self->next = g_renew (guint16, self->next, (gsize) self->n_states * self->n_classes);
  self->found = g_renew (guint64, self->found, self->n_states);
}

guint64
intimail_literals_find (IntimailLiterals *self, const char *text, gsize length)
{
  const guint16 *next;
  gsize n_classes;
  guint state = 0;
  guint64 bits = 0;

  if (self->next == NULL)
    compile (self);
  next = self->next;
  n_classes = self->n_classes;
  for (gsize i = 0; i < length; i++)
    {
      state = next[state * n_classes + self->classes[(guint8) text[i]]];
      bits |= self->found[state];
    }

  return bits;
}
