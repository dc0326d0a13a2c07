/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The document of a set of rules. A member that is not known is a mistake: in a file
 * that is edited by hand, it is a slip.
 */

#include "delivery/intimail-rule-set-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "json/intimail-json-private.h"
#include "json/intimail-json-string-private.h"

#define VERSION 1

static const IntimailJsonLimits limits = {
  .max_size = INTIMAIL_RULE_SET_MAX_SIZE,
  .max_depth = 8,
  .max_values = 50000,
};

/* ---- Reading ---- */

/* Takes one member; FALSE with an error when its value is not right. */
typedef gboolean (*Take) (gpointer target, JsonNode *value, GError **error);

typedef struct
{
  const char *name;
  Take take;
} Member;

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, what);
  return FALSE;
}

/* Each member of @node by the entry of its name. */
static gboolean
read_object (JsonNode *node, const Member *members, gpointer target, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, "it is no object");
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const Member *member = members;

      while (member->name != NULL && !g_str_equal (member->name, name))
        member++;
      if (member->name == NULL)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is not known", name);
          return FALSE;
        }
      if (!member->take (target, value, error))
        {
          g_prefix_error (error, "\"%s\": ", name);
          return FALSE;
        }
    }

  return TRUE;
}

static const char *
get_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gboolean
read_string (JsonNode *node, char **text, GError **error)
{
  const char *value = get_string (node);

  if (value == NULL)
    return fail (error, "it is no string");
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

static gboolean
read_boolean (JsonNode *node, gboolean *value, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fail (error, "it is neither true nor false");
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_integer (JsonNode *node, gint64 *value, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return fail (error, "it is no whole number");
  *value = json_node_get_int (node);
  return TRUE;
}

static gboolean
read_strings (JsonNode *node, char ***list, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL)
    return fail (error, "it is no array of strings");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *text = get_string (json_array_get_element (array, i));

      if (text == NULL)
        return fail (error, "it is no array of strings");
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*list);
  *list = g_strv_builder_end (builder);
  return TRUE;
}

/* Each element by itself. */
static gboolean
read_array (JsonNode *node, Take take, gpointer target, const char *what, GError **error)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL)
    return fail (error, "it is no array");
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!take (target, json_array_get_element (array, i), error))
      {
        g_prefix_error (error, "%s %u: ", what, i + 1);
        return FALSE;
      }

  return TRUE;
}

typedef struct
{
  char *field;
  char *test;
  char *value;
  gboolean negated;
} Condition;

static void
condition_clear (Condition *self)
{
  g_free (self->field);
  g_free (self->test);
  g_free (self->value);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Condition, condition_clear)

static gboolean
take_field (gpointer target, JsonNode *node, GError **error)
{
  return read_string (node, &((Condition *) target)->field, error);
}

static gboolean
take_test (gpointer target, JsonNode *node, GError **error)
{
  return read_string (node, &((Condition *) target)->test, error);
}

/* A size is a number. */
static gboolean
take_value (gpointer target, JsonNode *node, GError **error)
{
  Condition *self = target;
  gint64 number;

  if (!read_integer (node, &number, NULL))
    return read_string (node, &self->value, error);
  g_free (self->value);
  self->value = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return TRUE;
}

static gboolean
take_not (gpointer target, JsonNode *node, GError **error)
{
  return read_boolean (node, &((Condition *) target)->negated, error);
}

static gboolean
take_condition (gpointer target, JsonNode *node, GError **error)
{
  static const Member members[] = { { "field", take_field }, { "test", take_test }, { "value", take_value }, { "not", take_not }, { NULL } };
  g_auto (Condition) self = { 0 };
  g_autoptr (IntimailRuleCondition) condition = NULL;

  if (!read_object (node, members, &self, error))
    return FALSE;
  if (self.field == NULL || self.test == NULL)
    return fail (error, "it has a \"field\" and a \"test\"");
  condition = intimail_rule_condition_new (self.field, self.test, self.value != NULL ? self.value : "", self.negated, error);

  return condition != NULL && intimail_rule_add_condition (target, condition, error);
}

static gboolean
take_name (gpointer target, JsonNode *node, GError **error)
{
  return read_string (node, &INTIMAIL_RULE (target)->name, error);
}

static gboolean
take_rule_enabled (gpointer target, JsonNode *node, GError **error)
{
  return read_boolean (node, &INTIMAIL_RULE (target)->enabled, error);
}

static gboolean
take_match (gpointer target, JsonNode *node, GError **error)
{
  const char *text = get_string (node);

  if (g_strcmp0 (text, "any") != 0 && g_strcmp0 (text, "all") != 0)
    return fail (error, "it is neither \"all\" nor \"any\"");
  INTIMAIL_RULE (target)->matches_any = g_str_equal (text, "any");
  return TRUE;
}

static gboolean
take_conditions (gpointer target, JsonNode *node, GError **error)
{
  return read_array (node, take_condition, target, "condition", error);
}

static gboolean
take_mailbox (gpointer target, JsonNode *node, GError **error)
{
  return read_string (node, &INTIMAIL_RULE (target)->mailbox, error);
}

static gboolean
take_keywords (gpointer target, JsonNode *node, GError **error)
{
  return read_strings (node, &INTIMAIL_RULE (target)->keywords, error);
}

static gboolean
take_forward (gpointer target, JsonNode *node, GError **error)
{
  return read_strings (node, &INTIMAIL_RULE (target)->forwards, error);
}

static gboolean
take_keep (gpointer target, JsonNode *node, GError **error)
{
  return read_boolean (node, &INTIMAIL_RULE (target)->keeps_copy, error);
}

static gboolean
take_stop (gpointer target, JsonNode *node, GError **error)
{
  return read_boolean (node, &INTIMAIL_RULE (target)->stops, error);
}

static gboolean
take_rule (gpointer target, JsonNode *node, GError **error)
{
  static const Member members[] = {
    { "name", take_name },
    { "enabled", take_rule_enabled },
    { "match", take_match },
    { "conditions", take_conditions },
    { "mailbox", take_mailbox },
    { "keywords", take_keywords },
    { "forward", take_forward },
    { "keep", take_keep },
    { "stop", take_stop },
    { NULL },
  };
  g_autoptr (IntimailRule) rule = intimail_rule_new ("");

  return read_object (node, members, rule, error) && intimail_rule_set_add_rule (target, rule, -1, error);
}

static gboolean
take_rules (gpointer target, JsonNode *node, GError **error)
{
  return read_array (node, take_rule, target, "rule", error);
}

static gboolean
take_vacation_enabled (gpointer target, JsonNode *node, GError **error)
{
  return read_boolean (node, &INTIMAIL_VACATION (target)->enabled, error);
}

static gboolean
read_time (JsonNode *node, gint64 *seconds, GError **error)
{
  const char *text = get_string (node);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  if (time == NULL)
    return fail (error, "it is no time like \"2030-12-31T18:00:00Z\"");
  *seconds = g_date_time_to_unix (time);
  return TRUE;
}

static gboolean
take_from (gpointer target, JsonNode *node, GError **error)
{
  return read_time (node, &INTIMAIL_VACATION (target)->start, error);
}

static gboolean
take_until (gpointer target, JsonNode *node, GError **error)
{
  return read_time (node, &INTIMAIL_VACATION (target)->end, error);
}

static gboolean
take_subject (gpointer target, JsonNode *node, GError **error)
{
  return read_string (node, &INTIMAIL_VACATION (target)->subject, error);
}

static gboolean
take_text (gpointer target, JsonNode *node, GError **error)
{
  return read_string (node, &INTIMAIL_VACATION (target)->text, error);
}

static gboolean
take_html (gpointer target, JsonNode *node, GError **error)
{
  return read_string (node, &INTIMAIL_VACATION (target)->html, error);
}

static gboolean
take_days (gpointer target, JsonNode *node, GError **error)
{
  gint64 days;

  if (!read_integer (node, &days, error))
    return FALSE;
  INTIMAIL_VACATION (target)->days = (guint) CLAMP (days, 0, G_MAXINT32);
  return TRUE;
}

static gboolean
take_vacation (gpointer target, JsonNode *node, GError **error)
{
  static const Member members[] = {
    { "enabled", take_vacation_enabled },
    { "from", take_from },
    { "until", take_until },
    { "subject", take_subject },
    { "text", take_text },
    { "html", take_html },
    { "days", take_days },
    { NULL },
  };

  return read_object (node, members, INTIMAIL_RULE_SET (target)->vacation, error);
}

static gboolean
take_junk (gpointer target, JsonNode *node, GError **error)
{
  return read_boolean (node, &INTIMAIL_RULE_SET (target)->files_junk, error);
}

static gboolean
take_version (gpointer target, JsonNode *node, GError **error)
{
  gint64 version;

  if (!read_integer (node, &version, error))
    return FALSE;
  if (version != VERSION)
    return fail (error, "this program knows version 1");
  return TRUE;
}

gboolean
intimail_rule_set_read_json (IntimailRuleSet *self, const char *data, gsize length, GError **error)
{
  static const Member members[] = {
    { "version", take_version },
    { "rules", take_rules },
    { "vacation", take_vacation },
    { "junk", take_junk },
    { NULL },
  };
  g_autoptr (JsonNode) root = intimail_json_parse (data, length, &limits, error);

  return root != NULL && read_object (root, members, self, error) && intimail_rule_set_check (self, error);
}

/* ---- Writing ---- */

static void
append_name (GString *text, const char *before, const char *name)
{
  g_string_append (text, before);
  intimail_json_string_append (text, name, strlen (name));
  g_string_append (text, ": ");
}

static void
append_string (GString *text, const char *before, const char *name, const char *value)
{
  append_name (text, before, name);
  intimail_json_string_append (text, value, strlen (value));
}

static void
append_boolean (GString *text, const char *before, const char *name, gboolean value)
{
  append_name (text, before, name);
  g_string_append (text, value ? "true" : "false");
}

static void
append_strings (GString *text, const char *before, const char *name, char **values)
{
  append_name (text, before, name);
  g_string_append_c (text, '[');
  for (gsize i = 0; values[i] != NULL; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      intimail_json_string_append (text, values[i], strlen (values[i]));
    }
  g_string_append_c (text, ']');
}

static void
append_condition (GString *text, IntimailRuleCondition *condition)
{
  const char *value = intimail_rule_condition_get_value (condition);
  const char *test = intimail_rule_condition_get_test (condition);

  append_string (text, "\n        {", "field", intimail_rule_condition_get_field (condition));
  if (intimail_rule_condition_is_negated (condition))
    append_boolean (text, ", ", "not", TRUE);
  append_string (text, ", ", "test", test);
  if (g_str_equal (intimail_rule_condition_get_field (condition), "size"))
    {
      append_name (text, ", ", "value");
      g_string_append (text, value);
    }
  else if (!g_str_equal (test, "exists"))
    {
      append_string (text, ", ", "value", value);
    }
  g_string_append_c (text, '}');
}

/* What is as it is by default is left out. */
static void
append_rule (GString *text, IntimailRule *rule)
{
  static const char next[] = ",\n      ";

  append_string (text, "\n    {\n      ", "name", rule->name);
  if (!rule->enabled)
    append_boolean (text, next, "enabled", FALSE);
  append_string (text, next, "match", rule->matches_any ? "any" : "all");
  append_name (text, next, "conditions");
  g_string_append_c (text, '[');
  for (guint i = 0; i < rule->conditions->len; i++)
    {
      g_string_append (text, i > 0 ? "," : "");
      append_condition (text, rule->conditions->pdata[i]);
    }
  g_string_append_c (text, ']');
  if (*rule->mailbox != '\0')
    append_string (text, next, "mailbox", rule->mailbox);
  if (rule->keywords[0] != NULL)
    append_strings (text, next, "keywords", rule->keywords);
  if (rule->forwards[0] != NULL)
    append_strings (text, next, "forward", rule->forwards);
  if (!rule->keeps_copy)
    append_boolean (text, next, "keep", FALSE);
  if (rule->stops)
    append_boolean (text, next, "stop", TRUE);
  g_string_append (text, "\n    }");
}

static void
append_time (GString *text, const char *name, gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *value = NULL;

  if (seconds == 0 || time == NULL)
    return;
  value = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  append_string (text, ",\n    ", name, value);
}

static void
append_vacation (GString *text, const IntimailVacation *vacation)
{
  static const char next[] = ",\n    ";

  append_name (text, ",\n  ", "vacation");
  append_boolean (text, "{\n    ", "enabled", vacation->enabled);
  append_time (text, "from", vacation->start);
  append_time (text, "until", vacation->end);
  append_string (text, next, "subject", vacation->subject);
  append_string (text, next, "text", vacation->text);
  if (*vacation->html != '\0')
    append_string (text, next, "html", vacation->html);
  append_name (text, next, "days");
  g_string_append_printf (text, "%u\n  }", vacation->days);
}

char *
intimail_rule_set_write_json (IntimailRuleSet *self)
{
  GString *text = g_string_new (NULL);

  append_name (text, "{\n  ", "version");
  g_string_append_printf (text, "%d", VERSION);
  append_name (text, ",\n  ", "rules");
  g_string_append_c (text, '[');
  for (guint i = 0; i < self->rules->len; i++)
    {
      g_string_append (text, i > 0 ? "," : "");
      append_rule (text, self->rules->pdata[i]);
    }
  g_string_append (text, self->rules->len > 0 ? "\n  ]" : "]");
  append_vacation (text, self->vacation);
  append_boolean (text, ",\n  ", "junk", self->files_junk);
  g_string_append (text, "\n}\n");

  return g_string_free (text, FALSE);
}
