/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-rule-view-private.h"

#include <string.h>

#include <intimail/intimail-address.h>

#include "message/intimail-address-list-private.h"
#include "store/intimail-fold-private.h"

struct _IntimailRuleView
{
  GBytes *message;
  guint64 size; /* without our own fields */
  GArray *fields;
  guint n_ours;
  const char *charset;
  GHashTable *texts; /* field: GPtrArray of folded text */
};

IntimailRuleView *
intimail_rule_view_new (GBytes *message, gsize trace)
{
  IntimailRuleView *self = g_new0 (IntimailRuleView, 1);
  guint budget = INTIMAIL_FIELD_MAX_COUNT;
  gsize size;
  const char *data = g_bytes_get_data (message, &size);

  self->message = g_bytes_ref (message);
  self->size = size - trace;
  self->fields = g_array_new (FALSE, FALSE, sizeof (IntimailRawField));
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  if (size == 0)
    return self;

  intimail_raw_fields_parse (self->fields, data, 0, size, &budget, NULL, NULL);
  for (guint i = 0; i < self->fields->len; i++)
    if (g_array_index (self->fields, IntimailRawField, i).name < data + trace)
      self->n_ours = i + 1;
  self->charset = intimail_raw_fields_find_charset ((const IntimailRawField *) self->fields->data, self->fields->len);
  return self;
}

void
intimail_rule_view_free (IntimailRuleView *self)
{
  g_hash_table_unref (self->texts);
  g_array_unref (self->fields);
  g_bytes_unref (self->message);
  g_free (self);
}

guint64
intimail_rule_view_get_size (const IntimailRuleView *self)
{
  return self->size;
}

static const IntimailRawField *
get_field (const IntimailRuleView *self, guint i)
{
  return &g_array_index (self->fields, IntimailRawField, i);
}

static gboolean
has_addresses (const char *name)
{
  static const char *const names[] = { "from", "to", "cc", "bcc", "sender", "reply-to", "return-path", "delivered-to",
                                       "resent-from", "resent-to", "resent-cc", "x-original-to" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;

  return FALSE;
}

static void
add_text (GPtrArray *texts, gsize *budget, const char *text)
{
  char *folded = intimail_fold (text);
  gsize length = strlen (folded);

  if (length > *budget)
    {
      /* At a character's end. */
      length = *budget;
      while (length > 0 && ((guchar) folded[length] & 0xc0) == 0x80)
        length--;
      folded[length] = '\0';
    }
  *budget -= length;
  g_ptr_array_add (texts, folded);
}

static GPtrArray *
read_list (const IntimailRuleView *self, const IntimailRawField *field)
{
  g_autofree char *unfolded = intimail_raw_field_unfold (field, self->charset);
  g_autoptr (GPtrArray) groups = intimail_address_list_read (unfolded);

  return intimail_address_list_join (groups);
}

static void
add_addresses (const IntimailRuleView *self, GPtrArray *texts, gsize *budget, const IntimailRawField *field)
{
  g_autoptr (GPtrArray) addresses = read_list (self, field);

  for (guint i = 0; i<addresses->len && * budget> 0; i++)
    {
      const char *name = intimail_address_get_name (addresses->pdata[i]);

      add_text (texts, budget, intimail_address_get_email (addresses->pdata[i]));
      if (name != NULL && *name != '\0')
        add_text (texts, budget, name);
    }
}

/* The id without the description before it (RFC 2919). */
static void
add_bracketed (const IntimailRuleView *self, GPtrArray *texts, gsize *budget, const char *text)
{
  g_auto (GStrv) ids = intimail_raw_field_read_bracketed (text, 1);

  if (ids != NULL && ids[0] != NULL)
    add_text (texts, budget, ids[0]);
}

static void
add_fields (const IntimailRuleView *self, GPtrArray *texts, gsize *budget, const char *name)
{
  gboolean addresses = has_addresses (name);
  gboolean id = g_ascii_strcasecmp (name, "list-id") == 0;

  for (guint i = 0; i<self->fields->len && * budget> 0; i++)
    {
      const IntimailRawField *field = get_field (self, i);
      g_autofree char *text = NULL;

      if (!intimail_raw_field_is (field, name))
        continue;
      text = intimail_raw_field_read_text (field, self->charset);
      add_text (texts, budget, text);
      if (addresses)
        add_addresses (self, texts, budget, field);
      else if (id)
        add_bracketed (self, texts, budget, text);
    }
}

const GPtrArray *
intimail_rule_view_get_texts (IntimailRuleView *self, const char *field)
{
  GPtrArray *texts = g_hash_table_lookup (self->texts, field);
  gsize budget = INTIMAIL_RULE_VIEW_MAX_TEXT;

  if (texts != NULL)
    return texts;
  texts = g_ptr_array_new_with_free_func (g_free);
  if (g_str_has_prefix (field, "header:"))
    add_fields (self, texts, &budget, field + strlen ("header:"));
  else
    add_fields (self, texts, &budget, field);
  if (g_str_equal (field, "to"))
    add_fields (self, texts, &budget, "cc");
  g_hash_table_insert (self->texts, g_strdup (field), texts);

  return texts;
}

char *
intimail_rule_view_read (const IntimailRuleView *self, const char *name, guint i)
{
  for (guint j = 0; j < self->fields->len; j++)
    if (intimail_raw_field_is (get_field (self, j), name) && i-- == 0)
      return intimail_raw_field_read_text (get_field (self, j), self->charset);

  return NULL;
}

guint
intimail_rule_view_count (const IntimailRuleView *self, const char *name)
{
  guint n = 0;

  for (guint i = self->n_ours; i < self->fields->len; i++)
    n += intimail_raw_field_is (get_field (self, i), name);

  return n;
}

GPtrArray *
intimail_rule_view_read_addresses (const IntimailRuleView *self, const char *name)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);

  for (guint i = self->n_ours; i < self->fields->len; i++)
    if (intimail_raw_field_is (get_field (self, i), name))
      {
        g_autoptr (GPtrArray) addresses = read_list (self, get_field (self, i));

        for (guint j = 0; j < addresses->len; j++)
          g_ptr_array_add (all, intimail_address_ref (addresses->pdata[j]));
      }

  return all;
}
