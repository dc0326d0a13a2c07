/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-pattern-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#define MAX_DEFINES 64u
#define MAX_PROGRAMS 32u
#define MAX_EXAMPLES 512u
#define MAX_CONTAINS 16u

/* What an address looks like; inet_pton() has the last word. */
#define ADDRESS "(?<address>(?:[0-9]{1,3}\\.){3}[0-9]{1,3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{1,41})"
/* What Linux-PAM's modules write for whoever asks them. A program may write its peer's name
 * before the address, so that a second one tells nothing. */
#define PAM "(?:pam_\\w+\\([^()]*\\): |\\(pam_\\w+\\)(?:\\[[0-9]+\\])?:? )?authentication failure; logname=\\S* uid=\\S* euid=\\S* tty=\\S* ruser=\\S* rhost=" ADDRESS "(?:\\s+user=(?<account>(?:(?!rhost=).)*?))? *$"

typedef struct
{
  IntimailPatternFile *file;
  GHashTable *defines;
  IntimailPattern *pattern; /* the section, or NULL before the first */
  GPtrArray *contains;
  char *expression;
  guint line;
  gboolean is_ours;
  GError **error;
} Parser;

static const char *const actions[] = {
  [INTIMAIL_PATTERN_EVENT] = "event",
  [INTIMAIL_PATTERN_REMEMBER] = "remember",
  [INTIMAIL_PATTERN_HOLD] = "hold",
  [INTIMAIL_PATTERN_SUCCESS] = "success",
  [INTIMAIL_PATTERN_CLOSE] = "close",
};

static void
pattern_free (IntimailPattern *pattern)
{
  g_free (pattern->name);
  g_strfreev (pattern->contains);
  g_free (pattern->expression);
  if (pattern->code != NULL)
    pcre2_code_free (pattern->code);
  g_free (pattern);
}

static void
example_free (IntimailPatternExample *example)
{
  g_free (example->line);
  g_free (example->address);
  g_free (example->pattern);
  g_free (example);
}

void
intimail_pattern_file_free (IntimailPatternFile *self)
{
  g_free (self->path);
  g_free (self->service);
  g_ptr_array_unref (self->programs);
  g_ptr_array_unref (self->patterns);
  g_ptr_array_unref (self->examples);
  g_clear_pointer (&self->literals, intimail_literals_free);
  g_free (self);
}

G_GNUC_PRINTF (2, 3)
static gboolean
fail (Parser *parser, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (parser->error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "%s:%u: %s", parser->file->path, parser->line, what);

  return FALSE;
}

/* Replaces each "%name%". Defines are expanded when they are read, so none can hold itself. */
static char *
expand (Parser *parser, const char *text)
{
  g_autoptr (GString) result = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *end = *text == '%' ? strchr (text + 1, '%') : NULL;
      g_autofree char *name = end != NULL ? g_strndup (text + 1, (gsize) (end - text - 1)) : NULL;
      const char *value = name != NULL ? g_hash_table_lookup (parser->defines, name) : NULL;

      if (*text == '%' && value == NULL)
        {
          fail (parser, "\"%%%s%%\" is not defined; a percent sign is written \\x25", name != NULL ? name : "");
          return NULL;
        }
      if (value != NULL)
        g_string_append (result, value);
      else
        g_string_append_c (result, *text);
      text = value != NULL ? end + 1 : text + 1;
      if (result->len > INTIMAIL_PATTERN_MAX_EXPRESSION)
        {
          fail (parser, "an expression may have %u bytes", INTIMAIL_PATTERN_MAX_EXPRESSION);
          return NULL;
        }
    }

  return g_string_free (g_steal_pointer (&result), FALSE);
}

static guint
get_group (const pcre2_code *code, const char *name)
{
  int number = pcre2_substring_number_from_name (code, (PCRE2_SPTR) name);

  return number > 0 ? (guint) number : 0;
}

/* Anchored, whatever the file says: a message is told by how it begins, and what an
 * attacker writes comes later. A dot takes every byte, "$" is the end and nothing else. */
gboolean
intimail_pattern_compile (IntimailPattern *self, GError **error)
{
  int code;
  PCRE2_SIZE offset;

  if (self->code != NULL)
    return TRUE;
  self->code = pcre2_compile ((PCRE2_SPTR) self->expression, PCRE2_ZERO_TERMINATED,
                              PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C,
                              &code, &offset, NULL);
  if (self->code == NULL)
    {
      guint8 message[128] = "";

      pcre2_get_error_message (code, message, sizeof message);
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "[%s] match, at byte %zu: %s", self->name, (size_t) offset, message);
      return FALSE;
    }
  g_clear_pointer (&self->expression, g_free);
  self->address = get_group (self->code, "address");
  self->account = get_group (self->code, "account");
  self->session = get_group (self->code, "session");
  self->password = get_group (self->code, "password");
  self->time = get_group (self->code, "time");

  return TRUE;
}

static gboolean
end_pattern (Parser *parser)
{
  IntimailPattern *pattern = parser->pattern;

  if (pattern == NULL)
    return TRUE;
  if (parser->expression == NULL)
    return fail (parser, "[%s] has no match", pattern->name);
  if (parser->contains->len == 0)
    return fail (parser, "[%s] has no contains: name a text of at least 3 bytes that each line has", pattern->name);
  if (pattern->action == INTIMAIL_PATTERN_SUCCESS)
    pattern->kind = INTIMAIL_GUARD_KIND_SIGN_IN;
  if (pattern->weight < 0)
    pattern->weight = intimail_guard_kind_get_weight (pattern->kind);
  g_ptr_array_add (parser->contains, NULL);
  pattern->contains = (char **) g_ptr_array_free (parser->contains, FALSE);
  parser->contains = g_ptr_array_new_with_free_func (g_free);
  pattern->expression = g_steal_pointer (&parser->expression);
  parser->pattern = NULL;
  if (parser->is_ours || intimail_pattern_compile (pattern, parser->error))
    return TRUE;
  g_prefix_error (parser->error, "%s:%u: ", parser->file->path, parser->line);

  return FALSE;
}

static gboolean
begin_pattern (Parser *parser, const char *name)
{
  if (!end_pattern (parser))
    return FALSE;
  if (parser->file->patterns->len >= INTIMAIL_PATTERN_MAX_PER_SERVICE)
    return fail (parser, "a file may have %u patterns", INTIMAIL_PATTERN_MAX_PER_SERVICE);
  parser->pattern = g_new0 (IntimailPattern, 1);
  parser->pattern->name = g_strdup (name);
  parser->pattern->line = parser->line;
  parser->pattern->weight = -1;
  g_ptr_array_add (parser->file->patterns, parser->pattern);

  return TRUE;
}

static gboolean
add_example (Parser *parser, const char *value, gboolean is_counter)
{
  IntimailPatternExample *example;
  const char *line = is_counter ? value : strchr (value, ' ');

  if (parser->file->examples->len >= MAX_EXAMPLES)
    return fail (parser, "a file may have %u examples", MAX_EXAMPLES);
  if (line == NULL)
    return fail (parser, "an example is an address and a line");
  example = g_new0 (IntimailPatternExample, 1);
  example->address = is_counter ? NULL : g_strndup (value, (gsize) (line - value));
  example->line = g_strdup (is_counter ? line : line + 1);
  example->pattern = g_strdup (parser->pattern->name);
  example->number = parser->line;
  example->aggressive = parser->pattern->aggressive;
  g_ptr_array_add (parser->file->examples, example);

  return TRUE;
}

static gboolean
set_action (Parser *parser, const char *value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i], value))
      {
        parser->pattern->action = (IntimailPatternAction) i;
        return TRUE;
      }

  return fail (parser, "action is event, remember, hold, success or close");
}

static gboolean
set_pattern_key (Parser *parser, const char *key, const char *value)
{
  IntimailPattern *pattern = parser->pattern;

  if (g_str_equal (key, "match"))
    {
      g_free (parser->expression);
      parser->expression = expand (parser, value);
      return parser->expression != NULL;
    }
  if (g_str_equal (key, "contains"))
    {
      if (strlen (value) < 3 || parser->contains->len >= MAX_CONTAINS)
        return fail (parser, "contains is a text of at least 3 bytes, at most %u times", MAX_CONTAINS);
      g_ptr_array_add (parser->contains, g_strdup (value));
      return TRUE;
    }
  if (g_str_equal (key, "kind"))
    return intimail_guard_kind_from_string (value, &pattern->kind) ||
           fail (parser, "kind is bad-password, unknown-user, relay-attempt, protocol-abuse, scan or sign-in");
  if (g_str_equal (key, "action"))
    return set_action (parser, value);
  if (g_str_equal (key, "weight"))
    {
      char *end;

      pattern->weight = g_ascii_strtod (value, &end);
      return (*value != '\0' && *end == '\0' && pattern->weight >= 0 && pattern->weight <= 100) ||
             fail (parser, "weight is a number from 0 to 100");
    }
  if (g_str_equal (key, "mode"))
    {
      pattern->aggressive = g_str_equal (value, "aggressive");
      return pattern->aggressive || g_str_equal (value, "normal") || fail (parser, "mode is normal or aggressive");
    }
  if (g_str_equal (key, "example") || g_str_equal (key, "counterexample"))
    return add_example (parser, value, *key == 'c');

  return fail (parser, "[%s] has no key \"%s\"", pattern->name, key);
}

static gboolean
set_file_key (Parser *parser, const char *key, const char *value)
{
  if (g_str_equal (key, "service"))
    {
      g_free (parser->file->service);
      parser->file->service = g_strdup (value);
      return TRUE;
    }
  if (g_str_equal (key, "program"))
    {
      if (parser->file->programs->len >= MAX_PROGRAMS)
        return fail (parser, "a file may name %u programs", MAX_PROGRAMS);
      g_ptr_array_add (parser->file->programs, g_pattern_spec_new (value));
      return TRUE;
    }
  if (g_str_has_prefix (key, "define "))
    {
      char *expanded = expand (parser, value);

      if (expanded == NULL)
        return FALSE;
      if (g_hash_table_size (parser->defines) >= MAX_DEFINES)
        {
          g_free (expanded);
          return fail (parser, "a file may have %u defines", MAX_DEFINES);
        }
      g_hash_table_replace (parser->defines, g_strstrip (g_strdup (key + strlen ("define "))), expanded);
      return TRUE;
    }

  return fail (parser, "no key \"%s\" stands before the first pattern", key);
}

static gboolean
parse_line (Parser *parser, char *line)
{
  char *value;

  g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return TRUE;
  if (*line == '[')
    {
      gsize length = strlen (line);

      if (length < 3 || line[length - 1] != ']')
        return fail (parser, "a pattern begins with [name]");
      line[length - 1] = '\0';
      return begin_pattern (parser, line + 1);
    }
  value = strchr (line, '=');
  if (value == NULL)
    return fail (parser, "neither [name] nor key = value");
  *value++ = '\0';
  g_strstrip (line);
  value = g_strchug (value);

  return parser->pattern != NULL ? set_pattern_key (parser, line, value) : set_file_key (parser, line, value);
}

static gboolean
parse_lines (Parser *parser, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *stop = memchr (text, '\n', (gsize) (end - text));
      gsize n = (gsize) ((stop != NULL ? stop : end) - text);
      g_autofree char *line = g_strndup (text, n);

      parser->line++;
      if (strlen (line) != n)
        return fail (parser, "a NUL");
      if (!parse_line (parser, line))
        return FALSE;
      text += n + 1;
    }
  if (!end_pattern (parser))
    return FALSE;
  if (parser->file->service == NULL || *parser->file->service == '\0')
    return fail (parser, "no service is named");
  if (parser->file->programs->len == 0)
    return fail (parser, "no program is named");

  return TRUE;
}

static gboolean
add_literals (Parser *parser)
{
  IntimailPatternFile *file = parser->file;

  file->literals = intimail_literals_new ();
  for (guint i = 0; i < file->patterns->len; i++)
    {
      IntimailPattern *pattern = file->patterns->pdata[i];

      for (char **literal = pattern->contains; *literal != NULL; literal++)
        if (!intimail_literals_add (file->literals, *literal, G_GUINT64_CONSTANT (1) << i))
          return fail (parser, "contains: all of them have at most %u bytes", INTIMAIL_LITERALS_MAX_BYTES);
    }

  return TRUE;
}

static void
parser_clear (Parser *parser)
{
  g_hash_table_unref (parser->defines);
  g_ptr_array_unref (parser->contains);
  g_free (parser->expression);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parser, parser_clear)

IntimailPatternFile *
intimail_pattern_file_parse (const char *text, gsize length, const char *path, gboolean is_ours, GError **error)
{
  g_autoptr (IntimailPatternFile) file = g_new0 (IntimailPatternFile, 1);
  g_auto (Parser) parser = { .file = file, .is_ours = is_ours, .error = error };

  file->path = g_strdup (path);
  file->is_wanted = TRUE;
  file->programs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_pattern_spec_free);
  file->patterns = g_ptr_array_new_with_free_func ((GDestroyNotify) pattern_free);
  file->examples = g_ptr_array_new_with_free_func ((GDestroyNotify) example_free);
  parser.defines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  parser.contains = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (parser.defines, g_strdup ("address"), g_strdup (ADDRESS));
  g_hash_table_insert (parser.defines, g_strdup ("pam"), g_strdup (PAM));
  if (length > INTIMAIL_PATTERN_MAX_FILE)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "%s: a pattern file may have %u bytes", path, INTIMAIL_PATTERN_MAX_FILE);
      return NULL;
    }
  if (!parse_lines (&parser, text, length) || !add_literals (&parser))
    return NULL;

  return g_steal_pointer (&file);
}
