/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The embedded directory: the passwords of mail programs, entries below the people.
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-app-password-private.h"
#include "directory/intimail-ldif-directory-private.h"
#include "directory/intimail-password-private.h"

typedef struct
{
  const char *uid;
  const char *id;
  IntimailAppPassword *app_password;
  const char *hash;
  gint64 now;
} Request;

static gboolean
add_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  IntimailLdifPerson *record = intimail_ldif_state_lookup_person (state, request->uid, error);
  g_autofree char *dn = NULL;
  IntimailLdifEntry *entry;

  if (record == NULL)
    return FALSE;
  if (intimail_ldif_state_find_app_password (state, record, intimail_app_password_get_id (request->app_password)) != NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                           "another app password was made at the same time: make it again");
      return FALSE;
    }
  dn = g_strdup_printf ("cn=%s,%s", intimail_app_password_get_id (request->app_password), record->entry->dn);
  /* At the end: slapadd(8) wants the person first. */
  entry = intimail_ldif_add_entry (state->ldif, dn);
  intimail_ldif_entry_set_app_password (entry, request->app_password);
  intimail_ldif_entry_add (entry, "userPassword", request->hash);

  return TRUE;
}

static gboolean
store_app_password (IntimailDirectory *directory,
                    const char *uid,
                    IntimailAppPassword *app_password,
                    const char *text,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autofree char *hash = intimail_password_hash_random (text, error);
  Request request = { .uid = uid, .app_password = app_password, .hash = hash };

  return hash != NULL &&
         intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), add_entry, &request, cancellable, error);
}

static GPtrArray *
list_app_passwords (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = intimail_ldif_directory_get_state (INTIMAIL_LDIF_DIRECTORY (directory), error);
  IntimailLdifPerson *record = state != NULL ? intimail_ldif_state_lookup_person (state, uid, error) : NULL;
  g_autoptr (GPtrArray) entries = NULL;
  GPtrArray *list;

  if (record == NULL)
    return NULL;
  entries = intimail_ldif_state_list_app_passwords (state, record);
  list = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (list, intimail_ldif_entry_to_app_password (entries->pdata[i]));

  return list;
}

static IntimailLdifEntry *
find_entry (IntimailLdifState *state, Request *request, GError **error)
{
  IntimailLdifPerson *record = intimail_ldif_state_lookup_person (state, request->uid, error);
  IntimailLdifEntry *entry;

  if (record == NULL)
    return NULL;
  entry = intimail_ldif_state_find_app_password (state, record, request->id);
  if (entry == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                 "\"%s\" has no app password \"%s\"", request->uid, request->id);

  return entry;
}

static gboolean
remove_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  IntimailLdifEntry *entry = find_entry (state, data, error);

  if (entry == NULL)
    return FALSE;
  intimail_ldif_remove_entry (state->ldif, entry);

  return TRUE;
}

static gboolean
revoke_app_password (IntimailDirectory *directory,
                     const char *uid,
                     const char *id,
                     GCancellable *cancellable,
                     GError **error)
{
  Request request = { .uid = uid, .id = id };

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), remove_entry, &request, cancellable, error);
}

static gboolean
is_recent (IntimailLdifEntry *entry, gint64 now)
{
  g_autoptr (IntimailAppPassword) app_password = intimail_ldif_entry_to_app_password (entry);

  return now - intimail_app_password_get_last_use (app_password) < INTIMAIL_APP_PASSWORD_USE_INTERVAL;
}

static gboolean
set_last_use (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  IntimailLdifEntry *entry = find_entry (state, request, error);

  if (entry == NULL)
    return FALSE;
  intimail_ldif_entry_set_time (entry, "intimailLastUse", request->now);

  return TRUE;
}

/* The file is written only when another process has not done so within the hour. */
static gboolean
note_app_password (IntimailDirectory *directory,
                   const char *uid,
                   const char *id,
                   gint64 now,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (IntimailLdifState) state = intimail_ldif_directory_get_state (INTIMAIL_LDIF_DIRECTORY (directory), error);
  Request request = { .uid = uid, .id = id, .now = now };
  IntimailLdifEntry *entry = state != NULL ? find_entry (state, &request, error) : NULL;

  if (entry == NULL)
    return FALSE;

  return is_recent (entry, now) ||
         intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), set_last_use, &request, cancellable, error);
}

void
intimail_ldif_app_password_init_interface (IntimailDirectoryInterface *iface)
{
  iface->store_app_password = store_app_password;
  iface->list_app_passwords = list_app_passwords;
  iface->revoke_app_password = revoke_app_password;
  iface->note_app_password = note_app_password;
}
