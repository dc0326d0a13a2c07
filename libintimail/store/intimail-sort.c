/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-sort-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "store/intimail-text-order-private.h"

#define KEYS_MAX 16
#define DIGIT_BITS 11

typedef enum
{
  KEY_RECEIVED,
  KEY_SENT,
  KEY_SIZE,
  KEY_FROM,
  KEY_TO,
  KEY_CC,
  KEY_SUBJECT,
  KEY_KEYWORD,
  KEY_ALL_IN_THREAD,
  KEY_SOME_IN_THREAD,
} KeyKind;

typedef struct
{
  KeyKind kind;
  gboolean descending;
  guint64 keyword;
} Key;

typedef struct
{
  IntimailAccount *account;
  GArray *slots;
  Key keys[KEYS_MAX];
  guint n_keys;
  gint64 *values[KEYS_MAX + 1]; /* of each slot; the last ones decide where all others are the same */
  gboolean has_places;
} Sorting;

static gboolean
is_text (KeyKind kind)
{
  return kind == KEY_FROM || kind == KEY_TO || kind == KEY_CC || kind == KEY_SUBJECT;
}

static gboolean
parse_key (IntimailAccount *account, const char *text, Key *key, GError **error)
{
  static const struct
  {
    const char *name;
    KeyKind kind;
  } names[] = {
    { "receivedAt", KEY_RECEIVED },
    { "sentAt", KEY_SENT },
    { "size", KEY_SIZE },
    { "from", KEY_FROM },
    { "to", KEY_TO },
    { "cc", KEY_CC },
    { "subject", KEY_SUBJECT },
    { "hasKeyword:", KEY_KEYWORD },
    { "allInThreadHaveKeyword:", KEY_ALL_IN_THREAD },
    { "someInThreadHaveKeyword:", KEY_SOME_IN_THREAD },
  };
  const char *name = text[0] == '-' ? text + 1 : text;

  key->descending = text[0] == '-';
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gboolean with_word = g_str_has_suffix (names[i].name, ":");

      if (with_word ? !g_str_has_prefix (name, names[i].name) : strcmp (name, names[i].name) != 0)
        continue;
      key->kind = names[i].kind;
      if (with_word)
        key->keyword = intimail_account_find_keyword (account, name + strlen (names[i].name));
      return TRUE;
    }

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "cannot sort by \"%s\"", text);
  return FALSE;
}

static gint64
count_thread (IntimailAccount *account, guint32 slot, const Key *key)
{
  gboolean all = TRUE;
  gboolean some = FALSE;
  guint32 i = intimail_table_find_thread (account->table, intimail_table_get_thread_id (account->table, slot));

  for (; i != INTIMAIL_TABLE_NONE; i = intimail_table_get (account->table, i)->thread_next)
    {
      gboolean has;

      if (!intimail_table_is_first (account->table, i))
        continue;
      has = (intimail_table_get_keywords (account->table, i) & key->keyword) != 0;
      all = all && has;
      some = some || has;
    }
  return key->kind == KEY_ALL_IN_THREAD ? all : some;
}

static gint64
get_number (Sorting *sorting, guint32 slot, const Key *key)
{
  const IntimailRecord *record = intimail_table_get (sorting->account->table, slot);

  switch (key->kind)
    {
    case KEY_RECEIVED:
      return record->received;
    case KEY_SENT:
      return record->sent;
    case KEY_SIZE:
      return record->size;
    case KEY_KEYWORD:
      return (intimail_table_get_keywords (sorting->account->table, slot) & key->keyword) != 0;
    case KEY_ALL_IN_THREAD:
    case KEY_SOME_IN_THREAD:
      return count_thread (sorting->account, slot, key);
    case KEY_FROM:
    case KEY_TO:
    case KEY_CC:
    case KEY_SUBJECT:
      break;
    }
  g_return_val_if_reached (0);
}

static gboolean
fill_values (Sorting *sorting, guint k, GCancellable *cancellable, GError **error)
{
  static const IntimailTextKind kinds[] = {
    [KEY_FROM] = INTIMAIL_TEXT_FROM,
    [KEY_TO] = INTIMAIL_TEXT_TO,
    [KEY_CC] = INTIMAIL_TEXT_CC,
    [KEY_SUBJECT] = INTIMAIL_TEXT_SUBJECT,
  };
  const Key *key = &sorting->keys[k];

  if (is_text (key->kind))
    {
      sorting->has_places = TRUE;
      return intimail_text_order_rank (sorting->account, kinds[key->kind], sorting->slots, sorting->values[k],
                                       sorting->values[sorting->n_keys], cancellable, error);
    }
  for (guint i = 0; i < sorting->slots->len; i++)
    {
      if (i % 1024 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      sorting->values[k][i] = get_number (sorting, g_array_index (sorting->slots, guint32, i), key);
    }
  return TRUE;
}

/* Stable, so that the keys are gone through from the least to the most important. What
 * all values have in common is left out. */
static void
sort_by_values (const gint64 *values, gboolean descending, guint32 *order, guint32 *other, guint n)
{
  gint64 smallest = G_MAXINT64;
  gint64 largest = G_MININT64;

  for (guint i = 0; i < n; i++)
    {
      smallest = MIN (smallest, values[i]);
      largest = MAX (largest, values[i]);
    }
  for (guint shift = 0; shift < 64 && ((guint64) largest - (guint64) smallest) >> shift != 0; shift += DIGIT_BITS)
    {
      guint32 starts[1 << DIGIT_BITS] = { 0 };
      guint32 start = 0;

#define DIGIT(i) ((descending ? (guint64) largest - (guint64) values[i] : (guint64) values[i] - (guint64) smallest) >> shift & ((1 << DIGIT_BITS) - 1))
      for (guint i = 0; i < n; i++)
        starts[DIGIT (i)]++;
      for (guint d = 0; d < G_N_ELEMENTS (starts); d++)
        {
          guint32 here = starts[d];

          starts[d] = start;
          start += here;
        }
      for (guint i = 0; i < n; i++)
        other[starts[DIGIT (order[i])]++] = order[i];
#undef DIGIT
      memcpy (order, other, n * sizeof *order);
    }
}

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer user_data)
{
  Sorting *sorting = user_data;
  guint32 x = g_array_index (sorting->slots, guint32, *(const guint32 *) a);
  guint32 y = g_array_index (sorting->slots, guint32, *(const guint32 *) b);

  return intimail_id_compare (&intimail_table_get (sorting->account->table, x)->id, &intimail_table_get (sorting->account->table, y)->id);
}

static gboolean
is_same (Sorting *sorting, guint32 a, guint32 b)
{
  for (guint k = 0; k < sorting->n_keys; k++)
    {
      if (sorting->values[k][a] != sorting->values[k][b])
        return FALSE;
    }
  return TRUE;
}

/* What is the same by all keys goes by its id. */
static void
sort_the_same (Sorting *sorting, guint32 *order, guint n)
{
  guint start = 0;

  for (guint i = 1; i <= n; i++)
    {
      if (i < n && is_same (sorting, order[start], order[i]))
        continue;
      if (i - start > 1)
        g_qsort_with_data (order + start, (gint) (i - start), sizeof *order, compare_ids, sorting);
      start = i;
    }
}

static gboolean
fill_all (Sorting *sorting, GCancellable *cancellable, GError **error)
{
  for (guint k = 0; k < sorting->n_keys; k++)
    {
      if (!fill_values (sorting, k, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* The places of a last text are the order that it asks for. */
static gboolean
is_in_place (const Sorting *sorting)
{
  const Key *last = &sorting->keys[sorting->n_keys - 1];

  return is_text (last->kind) && !last->descending;
}

static gboolean
sort_slots (Sorting *sorting, GCancellable *cancellable, GError **error)
{
  guint n = sorting->slots->len;
  g_autofree gint64 *values = g_new (gint64, ((gsize) sorting->n_keys + 1) * n + 1);
  g_autofree guint32 *order = g_new (guint32, n + 1);
  g_autofree guint32 *other = g_new (guint32, n + 1);

  for (guint k = 0; k <= sorting->n_keys; k++)
    sorting->values[k] = values + (gsize) k * n;
  if (!fill_all (sorting, cancellable, error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    order[i] = i;
  /* One text and one id come after the other in the places of the last text. */
  if (sorting->has_places)
    sort_by_values (sorting->values[sorting->n_keys], FALSE, order, other, n);
  for (guint k = is_in_place (sorting) ? sorting->n_keys - 1 : sorting->n_keys; k-- > 0;)
    sort_by_values (sorting->values[k], sorting->keys[k].descending, order, other, n);
  if (!sorting->has_places)
    sort_the_same (sorting, order, n);

  for (guint i = 0; i < n; i++)
    other[i] = g_array_index (sorting->slots, guint32, order[i]);
  if (n > 0)
    memcpy (sorting->slots->data, other, n * sizeof *other);
  return TRUE;
}

static void
reverse (GArray *slots)
{
  for (guint i = 0; i < slots->len / 2; i++)
    {
      guint32 *a = &g_array_index (slots, guint32, i);
      guint32 *b = &g_array_index (slots, guint32, slots->len - 1 - i);
      guint32 held = *a;

      *a = *b;
      *b = held;
    }
}

gboolean
intimail_sort (IntimailAccount *account, GArray *slots, gboolean by_received, const char *const *sort, GCancellable *cancellable, GError **error)
{
  static const char *const newest_first[] = { "-receivedAt", NULL };
  Sorting sorting = { .account = account, .slots = slots };

  if (sort == NULL || sort[0] == NULL)
    sort = newest_first;
  for (; sort[sorting.n_keys] != NULL; sorting.n_keys++)
    {
      if (sorting.n_keys == KEYS_MAX)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "cannot sort by more than %d things", KEYS_MAX);
          return FALSE;
        }
      if (!parse_key (account, sort[sorting.n_keys], &sorting.keys[sorting.n_keys], error))
        return FALSE;
    }

  /* What most lists ask for is there already. */
  if (by_received && sorting.n_keys == 1 && sorting.keys[0].kind == KEY_RECEIVED)
    {
      if (sorting.keys[0].descending)
        reverse (slots);
      return TRUE;
    }
  return sort_slots (&sorting, cancellable, error);
}
