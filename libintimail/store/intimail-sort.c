/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-sort-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "address/intimail-address-private.h"
#include "store/intimail-thread-private.h"

#define KEYS_MAX 16

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

typedef union
{
  gint64 number;
  char *text;
} Value;

typedef struct
{
  IntimailAccount *account;
  Key keys[KEYS_MAX];
  guint n_keys;
} Sorting;

typedef struct
{
  guint32 slot;
  const Value *values;
} Item;

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

static char *
fold (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (composed != NULL ? composed : text, -1);
}

/* The first name, or the first address (RFC 8621 section 4.4.2). */
static char *
fold_address (const char *list)
{
  g_autoptr (GPtrArray) addresses = list != NULL && *list != '\0' ? intimail_address_parse_list_lenient (list) : NULL;
  IntimailAddress *first;
  const char *name;

  if (addresses == NULL || addresses->len == 0)
    return fold (list != NULL ? list : "");
  first = g_ptr_array_index (addresses, 0);
  name = intimail_address_get_name (first);
  return fold (name != NULL && *name != '\0' ? name : intimail_address_get_email (first));
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

static Value
get_value (Sorting *sorting, guint32 slot, const Key *key, const IntimailSummary *summary)
{
  IntimailRecord *record = intimail_table_get (sorting->account->table, slot);
  Value value = { 0 };

  switch (key->kind)
    {
    case KEY_RECEIVED:
      value.number = record->received;
      break;
    case KEY_SENT:
      value.number = record->sent;
      break;
    case KEY_SIZE:
      value.number = record->size;
      break;
    case KEY_FROM:
      value.text = fold_address (summary != NULL ? summary->from : NULL);
      break;
    case KEY_TO:
      value.text = fold_address (summary != NULL ? summary->to : NULL);
      break;
    case KEY_CC:
      value.text = fold_address (summary != NULL ? summary->cc : NULL);
      break;
    case KEY_SUBJECT:
      value.text = intimail_thread_get_base_subject (summary != NULL && summary->subject != NULL ? summary->subject : "");
      break;
    case KEY_KEYWORD:
      value.number = (intimail_table_get_keywords (sorting->account->table, slot) & key->keyword) != 0;
      break;
    case KEY_ALL_IN_THREAD:
    case KEY_SOME_IN_THREAD:
      value.number = count_thread (sorting->account, slot, key);
      break;
    }
  return value;
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  Sorting *sorting = user_data;
  const Item *x = a;
  const Item *y = b;

  for (guint i = 0; i < sorting->n_keys; i++)
    {
      const Key *key = &sorting->keys[i];
      int order;

      if (is_text (key->kind))
        order = strcmp (x->values[i].text, y->values[i].text);
      else
        order = (x->values[i].number > y->values[i].number) - (x->values[i].number < y->values[i].number);
      if (order != 0)
        return key->descending ? -order : order;
    }
  return intimail_id_compare (&intimail_table_get (sorting->account->table, x->slot)->id,
                              &intimail_table_get (sorting->account->table, y->slot)->id);
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

static gboolean
fill_values (Sorting *sorting, GArray *slots, Value *values, GCancellable *cancellable, GError **error)
{
  gboolean with_texts = FALSE;

  for (guint k = 0; k < sorting->n_keys; k++)
    with_texts |= is_text (sorting->keys[k].kind);
  for (guint i = 0; i < slots->len; i++)
    {
      guint32 slot = g_array_index (slots, guint32, i);
      g_autoptr (IntimailSummary) summary = NULL;

      if (i % 256 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (with_texts)
        summary = intimail_account_load_summary (sorting->account, slot);
      for (guint k = 0; k < sorting->n_keys; k++)
        values[(gsize) i * sorting->n_keys + k] = get_value (sorting, slot, &sorting->keys[k], summary);
    }
  return TRUE;
}

static void
free_values (Sorting *sorting, Value *values, guint n)
{
  for (gsize i = 0; i < (gsize) n * sorting->n_keys; i++)
    {
      if (is_text (sorting->keys[i % sorting->n_keys].kind))
        g_free (values[i].text);
    }
  g_free (values);
}

static gboolean
sort_items (Sorting *sorting, GArray *slots, GCancellable *cancellable, GError **error)
{
  Value *values = g_new0 (Value, (gsize) slots->len * sorting->n_keys + 1);
  g_autofree Item *items = g_new (Item, slots->len + 1);

  if (!fill_values (sorting, slots, values, cancellable, error))
    {
      free_values (sorting, values, slots->len);
      return FALSE;
    }
  for (guint i = 0; i < slots->len; i++)
    {
      items[i].slot = g_array_index (slots, guint32, i);
      items[i].values = values + (gsize) i * sorting->n_keys;
    }
  g_qsort_with_data (items, (gint) slots->len, sizeof (Item), compare_items, sorting);
  for (guint i = 0; i < slots->len; i++)
    g_array_index (slots, guint32, i) = items[i].slot;

  free_values (sorting, values, slots->len);
  return TRUE;
}

gboolean
intimail_sort (IntimailAccount *account, GArray *slots, gboolean by_received, const char *const *sort, GCancellable *cancellable, GError **error)
{
  static const char *const newest_first[] = { "-receivedAt", NULL };
  Sorting sorting = { account, { { 0 } }, 0 };

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
  return sort_items (&sorting, slots, cancellable, error);
}
