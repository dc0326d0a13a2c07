/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-temporary-alias-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-person-private.h"

/* Characters; with the longest address and the time it fits into the attribute. */
#define MAX_NOTE_LENGTH 200

/**
 * IntimailTemporaryAlias:
 *
 * An address of a person that ends by itself, or when the person ends it: for a shop, a
 * form, a list.
 *
 * Mail for an alias that has ended is refused as that of somebody who is disabled, also
 * where the person gets what nobody else has. It stays the person's until it is removed.
 *
 * A temporary alias does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailTemporaryAlias
{
  GObject parent_instance;

  char *address;
  gint64 expiry;
  char *note;
};

G_DEFINE_FINAL_TYPE (IntimailTemporaryAlias, intimail_temporary_alias, G_TYPE_OBJECT)

static void
intimail_temporary_alias_finalize (GObject *object)
{
  IntimailTemporaryAlias *self = INTIMAIL_TEMPORARY_ALIAS (object);

  g_free (self->address);
  g_free (self->note);

  G_OBJECT_CLASS (intimail_temporary_alias_parent_class)->finalize (object);
}

static void
intimail_temporary_alias_class_init (IntimailTemporaryAliasClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_temporary_alias_finalize;
}

static void
intimail_temporary_alias_init (IntimailTemporaryAlias *self)
{
}

/**
 * intimail_temporary_alias_new:
 * @address: an address without a name
 * @expiry: from when on it is refused: seconds since 1970, UTC; 0 is never
 * @note: what it is for, in words of the person; "" is none
 *
 * Makes an alias that ends, which is nobody's yet:
 * [method@Intimail.Person.set_temporary_aliases] makes it somebody's, and
 * [method@Intimail.Directory.add_temporary_alias] does all in one.
 *
 * Returns: (transfer full): an alias
 *
 * Since: 1.0
 */
IntimailTemporaryAlias *
intimail_temporary_alias_new (const char *address, gint64 expiry, const char *note)
{
  IntimailTemporaryAlias *self;

  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (note != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_TEMPORARY_ALIAS, NULL);
  self->address = g_strdup (address);
  self->expiry = expiry;
  self->note = g_strstrip (g_strdup (note));
  return self;
}

/**
 * intimail_temporary_alias_get_address:
 * @self: an alias
 *
 * Gets the address.
 *
 * Returns: (transfer none): an address without a name
 *
 * Since: 1.0
 */
const char *
intimail_temporary_alias_get_address (IntimailTemporaryAlias *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TEMPORARY_ALIAS (self), NULL);

  return self->address;
}

/**
 * intimail_temporary_alias_get_expiry:
 * @self: an alias
 *
 * Gets the time from which on mail for the address is refused.
 *
 * Returns: seconds since 1970, UTC; 0 is never
 *
 * Since: 1.0
 */
gint64
intimail_temporary_alias_get_expiry (IntimailTemporaryAlias *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TEMPORARY_ALIAS (self), 0);

  return self->expiry;
}

/**
 * intimail_temporary_alias_get_note:
 * @self: an alias
 *
 * Gets what the address is for, in words of the person.
 *
 * Returns: (transfer none): the note, or "" when there is none
 *
 * Since: 1.0
 */
const char *
intimail_temporary_alias_get_note (IntimailTemporaryAlias *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TEMPORARY_ALIAS (self), NULL);

  return self->note;
}

/**
 * intimail_temporary_alias_is_active:
 * @self: an alias
 *
 * Tells whether mail for the address is taken now.
 *
 * Returns: %FALSE when it has ended
 *
 * Since: 1.0
 */
gboolean
intimail_temporary_alias_is_active (IntimailTemporaryAlias *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TEMPORARY_ALIAS (self), FALSE);

  return self->expiry == 0 || self->expiry > g_get_real_time () / G_USEC_PER_SEC;
}

IntimailTemporaryAlias *
intimail_temporary_alias_parse (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", 3);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *iso = NULL;

  if (parts[0] == NULL || parts[1] == NULL)
    return NULL;
  if (strlen (parts[1]) == strlen ("YYYYMMDDHHMMSSZ"))
    iso = g_strdup_printf ("%.8sT%.7s", parts[1], parts[1] + 8);
  time = iso != NULL ? g_date_time_new_from_iso8601 (iso, utc) : NULL;
  if (time == NULL && !g_str_equal (parts[1], "-"))
    return NULL;

  return intimail_temporary_alias_new (parts[0], time != NULL ? g_date_time_to_unix (time) : 0,
                                       parts[2] != NULL ? parts[2] : "");
}

char *
intimail_temporary_alias_format (IntimailTemporaryAlias *self)
{
  g_autoptr (GDateTime) time = self->expiry != 0 ? g_date_time_new_from_unix_utc (self->expiry) : NULL;
  g_autofree char *end = time != NULL ? g_date_time_format (time, "%Y%m%d%H%M%SZ") : g_strdup ("-");

  return g_strconcat (self->address, " ", end, *self->note != '\0' ? " " : "", self->note, NULL);
}

gboolean
intimail_temporary_alias_equal (IntimailTemporaryAlias *self, IntimailTemporaryAlias *other)
{
  return self == other || (self->expiry == other->expiry && g_str_equal (self->address, other->address) &&
                           g_str_equal (self->note, other->note));
}

static gboolean
is_note (const char *note)
{
  if (!g_utf8_validate (note, -1, NULL) || g_utf8_strlen (note, -1) > MAX_NOTE_LENGTH)
    return FALSE;
  for (const char *c = note; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return FALSE;

  return TRUE;
}

gboolean
intimail_temporary_alias_check (IntimailTemporaryAlias *self, GError **error)
{
  g_autofree char *key = intimail_person_make_address_key (self->address);

  if (key == NULL || strpbrk (self->address, "< \t") != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" cannot be a temporary alias: write name@domain", self->address);
      return FALSE;
    }
  if (!is_note (self->note))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "the note of \"%s\" is longer than %d characters, or is not one line of UTF-8", self->address, MAX_NOTE_LENGTH);
      return FALSE;
    }
  if (self->expiry < 0 || self->expiry > INTIMAIL_PERSON_MAX_TIME)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "the end of \"%s\" is before 1970 or after 9999", self->address);
      return FALSE;
    }

  return TRUE;
}
