/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whom a message goes to.
 */

#include <intimail/intimail-error.h>

#include "message/intimail-composer-private.h"

static gboolean
check_address_field (const char *field, const char **name, GError **error)
{
  *name = intimail_composer_find_address_field (field);
  if (*name != NULL)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the field \"%s\" is none of addresses", field);

  return FALSE;
}

/**
 * intimail_composer_set_recipients:
 * @self: a composer
 * @field: "To", "Cc", "Bcc", "Reply-To" or "Sender"; case does not matter
 * @texts: (array zero-terminated=1): the addresses as people write them, one in each text,
 *   with or without a name
 * @error: return location for an error
 *
 * Sets a field of addresses. What it had before is replaced.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @field is none of these, and when texts
 * are no addresses: the message names each of them, and nothing is changed.
 *
 * Returns: %TRUE when it is set
 *
 * Since: 1.0
 */
gboolean
intimail_composer_set_recipients (IntimailComposer *self, const char *field, const char *const *texts, GError **error)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  g_autoptr (GString) wrong = g_string_new (NULL);
  const char *name;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (field != NULL && texts != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_address_field (field, &name, error))
    return FALSE;
  for (gsize i = 0; texts[i] != NULL; i++)
    {
      IntimailAddress *address = intimail_address_parse (texts[i], NULL);

      if (address != NULL)
        g_ptr_array_add (addresses, address);
      else
        {
          g_autofree char *shown = g_strescape (texts[i], NULL);

          g_string_append_printf (wrong, "%s\"%s\"", wrong->len > 0 ? ", " : "", intimail_composer_is_one_line (texts[i]) ? texts[i] : shown);
        }
    }
  if (wrong->len > 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "no address: %s", wrong->str);
      return FALSE;
    }
  intimail_composer_set_addresses (self, name, addresses);

  return TRUE;
}

/**
 * intimail_composer_add_group:
 * @self: a composer
 * @field: "To", "Cc", "Bcc" or "Reply-To"; case does not matter
 * @name: the name of the group
 * @addresses: (element-type IntimailAddress) (transfer none): its members; none is a group
 *   that only says its name, such as "undisclosed-recipients"
 * @error: return location for an error
 *
 * Adds a group (RFC 5322 section 3.4) behind the addresses of a field.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @field is none of these, or @name is empty
 * or not one line of text.
 *
 * Returns: %TRUE when it is added
 *
 * Since: 1.0
 */
gboolean
intimail_composer_add_group (IntimailComposer *self, const char *field, const char *name, GPtrArray *addresses, GError **error)
{
  IntimailComposerField *set;
  IntimailComposerGroup *group;
  const char *found;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (field != NULL && name != NULL && addresses != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_address_field (field, &found, error))
    return FALSE;
  if (*name == '\0' || !intimail_composer_is_one_line (name) || g_ascii_strcasecmp (field, "Sender") == 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "a group has a name of one line, and is no sender");
      return FALSE;
    }
  set = intimail_composer_find_field (self, found);
  if (set == NULL)
    set = intimail_composer_replace_addresses (self, found);
  group = g_new0 (IntimailComposerGroup, 1);
  group->name = g_strdup (name);
  group->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  for (guint i = 0; i < addresses->len; i++)
    g_ptr_array_add (group->addresses, intimail_address_ref (g_ptr_array_index (addresses, i)));
  g_ptr_array_add (set->groups, group);

  return TRUE;
}

/* All addresses of a field, and of its groups. */
static void
collect (IntimailComposer *self, const char *name, GPtrArray *to)
{
  IntimailComposerField *field = intimail_composer_find_field (self, name);

  if (field == NULL || field->addresses == NULL)
    return;
  g_ptr_array_extend (to, field->addresses, NULL, NULL);
  for (guint i = 0; i < field->groups->len; i++)
    g_ptr_array_extend (to, ((IntimailComposerGroup *) g_ptr_array_index (field->groups, i))->addresses, NULL, NULL);
}

/**
 * intimail_composer_list_addresses:
 * @self: a composer
 * @field: "To", "Cc", "Bcc", "Reply-To" or "Sender"; case does not matter
 *
 * Gets the addresses of a field, and of its groups.
 *
 * Returns: (transfer container) (element-type IntimailAddress): the addresses
 *
 * Since: 1.0
 */
GPtrArray *
intimail_composer_list_addresses (IntimailComposer *self, const char *field)
{
  GPtrArray *addresses;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  addresses = g_ptr_array_new ();
  collect (self, field, addresses);

  return addresses;
}

/**
 * intimail_composer_list_recipients:
 * @self: a composer
 *
 * Gets all whom the message goes to, by To, Cc and Bcc, each once: for
 * [method@Intimail.Transport.send].
 *
 * Returns: (transfer full) (array zero-terminated=1): addresses without names
 *
 * Since: 1.0
 */
char **
intimail_composer_list_recipients (IntimailComposer *self)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), NULL);

  collect (self, "To", addresses);
  collect (self, "Cc", addresses);
  collect (self, "Bcc", addresses);
  for (guint i = 0; i < addresses->len; i++)
    if (g_hash_table_add (known, intimail_address_get_key (g_ptr_array_index (addresses, i))))
      g_strv_builder_add (builder, intimail_address_get_email (g_ptr_array_index (addresses, i)));

  return g_strv_builder_end (builder);
}

/**
 * intimail_composer_set_without_bcc:
 * @self: a composer
 * @without_bcc: whether the field is left out
 *
 * Sets whether Bcc is left out of what is written, for a program that hands the message over
 * by itself. It is off at the beginning: the sender's own copy shows whom the message went
 * to, and [method@Intimail.Transport.send] takes the field out.
 *
 * Since: 1.0
 */
void
intimail_composer_set_without_bcc (IntimailComposer *self, gboolean without_bcc)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));

  self->no_bcc = without_bcc;
}

static gboolean
needs_utf8 (GPtrArray *addresses)
{
  for (guint i = 0; i < addresses->len; i++)
    if (!g_str_is_ascii (intimail_address_get_local_part (g_ptr_array_index (addresses, i))))
      return TRUE;

  return FALSE;
}

/**
 * intimail_composer_needs_smtputf8:
 * @self: a composer
 *
 * Gets whether the message can only go to servers with SMTPUTF8 (RFC 6531): an address has a
 * local part that is not ASCII, or a message id that was set is not. Everything else is
 * encoded; domains are written as A-labels.
 *
 * Returns: whether it needs SMTPUTF8
 *
 * Since: 1.0
 */
gboolean
intimail_composer_needs_smtputf8 (IntimailComposer *self)
{
  static const char *const with_addresses[] = { "Sender", "Reply-To", "To", "Cc", "Bcc" };
  static const char *const with_ids[] = { "Message-ID", "In-Reply-To", "References" };
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);

  if (self->from != NULL)
    g_ptr_array_add (addresses, self->from);
  for (gsize i = 0; i < G_N_ELEMENTS (with_addresses); i++)
    collect (self, with_addresses[i], addresses);
  for (gsize i = 0; i < G_N_ELEMENTS (with_ids); i++)
    {
      IntimailComposerField *field = intimail_composer_find_field (self, with_ids[i]);

      if (field != NULL && field->value != NULL && !g_str_is_ascii (field->value))
        return TRUE;
    }

  return needs_utf8 (addresses);
}
