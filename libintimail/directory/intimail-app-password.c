/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-app-password.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-app-password-private.h"

/* "aaaaa-bbbbb-ccccc-ddddd-eeeee" in the letters of intimail_secret_token(): groups can be
 * copied from one screen to another by hand. No password of
 * intimail_directory_generate_password() looks so. */
#define GROUP_LENGTH 5
#define N_GROUPS 5
#define TEXT_LENGTH (N_GROUPS * (GROUP_LENGTH + 1) - 1)
#define LETTERS "abcdefghijklmnopqrstuvwxyz234567"

/* Of base32, 25 letters take them: 125 bits. */
#define SECRET_BYTES 16

#define MAX_NAME_LENGTH 100

/**
 * IntimailAppPassword:
 *
 * A password of one mail program of a person.
 *
 * It opens mail for clients, beside the person's own password, and neither the page nor
 * a setting; the person can take it back without a change to any other program. The
 * password itself is told once, by [method@Intimail.Directory.add_app_password], and is
 * not in this object, which does not change: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailAppPassword
{
  GObject parent_instance;

  char *id;
  char *name;
  gint64 created;
  gint64 last_use;
};

G_DEFINE_FINAL_TYPE (IntimailAppPassword, intimail_app_password, G_TYPE_OBJECT)

static void
intimail_app_password_finalize (GObject *object)
{
  IntimailAppPassword *self = INTIMAIL_APP_PASSWORD (object);

  g_free (self->id);
  g_free (self->name);

  G_OBJECT_CLASS (intimail_app_password_parent_class)->finalize (object);
}

static void
intimail_app_password_class_init (IntimailAppPasswordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_app_password_finalize;
}

static void
intimail_app_password_init (IntimailAppPassword *self)
{
}

IntimailAppPassword *
intimail_app_password_new (const char *id, const char *name, gint64 created, gint64 last_use)
{
  IntimailAppPassword *self = g_object_new (INTIMAIL_TYPE_APP_PASSWORD, NULL);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->created = created;
  self->last_use = last_use;
  return self;
}

/**
 * intimail_app_password_get_id:
 * @self: an app password
 *
 * Gets what it is revoked by: it is no secret, and no two of one person have the same.
 *
 * Returns: (transfer none): four digits or letters from a to f
 *
 * Since: 1.0
 */
const char *
intimail_app_password_get_id (IntimailAppPassword *self)
{
  g_return_val_if_fail (INTIMAIL_IS_APP_PASSWORD (self), NULL);

  return self->id;
}

/**
 * intimail_app_password_get_name:
 * @self: an app password
 *
 * Gets what the person called it, such as "phone".
 *
 * Returns: (transfer none): a name
 *
 * Since: 1.0
 */
const char *
intimail_app_password_get_name (IntimailAppPassword *self)
{
  g_return_val_if_fail (INTIMAIL_IS_APP_PASSWORD (self), NULL);

  return self->name;
}

/**
 * intimail_app_password_get_created:
 * @self: an app password
 *
 * Gets when it was made.
 *
 * Returns: seconds since 1970, UTC; 0 when that is not known
 *
 * Since: 1.0
 */
gint64
intimail_app_password_get_created (IntimailAppPassword *self)
{
  g_return_val_if_fail (INTIMAIL_IS_APP_PASSWORD (self), 0);

  return self->created;
}

/**
 * intimail_app_password_get_last_use:
 * @self: an app password
 *
 * Gets when a client last signed in with it.
 *
 * It is written once an hour at most, and after the log-in: it may be an hour behind.
 * What signs in at the LDAP server itself, as Dovecot does, is known when that server
 * keeps `pwdLastSuccess` (`olcLastBind`).
 *
 * Returns: seconds since 1970, UTC; 0 for never
 *
 * Since: 1.0
 */
gint64
intimail_app_password_get_last_use (IntimailAppPassword *self)
{
  g_return_val_if_fail (INTIMAIL_IS_APP_PASSWORD (self), 0);

  return self->last_use;
}

gboolean
intimail_app_password_check_name (const char *name, GError **error)
{
  gboolean good = g_utf8_validate (name, -1, NULL) && *name != '\0' && g_utf8_strlen (name, -1) <= MAX_NAME_LENGTH;

  for (const char *c = name; good && *c != '\0'; c = g_utf8_next_char (c))
    good = g_unichar_isprint (g_utf8_get_char (c));
  /* A value of LDAP cannot be blanks alone. */
  good = good && strspn (name, " ") != strlen (name);
  if (!good)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "an app password has a name of 1 to %d characters, such as \"phone\"", MAX_NAME_LENGTH);

  return good;
}

gboolean
intimail_app_password_is_valid_id (const char *id)
{
  return strlen (id) == INTIMAIL_APP_PASSWORD_ID_LENGTH && strspn (id, "0123456789abcdef") == INTIMAIL_APP_PASSWORD_ID_LENGTH;
}

char *
intimail_app_password_generate (void)
{
  char *secret = intimail_secret_token (SECRET_BYTES);
  GString *text = g_string_sized_new (TEXT_LENGTH + 1);

  for (gsize i = 0; i < N_GROUPS; i++)
    {
      if (i > 0)
        g_string_append_c (text, '-');
      g_string_append_len (text, secret + i * GROUP_LENGTH, GROUP_LENGTH);
    }
  intimail_secret_free (secret);

  return g_string_free (text, FALSE);
}

char *
intimail_app_password_make_id (const char *text)
{
  g_autofree char *hash = NULL;

  if (strlen (text) != TEXT_LENGTH)
    return NULL;
  for (gsize i = 0; i < TEXT_LENGTH; i++)
    {
      gboolean is_gap = i % (GROUP_LENGTH + 1) == GROUP_LENGTH;

      if (is_gap ? text[i] != '-' : strchr (LETTERS, text[i]) == NULL)
        return NULL;
    }
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strndup (hash, INTIMAIL_APP_PASSWORD_ID_LENGTH);
}

int
intimail_app_password_compare (gconstpointer a, gconstpointer b)
{
  const IntimailAppPassword *const *first = a;
  const IntimailAppPassword *const *second = b;

  if ((*first)->created != (*second)->created)
    return (*first)->created < (*second)->created ? -1 : 1;

  return strcmp ((*first)->id, (*second)->id);
}
