/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The embedded directory: the second factor, which is kept on a person's entry.
 */

#include <intimail/intimail-error.h>

#include "directory/intimail-ldif-directory-private.h"
#include "directory/intimail-second-factor-private.h"

typedef struct
{
  const char *uid;
  IntimailSecondFactor *old;
  IntimailSecondFactor *wanted;
  gboolean was_current;
} Request;

static IntimailSecondFactor *
read_second_factor (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = intimail_ldif_directory_get_state (INTIMAIL_LDIF_DIRECTORY (directory), error);
  IntimailLdifPerson *record = state != NULL ? intimail_ldif_state_lookup_person (state, uid, error) : NULL;

  return record != NULL ? intimail_ldif_entry_to_second_factor (record->entry) : NULL;
}

static gboolean
replace_in_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  IntimailLdifPerson *record = intimail_ldif_state_lookup_person (state, request->uid, error);
  g_autoptr (IntimailSecondFactor) current = NULL;

  if (record == NULL)
    return FALSE;
  current = intimail_ldif_entry_to_second_factor (record->entry);
  request->was_current = intimail_second_factor_equal (current, request->old);
  if (request->was_current)
    intimail_ldif_entry_set_second_factor (record->entry, request->wanted);

  return TRUE;
}

static gboolean
replace_second_factor (IntimailDirectory *directory,
                       const char *uid,
                       IntimailSecondFactor *old,
                       IntimailSecondFactor *wanted,
                       gboolean *was_current,
                       GCancellable *cancellable,
                       GError **error)
{
  Request request = { .uid = uid, .old = old, .wanted = wanted };

  if (!intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), replace_in_entry, &request, cancellable, error))
    return FALSE;
  *was_current = request.was_current;

  return TRUE;
}

void
intimail_ldif_second_factor_init_interface (IntimailDirectoryInterface *iface)
{
  iface->read_second_factor = read_second_factor;
  iface->replace_second_factor = replace_second_factor;
}
