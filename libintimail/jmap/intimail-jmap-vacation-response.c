/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * VacationResponse/get and VacationResponse/set: RFC 8621 section 8. What it says is
 * kept with the person's rules, which may be changed by hand, too: the state is that of
 * what it says now.
 */

#include <intimail/intimail-error.h>
#include <intimail/intimail-rule-set.h>

#include "base/intimail-secret-private.h"
#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-set-private.h"
#include "jmap/intimail-jmap-vacation-response-private.h"
#include "json/intimail-json-private.h"

#define SINGLETON "singleton"

static const char *const properties[] = {
  "id", "isEnabled", "fromDate", "toDate", "subject", "textBody", "htmlBody", NULL
};

static const char *const server_set[] = { "id", NULL };

static void
set_text (JsonObject *record, const char *name, const char *text)
{
  intimail_jmap_object_set_string_or_null (record, name, *text != '\0' ? text : NULL);
}

static void
set_date (JsonObject *record, const char *name, gint64 seconds)
{
  g_autofree char *text = seconds != 0 ? intimail_jmap_utc_date_format (seconds) : NULL;

  intimail_jmap_object_set_string_or_null (record, name, text);
}

static JsonObject *
make_record (IntimailVacation *vacation)
{
  JsonObject *record = json_object_new ();

  json_object_set_string_member (record, "id", SINGLETON);
  json_object_set_boolean_member (record, "isEnabled", intimail_vacation_get_enabled (vacation));
  set_date (record, "fromDate", intimail_vacation_get_start (vacation));
  set_date (record, "toDate", intimail_vacation_get_end (vacation));
  set_text (record, "subject", intimail_vacation_get_subject (vacation));
  set_text (record, "textBody", intimail_vacation_get_text (vacation));
  set_text (record, "htmlBody", intimail_vacation_get_html (vacation));

  return record;
}

static JsonObject *
load_record (IntimailAccount *account, GError **error)
{
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_load (account, NULL, error);

  return set != NULL ? make_record (intimail_rule_set_get_vacation (set)) : NULL;
}

char *
intimail_jmap_vacation_response_make_state (IntimailAccount *account, GError **error)
{
  JsonObject *record = load_record (account, error);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GBytes) text = NULL;

  if (record == NULL)
    return NULL;
  root = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (root, record);
  text = intimail_json_write (root);

  return intimail_hash_id ("v", g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

static char *
get_state (IntimailJmapContext *context, GError **error)
{
  return intimail_jmap_vacation_response_make_state (context->account, error);
}

static gboolean
check_id (const char *id, GError **error)
{
  if (g_str_equal (id, SINGLETON))
    return TRUE;

  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is one, and its id is \"" SINGLETON "\"");
  return FALSE;
}

/* ---- VacationResponse/get ---- */

static GPtrArray *
list_ids (IntimailJmapContext *context, gpointer data, GError **error)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (ids, g_strdup (SINGLETON));
  return ids;
}

static JsonObject *
get_record (IntimailJmapContext *context, const char *id, GHashTable *wanted, gpointer data, GError **error)
{
  return check_id (id, error) ? load_record (context->account, error) : NULL;
}

static const IntimailJmapGetType get_type = {
  .get_state = get_state,
  .properties = properties,
  .list = list_ids,
  .make = get_record,
};

JsonObject *
intimail_jmap_vacation_response_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_get_run (&get_type, context, arguments, NULL, error);
}

/* ---- VacationResponse/set ---- */

static JsonObject *
load_for_set (IntimailJmapContext *context, const char *id, JsonObject *patch, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  JsonObject *record = check_id (id, &error) ? load_record (context->account, &error) : NULL;

  if (record == NULL)
    *set_error = intimail_jmap_set_error_new_from (error);
  return record;
}

static gboolean
take_date (JsonObject *record, const char *name, gint64 *seconds, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, name);
  const char *text = intimail_jmap_node_get_string (node);

  *seconds = 0;
  if (intimail_jmap_node_is_null (node) || (text != NULL && intimail_jmap_utc_date_parse (text, seconds)))
    return TRUE;

  *set_error = intimail_jmap_set_error_new_property (name, "must be null or a UTCDate");
  return FALSE;
}

static gboolean
take_text (JsonObject *record, const char *name, const char **text, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, name);

  *text = intimail_jmap_node_is_null (node) ? "" : intimail_jmap_node_get_string (node);
  if (*text != NULL)
    return TRUE;

  *set_error = intimail_jmap_set_error_new_property (name, "must be null or a string");
  return FALSE;
}

static gboolean
fill (IntimailVacation *vacation, JsonObject *record, JsonObject **set_error)
{
  gboolean enabled = FALSE;
  gint64 start;
  gint64 end;
  const char *subject;
  const char *text;
  const char *html;

  if (!intimail_jmap_node_get_boolean (json_object_get_member (record, "isEnabled"), &enabled))
    {
      *set_error = intimail_jmap_set_error_new_property ("isEnabled", "must be true or false");
      return FALSE;
    }
  if (!take_date (record, "fromDate", &start, set_error) ||
      !take_date (record, "toDate", &end, set_error) ||
      !take_text (record, "subject", &subject, set_error) ||
      !take_text (record, "textBody", &text, set_error) ||
      !take_text (record, "htmlBody", &html, set_error))
    return FALSE;

  intimail_vacation_set_enabled (vacation, enabled);
  intimail_vacation_set_start (vacation, start);
  intimail_vacation_set_end (vacation, end);
  intimail_vacation_set_subject (vacation, subject);
  intimail_vacation_set_text (vacation, text);
  intimail_vacation_set_html (vacation, html);

  return TRUE;
}

static gboolean
update (IntimailJmapContext *context,
        const char *id,
        JsonObject *current,
        JsonObject *next,
        JsonObject **changed,
        gpointer data,
        JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_load (context->account, NULL, &error);

  if (set != NULL && !fill (intimail_rule_set_get_vacation (set), next, set_error))
    return FALSE;
  if (set != NULL && intimail_rule_set_save (set, context->account, NULL, &error))
    return TRUE;

  *set_error = intimail_jmap_set_error_new_from (error);
  return FALSE;
}

static JsonObject *
create (IntimailJmapContext *context, JsonObject *record, gpointer data, JsonObject **set_error)
{
  *set_error = intimail_jmap_set_error_new ("singleton", "there is one, and no other can be made");
  return NULL;
}

static gboolean
destroy (IntimailJmapContext *context, const char *id, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;

  *set_error = check_id (id, &error) ? intimail_jmap_set_error_new ("singleton", "switch it off instead")
                                     : intimail_jmap_set_error_new_from (error);
  return FALSE;
}

static const IntimailJmapSetType set_type = {
  .get_state = get_state,
  .properties = properties,
  .server_set = server_set,
  .create = create,
  .load = load_for_set,
  .update = update,
  .destroy = destroy,
};

JsonObject *
intimail_jmap_vacation_response_set (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_set_run (&set_type, context, arguments, NULL, error);
}
