/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-list-header-private.h"

#include <string.h>

#include "directory/intimail-person-private.h"
#include "directory/intimail-route-private.h"

/* Bytes of text in one encoded word: 60 letters of base64 (RFC 2047 section 2). */
#define WORD_BYTES 45

/* A description in a field is for a glance. */
#define MAX_DESCRIPTION 200

typedef enum
{
  FIELD_DELIVERED_TO,
  FIELD_LIST_ID,
  FIELD_LIST_POST,
  FIELD_LIST_OWNER,
  FIELD_LIST_HELP,
  FIELD_LIST_UNSUBSCRIBE,
  N_FIELDS,
} Field;

/* What leads to leaving comes last: more may follow it. */
static const char *const names[N_FIELDS] = {
  "Delivered-To",
  "List-Id",
  "List-Post",
  "List-Owner",
  "List-Help",
  "List-Unsubscribe",
};

struct _IntimailListHeader
{
  char *key;              /* of the list's address */
  char *id;               /* "family.home.example" */
  char *values[N_FIELDS]; /* of the fields of ours */
  gboolean seen[N_FIELDS];

  GString *field; /* the one that is read, unfolded, as far as it counts */
  gboolean in_line;
  gboolean after_cr;
  gboolean crlf; /* how the message ends its lines */
  gboolean ended;
  gboolean is_loop;
};

/* ---- The fields of a list ---- */

static gboolean
is_plain (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (*c < ' ' || *c > '~')
      return FALSE;

  return TRUE;
}

static void
append_quoted (GString *text, const char *phrase)
{
  g_string_append_c (text, '"');
  for (const char *c = phrase; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *c);
    }
  g_string_append (text, "\" ");
}

/* Whole characters in each word (RFC 2047 section 5), and a word in each line. */
static void
append_encoded (GString *text, const char *phrase)
{
  const char *rest = phrase;

  while (*rest != '\0')
    {
      const char *end = rest;
      g_autofree char *word = NULL;

      while (*end != '\0' && g_utf8_next_char (end) - rest <= WORD_BYTES)
        end = g_utf8_next_char (end);
      word = g_base64_encode ((const guchar *) rest, (gsize) (end - rest));
      g_string_append_printf (text, "=?utf-8?B?%s?=\n ", word);
      rest = end;
    }
}

/* The label is the group's name, which stays when people call the list otherwise. */
static char *
make_id_field (IntimailGroup *list, const char *id)
{
  g_autofree char *description = g_utf8_substring (intimail_group_get_description (list), 0,
                                                   MIN (MAX_DESCRIPTION, g_utf8_strlen (intimail_group_get_description (list), -1)));
  GString *text = g_string_new (NULL);

  g_strstrip (description);
  if (*description != '\0' && is_plain (description) && strlen (description) < 60)
    append_quoted (text, description);
  else if (*description != '\0')
    append_encoded (text, description);
  g_string_append_printf (text, "<%s>", id);

  return g_string_free (text, FALSE);
}

static char *
make_mailto (const char *address, const char *rest)
{
  g_autofree char *escaped = g_uri_escape_string (address, "@", FALSE);

  return g_strdup_printf ("<mailto:%s%s>", escaped, rest);
}

static void
make_values (IntimailListHeader *self, IntimailGroup *list, const char *unsubscribe)
{
  const char *mail = intimail_group_get_mail (list);
  g_autofree char *owner = intimail_route_make_address (list, "owner");

  self->values[FIELD_LIST_ID] = make_id_field (list, self->id);
  self->values[FIELD_LIST_POST] = intimail_group_get_posters (list) == INTIMAIL_GROUP_POSTERS_OWNERS
                                      ? g_strdup ("NO (its owners write alone)")
                                      : make_mailto (mail, "");
  self->values[FIELD_LIST_OWNER] = make_mailto (owner, "");
  self->values[FIELD_LIST_HELP] = make_mailto (owner, "?subject=help");
  self->values[FIELD_LIST_UNSUBSCRIBE] = make_mailto (unsubscribe, "?subject=unsubscribe");
}

IntimailListHeader *
intimail_list_header_new (IntimailGroup *list, const char *unsubscribe)
{
  IntimailListHeader *self = g_new0 (IntimailListHeader, 1);

  self->key = intimail_person_make_address_key (intimail_group_get_mail (list));
  self->id = g_strdup_printf ("%s.%s", intimail_group_get_name (list), self->key != NULL ? strrchr (self->key, '@') + 1 : "invalid");
  self->field = g_string_new (NULL);
  make_values (self, list, unsubscribe);
  return self;
}

void
intimail_list_header_free (IntimailListHeader *self)
{
  for (guint i = 0; i < N_FIELDS; i++)
    g_free (self->values[i]);
  g_string_free (self->field, TRUE);
  g_free (self->key);
  g_free (self->id);
  g_free (self);
}

/* ---- The message's own ---- */

static gboolean
is_own_address (IntimailListHeader *self, const char *value)
{
  g_autofree char *text = g_utf8_make_valid (value, -1);
  g_autofree char *key = NULL;

  g_strstrip (text);
  if (*text == '<' && g_str_has_suffix (text, ">"))
    {
      text[strlen (text) - 1] = ' ';
      *text = ' ';
      g_strstrip (text);
    }
  key = intimail_person_make_address_key (text);
  return key != NULL && g_strcmp0 (key, self->key) == 0;
}

/* "A list" <family.home.example>, compared without case (RFC 2919 section 6). */
static gboolean
is_own_id (IntimailListHeader *self, const char *value)
{
  const char *open = strrchr (value, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  gsize length = strlen (self->id);

  return close != NULL && (gsize) (close - open - 1) == length && g_ascii_strncasecmp (open + 1, self->id, length) == 0;
}

/* A field is whole: what it says of this list. */
static void
end_field (IntimailListHeader *self)
{
  const char *text = self->field->str;

  for (guint i = 0; i < N_FIELDS; i++)
    {
      gsize length = strlen (names[i]);
      const char *value = text + length;

      if (g_ascii_strncasecmp (text, names[i], length) != 0)
        continue;
      /* RFC 5322 section 4.5 has white space before the colon. */
      value += strspn (value, " \t");
      if (*value != ':')
        continue;
      self->seen[i] = TRUE;
      if ((i == FIELD_DELIVERED_TO && is_own_address (self, value + 1)) || (i == FIELD_LIST_ID && is_own_id (self, value + 1)))
        self->is_loop = TRUE;
    }
  g_string_truncate (self->field, 0);
}

/* The first byte of a line. FALSE: it is the empty line. */
static gboolean
begin_line (IntimailListHeader *self, char c)
{
  if (c != ' ' && c != '\t')
    end_field (self);
  if (c == '\n' || c == '\r')
    return FALSE;
  self->in_line = TRUE;
  return TRUE;
}

gboolean
intimail_list_header_feed (IntimailListHeader *self, const char *data, gsize length, gsize *place)
{
  g_return_val_if_fail (!self->ended, FALSE);

  for (gsize i = 0; i < length; i++)
    {
      if (!self->in_line && !begin_line (self, data[i]))
        {
          self->ended = TRUE;
          *place = i;
          return TRUE;
        }
      if (data[i] == '\n')
        {
          self->crlf = self->after_cr;
          self->in_line = FALSE;
        }
      else if (data[i] != '\0' && data[i] != '\r' && self->field->len < INTIMAIL_LIST_HEADER_MAX_FIELD)
        g_string_append_c (self->field, data[i]);
      self->after_cr = data[i] == '\r';
    }

  return FALSE;
}

char *
intimail_list_header_take_fields (IntimailListHeader *self)
{
  GString *text = g_string_new (NULL);
  char *lines;

  if (!self->ended)
    end_field (self);
  /* A message of another list has all that belongs to that; RFC 2369 section 4 wants no
   * field twice. */
  if (self->seen[FIELD_LIST_ID])
    return g_string_free (text, FALSE);
  if (self->in_line)
    g_string_append_c (text, '\n');
  for (guint i = FIELD_LIST_ID; i < N_FIELDS; i++)
    if (!self->seen[i])
      g_string_append_printf (text, "%s: %s\n", names[i], self->values[i]);
  if (!self->crlf)
    return g_string_free (text, FALSE);
  g_string_replace (text, "\n", "\r\n", 0);
  lines = g_string_free (text, FALSE);

  return lines;
}

gboolean
intimail_list_header_has_own_unsubscribe (IntimailListHeader *self)
{
  return !self->seen[FIELD_LIST_ID] && !self->seen[FIELD_LIST_UNSUBSCRIBE];
}

gboolean
intimail_list_header_is_loop (IntimailListHeader *self)
{
  return self->is_loop;
}
