/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-text-order-private.h"

#include <string.h>

#include "address/intimail-address-private.h"
#include "store/intimail-fold-private.h"
#include "store/intimail-thread-private.h"

#define SAME INTIMAIL_TEXT_SAME
#define FREE_FOLDER G_MAXUINT16
/* For less than this part of all, no order of all is made. */
#define FEW 8

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
} Reader;

/* A text beside its record. The first bytes decide nearly always. */
typedef struct
{
  guint64 prefix;
  gsize text; /* where it is among all */
  guint32 slot;
} Item;

/* The first name, or the first address (RFC 8621 section 4.4.2). */
static char *
fold_address (const char *list)
{
  g_autoptr (GPtrArray) addresses = *list != '\0' ? intimail_address_parse_list_lenient (list) : NULL;
  IntimailAddress *first;
  const char *name;

  if (addresses == NULL || addresses->len == 0)
    return intimail_fold (list);
  first = g_ptr_array_index (addresses, 0);
  name = intimail_address_get_name (first);
  return intimail_fold (name != NULL && *name != '\0' ? name : intimail_address_get_email (first));
}

static char *
fold_subject (const char *subject)
{
  g_autofree char *folded = intimail_fold (subject);

  return intimail_thread_strip_subject (folded);
}

/* NULL when the line is not that of the record. */
static char *
read_from_line (Reader *reader, const IntimailRecord *record)
{
  IntimailIndex *index = intimail_account_get_folder (reader->account, record->folder)->index;
  IntimailIdText id = intimail_id_format ('m', &record->id);
  IntimailJsonLineReader line_reader;
  IntimailJsonMember member;
  const char *line;

  if (record->length < 2)
    return NULL;
  line = intimail_log_window_read (&reader->window, &index->log, record->offset, record->length);
  if (line == NULL || line[record->length - 1] != '\n' || !intimail_json_line_reader_init (&line_reader, line, record->length - 1) ||
      !intimail_json_line_reader_next (&line_reader, &member) || member.raw_length != INTIMAIL_ID_TEXT_LENGTH ||
      memcmp (member.raw, id.text, INTIMAIL_ID_TEXT_LENGTH) != 0)
    return NULL;
  while (intimail_json_line_reader_next (&line_reader, &member))
    {
      if (member.kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (&member, texts[reader->kind].key))
        return intimail_json_member_dup_string (&member);
    }
  return intimail_json_line_reader_is_complete (&line_reader) ? g_strdup ("") : NULL;
}

static char *
read_text (Reader *reader, guint32 slot)
{
  g_autofree char *text = read_from_line (reader, intimail_table_get (reader->account->table, slot));

  if (text == NULL)
    {
      g_autoptr (IntimailSummary) summary = intimail_account_load_summary (reader->account, slot);

      text = g_strdup (summary != NULL ? G_STRUCT_MEMBER (char *, summary, texts[reader->kind].place) : NULL);
    }
  if (text == NULL)
    return g_strdup ("");
  return reader->kind == INTIMAIL_TEXT_SUBJECT ? fold_subject (text) : fold_address (text);
}

static guint64
get_prefix (const char *text)
{
  guint64 prefix = 0;

  for (guint i = 0; i < 8; i++)
    prefix = prefix << 8 | (guint8) (*text != '\0' ? *text++ : '\0');
  return prefix;
}

typedef struct
{
  IntimailTable *table;
  const char *texts;
} Comparing;

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Comparing *comparing = user_data;
  const Item *x = a;
  const Item *y = b;
  int order;

  if (x->prefix != y->prefix)
    return x->prefix < y->prefix ? -1 : 1;
  order = strcmp (comparing->texts + x->text, comparing->texts + y->text);
  if (order != 0)
    return order;
  return intimail_id_compare (&intimail_table_get (comparing->table, x->slot)->id, &intimail_table_get (comparing->table, y->slot)->id);
}

/* Of all records when @slots is NULL. */
static gboolean
read_items (Reader *reader, const guint32 *slots, guint32 n, GArray *items, GString *all, GCancellable *cancellable, GError **error)
{
  IntimailTable *table = reader->account->table;

  for (guint32 i = 0; i < n; i++)
    {
      g_autofree char *text = NULL;
      Item item = { 0, all->len, slots != NULL ? slots[i] : i };

      if (i % 256 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (intimail_table_get (table, item.slot)->folder == FREE_FOLDER)
        continue;
      text = read_text (reader, item.slot);
      item.prefix = get_prefix (text);
      g_string_append_len (all, text, (gssize) strlen (text) + 1);
      g_array_append_val (items, item);
    }
  return TRUE;
}

static gboolean
make_order (Reader *reader, const guint32 *slots, guint32 n, IntimailColumn *entries, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) items = g_array_sized_new (FALSE, FALSE, sizeof (Item), n);
  g_autoptr (GString) all = g_string_new (NULL);
  Comparing comparing = { reader->account->table, NULL };

  if (!read_items (reader, slots, n, items, all, cancellable, error))
    return FALSE;
  comparing.texts = all->str;
  g_array_sort_with_data (items, compare_items, &comparing);

  intimail_column_clear (entries);
  intimail_column_reserve (entries, items->len + 1);
  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);
      gboolean same = i > 0 && strcmp (all->str + item->text, all->str + (item - 1)->text) == 0;
      guint32 entry = item->slot | (same ? SAME : 0);

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
  g_autofree char *other = read_text (reader, slot);
  int order = strcmp (text, other);

  *same = order == 0;
  return order != 0 ? order : intimail_id_compare (id, &intimail_table_get (reader->account->table, slot)->id);
}

static void
put_in (Reader *reader, IntimailColumn *column, guint32 slot)
{
  g_autofree char *text = read_text (reader, slot);
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
      Reader reader = { account, (IntimailTextKind) i, { 0 } };

      if ((orders->made & 1u << i) != 0)
        mend_order (&reader, orders, &orders->entries[i]);
      intimail_log_window_clear (&reader.window);
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

  if (!make_order (reader, NULL, intimail_table_get_n_slots (account->table), column, cancellable, error))
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
  Reader reader = { account, kind, { 0 } };
  IntimailColumn few;
  gboolean ok = TRUE;

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
  intimail_log_window_clear (&reader.window);
  return ok;
}
