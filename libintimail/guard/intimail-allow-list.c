/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-allow-list-private.h"

struct _IntimailAllowList
{
  GArray *allowances;
  GHashTable *signed_in;
};

static void
allowance_clear (gpointer data)
{
  IntimailAllowance *allowance = data;

  g_free (allowance->reason);
  g_free (allowance->name);
}

IntimailAllowList *
intimail_allow_list_new (void)
{
  IntimailAllowList *self = g_new0 (IntimailAllowList, 1);

  self->allowances = g_array_new (FALSE, FALSE, sizeof (IntimailAllowance));
  g_array_set_clear_func (self->allowances, allowance_clear);
  self->signed_in =
      g_hash_table_new_full ((GHashFunc) intimail_ip_hash,
                             (GEqualFunc) intimail_ip_equal, g_free, g_free);

  return self;
}

void
intimail_allow_list_free (IntimailAllowList *self)
{
  g_array_unref (self->allowances);
  g_hash_table_unref (self->signed_in);
  g_free (self);
}

void
intimail_allow_list_add (IntimailAllowList *self, const IntimailIp *ip, const char *name, gboolean chosen, const char *reason)
{
  IntimailAllowance allowance = { *ip, g_strdup (reason), g_strdup (name), chosen };

  g_array_append_val (self->allowances, allowance);
}

gboolean
intimail_allow_list_remove (IntimailAllowList *self,
                            const IntimailIp *ip)
{
  gboolean found = g_hash_table_remove (self->signed_in, ip);

  for (guint i = self->allowances->len; i-- > 0;)
    {
      IntimailAllowance *allowance =
          &g_array_index (self->allowances, IntimailAllowance, i);

      if (allowance->chosen && intimail_ip_equal (&allowance->ip, ip))
        {
          g_array_remove_index (self->allowances, i);
          found = TRUE;
        }
    }

  return found;
}

void
intimail_allow_list_remove_name (IntimailAllowList *self,
                                 const char *name)
{
  for (guint i = self->allowances->len; i-- > 0;)
    if (g_strcmp0 (g_array_index (self->allowances, IntimailAllowance, i).name,
                   name) == 0)
      g_array_remove_index (self->allowances, i);
}

static void
remove_first_to_end (IntimailAllowList *self)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  gpointer first = NULL;
  gint64 end = G_MAXINT64;

  g_hash_table_iter_init (&iter, self->signed_in);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (*(gint64 *) value < end)
      {
        end = *(gint64 *) value;
        first = key;
      }
  if (first != NULL)
    g_hash_table_remove (self->signed_in, first);
}

void
intimail_allow_list_sign_in (IntimailAllowList *self, const IntimailIp *ip, gint64 until)
{
  gint64 *end = g_hash_table_lookup (self->signed_in, ip);

  if (end != NULL)
    {
      *end = MAX (*end, until);
      return;
    }
  if (g_hash_table_size (self->signed_in) >= INTIMAIL_ALLOW_MAX_SIGNED_IN)
    remove_first_to_end (self);
  g_hash_table_insert (self->signed_in, g_memdup2 (ip, sizeof *ip),
                       g_memdup2 (&until, sizeof until));
}

char *
intimail_allow_list_lookup (IntimailAllowList *self, const IntimailIp *ip, gint64 now)
{
  const gint64 *end = g_hash_table_lookup (self->signed_in, ip);

  for (guint i = 0; i < self->allowances->len; i++)
    {
      const IntimailAllowance *allowance =
          &g_array_index (self->allowances, IntimailAllowance, i);

      if (intimail_ip_contains (&allowance->ip, ip))
        return g_strdup (allowance->reason);
    }

  return end != NULL && *end > now
             ? g_strdup ("somebody of the house signed in from it lately")
             : NULL;
}

static gboolean
is_over (gpointer key, gpointer value, gpointer user_data)
{
  return *(gint64 *) value <= *(gint64 *) user_data;
}

void
intimail_allow_list_expire (IntimailAllowList *self, gint64 now)
{
  g_hash_table_foreach_remove (self->signed_in, is_over, &now);
}

GArray *
intimail_allow_list_get (IntimailAllowList *self)
{
  return self->allowances;
}

GHashTable *
intimail_allow_list_get_signed_in (IntimailAllowList *self)
{
  return self->signed_in;
}
