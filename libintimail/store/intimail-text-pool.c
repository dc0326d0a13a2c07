/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-text-pool-private.h"

#include <string.h>

#include "store/intimail-checksum-private.h"

#define CELLS_MIN 1024

typedef struct
{
  guint64 hash;
  gsize raw; /* places among all bytes */
  gsize raw_length;
  gsize key; /* ends with NUL */
} Text;

struct _IntimailTextPool
{
  GString *bytes;
  GArray *texts;
  guint32 *cells; /* number + 1, by hash; 0 is empty */
  guint32 n_cells;
};

IntimailTextPool *
intimail_text_pool_new (void)
{
  IntimailTextPool *self = g_new0 (IntimailTextPool, 1);

  self->bytes = g_string_new (NULL);
  self->texts = g_array_new (FALSE, FALSE, sizeof (Text));
  self->n_cells = CELLS_MIN;
  self->cells = g_new0 (guint32, CELLS_MIN);
  return self;
}

void
intimail_text_pool_free (IntimailTextPool *self)
{
  g_string_free (self->bytes, TRUE);
  g_array_unref (self->texts);
  g_free (self->cells);
  g_free (self);
}

static const Text *
get_text (const IntimailTextPool *self, guint32 number)
{
  return &g_array_index (self->texts, Text, number);
}

static guint32
find_cell (const IntimailTextPool *self, guint64 hash, const char *raw, gsize length)
{
  guint32 cell = (guint32) hash & (self->n_cells - 1);

  for (; self->cells[cell] != 0; cell = (cell + 1) & (self->n_cells - 1))
    {
      const Text *text = get_text (self, self->cells[cell] - 1);

      if (text->hash == hash && text->raw_length == length && memcmp (self->bytes->str + text->raw, raw, length) == 0)
        break;
    }
  return cell;
}

guint32
intimail_text_pool_find (const IntimailTextPool *self, const char *raw, gsize length)
{
  guint32 cell = find_cell (self, intimail_checksum (raw, length), raw, length);

  return self->cells[cell] != 0 ? self->cells[cell] - 1 : INTIMAIL_TEXT_POOL_NONE;
}

static void
grow (IntimailTextPool *self)
{
  guint32 n_old = self->n_cells;
  g_autofree guint32 *old = self->cells;

  self->n_cells *= 2;
  self->cells = g_new0 (guint32, self->n_cells);
  for (guint32 i = 0; i < n_old; i++)
    {
      const Text *text = old[i] != 0 ? get_text (self, old[i] - 1) : NULL;

      if (text != NULL)
        self->cells[find_cell (self, text->hash, self->bytes->str + text->raw, text->raw_length)] = old[i];
    }
}

guint32
intimail_text_pool_add (IntimailTextPool *self, const char *raw, gsize length, const char *key)
{
  Text text = { 0, self->bytes->len, length, self->bytes->len + length };
  guint32 number = self->texts->len;

  g_string_append_len (self->bytes, raw != NULL ? raw : "", (gssize) length);
  g_string_append_len (self->bytes, key, (gssize) strlen (key) + 1);
  if (raw != NULL)
    {
      text.hash = intimail_checksum (raw, length);
      if ((guint64) (number + 1) * 2 > self->n_cells)
        grow (self);
      self->cells[find_cell (self, text.hash, raw, length)] = number + 1;
    }
  g_array_append_val (self->texts, text);
  return number;
}

/* A key beside its number. The first bytes decide nearly always. */
typedef struct
{
  guint64 prefix;
  const char *key;
  guint32 number;
} Item;

static guint64
get_prefix (const char *key)
{
  guint64 prefix = 0;

  for (guint i = 0; i < 8; i++)
    prefix = prefix << 8 | (guint8) (*key != '\0' ? *key++ : '\0');
  return prefix;
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Item *x = a;
  const Item *y = b;

  if (x->prefix != y->prefix)
    return x->prefix < y->prefix ? -1 : 1;
  return strcmp (x->key, y->key);
}

guint32
intimail_text_pool_get_n (const IntimailTextPool *self)
{
  return self->texts->len;
}

static void
add_items (const IntimailTextPool *self, GArray *items)
{
  for (guint i = 0; i < self->texts->len; i++)
    {
      const char *key = self->bytes->str + get_text (self, i)->key;
      Item item = { get_prefix (key), key, items->len };

      g_array_append_val (items, item);
    }
}

guint32 *
intimail_text_pool_rank (IntimailTextPool *const *pools, guint n_pools, guint32 *n_ranks)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Item));
  const Item *items;
  guint32 *ranks;
  guint32 rank = 0;

  for (guint i = 0; i < n_pools; i++)
    add_items (pools[i], all);
  g_array_sort_with_data (all, compare_items, NULL);
  items = (const Item *) (gconstpointer) all->data;
  ranks = g_new (guint32, all->len + 1);
  for (guint i = 0; i < all->len; i++)
    {
      rank += i > 0 && compare_items (&items[i - 1], &items[i], NULL) != 0;
      ranks[items[i].number] = rank;
    }
  *n_ranks = all->len > 0 ? rank + 1 : 0;
  return ranks;
}
