/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-text-order-private.h"

#include <string.h>

#include "address/intimail-address-private.h"
#include "store/intimail-fold-private.h"
#include "store/intimail-line-order-private.h"
#include "store/intimail-text-pool-private.h"
#include "store/intimail-thread-private.h"

#define SAME INTIMAIL_TEXT_SAME
#define FREE_FOLDER G_MAXUINT16
/* For less than this part of all, no order of all is made. */
#define FEW 8
/* For fewer texts no thread is begun. */
#define THREAD_ABOVE 4096

static const struct
{
  const char *key;
  gsize place; /* in the summary */
} texts[INTIMAIL_N_TEXTS] = {
  [INTIMAIL_TEXT_FROM] = { "from", G_STRUCT_OFFSET (IntimailSummary, from) },
  [INTIMAIL_TEXT_TO] = { "to", G_STRUCT_OFFSET (IntimailSummary, to) },
  [INTIMAIL_TEXT_CC] = { "cc", G_STRUCT_OFFSET (IntimailSummary, cc) },
  [INTIMAIL_TEXT_SUBJECT] = { "subject", G_STRUCT_OFFSET (IntimailSummary, subject) },
};

typedef struct
{
  IntimailAccount *account;
  IntimailTextKind kind;
  IntimailLogWindow window;
  GString *key;
} Reader;

static void
reader_init (Reader *self, IntimailAccount *account, IntimailTextKind kind)
{
  *self = (Reader){ .account = account, .kind = kind, .key = g_string_new (NULL) };
}

static void
reader_clear (Reader *self)
{
  intimail_log_window_clear (&self->window);
  g_string_free (self->key, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* The first name, or the first address (RFC 8621 section 4.4.2). */
static void
fold_address (const char *list, GString *key)
{
  g_autoptr (GPtrArray) addresses = *list != '\0' ? intimail_address_parse_list_lenient (list) : NULL;
  const char *name = list;

  if (addresses != NULL && addresses->len > 0)
    {
      IntimailAddress *first = g_ptr_array_index (addresses, 0);

      name = intimail_address_get_name (first);
      name = name != NULL && *name != '\0' ? name : intimail_address_get_email (first);
    }
  intimail_fold_append (key, name, strlen (name));
}

static void
fold_subject (const char *subject, gsize length, GString *key)
{
  intimail_fold_append (key, subject, length);
  g_string_erase (key, 0, intimail_thread_strip_subject (key->str, &length) - key->str);
  g_string_truncate (key, length);
}

/* The text in the line of a record; its raw is NULL when there is none. FALSE when the
 * line is not that of the record. */
static gboolean
find_in_line (Reader *reader, const IntimailRecord *record, IntimailJsonMember *member)
{
  IntimailIndex *index = intimail_account_get_folder (reader->account, record->folder)->index;
  IntimailIdText id = intimail_id_format ('m', &record->id);
  IntimailJsonLineReader line_reader;
  const char *line;

  if (record->length < 2)
    return FALSE;
  line = intimail_log_window_read (&reader->window, &index->log, record->offset, record->length);
  if (line == NULL || line[record->length - 1] != '\n' || !intimail_json_line_reader_init (&line_reader, line, record->length - 1) ||
      !intimail_json_line_reader_next (&line_reader, member) || member->raw_length != INTIMAIL_ID_TEXT_LENGTH ||
      memcmp (member->raw, id.text, INTIMAIL_ID_TEXT_LENGTH) != 0)
    return FALSE;
  while (intimail_json_line_reader_next (&line_reader, member))
    {
      if (member->kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (member, texts[reader->kind].key))
        return TRUE;
    }
  member->raw = NULL;
  return intimail_json_line_reader_is_complete (&line_reader);
}

/* What the text is sorted by, in the reader's own place. */
static const GString *
fold_text (Reader *reader, const char *text, gsize length)
{
  g_string_truncate (reader->key, 0);
  if (reader->kind == INTIMAIL_TEXT_SUBJECT)
    fold_subject (text, length, reader->key);
  else
    fold_address (text, reader->key);
  return reader->key;
}

static const GString *
fold_member (Reader *reader, const IntimailJsonMember *member)
{
  g_autofree char *text = NULL;

  /* As it stands there a subject needs no copy. */
  if (member->raw == NULL || (!member->escaped && reader->kind == INTIMAIL_TEXT_SUBJECT))
    return fold_text (reader, member->raw != NULL ? member->raw : "", member->raw != NULL ? member->raw_length : 0);
  text = intimail_json_member_dup_string (member);
  return fold_text (reader, text, strlen (text));
}

static const GString *
read_text (Reader *reader, guint32 slot)
{
  g_autoptr (IntimailSummary) summary = NULL;
  IntimailJsonMember member;
  const char *text;

  if (find_in_line (reader, intimail_table_get (reader->account->table, slot), &member))
    return fold_member (reader, &member);
  summary = intimail_account_load_summary (reader->account, slot);
  text = summary != NULL ? G_STRUCT_MEMBER (char *, summary, texts[reader->kind].place) : NULL;
  return fold_text (reader, text != NULL ? text : "", text != NULL ? strlen (text) : 0);
}

/* --- making --- */

/* A record with the number of its text, and then with the rank. */
typedef struct
{
  guint64 id_start; /* in the order of ids */
  guint32 slot;
  guint32 text;
} Item;

static guint32
take_text (Reader *reader, IntimailTextPool *pool, guint32 slot)
{
  IntimailJsonMember member;
  guint32 number;

  if (!find_in_line (reader, intimail_table_get (reader->account->table, slot), &member))
    return intimail_text_pool_add (pool, NULL, 0, read_text (reader, slot));
  number = intimail_text_pool_find (pool, member.raw != NULL ? member.raw : "", member.raw != NULL ? member.raw_length : 0);
  if (number != INTIMAIL_TEXT_POOL_NONE)
    return number;
  return intimail_text_pool_add (pool, member.raw != NULL ? member.raw : "", member.raw != NULL ? member.raw_length : 0,
                                 fold_member (reader, &member));
}

/* Some of the records, by one thread. */
typedef struct
{
  Reader *reader;
  const IntimailLinePlace *places;
  guint n;
  Item *items;
  IntimailTextPool *pool;
  GCancellable *cancellable;
} Part;

static gpointer
read_part (gpointer data)
{
  Part *part = data;

  for (guint i = 0; i < part->n; i++)
    {
      guint32 slot = part->places[i].slot;
      guint64 id_start = intimail_id_get_word (&intimail_table_get (part->reader->account->table, slot)->id);

      if (i % 256 == 0 && g_cancellable_is_cancelled (part->cancellable))
        return NULL;
      part->items[i] = (Item){ GUINT64_FROM_BE (id_start), slot, take_text (part->reader, part->pool, slot) };
    }
  intimail_text_pool_sort (part->pool);
  return NULL;
}

/* By two threads: nothing of the account changes while this one holds its mutex. */
static gboolean
read_items (Reader *reader, const GArray *places, IntimailTextPool *pools[2], Item *items, GCancellable *cancellable, GError **error)
{
  const IntimailLinePlace *all = (const IntimailLinePlace *) (gconstpointer) places->data;
  guint half = places->len > THREAD_ABOVE && g_get_num_processors () > 1 ? places->len / 2 : places->len;
  g_auto (Reader) other = { 0 };
  Part first = { reader, all, half, items, pools[0], cancellable };
  Part second = { &other, all + half, places->len - half, items + half, pools[1], cancellable };
  GThread *thread;

  reader_init (&other, reader->account, reader->kind);
  thread = second.n > 0 ? g_thread_try_new ("intimail-sort", read_part, &second, NULL) : NULL;
  read_part (&first);
  if (thread != NULL)
    g_thread_join (thread);
  else
    read_part (&second);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  for (guint i = half; i < places->len; i++)
    items[i].text += intimail_text_pool_get_n (pools[0]);
  return TRUE;
}

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Item *x = a;
  const Item *y = b;

  if (x->id_start != y->id_start)
    return x->id_start < y->id_start ? -1 : 1;
  return intimail_id_compare (&intimail_table_get (user_data, x->slot)->id, &intimail_table_get (user_data, y->slot)->id);
}

/* By the ranks, which are counted, and those of one rank by their ids. */
static Item *
sort_items (IntimailTable *table, const Item *items, guint n, guint32 n_ranks)
{
  g_autofree guint32 *ends = g_new0 (guint32, n_ranks + 1);
  Item *sorted = g_new (Item, n + 1);
  guint32 start = 0;

  for (guint i = 0; i < n; i++)
    ends[items[i].text]++;
  for (guint32 rank = 0; rank < n_ranks; rank++)
    {
      guint32 here = ends[rank];

      ends[rank] = start;
      start += here;
    }
  for (guint i = 0; i < n; i++)
    sorted[ends[items[i].text]++] = items[i];
  for (guint32 rank = 0; rank < n_ranks; rank++)
    {
      start = rank > 0 ? ends[rank - 1] : 0;
      if (ends[rank] - start > 1)
        g_qsort_with_data (sorted + start, (gint) (ends[rank] - start), sizeof (Item), compare_ids, table);
    }
  return sorted;
}

/* Of all records when @slots is NULL. */
static gboolean
make_order (Reader *reader, const guint32 *slots, guint32 n, IntimailColumn *entries, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) places = intimail_line_order_new (reader->account->table, slots, n);
  g_autoptr (IntimailTextPool) pool = intimail_text_pool_new ();
  g_autoptr (IntimailTextPool) other_pool = intimail_text_pool_new ();
  IntimailTextPool *pools[] = { pool, other_pool };
  g_autofree Item *items = g_new (Item, places->len + 1);
  g_autofree Item *sorted = NULL;
  g_autofree guint32 *ranks = NULL;
  guint32 n_ranks;

  if (!read_items (reader, places, pools, items, cancellable, error))
    return FALSE;
  ranks = intimail_text_pool_rank (pool, other_pool, &n_ranks);
  for (guint i = 0; i < places->len; i++)
    items[i].text = ranks[items[i].text];
  sorted = sort_items (reader->account->table, items, places->len, n_ranks);

  intimail_column_clear (entries);
  intimail_column_reserve (entries, places->len + 1);
  for (guint i = 0; i < places->len; i++)
    {
      guint32 entry = sorted[i].slot | (i > 0 && sorted[i].text == sorted[i - 1].text ? SAME : 0);

      intimail_column_append (entries, &entry);
    }
  return TRUE;
}

/* --- mending --- */

/* Takes out what is gone, and what came into its place. */
static void
take_out (IntimailTable *table, IntimailColumn *column, const guint8 *is_new)
{
  guint32 *entries = (guint32 *) (gpointer) column->data;
  guint32 kept = 0;
  guint32 group = 0;
  guint32 last_group = G_MAXUINT32;

  for (guint32 i = 0; i < column->n; i++)
    {
      guint32 slot = entries[i] & ~SAME;

      group += i > 0 && (entries[i] & SAME) == 0;
      if (is_new[slot] != 0 || intimail_table_get (table, slot)->folder == FREE_FOLDER)
        continue;
      entries[kept++] = slot | (group == last_group ? SAME : 0);
      last_group = group;
    }
  column->n = kept;
}

static int
compare_with (Reader *reader, const char *text, const IntimailId *id, guint32 slot, gboolean *same)
{
  int order = strcmp (text, read_text (reader, slot)->str);

  *same = order == 0;
  return order != 0 ? order : intimail_id_compare (id, &intimail_table_get (reader->account->table, slot)->id);
}

static void
put_in (Reader *reader, IntimailColumn *column, guint32 slot)
{
  g_autofree char *text = g_strdup (read_text (reader, slot)->str);
  const IntimailId *id = &intimail_table_get (reader->account->table, slot)->id;
  guint32 *entries = (guint32 *) (gpointer) column->data;
  guint32 low = 0;
  guint32 high = column->n;
  gboolean same = FALSE;
  guint32 entry = slot;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (compare_with (reader, text, id, entries[middle] & ~SAME, &same) > 0)
        low = middle + 1;
      else
        high = middle;
    }
  if (low > 0 && (compare_with (reader, text, id, entries[low - 1] & ~SAME, &same), same))
    entry |= SAME;
  if (low < column->n && (compare_with (reader, text, id, entries[low] & ~SAME, &same), same))
    entries[low] |= SAME;
  intimail_column_insert (column, low, &entry);
}

static void
mend_order (Reader *reader, const IntimailTextOrders *orders, IntimailColumn *column)
{
  IntimailTable *table = reader->account->table;
  g_autofree guint8 *is_new = g_new0 (guint8, intimail_table_get_n_slots (table) + 1);

  for (guint32 i = 0; i < orders->added.n; i++)
    is_new[*(const guint32 *) intimail_column_get (&orders->added, i)] = 1;
  take_out (table, column, is_new);
  for (guint32 i = 0; i < orders->added.n; i++)
    {
      guint32 slot = *(const guint32 *) intimail_column_get (&orders->added, i);

      if (is_new[slot] != 0 && intimail_table_get (table, slot)->folder != FREE_FOLDER)
        put_in (reader, column, slot);
      is_new[slot] = 0;
    }
}

static void
mend_all (IntimailAccount *account)
{
  IntimailTextOrders *orders = intimail_table_get_text_orders (account->table);

  if (orders->added.n == 0 && orders->n_removed == 0)
    return;
  for (guint i = 0; i < INTIMAIL_N_TEXTS; i++)
    {
      g_auto (Reader) reader = { 0 };

      reader_init (&reader, account, (IntimailTextKind) i);
      if ((orders->made & 1u << i) != 0)
        mend_order (&reader, orders, &orders->entries[i]);
    }
  orders->added.n = orders->n_removed = 0;
}

static gboolean
is_made (IntimailAccount *account, IntimailTextKind kind)
{
  IntimailTextOrders *orders = intimail_table_get_text_orders (account->table);

  /* An order that says less than all is none. */
  return (orders->made & 1u << kind) != 0 && orders->entries[kind].n == intimail_table_get_n_copies (account->table);
}

static gboolean
make_kept_order (Reader *reader, GCancellable *cancellable, GError **error)
{
  IntimailAccount *account = reader->account;
  IntimailTextOrders *orders = intimail_table_get_text_orders (account->table);
  IntimailColumn *column = &orders->entries[reader->kind];

  if (!make_order (reader, NULL, 0, column, cancellable, error))
    return FALSE;
  orders->made |= 1u << reader->kind;
  account->image_wanted = TRUE;
  return TRUE;
}

static void
take_ranks (IntimailAccount *account, const IntimailColumn *column, GArray *slots, gint64 *ranks, gint64 *places)
{
  g_autofree guint32 *rank_of = g_new0 (guint32, intimail_table_get_n_slots (account->table) + 1);
  g_autofree guint32 *place_of = g_new0 (guint32, intimail_table_get_n_slots (account->table) + 1);
  const guint32 *entries = (const guint32 *) (gconstpointer) column->data;
  guint32 rank = 0;

  for (guint32 i = 0; i < column->n; i++)
    {
      rank += (entries[i] & SAME) == 0;
      rank_of[entries[i] & ~SAME] = rank;
      place_of[entries[i] & ~SAME] = i;
    }
  for (guint i = 0; i < slots->len; i++)
    {
      ranks[i] = rank_of[g_array_index (slots, guint32, i)];
      places[i] = place_of[g_array_index (slots, guint32, i)];
    }
}

gboolean
intimail_text_order_rank (IntimailAccount *account, IntimailTextKind kind, GArray *slots, gint64 *ranks, gint64 *places, GCancellable *cancellable, GError **error)
{
  IntimailTextOrders *orders = intimail_table_get_text_orders (account->table);
  g_auto (Reader) reader = { 0 };
  IntimailColumn few;
  gboolean ok = TRUE;

  reader_init (&reader, account, kind);
  intimail_column_init (&few, sizeof (guint32));
  mend_all (account);
  if (!is_made (account, kind) && slots->len < intimail_table_get_n_copies (account->table) / FEW)
    {
      ok = make_order (&reader, (const guint32 *) (gconstpointer) slots->data, slots->len, &few, cancellable, error);
      if (ok)
        take_ranks (account, &few, slots, ranks, places);
    }
  else
    {
      ok = is_made (account, kind) || make_kept_order (&reader, cancellable, error);
      if (ok)
        take_ranks (account, &orders->entries[kind], slots, ranks, places);
    }
  intimail_column_clear (&few);
  return ok;
}
