/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-text-pool-private.h"

#include <string.h>

#include "store/intimail-checksum-private.h"

#define CELLS_MIN 1024
#define DIGIT_BITS 11
/* So many are sorted by comparing. */
#define FEW 16
/* After so many questions, texts of which hardly one comes again are looked for no more. */
#define TRIES 1024
#define HITS_MIN (1 / 4.0)

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
  guint32 n_sought;
  guint32 n_found;

  /* When it is sorted. */
  GArray *keys;   /* the different ones */
  guint32 *ranks; /* of the texts, among the keys */
};

IntimailTextPool *
intimail_text_pool_new (void)
{
  IntimailTextPool *self = g_new0 (IntimailTextPool, 1);

  self->bytes = g_string_new (NULL);
  self->texts = g_array_new (FALSE, FALSE, sizeof (Text));
  self->n_cells = CELLS_MIN;
  self->cells = g_new0 (guint32, CELLS_MIN);
  self->keys = g_array_new (FALSE, FALSE, sizeof (char *));
  return self;
}

void
intimail_text_pool_free (IntimailTextPool *self)
{
  g_string_free (self->bytes, TRUE);
  g_array_unref (self->texts);
  g_array_unref (self->keys);
  g_free (self->ranks);
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

static gboolean
is_worth_looking (const IntimailTextPool *self)
{
  return self->n_sought < TRIES || self->n_found >= self->n_sought * HITS_MIN;
}

guint32
intimail_text_pool_find (IntimailTextPool *self, const char *raw, gsize length)
{
  guint32 cell;

  if (!is_worth_looking (self))
    return INTIMAIL_TEXT_POOL_NONE;
  cell = find_cell (self, intimail_checksum (raw, length), raw, length);
  self->n_sought++;
  self->n_found += self->cells[cell] != 0;
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
intimail_text_pool_add (IntimailTextPool *self, const char *raw, gsize length, const GString *key)
{
  Text text = { .raw = self->bytes->len };
  guint32 number = self->texts->len;

  if (raw != NULL && is_worth_looking (self))
    {
      g_string_append_len (self->bytes, raw, (gssize) length);
      text.raw_length = length;
      text.hash = intimail_checksum (raw, length);
      if ((guint64) (number + 1) * 2 > self->n_cells)
        grow (self);
      self->cells[find_cell (self, text.hash, raw, length)] = number + 1;
    }
  text.key = self->bytes->len;
  g_string_append_len (self->bytes, key->str, (gssize) key->len + 1);
  g_array_append_val (self->texts, text);
  return number;
}

guint32
intimail_text_pool_get_n (const IntimailTextPool *self)
{
  return self->texts->len;
}

/* --- ranks --- */

/* Eight bytes of a key, the first one highest, and 0 from its end on. */
static guint64
get_prefix (const char *key)
{
  guint64 word;
  guint64 zero;

  memcpy (&word, key, sizeof word);
  word = GUINT64_FROM_LE (word);
  zero = (word - G_GUINT64_CONSTANT (0x0101010101010101)) & ~word & G_GUINT64_CONSTANT (0x8080808080808080);
  if (zero != 0)
    word &= ((zero & -zero) >> 7) - 1;
  return GUINT64_SWAP_LE_BE (word);
}

typedef struct
{
  guint64 prefix; /* of what is behind the depth */
  const char *key;
  guint32 number;
} Item;

/* Items that have so many first bytes in common. */
typedef struct
{
  guint32 start;
  guint32 n;
  gsize depth;
} Range;

static void
sort_few (Item *items, guint32 n, gsize depth)
{
  for (guint32 i = 1; i < n; i++)
    {
      Item item = items[i];
      guint32 place = i;

      for (; place > 0 && strcmp (items[place - 1].key + depth, item.key + depth) > 0; place--)
        items[place] = items[place - 1];
      items[place] = item;
    }
}

/* Digit after digit, from the last. @other has room for as many. */
static void
sort_by_prefix (Item *items, Item *other, guint32 n)
{
  Item *from = items;
  Item *to = other;

  for (guint shift = 0; shift < 64; shift += DIGIT_BITS)
    {
      guint32 starts[1 << DIGIT_BITS] = { 0 };
      guint32 start = 0;
      Item *held;

#define DIGIT(item) ((item).prefix >> shift & ((1 << DIGIT_BITS) - 1))
      for (guint32 i = 0; i < n; i++)
        starts[DIGIT (from[i])]++;
      if (starts[DIGIT (from[0])] == n)
        continue;
      for (guint d = 0; d < G_N_ELEMENTS (starts); d++)
        {
          guint32 here = starts[d];

          starts[d] = start;
          start += here;
        }
      for (guint32 i = 0; i < n; i++)
        to[starts[DIGIT (from[i])]++] = from[i];
#undef DIGIT
      held = from;
      from = to;
      to = held;
    }
  if (from != items)
    memcpy (items, from, n * sizeof *items);
}

/* What is the same up to here, and goes on, is sorted by what is behind. */
static void
add_ranges (GArray *ranges, const Item *items, const Range *range)
{
  guint32 end = range->start + range->n;
  guint32 start = range->start;

  for (guint32 i = start + 1; i <= end; i++)
    {
      Range same = { start, i - start, range->depth + sizeof (guint64) };

      if (i < end && items[i].prefix == items[start].prefix)
        continue;
      if (same.n > 1 && (items[start].prefix & 0xff) != 0)
        g_array_append_val (ranges, same);
      start = i;
    }
}

static void
sort_items (Item *items, guint32 n)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  g_autofree Item *other = g_new (Item, n + 1);
  Range range = { 0, n, 0 };

  g_array_append_val (ranges, range);
  while (ranges->len > 0)
    {
      range = g_array_index (ranges, Range, ranges->len - 1);
      g_array_set_size (ranges, ranges->len - 1);
      if (range.n <= FEW)
        {
          sort_few (items + range.start, range.n, range.depth);
          continue;
        }
      for (guint32 i = range.start; i < range.start + range.n; i++)
        items[i].prefix = get_prefix (items[i].key + range.depth);
      sort_by_prefix (items + range.start, other, range.n);
      add_ranges (ranges, items, &range);
    }
}

void
intimail_text_pool_sort (IntimailTextPool *self)
{
  static const char slack[sizeof (guint64)];
  guint32 n = self->texts->len;
  g_autofree Item *items = g_new (Item, n + 1);

  /* A prefix may be read beyond the end of a key. */
  g_string_append_len (self->bytes, slack, sizeof slack);
  for (guint32 i = 0; i < n; i++)
    items[i] = (Item){ 0, self->bytes->str + get_text (self, i)->key, i };
  sort_items (items, n);

  g_array_set_size (self->keys, 0);
  self->ranks = g_renew (guint32, self->ranks, n + 1);
  for (guint32 i = 0; i < n; i++)
    {
      if (i == 0 || strcmp (items[i].key, items[i - 1].key) != 0)
        g_array_append_val (self->keys, items[i].key);
      self->ranks[items[i].number] = self->keys->len - 1;
    }
}

static int
compare_keys (const char *a, const char *b)
{
  guint64 x = get_prefix (a);
  guint64 y = get_prefix (b);

  if (x != y)
    return x < y ? -1 : 1;
  return strcmp (a, b);
}

/* What the ranks of each become among both. */
static guint32
merge (const GArray *first, const GArray *second, guint32 *first_ranks, guint32 *second_ranks)
{
  const char *const *a = (const char *const *) (gconstpointer) first->data;
  const char *const *b = (const char *const *) (gconstpointer) second->data;
  guint32 rank = 0;

  for (guint i = 0, j = 0; i < first->len || j < second->len; rank++)
    {
      int order = i == first->len ? 1 : j == second->len ? -1
                                                         : compare_keys (a[i], b[j]);

      if (order <= 0)
        first_ranks[i++] = rank;
      if (order >= 0)
        second_ranks[j++] = rank;
    }
  return rank;
}

guint32 *
intimail_text_pool_rank (const IntimailTextPool *first, const IntimailTextPool *second, guint32 *n_ranks)
{
  g_autofree guint32 *first_ranks = g_new (guint32, first->keys->len + 1);
  g_autofree guint32 *second_ranks = g_new (guint32, second->keys->len + 1);
  guint32 *ranks = g_new (guint32, first->texts->len + second->texts->len + 1);

  *n_ranks = merge (first->keys, second->keys, first_ranks, second_ranks);
  for (guint32 i = 0; i < first->texts->len; i++)
    ranks[i] = first_ranks[first->ranks[i]];
  for (guint32 i = 0; i < second->texts->len; i++)
    ranks[first->texts->len + i] = second_ranks[second->ranks[i]];
  return ranks;
}
