/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "address/intimail-address-private.h"
#include "message/intimail-address-list-private.h"
#include "message/intimail-encoded-word-private.h"
#include "message/intimail-field-private.h"

/* What was read of the address that is being read. */
typedef struct
{
  GString *phrase;  /* words outside brackets, quotes undone */
  GString *spec;    /* the same with the quotes, in case it is the address */
  GString *angle;   /* what stood between < and > */
  GString *comment; /* the last comment */
  gboolean has_angle;

  /* Nothing behind here closes one: looked for once, not at each that opens. */
  gboolean no_quote_closes;
  gboolean no_angle_closes;

  GPtrArray *groups;
  gboolean in_group;
  guint n;
} Reader;

void
intimail_field_group_free (IntimailFieldGroup *group)
{
  g_free (group->name);
  g_ptr_array_unref (group->addresses);
  g_free (group);
}

static IntimailFieldGroup *
add_group (Reader *reader, const char *name)
{
  IntimailFieldGroup *group = g_new0 (IntimailFieldGroup, 1);

  group->name = g_strdup (name);
  group->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  g_ptr_array_add (reader->groups, group);

  return group;
}

char *
intimail_address_list_decode_name (const char *text)
{
  g_autofree char *normal = intimail_encoded_words_compose (text);
  char *to = normal;

  /* White space is one space each, and controls have no place in a name. */
  for (const char *from = normal; *from != '\0'; from++)
    {
      char c = *from == '\t' ? ' ' : *from;

      if ((guchar) c < 0x20 || c == 0x7f || (c == ' ' && (to == normal || to[-1] == ' ')))
        continue;
      *to++ = c;
    }
  *to = '\0';

  return g_strchomp (g_steal_pointer (&normal));
}

/* Without white space and controls outside quotes, and without a route. */
static char *
clean_spec (const char *text)
{
  GString *clean = g_string_new (NULL);
  gboolean quoted = FALSE;

  if (*text == '@')
    {
      const char *colon = strchr (text, ':');

      text = colon != NULL ? colon + 1 : text;
    }
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        quoted = !quoted;
      if (quoted && *text == '\\' && text[1] != '\0')
        g_string_append_c (clean, *text++);
      if ((guchar) *text > 0x20 ? *text != 0x7f : quoted && *text == ' ')
        g_string_append_c (clean, *text);
    }

  return g_string_free (clean, FALSE);
}

/* "Ann Smith ann@home.example": the last word with an at sign is the address. */
static char *
take_bare_spec (Reader *reader, char **name)
{
  char *spec = g_strstrip (reader->spec->str);
  char *at = strrchr (spec, '@');
  char *start;

  if (at == NULL && strpbrk (spec, " \t") != NULL)
    {
      *name = g_strdup (reader->phrase->str);
      return g_strdup ("");
    }
  if (at == NULL || *spec == '"')
    return clean_spec (spec);
  for (start = at; start > spec && start[-1] == ' ';)
    start--;
  while (start > spec && start[-1] != ' ' && start[-1] != '\t')
    start--;
  if (start > spec)
    *name = g_strndup (spec, (gsize) (start - spec));

  return clean_spec (start);
}

static void
end_address (Reader *reader)
{
  g_autofree char *spec = NULL;
  g_autofree char *raw_name = NULL;
  g_autofree char *name = NULL;

  if (reader->has_angle)
    {
      spec = clean_spec (g_strstrip (reader->angle->str));
      raw_name = g_strdup (reader->phrase->str);
    }
  else
    spec = take_bare_spec (reader, &raw_name);
  name = intimail_address_list_decode_name (raw_name != NULL ? raw_name : "");
  if (*name == '\0' && reader->comment->len > 0)
    {
      g_free (name);
      name = intimail_address_list_decode_name (reader->comment->str);
    }

  if ((reader->has_angle || *spec != '\0' || *name != '\0') && reader->n < INTIMAIL_FIELD_MAX_ADDRESSES)
    {
      IntimailFieldGroup *group;

      if (reader->groups->len == 0)
        add_group (reader, NULL);
      group = g_ptr_array_index (reader->groups, reader->groups->len - 1);
      if (group->name != NULL && !reader->in_group)
        group = add_group (reader, NULL);
      g_ptr_array_add (group->addresses, intimail_address_new_lenient (*name != '\0' ? name : NULL, spec));
      reader->n++;
    }
  g_string_truncate (reader->phrase, 0);
  g_string_truncate (reader->spec, 0);
  g_string_truncate (reader->angle, 0);
  g_string_truncate (reader->comment, 0);
  reader->has_angle = FALSE;
}

/* @at is behind the opening quote; returns what follows the closing one. */
static const char *
read_quoted (Reader *reader, const char *at)
{
  g_string_append_c (reader->spec, '"');
  for (; *at != '\0' && *at != '"'; at++)
    {
      if (*at == '\\' && at[1] != '\0')
        g_string_append_c (reader->spec, *at++);
      g_string_append_c (reader->phrase, *at);
      g_string_append_c (reader->spec, *at);
    }
  g_string_append_c (reader->spec, '"');

  return *at == '"' ? at + 1 : at;
}

static gboolean
is_quote_closed (Reader *reader, const char *at)
{
  if (reader->no_quote_closes)
    return FALSE;
  for (; *at != '\0' && *at != '"'; at++)
    if (*at == '\\' && at[1] != '\0')
      at++;
  reader->no_quote_closes = *at == '\0';

  return !reader->no_quote_closes;
}

static gboolean
is_angle_closed (Reader *reader, const char *at)
{
  if (!reader->no_angle_closes)
    reader->no_angle_closes = strchr (at, '>') == NULL;

  return !reader->no_angle_closes;
}

static const char *
read_comment (Reader *reader, const char *at)
{
  int depth = 1;

  g_string_truncate (reader->comment, 0);
  for (; *at != '\0' && depth > 0; at++)
    {
      if (*at == '(')
        depth++;
      else if (*at == ')')
        depth--;
      else if (*at == '\\' && at[1] != '\0')
        at++;
      if (depth > 0)
        g_string_append_c (reader->comment, *at);
    }
  /* A comment parts two words as white space does. */
  g_string_append_c (reader->phrase, ' ');
  g_string_append_c (reader->spec, ' ');

  return at;
}

static const char *
read_angle (Reader *reader, const char *at)
{
  gboolean quoted = FALSE;

  g_string_truncate (reader->angle, 0);
  reader->has_angle = TRUE;
  for (; *at != '\0' && (quoted || *at != '>'); at++)
    {
      if (*at == '"')
        quoted = !quoted;
      else if (!quoted && *at == ',' && !is_angle_closed (reader, at))
        return at;
      if (quoted && *at == '\\' && at[1] != '\0')
        g_string_append_c (reader->angle, *at++);
      if (*at != '<')
        g_string_append_c (reader->angle, *at);
    }

  return *at == '>' ? at + 1 : at;
}

static void
begin_group (Reader *reader)
{
  g_autofree char *name = intimail_address_list_decode_name (reader->phrase->str);

  add_group (reader, name);
  reader->in_group = TRUE;
  g_string_truncate (reader->phrase, 0);
  g_string_truncate (reader->spec, 0);
}

/* One that stands where a word can; some write commas and colons in it. */
static gsize
measure_encoded_word (const char *text, const char *at)
{
  if (*at != '=' || (at > text && strchr (" \t,:;", at[-1]) == NULL))
    return 0;

  return intimail_encoded_word_measure (at);
}

static void
read_all (Reader *reader, const char *text)
{
  const char *at = text;

  while (*at != '\0')
    {
      gsize length = measure_encoded_word (text, at);
      char c;

      if (length > 0)
        {
          g_string_append_len (reader->phrase, at, (gssize) length);
          g_string_append_len (reader->spec, at, (gssize) length);
          at += length;
          continue;
        }
      c = *at++;

      /* A quotation mark alone is not worth losing an address for. */
      if (c == '"')
        at = is_quote_closed (reader, at) ? read_quoted (reader, at) : at;
      else if (c == '(')
        at = read_comment (reader, at);
      else if (c == '<')
        at = read_angle (reader, at);
      else if (c == ',')
        end_address (reader);
      else if (c == ';')
        {
          end_address (reader);
          reader->in_group = FALSE;
        }
      else if (c == ':' && !reader->in_group && !reader->has_angle && strchr (reader->spec->str, '@') == NULL)
        begin_group (reader);
      else
        {
          g_string_append_c (reader->phrase, c);
          g_string_append_c (reader->spec, c);
        }
    }
  end_address (reader);
}

GPtrArray *
intimail_address_list_read (const char *text)
{
  Reader reader = { 0 };

  reader.phrase = g_string_new (NULL);
  reader.spec = g_string_new (NULL);
  reader.angle = g_string_new (NULL);
  reader.comment = g_string_new (NULL);
  reader.groups = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_field_group_free);

  read_all (&reader, text);

  g_string_free (reader.phrase, TRUE);
  g_string_free (reader.spec, TRUE);
  g_string_free (reader.angle, TRUE);
  g_string_free (reader.comment, TRUE);
  return reader.groups;
}

GPtrArray *
intimail_address_list_join (GPtrArray *groups)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);

  for (guint i = 0; i < groups->len; i++)
    {
      IntimailFieldGroup *group = g_ptr_array_index (groups, i);

      for (guint j = 0; j < group->addresses->len; j++)
        g_ptr_array_add (addresses, intimail_address_ref (g_ptr_array_index (group->addresses, j)));
    }

  return addresses;
}
