/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-newcomer-private.h"

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

/* What is known of all of them, and where. */
typedef struct
{
  IntimailDirectory *directory;
  GHashTable *uids;      /* of people, to lines */
  GHashTable *names;     /* of groups, to lines */
  GHashTable *addresses; /* keys of addresses, to lines */
  GCancellable *cancellable;
} Check;

IntimailNewcomer *
intimail_newcomer_new_person (guint line, IntimailPerson *person, IntimailLdifEntry *entry, const char *password)
{
  IntimailNewcomer *self = g_new0 (IntimailNewcomer, 1);

  self->line = line;
  self->person = person;
  self->entry = entry;
  self->password = password != NULL && *password != '\0' ? g_strdup (password) : NULL;
  return self;
}

IntimailNewcomer *
intimail_newcomer_new_group (guint line, IntimailGroup *group, IntimailLdifEntry *entry)
{
  IntimailNewcomer *self = g_new0 (IntimailNewcomer, 1);

  self->line = line;
  self->group = group;
  self->entry = entry;
  return self;
}

void
intimail_newcomer_free (gpointer data)
{
  IntimailNewcomer *self = data;

  g_clear_object (&self->person);
  g_clear_object (&self->group);
  intimail_ldif_entry_free (self->entry);
  intimail_secret_free (self->password);
  g_free (self);
}

/* Whether it is new among the newcomers; EXISTS. */
static gboolean
note (GHashTable *seen, const char *text, guint line, GError **error)
{
  guint other = GPOINTER_TO_UINT (g_hash_table_lookup (seen, text));

  if (other == 0)
    {
      g_hash_table_insert (seen, g_strdup (text), GUINT_TO_POINTER (line));
      return TRUE;
    }
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "line %u: \"%s\" is in line %u too", line, text, other);
  return FALSE;
}

/* Takes what a look-up came to: NOT_FOUND is what is wanted. */
static gboolean
expect_nothing (gpointer found, GError *lookup_error, guint line, const char *kind, const char *name, GError **error)
{
  g_autoptr (GObject) object = found;
  g_autoptr (GError) owned = lookup_error;

  if (object != NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "line %u: there is a %s \"%s\" already", line, kind, name);
  else if (!g_error_matches (owned, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&owned));
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_address (Check *check, const char *address, guint line, GError **error)
{
  g_autofree char *key = intimail_person_make_alias_key (address);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GObject) owner = NULL;

  if (!note (check->addresses, key != NULL ? key : address, line, error))
    return FALSE;
  owner = intimail_directory_lookup_address (check->directory, address, check->cancellable, &local_error);
  if (owner == NULL && g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    return TRUE;
  if (owner != NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "line %u: the address \"%s\" is taken", line, address);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static gboolean
check_person (Check *check, IntimailNewcomer *newcomer, GError **error)
{
  const char *uid = intimail_person_get_uid (newcomer->person);
  const char *const *aliases = intimail_person_get_aliases (newcomer->person);
  g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (newcomer->person);
  GError *local_error = NULL;
  IntimailPerson *other;

  other = intimail_directory_lookup_person (check->directory, uid, check->cancellable, &local_error);
  if (!expect_nothing (other, local_error, newcomer->line, "person", uid, error) ||
      !note (check->uids, uid, newcomer->line, error) ||
      !check_address (check, intimail_person_get_mail (newcomer->person), newcomer->line, error))
    return FALSE;
  for (gsize i = 0; aliases[i] != NULL; i++)
    if (!check_address (check, aliases[i], newcomer->line, error))
      return FALSE;
  for (guint i = 0; i < ending->len; i++)
    if (!check_address (check, intimail_temporary_alias_get_address (ending->pdata[i]), newcomer->line, error))
      return FALSE;

  return TRUE;
}

/* After all people. */
static gboolean
check_members (Check *check, IntimailNewcomer *newcomer, const char *const *uids, GError **error)
{
  for (gsize i = 0; uids[i] != NULL; i++)
    {
      g_autoptr (IntimailPerson) person = NULL;

      if (g_hash_table_contains (check->uids, uids[i]))
        continue;
      person = intimail_directory_lookup_person (check->directory, uids[i], check->cancellable, error);
      if (person == NULL)
        {
          g_prefix_error (error, "line %u: ", newcomer->line);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
check_group (Check *check, IntimailNewcomer *newcomer, GError **error)
{
  const char *name = intimail_group_get_name (newcomer->group);
  const char *mail = intimail_group_get_mail (newcomer->group);
  GError *local_error = NULL;
  IntimailGroup *other = intimail_directory_lookup_group (check->directory, name, check->cancellable, &local_error);

  return expect_nothing (other, local_error, newcomer->line, "group", name, error) &&
         note (check->names, name, newcomer->line, error) &&
         (*mail == '\0' || check_address (check, mail, newcomer->line, error)) &&
         check_members (check, newcomer, intimail_group_get_members (newcomer->group), error) &&
         check_members (check, newcomer, intimail_group_get_owners (newcomer->group), error);
}

static gboolean
check_all (IntimailDirectory *directory, GPtrArray *newcomers, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Check check = { .directory = directory, .uids = uids, .names = names, .addresses = addresses, .cancellable = cancellable };

  for (guint i = 0; i < newcomers->len; i++)
    if (((IntimailNewcomer *) newcomers->pdata[i])->person != NULL && !check_person (&check, newcomers->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < newcomers->len; i++)
    if (((IntimailNewcomer *) newcomers->pdata[i])->group != NULL && !check_group (&check, newcomers->pdata[i], error))
      return FALSE;

  return TRUE;
}

/* People before the groups that they are in. */
static int
compare_kinds (gconstpointer a, gconstpointer b)
{
  const IntimailNewcomer *first = *(IntimailNewcomer *const *) a;
  const IntimailNewcomer *second = *(IntimailNewcomer *const *) b;

  if ((first->person != NULL) != (second->person != NULL))
    return first->person != NULL ? -1 : 1;

  return first->line < second->line ? -1 : first->line > second->line;
}

gboolean
intimail_newcomer_add_all (IntimailDirectory *directory, GPtrArray *newcomers, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GPtrArray) passwords = g_ptr_array_new ();
  g_autoptr (GError) local_error = NULL;
  guint failed = G_MAXUINT;

  g_ptr_array_sort (newcomers, compare_kinds);
  if (!check_all (directory, newcomers, cancellable, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  for (guint i = 0; i < newcomers->len; i++)
    {
      g_ptr_array_add (entries, ((IntimailNewcomer *) newcomers->pdata[i])->entry);
      g_ptr_array_add (passwords, ((IntimailNewcomer *) newcomers->pdata[i])->password);
    }
  if (INTIMAIL_DIRECTORY_GET_IFACE (directory)->add_entries (directory, entries, passwords, &failed, &local_error))
    return TRUE;
  if (failed < newcomers->len)
    g_prefix_error (&local_error, "line %u: ", ((IntimailNewcomer *) newcomers->pdata[failed])->line);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

void
intimail_newcomer_take_back (IntimailDirectory *directory, GPtrArray *newcomers, guint n)
{
  for (guint i = n; i > 0; i--)
    {
      IntimailNewcomer *newcomer = newcomers->pdata[i - 1];
      const char *name = newcomer->person != NULL ? intimail_person_get_uid (newcomer->person) : intimail_group_get_name (newcomer->group);
      g_autoptr (GError) error = NULL;

      if (newcomer->person != NULL ? !intimail_directory_remove_person (directory, name, NULL, &error)
                                   : !intimail_directory_remove_group (directory, name, NULL, &error))
        g_warning ("\"%s\" was added by an import that failed, and stays: %s", name, error->message);
    }
}
