/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "reading.h"

#include <string.h>

static void
free_leaf (ReadingLeaf *leaf)
{
  g_free (leaf->type);
  g_free (leaf->name);
  g_free (leaf->transfer);
  g_bytes_unref (leaf->content);
  g_free (leaf);
}

Reading *
reading_new (void)
{
  Reading *self = g_new0 (Reading, 1);

  self->leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) free_leaf);
  self->tree = g_string_new (NULL);

  return self;
}

void
reading_free (Reading *self)
{
  for (int i = 0; i < READING_N_ITEMS; i++)
    g_free (self->items[i]);
  g_ptr_array_unref (self->leaves);
  if (self->tree != NULL)
    g_string_free (self->tree, TRUE);
  g_free (self);
}

char *
reading_fold_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  GString *folded = g_string_new (NULL);

  for (const char *at = normal; *at != '\0'; at++)
    {
      char c = g_ascii_isspace (*at) ? ' ' : *at;

      if ((guchar) c < 0x20 || c == 0x7f || (c == ' ' && (folded->len == 0 || folded->str[folded->len - 1] == ' ')))
        continue;
      g_string_append_c (folded, c);
    }

  return g_strchomp (g_string_free (folded, FALSE));
}

void
reading_append_address (GString *list, const char *name, const char *email)
{
  g_autofree char *folded = reading_fold_text (name);

  g_string_append_printf (list, "%s%s <%s>", list->len > 0 ? ", " : "", folded, email != NULL ? email : "");
}

void
reading_append_part (Reading *self, guint depth, const char *type)
{
  g_autofree char *lower = g_ascii_strdown (type, -1);

  g_string_append_printf (self->tree, "%u %s\n", depth, lower);
}

void
reading_take_leaf (Reading *self, const char *type, const char *name, const char *transfer, GBytes *content)
{
  ReadingLeaf *leaf = g_new0 (ReadingLeaf, 1);

  leaf->type = g_ascii_strdown (type, -1);
  leaf->name = reading_fold_text (name);
  leaf->transfer = g_strdup (transfer);
  leaf->content = content;
  g_ptr_array_add (self->leaves, leaf);
}

void
reading_finish (Reading *self)
{
  g_autoptr (GString) contents = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < self->leaves->len; i++)
    {
      ReadingLeaf *leaf = g_ptr_array_index (self->leaves, i);
      g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, leaf->content);

      g_string_append_printf (contents, "%zu bytes %s\n", g_bytes_get_size (leaf->content), sum);
      g_string_append_printf (names, "%s\n", leaf->name);
    }
  self->items[READING_TREE] = g_string_free (g_steal_pointer (&self->tree), FALSE);
  self->items[READING_CONTENT] = g_string_free (g_steal_pointer (&contents), FALSE);
  self->items[READING_NAMES] = g_string_free (g_steal_pointer (&names), FALSE);
}
