/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-allow-list-private.h"

#define DAY 86400

/* What signing in from an address is good for. */
typedef struct
{
  gint64 until; /* the first member: others see no more of it; 0: doubted today */
  gint64 day;   /* in which those failed */
  guint16 accounts;
  guint16 guesses;
} Trust;

struct _IntimailAllowList
{
  GArray *allowances;
  GHashTable *signed_in; /* IntimailIp -> Trust */
  guint64 serial;
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
  self->serial++;
}

gboolean
intimail_allow_list_remove (IntimailAllowList *self,
                            const IntimailIp *ip)
{
  gboolean found = g_hash_table_remove (self->signed_in, ip);

  self->serial++;
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
intimail_allow_list_remove_settings (IntimailAllowList *self)
{
  for (guint i = self->allowances->len; i-- > 0;)
    {
      const IntimailAllowance *allowance = &g_array_index (self->allowances, IntimailAllowance, i);

      if (!allowance->chosen && allowance->name == NULL)
        g_array_remove_index (self->allowances, i);
    }
  self->serial++;
}

void
intimail_allow_list_remove_name (IntimailAllowList *self,
                                 const char *name)
{
  for (guint i = self->allowances->len; i-- > 0;)
    if (g_strcmp0 (g_array_index (self->allowances, IntimailAllowance, i).name,
                   name) == 0)
      g_array_remove_index (self->allowances, i);
  self->serial++;
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
intimail_allow_list_sign_in (IntimailAllowList *self, const IntimailIp *ip, gint64 until, gint64 now)
{
  Trust *trust = g_hash_table_lookup (self->signed_in, ip);

  if (trust != NULL && trust->until == 0 && trust->day == now / DAY)
    return;
  if (trust == NULL || trust->until <= now)
    self->serial++;
  if (trust != NULL)
    {
      trust->until = MAX (trust->until, until);
      return;
    }
  if (g_hash_table_size (self->signed_in) >= INTIMAIL_ALLOW_MAX_SIGNED_IN)
    remove_first_to_end (self);
  trust = g_new0 (Trust, 1);
  trust->until = until;
  g_hash_table_insert (self->signed_in, g_memdup2 (ip, sizeof *ip), trust);
}

gboolean
intimail_allow_list_doubt (IntimailAllowList *self, const IntimailIp *ip, guint32 account, guint32 password, gint64 now)
{
  Trust *trust = g_hash_table_lookup (self->signed_in, ip);

  if (trust == NULL || trust->until <= now)
    return FALSE;
  if (trust->day != now / DAY)
    trust->accounts = trust->guesses = 0;
  trust->day = now / DAY;
  if (account != 0)
    trust->accounts |= (guint16) (1u << (account >> 1) % 16);
  if (password != 0)
    trust->guesses |= (guint16) (1u << ((account ^ password * 31) >> 7) % 16);
  if ((guint) __builtin_popcount (trust->accounts) < INTIMAIL_ALLOW_MAX_ACCOUNTS &&
      (guint) __builtin_popcount (trust->guesses) < INTIMAIL_ALLOW_MAX_GUESSES)
    return FALSE;
  trust->until = 0;
  self->serial++;

  return TRUE;
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
  const Trust *trust = value;
  gint64 now = *(gint64 *) user_data;

  return trust->until <= now && (trust->until != 0 || trust->day != now / DAY);
}

void
intimail_allow_list_expire (IntimailAllowList *self, gint64 now)
{
  if (g_hash_table_foreach_remove (self->signed_in, is_over, &now) > 0)
    self->serial++;
}

guint64
intimail_allow_list_get_serial (IntimailAllowList *self)
{
  return self->serial;
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
