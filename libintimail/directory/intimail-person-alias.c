/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The addresses of a person that end.
 */

#include <intimail/intimail-person.h>

#include <string.h>

#include "directory/intimail-person-parts-private.h"
#include "directory/intimail-temporary-alias-private.h"

/**
 * intimail_person_get_temporary_aliases:
 * @self: a person
 *
 * Gets the addresses of this person that end, those that have ended among them.
 *
 * Returns: (transfer container) (element-type IntimailTemporaryAlias): the aliases, in
 *   the order of the directory
 *
 * Since: 1.0
 */
GPtrArray *
intimail_person_get_temporary_aliases (IntimailPerson *self)
{
  GPtrArray *aliases;

  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  aliases = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; self->temporary_aliases != NULL && i < self->temporary_aliases->len; i++)
    g_ptr_array_add (aliases, g_object_ref (self->temporary_aliases->pdata[i]));

  return aliases;
}

/**
 * intimail_person_set_temporary_aliases:
 * @self: a person
 * @aliases: (element-type IntimailTemporaryAlias): the aliases; of several with one
 *   address, the last counts
 *
 * Sets the addresses of this person that end.
 *
 * [method@Intimail.Directory.update_person] takes over what was changed, added and left
 * out, and leaves what somebody else changed meanwhile.
 *
 * Since: 1.0
 */
void
intimail_person_set_temporary_aliases (IntimailPerson *self, GPtrArray *aliases)
{
  g_autoptr (GPtrArray) old = NULL;

  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (aliases != NULL);

  old = g_steal_pointer (&self->temporary_aliases);
  if (aliases->len > 0)
    self->temporary_aliases = intimail_person_merge_temporary_aliases (NULL, NULL, aliases);
}

static char *
make_key (IntimailTemporaryAlias *alias)
{
  char *key = intimail_person_make_address_key (intimail_temporary_alias_get_address (alias));

  /* What is no address is refused later, with words. */
  return key != NULL ? key : g_strdup (intimail_temporary_alias_get_address (alias));
}

static int
find_key (GPtrArray *aliases, const char *wanted)
{
  for (guint i = 0; aliases != NULL && i < aliases->len; i++)
    {
      g_autofree char *key = make_key (aliases->pdata[i]);

      if (g_str_equal (key, wanted))
        return (int) i;
    }

  return -1;
}

static void
put (GPtrArray *aliases, const char *key, IntimailTemporaryAlias *alias)
{
  int place = find_key (aliases, key);

  if (place < 0)
    {
      g_ptr_array_add (aliases, g_object_ref (alias));
      return;
    }
  g_object_ref (alias);
  g_object_unref (aliases->pdata[place]);
  aliases->pdata[place] = alias;
}

/* @current with what makes @wanted of @origin; each may be NULL for none. */
GPtrArray *
intimail_person_merge_temporary_aliases (GPtrArray *current, GPtrArray *origin, GPtrArray *wanted)
{
  g_autoptr (GPtrArray) merged = NULL;

  if (current == NULL && wanted == NULL)
    return NULL;
  merged = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; current != NULL && i < current->len; i++)
    {
      g_autofree char *key = make_key (current->pdata[i]);

      if (find_key (origin, key) < 0 || find_key (wanted, key) >= 0)
        put (merged, key, current->pdata[i]);
    }
  for (guint i = 0; wanted != NULL && i < wanted->len; i++)
    {
      g_autofree char *key = make_key (wanted->pdata[i]);
      int before = find_key (origin, key);

      /* What was not changed and is gone stays gone. */
      if (before < 0 || !intimail_temporary_alias_equal (wanted->pdata[i], origin->pdata[before]))
        put (merged, key, wanted->pdata[i]);
    }

  return merged->len > 0 ? g_steal_pointer (&merged) : NULL;
}

IntimailTemporaryAlias *
intimail_person_find_temporary_alias (IntimailPerson *self, const char *key)
{
  int place = find_key (self->temporary_aliases, key);

  return place >= 0 ? self->temporary_aliases->pdata[place] : NULL;
}

gboolean
intimail_person_is_ended_key (IntimailPerson *self, const char *key)
{
  g_autofree char *stripped = NULL;
  const char *keys[2] = { key, NULL };

  if (self->temporary_aliases == NULL)
    return FALSE;
  stripped = intimail_person_strip_detail (key);
  keys[1] = stripped;
  for (gsize i = 0; i < G_N_ELEMENTS (keys) && keys[i] != NULL; i++)
    {
      IntimailTemporaryAlias *alias = intimail_person_find_temporary_alias (self, keys[i]);

      if (intimail_person_has_lasting_key (self, keys[i]))
        return FALSE;
      if (alias != NULL)
        return !intimail_temporary_alias_is_active (alias);
    }

  return FALSE;
}
