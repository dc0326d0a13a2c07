/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "delivery/intimail-rule-set-private.h"
#include "delivery/intimail-vacation-reply-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What was read is written so that it is read as the same. */
static void
check_document (IntimailRuleSet *set)
{
  g_autofree char *json = intimail_rule_set_write_json (set);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleSet) again = intimail_rule_set_parse (json, "", &error);
  g_autofree char *second = again != NULL ? intimail_rule_set_write_json (again) : NULL;

  /* With its spaces it may be too large. */
  if (again == NULL && !g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE))
    g_error ("not read again: %s", error->message);
  if (again != NULL && !g_str_equal (json, second))
    g_error ("read as another one");
}

/* Each rule says the same, whether it is asked why or not. */
static void
check_rules (IntimailRuleSet *set, IntimailRuleView *view)
{
  g_autoptr (IntimailPerson) person = intimail_person_new ("anna", "anna@home.example");

  for (guint i = 0; i < set->rules->len; i++)
    {
      g_autofree char *reason = NULL;

      if (intimail_rule_matches (set->rules->pdata[i], view, NULL) != intimail_rule_matches (set->rules->pdata[i], view, &reason) ||
          reason == NULL)
        g_error ("another answer");
    }
  intimail_vacation_find_obstacle (set->vacation, person, "zoe@far.example", view, 1893456000);
}

/* A document, a NUL, and a message. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = size > 0 ? memchr (data, '\0', size) : NULL;
  gsize length = end != NULL ? (gsize) (end - data) : size;
  g_autoptr (GBytes) message = g_bytes_new (end != NULL ? end + 1 : data, end != NULL ? size - length - 1 : 0);
  g_autoptr (IntimailRuleView) view = intimail_rule_view_new (message, 0);
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_new ();

  if (!intimail_rule_set_read_json (set, (const char *) data, length, NULL))
    return 0;
  check_document (set);
  check_rules (set, view);

  return 0;
}
