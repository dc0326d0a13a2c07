/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-password-private.h"
#include "directory/intimail-person-private.h"

/**
 * IntimailLdapDirectory:
 *
 * A directory at an LDAP server (RFC 4511), or at several that hold the same.
 *
 * The server is asked at each question, but for what it said a moment ago: answers
 * are kept for some seconds, and forgotten at each change that is made here.
 * Passwords are checked by the server, which alone knows their hashes. A server that
 * does not answer is %INTIMAIL_ERROR_UNAVAILABLE: it is tried again with growing
 * pauses of at most two seconds, and the next one of the list stands in for it. Any
 * thread may use it, and each call holds one connection of a small number.
 *
 * Since: 1.0
 */

static void directory_iface_init (IntimailDirectoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IntimailLdapDirectory, intimail_ldap_directory, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (INTIMAIL_TYPE_DIRECTORY, directory_iface_init))

static void
intimail_ldap_directory_finalize (GObject *object)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (object);

  g_clear_pointer (&self->pool, intimail_ldap_pool_free);
  g_clear_pointer (&self->cache, intimail_ldap_cache_free);
  g_clear_pointer (&self->notice, intimail_ldap_notice_free);
  g_clear_pointer (&self->settings, intimail_ldap_settings_free);

  G_OBJECT_CLASS (intimail_ldap_directory_parent_class)->finalize (object);
}

static void
intimail_ldap_directory_class_init (IntimailLdapDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_ldap_directory_finalize;
}

static void
intimail_ldap_directory_init (IntimailLdapDirectory *self)
{
}

IntimailLdapDirectory *
intimail_ldap_directory_new_with_settings (IntimailLdapSettings *settings)
{
  IntimailLdapDirectory *self = g_object_new (INTIMAIL_TYPE_LDAP_DIRECTORY, NULL);

  self->settings = settings;
  self->pool = intimail_ldap_pool_new (settings);
  self->notice = intimail_ldap_notice_new (settings->notice_path);
  self->cache = intimail_ldap_cache_new (settings->cache_entries, settings->cache_ms, self->notice);

  return self;
}

void
intimail_ldap_directory_note_change (IntimailLdapDirectory *self, const char *uid)
{
  intimail_ldap_notice_tell (self->notice, uid);
  intimail_ldap_cache_clear (self->cache);
}

/**
 * intimail_ldap_directory_new_from_settings:
 * @settings: the group `[directory]` as in intimail.conf(5), with its own line, and
 *   `uri=...` and `base=...` at least
 * @folder: (type filename): the folder where relative paths start
 * @error: return location for an error
 *
 * Makes a directory at a server that is not asked yet.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT and the line when a setting cannot be
 * right.
 *
 * Returns: (transfer full): a directory
 *
 * Since: 1.0
 */
IntimailLdapDirectory *
intimail_ldap_directory_new_from_settings (const char *settings, const char *folder, GError **error)
{
  static const char *const no_domains[] = { NULL };
  g_autoptr (IntimailConfig) config = NULL;
  IntimailLdapSettings *read;

  g_return_val_if_fail (settings != NULL, NULL);
  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  config = intimail_config_parse (settings, strlen (settings), "settings", intimail_ldap_settings_keys, error);
  if (config == NULL)
    return NULL;
  read = intimail_ldap_settings_read (config, folder, "", no_domains, error);

  return read != NULL ? intimail_ldap_directory_new_with_settings (read) : NULL;
}

/**
 * intimail_ldap_directory_get_uris:
 * @self: a directory
 *
 * Gets the addresses of the servers, in the order in which they are tried.
 *
 * Returns: (transfer none) (array zero-terminated=1): LDAP URIs, one at least
 *
 * Since: 1.0
 */
const char *const *
intimail_ldap_directory_get_uris (IntimailLdapDirectory *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LDAP_DIRECTORY (self), NULL);

  return (const char *const *) self->settings->uris;
}

/**
 * intimail_ldap_directory_get_base_dn:
 * @self: a directory
 *
 * Gets the DN under which people and groups are.
 *
 * Returns: (transfer none): a DN
 *
 * Since: 1.0
 */
const char *
intimail_ldap_directory_get_base_dn (IntimailLdapDirectory *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LDAP_DIRECTORY (self), NULL);

  return self->settings->base_dn;
}

typedef struct
{
  const char *dn;
  const char *password;
} Login;

static gboolean
check_password (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Login *login = data;

  return intimail_ldap_connection_check_password (connection, login->dn, login->password, cancellable, error);
}

/* What the server takes to refuse a password, as a moving average. */
static void
note_refusal (IntimailLdapDirectory *self, gint64 usec)
{
  gint old = g_atomic_int_get (&self->refusal_usec);

  g_atomic_int_set (&self->refusal_usec, old == 0 ? (gint) MIN (usec, G_USEC_PER_SEC) : old + (gint) ((MIN (usec, G_USEC_PER_SEC) - old) / 8));
}

static void
wait_until (gint64 time, GCancellable *cancellable)
{
  for (gint64 left = time - g_get_monotonic_time (); left > 0 && !g_cancellable_is_cancelled (cancellable);
       left = time - g_get_monotonic_time ())
    g_usleep ((gulong) MIN (left, 50000));
}

/* Takes the DN of a person. */
static char *
make_login_dn (char *person_dn, const char *app_password_id)
{
  g_autofree char *owned = person_dn;

  return app_password_id != NULL ? intimail_ldap_app_password_make_dn (app_password_id, owned) : g_steal_pointer (&owned);
}

static gboolean
set_refused (GError **error)
{
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the name or the password is wrong");
  return FALSE;
}

/* A server says at once that it does not know an entry, and takes the time of a
 * hash when it does: who is unknown waits as long, after the same question. */
static gboolean
refuse_unknown (IntimailLdapDirectory *self,
                const char *app_password_id,
                const char *password,
                gint64 start,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *name = g_uuid_string_random ();
  g_autofree char *dn = make_login_dn (intimail_ldap_filter_make_dn ("uid", name, self->settings->people_dn), app_password_id);
  Login login = { .dn = dn, .password = password };
  g_autoptr (GError) local_error = NULL;

  intimail_ldap_pool_run (self->pool, INTIMAIL_LDAP_AS_PERSON, check_password, &login, NULL, cancellable, &local_error);
  if (local_error != NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* An app password that is not there is refused as fast when its person is. */
  if (app_password_id == NULL)
    wait_until (start + g_atomic_int_get (&self->refusal_usec), cancellable);

  return set_refused (error);
}

static gboolean
check_known (IntimailLdapDirectory *self,
             const char *person_dn,
             const char *app_password_id,
             const char *password,
             gint64 start,
             GCancellable *cancellable,
             GError **error)
{
  g_autofree char *dn = make_login_dn (g_strdup (person_dn), app_password_id);
  Login request = { .dn = dn, .password = password };
  g_autoptr (GError) local_error = NULL;

  if (intimail_ldap_pool_run (self->pool, INTIMAIL_LDAP_AS_PERSON, check_password, &request, NULL, cancellable, &local_error))
    return TRUE;
  if (app_password_id == NULL && g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
    note_refusal (self, g_get_monotonic_time () - start);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* One bind for each candidate, whoever it is; @person_dn NULL is nobody. @start is when
 * they were begun to be looked for. */
static gboolean
check_candidates (IntimailLdapDirectory *self,
                  const char *person_dn,
                  const char *app_password_id,
                  const char *password,
                  gint64 start,
                  GCancellable *cancellable,
                  GError **error)
{
  char **candidates = intimail_password_list_candidates (password);
  g_autoptr (GError) local_error = NULL;
  gboolean right = FALSE;

  /* What cannot be a password never gets to the server: to bind without one
   * succeeds as nobody (RFC 4513 section 5.1.2). */
  if (candidates[0] == NULL)
    refuse_unknown (self, app_password_id, " ", start, cancellable, &local_error);
  for (gsize i = 0; candidates[i] != NULL && !right; i++)
    {
      if (local_error != NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
        break;
      g_clear_error (&local_error);
      right = person_dn != NULL ? check_known (self, person_dn, app_password_id, candidates[i], start, cancellable, &local_error)
                                : refuse_unknown (self, app_password_id, candidates[i], start, cancellable, &local_error);
      start = g_get_monotonic_time ();
    }
  intimail_password_free_candidates (candidates);
  if (!right)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return right;
}

static IntimailPerson *
check_login (IntimailDirectory *directory,
             const char *login,
             const char *app_password_id,
             const char *password,
             GCancellable *cancellable,
             GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailLdapAnswer) answer = intimail_ldap_lookup_login (self, login, cancellable, &local_error);

  if (answer == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (!check_candidates (self, answer != NULL ? answer->dn : NULL, app_password_id, password, start, cancellable, error))
    return NULL;
  if (!intimail_person_is_active (INTIMAIL_PERSON (answer->object)))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED,
                   "\"%s\" is disabled", intimail_person_get_uid (INTIMAIL_PERSON (answer->object)));
      return NULL;
    }

  return intimail_person_lend (INTIMAIL_PERSON (answer->object));
}

static const char *
get_base_dn (IntimailDirectory *directory)
{
  return INTIMAIL_LDAP_DIRECTORY (directory)->settings->base_dn;
}

static guint64
get_generation (IntimailDirectory *directory)
{
  return intimail_ldap_notice_get_generation (INTIMAIL_LDAP_DIRECTORY (directory)->notice);
}

static void
directory_iface_init (IntimailDirectoryInterface *iface)
{
  iface->get_base_dn = get_base_dn;
  iface->get_generation = get_generation;
  intimail_ldap_import_init_interface (iface);
  iface->check_login = check_login;
  intimail_ldap_lookup_init_interface (iface);
  intimail_ldap_list_init_interface (iface);
  intimail_ldap_change_init_interface (iface);
  intimail_ldap_password_init_interface (iface);
  intimail_ldap_app_password_init_interface (iface);
  intimail_ldap_second_factor_init_interface (iface);
}
