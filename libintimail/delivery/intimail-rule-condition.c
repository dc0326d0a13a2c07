/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-rule-condition-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "store/intimail-fold-private.h"

/* The pattern is tried at each place of so many bytes of a text. */
#define MAX_GLOB_TEXT (16 * 1024)

typedef enum
{
  TEST_CONTAINS,
  TEST_IS,
  TEST_BEGINS,
  TEST_ENDS,
  TEST_GLOB,
  TEST_EXISTS,
  TEST_OVER,
  TEST_UNDER,
  N_TESTS
} Test;

static const char *const test_names[N_TESTS] = { "contains", "is", "begins", "ends", "glob", "exists", "over", "under" };

/**
 * IntimailRuleCondition:
 *
 * What a rule asks of a message: a field, a test and a value.
 *
 * The field is `from`, `to` (To and Cc), `subject`, `list-id`, `header:NAME` for any
 * other field of the header, or `size`. The tests of a text are `contains`, `is`,
 * `begins`, `ends`, `glob` (`*` is any text, `?` one character) and `exists`, which has
 * no value; those of `size` are `over` and `under`, with a number of bytes.
 *
 * Text is compared as a search compares it: upper and lower case make no difference.
 * Of a field with addresses, each address and each name is looked at alone, and the
 * field as a whole; a field that is there several times matches when one of them does.
 *
 * A condition does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailRuleCondition
{
  GObject parent_instance;

  char *field;
  Test test;
  char *value;
  char *folded;
  guint64 size; /* the value of a test of the size */
  gboolean negated;
};

G_DEFINE_FINAL_TYPE (IntimailRuleCondition, intimail_rule_condition, G_TYPE_OBJECT)

static void
intimail_rule_condition_finalize (GObject *object)
{
  IntimailRuleCondition *self = INTIMAIL_RULE_CONDITION (object);

  g_free (self->field);
  g_free (self->value);
  g_free (self->folded);
  G_OBJECT_CLASS (intimail_rule_condition_parent_class)->finalize (object);
}

static void
intimail_rule_condition_class_init (IntimailRuleConditionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_rule_condition_finalize;
}

/* Made by somebody's g_object_new() it asks something too. */
static void
intimail_rule_condition_init (IntimailRuleCondition *self)
{
  self->field = g_strdup ("subject");
  self->test = TEST_EXISTS;
  self->value = g_strdup ("");
  self->folded = g_strdup ("");
}

/* RFC 5322 section 3.6.8. */
static gboolean
is_field_name (const char *name)
{
  gsize length = strlen (name);

  for (const char *c = name; *c != '\0'; c++)
    if (*c <= ' ' || *c > '~' || *c == ':')
      return FALSE;

  return length > 0 && length <= INTIMAIL_RULE_MAX_FIELD;
}

static char *
make_field (const char *field, GError **error)
{
  static const char *const names[] = { "from", "to", "subject", "list-id", "size" };
  g_autofree char *lower = g_ascii_strdown (field, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (lower, names[i]))
      return g_steal_pointer (&lower);
  if (g_str_has_prefix (lower, "header:") && is_field_name (lower + strlen ("header:")))
    return g_steal_pointer (&lower);

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "\"%s\" is no field: from, to, subject, list-id, size, or header:NAME", field);
  return NULL;
}

static gboolean
find_test (const char *name, gboolean of_size, Test *test, GError **error)
{
  for (guint i = 0; i < N_TESTS; i++)
    if (g_str_equal (name, test_names[i]) && (i >= TEST_OVER) == of_size)
      {
        *test = (Test) i;
        return TRUE;
      }

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is no test of a %s: %s", name,
               of_size ? "size" : "text",
               of_size ? "over or under" : "contains, is, begins, ends, glob or exists");
  return FALSE;
}

static gboolean
check_value (IntimailRuleCondition *self, GError **error)
{
  if (strlen (self->value) > INTIMAIL_RULE_MAX_VALUE)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "a value has %d bytes at most", INTIMAIL_RULE_MAX_VALUE);
  else if (!g_utf8_validate (self->value, -1, NULL))
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the value is not UTF-8");
  else if (self->test >= TEST_OVER && !g_ascii_string_to_unsigned (self->value, 10, 0, G_MAXINT64, &self->size, NULL))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is no number of bytes", self->value);
  else if (self->test == TEST_EXISTS && *self->value != '\0')
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"exists\" has no value");
  else if (self->test != TEST_EXISTS && self->test != TEST_IS && *self->value == '\0')
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" needs a value", test_names[self->test]);
  else
    return TRUE;

  return FALSE;
}

/**
 * intimail_rule_condition_new:
 * @field: `from`, `to`, `subject`, `list-id`, `size` or `header:NAME`
 * @test: `contains`, `is`, `begins`, `ends`, `glob`, `exists`, `over` or `under`
 * @value: what is looked for; of `size`, a number of bytes; "" for `exists`
 * @negated: %TRUE when a message shall not be so
 * @error: return location for an error
 *
 * Makes a condition.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when there is no such field or test, or
 * when @value does not fit it, and with %INTIMAIL_ERROR_TOO_LARGE when @value has over
 * 500 bytes.
 *
 * Returns: (transfer full): a condition
 *
 * Since: 1.0
 */
IntimailRuleCondition *
intimail_rule_condition_new (const char *field, const char *test, const char *value, gboolean negated, GError **error)
{
  g_autoptr (IntimailRuleCondition) self = NULL;
  g_autofree char *name = NULL;
  Test number;

  g_return_val_if_fail (field != NULL && test != NULL && value != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  name = make_field (field, error);
  if (name == NULL || !find_test (test, g_str_equal (name, "size"), &number, error))
    return NULL;
  self = g_object_new (INTIMAIL_TYPE_RULE_CONDITION, NULL);
  g_free (self->field);
  self->field = g_steal_pointer (&name);
  self->test = number;
  g_free (self->value);
  self->value = g_strdup (value);
  self->negated = negated;
  if (!check_value (self, error))
    return NULL;
  g_free (self->folded);
  self->folded = intimail_fold (value);

  return g_steal_pointer (&self);
}

/**
 * intimail_rule_condition_get_field:
 * @self: a condition
 *
 * Gets what of a message is looked at.
 *
 * Returns: (transfer none): a word in lower case, such as `from`
 *
 * Since: 1.0
 */
const char *
intimail_rule_condition_get_field (IntimailRuleCondition *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_CONDITION (self), NULL);

  return self->field;
}

/**
 * intimail_rule_condition_get_test:
 * @self: a condition
 *
 * Gets how it is compared.
 *
 * Returns: (transfer none): a word, such as `contains`
 *
 * Since: 1.0
 */
const char *
intimail_rule_condition_get_test (IntimailRuleCondition *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_CONDITION (self), NULL);

  return test_names[self->test];
}

/**
 * intimail_rule_condition_get_value:
 * @self: a condition
 *
 * Gets what is looked for.
 *
 * Returns: (transfer none): the value; "" when the test has none
 *
 * Since: 1.0
 */
const char *
intimail_rule_condition_get_value (IntimailRuleCondition *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_CONDITION (self), NULL);

  return self->value;
}

/**
 * intimail_rule_condition_is_negated:
 * @self: a condition
 *
 * Tells whether a message shall not be so.
 *
 * Returns: %TRUE when the test is turned round
 *
 * Since: 1.0
 */
gboolean
intimail_rule_condition_is_negated (IntimailRuleCondition *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_CONDITION (self), FALSE);

  return self->negated;
}

/**
 * intimail_rule_condition_to_string:
 * @self: a condition
 *
 * Says it in one line for people, such as `from not contains "news"`.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
intimail_rule_condition_to_string (IntimailRuleCondition *self)
{
  const char *not_;

  g_return_val_if_fail (INTIMAIL_IS_RULE_CONDITION (self), NULL);

  not_ = self->negated ? " not" : "";
  if (self->test == TEST_EXISTS)
    return g_strdup_printf ("%s%s exists", self->field, not_);
  if (self->test >= TEST_OVER)
    return g_strdup_printf ("%s%s %s %s", self->field, not_, test_names[self->test], self->value);

  return g_strdup_printf ("%s%s %s \"%s\"", self->field, not_, test_names[self->test], self->value);
}

/* Greedy: when a star has to take more, only the last one does. */
static gboolean
match_glob (const char *pattern, const char *text)
{
  const char *start = text;
  const char *star = NULL;
  const char *resume = NULL;

  while (*text != '\0' && text - start < MAX_GLOB_TEXT)
    {
      if (*pattern == '*')
        {
          star = ++pattern;
          resume = text;
        }
      else if (*pattern == '?' || (*pattern != '\0' && *pattern == *text))
        {
          text = *pattern == '?' ? g_utf8_next_char (text) : text + 1;
          pattern++;
        }
      else if (star != NULL)
        {
          pattern = star;
          resume = g_utf8_next_char (resume);
          text = resume;
        }
      else
        {
          return FALSE;
        }
    }
  while (*pattern == '*')
    pattern++;

  return *pattern == '\0';
}

static gboolean
matches_text (IntimailRuleCondition *self, const char *text)
{
  switch (self->test)
    {
    case TEST_CONTAINS:
      return strstr (text, self->folded) != NULL;
    case TEST_IS:
      return g_str_equal (text, self->folded);
    case TEST_BEGINS:
      return g_str_has_prefix (text, self->folded);
    case TEST_ENDS:
      return g_str_has_suffix (text, self->folded);
    case TEST_GLOB:
      return match_glob (self->folded, text);
    case TEST_EXISTS:
      return TRUE;
    case TEST_OVER:
    case TEST_UNDER:
    case N_TESTS:
      break;
    }

  return FALSE;
}

static gboolean
matches_some (IntimailRuleCondition *self, IntimailRuleView *view)
{
  const GPtrArray *texts;

  if (self->test == TEST_OVER)
    return intimail_rule_view_get_size (view) > self->size;
  if (self->test == TEST_UNDER)
    return intimail_rule_view_get_size (view) < self->size;
  texts = intimail_rule_view_get_texts (view, self->field);
  for (guint i = 0; i < texts->len; i++)
    if (matches_text (self, texts->pdata[i]))
      return TRUE;

  return FALSE;
}

gboolean
intimail_rule_condition_matches (IntimailRuleCondition *self, IntimailRuleView *view)
{
  return matches_some (self, view) != self->negated;
}
