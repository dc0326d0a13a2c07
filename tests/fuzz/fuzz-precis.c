/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "directory/intimail-app-password-private.h"
#include "directory/intimail-precis-private.h"
#include "directory/intimail-second-factor-private.h"

#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Whatever anybody types where a password or a code is asked for. What is prepared is
 * prepared already, and has no control character; no code but that of its time fits. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *typed = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autofree char *prepared = intimail_precis_prepare_password (typed, NULL);
  g_autofree char *again = prepared != NULL ? intimail_precis_prepare_password (prepared, NULL) : NULL;
  g_autofree char *id = intimail_app_password_make_id (typed);
  g_autoptr (IntimailSecondFactor) second_factor = intimail_second_factor_new (SECRET, 0, NULL);
  g_autoptr (IntimailSecondFactor) left = intimail_second_factor_use (second_factor, typed, 59, NULL);

  if (g_strcmp0 (prepared, again) != 0)
    g_error ("prepared twice it is something else: %s", prepared);
  for (const char *c = prepared; c != NULL && *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      g_error ("a control character is left");
  if (id != NULL && (!intimail_app_password_is_valid_id (id) || strlen (typed) != 29))
    g_error ("no app password has an id: %s", typed);
  /* RFC 6238, appendix B, and the half minutes beside it. */
  if (left != NULL && intimail_second_factor_get_counter (left) > 2)
    g_error ("a code of another time is taken: %s", typed);

  return 0;
}
