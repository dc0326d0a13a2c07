/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "directory/intimail-ldif-state-private.h"
#include "directory/intimail-temporary-alias-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
touch_all (IntimailLdif *ldif)
{
  for (guint i = 0; i < ldif->entries->len; i++)
    intimail_ldif_entry_add (ldif->entries->pdata[i], "description", " touched\n");
}

/* An alias that ends is the same when it is written and read again. */
static void
check_aliases (IntimailLdifState *state)
{
  for (guint i = 0; i < state->people->len; i++)
    {
      IntimailLdifPerson *record = state->people->pdata[i];
      g_autoptr (GPtrArray) aliases = intimail_person_get_temporary_aliases (record->person);

      for (guint j = 0; j < aliases->len; j++)
        {
          g_autofree char *text = intimail_temporary_alias_format (aliases->pdata[j]);
          g_autoptr (IntimailTemporaryAlias) again = intimail_temporary_alias_parse (text);

          if (again == NULL || !intimail_temporary_alias_equal (again, aliases->pdata[j]))
            g_error ("an alias that ends is another");
        }
    }
}

/* What was read is written byte for byte; what was changed is read again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const IntimailLdifLimits limits = { .max_line = 4096, .max_entries = 100, .max_values = 1000 };
  const char *text = (const char *) data;
  IntimailLdif *ldif = intimail_ldif_parse (text, size, "f", &limits, NULL);
  g_autoptr (IntimailLdifState) state = intimail_ldif_state_parse (text, size, "dc=a", "f", NULL);
  static const char *const keys[] = { "a@a", "@a", NULL };
  g_autoptr (GObject) owner = NULL;
  IntimailLdif *again;
  g_autofree char *written = NULL;
  g_autofree char *changed = NULL;
  gsize length;

  if (state != NULL)
    {
      owner = intimail_ldif_state_find_owner (state, keys, NULL);
      check_aliases (state);
    }
  if (ldif == NULL)
    return 0;

  written = intimail_ldif_to_string (ldif, &length);
  if (length < size || memcmp (written, data, size) != 0)
    g_error ("what was not changed is not the same");

  touch_all (ldif);
  changed = intimail_ldif_to_string (ldif, &length);
  again = intimail_ldif_parse (changed, length, "f", &intimail_ldif_default_limits, NULL);
  if (again == NULL || again->entries->len != ldif->entries->len)
    g_error ("what was written cannot be read");
  for (guint i = 0; i < again->entries->len; i++)
    {
      IntimailLdifEntry *before = ldif->entries->pdata[i];
      IntimailLdifEntry *after = again->entries->pdata[i];

      if (strcmp (before->dn, after->dn) != 0 || before->values->len != after->values->len)
        g_error ("an entry is another");
    }
  intimail_ldif_free (again);
  intimail_ldif_free (ldif);

  return 0;
}
