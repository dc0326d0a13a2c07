/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads addresses: RFC 5322 section 3.4 without its obsolete forms, as people
 * type them into a field and as intimail_address_list_to_string() wrote them.
 */

#include <intimail/intimail-address.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "address/intimail-address-private.h"

#define MAX_COMMENT_DEPTH 16

typedef struct
{
  const char *next; /* ends with NUL: the text was checked before */
  GString *phrase;  /* the words read last, quotes undone */
  GString *comment; /* the first comment of the address at hand */
  GString *local_part;
  GString *domain;
} Parser;

/* A tab is white space here; no name or address has one inside. */
static gboolean
check_characters (const char *text, GError **error)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), "\t", ' ');

  return intimail_address_check_text (spaced, error);
}

static gboolean
fail (Parser *self, GError **error)
{
  g_autofree char *rest = g_utf8_substring (self->next, 0, MIN (30, g_utf8_strlen (self->next, -1)));

  if (*rest == '\0')
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "address is not complete");
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "cannot read an address at “%s”", rest);
  return FALSE;
}

static gboolean
is_space (char byte)
{
  return byte == ' ' || byte == '\t';
}

/* Steps over a comment; the text of the first one is kept as a name. */
static gboolean
skip_comment (Parser *self, GError **error)
{
  const char *begin = self->next;
  gboolean keep = self->comment->len == 0;
  guint depth = 0;

  do
    {
      char byte = *self->next;

      if (byte == '\\')
        byte = *++self->next;
      else if (byte == '(')
        depth++;
      else if (byte == ')')
        depth--;
      if (byte == '\0' || depth > MAX_COMMENT_DEPTH)
        {
          self->next = begin;
          return fail (self, error);
        }
      if (keep && depth > 0 && self->next > begin)
        g_string_append_c (self->comment, byte == '\t' ? ' ' : byte);
      self->next++;
    }
  while (depth > 0);

  return TRUE;
}

static gboolean
skip_space (Parser *self, GError **error)
{
  for (;;)
    if (is_space (*self->next))
      self->next++;
    else if (*self->next != '(')
      return TRUE;
    else if (!skip_comment (self, error))
      return FALSE;
}

/* Reads a quoted string to the end of @text. */
static gboolean
read_quoted (Parser *self, GString *text, GError **error)
{
  const char *begin = self->next++;

  while (*self->next != '"')
    {
      if (*self->next == '\\')
        self->next++;
      if (*self->next == '\0')
        {
          self->next = begin;
          return fail (self, error);
        }
      g_string_append_c (text, *self->next == '\t' ? ' ' : *self->next);
      self->next++;
    }
  self->next++;

  return TRUE;
}

static gboolean
read_local_part (Parser *self, GError **error)
{
  const char *begin = self->next;

  g_string_truncate (self->local_part, 0);
  if (*begin == '"')
    return read_quoted (self, self->local_part, error);
  while (*self->next == '.' || intimail_address_is_atext (*self->next))
    g_string_append_c (self->local_part, *self->next++);
  if (intimail_address_is_dot_atom (self->local_part->str))
    return TRUE;
  self->next = begin;

  return fail (self, error);
}

/* What can stand in a domain; whether it is one is judged by whoever makes the
 * address. */
static void
read_domain (Parser *self)
{
  const char *begin = self->next;

  if (*begin == '[')
    {
      self->next += strcspn (begin, "] \t(<>,;");
      if (*self->next == ']')
        self->next++;
    }
  else
    while (*self->next == '.' || intimail_address_is_atext (*self->next))
      self->next++;
  g_string_truncate (self->domain, 0);
  g_string_append_len (self->domain, begin, self->next - begin);
}

/* Reads local-part "@" domain, with white space and comments around each. */
static gboolean
read_email (Parser *self, GError **error)
{
  if (!skip_space (self, error) || !read_local_part (self, error) || !skip_space (self, error))
    return FALSE;
  if (*self->next != '@')
    return fail (self, error);
  self->next++;
  if (!skip_space (self, error))
    return FALSE;
  read_domain (self);

  return skip_space (self, error);
}

/* One word, or one character that stands for itself: people write names as they
 * like. */
static gboolean
read_word (Parser *self, GError **error)
{
  char byte = *self->next;

  if (byte == '"')
    return read_quoted (self, self->phrase, error);
  if (byte == '\\' || byte == '>' || byte == ')')
    return fail (self, error);
  /* The colons of an address literal end no phrase. */
  if (byte == '[' && g_str_has_suffix (self->phrase->str, "@"))
    while (*self->next != ']' && *self->next != '\0')
      g_string_append_c (self->phrase, *self->next++);
  else
    g_string_append_c (self->phrase, *self->next++);

  return TRUE;
}

/* Reads words up to "<", ":", a separator or the end. */
static gboolean
read_phrase (Parser *self, GError **error)
{
  g_string_truncate (self->phrase, 0);
  for (;;)
    {
      const char *begin = self->next;

      if (!skip_space (self, error))
        return FALSE;
      if (*self->next == '\0' || strchr ("<,;:", *self->next) != NULL)
        return TRUE;
      if (self->next > begin && self->phrase->len > 0)
        g_string_append_c (self->phrase, ' ');
      if (!read_word (self, error))
        return FALSE;
    }
}

static gboolean
read_angle_email (Parser *self, GError **error)
{
  self->next++;
  if (!read_email (self, error))
    return FALSE;
  if (*self->next != '>')
    return fail (self, error);
  self->next++;

  return skip_space (self, error);
}

/* A name in a comment is an old habit: "ada@example.org (Ada Lovelace)". */
static IntimailAddress *
read_mailbox (Parser *self, GError **error)
{
  const char *begin = self->next;
  const char *end;

  g_string_truncate (self->comment, 0);
  if (!read_phrase (self, error))
    return NULL;
  if (*self->next == '<')
    {
      if (!read_angle_email (self, error))
        return NULL;
    }
  else
    {
      end = self->next;
      self->next = begin;
      g_string_truncate (self->phrase, 0);
      if (!read_email (self, error))
        return NULL;
      if (self->next != end)
        {
          fail (self, error);
          return NULL;
        }
    }
  if (self->phrase->len == 0)
    g_string_assign (self->phrase, g_strstrip (self->comment->str));

  return intimail_address_new (self->phrase->str, self->local_part->str, self->domain->str, error);
}

/* Steps over "name:", if that is what comes. */
static gboolean
skip_group_name (Parser *self, gboolean *found, GError **error)
{
  const char *begin = self->next;

  if (!read_phrase (self, error))
    return FALSE;
  *found = *self->next == ':' && self->phrase->len > 0 && strchr (self->phrase->str, '@') == NULL;
  if (*found)
    self->next++;
  else
    self->next = begin;

  return TRUE;
}

/* Reads all that is left. Groups are taken apart; a separator too many, or a
 * semicolon for a comma, is no error. */
static gboolean
read_list (Parser *self, GPtrArray *addresses, GError **error)
{
  gboolean in_group = FALSE;

  for (;;)
    {
      IntimailAddress *address;
      gboolean found = FALSE;

      if (!skip_space (self, error))
        return FALSE;
      if (*self->next == '\0')
        return TRUE;
      if (*self->next == ',' || *self->next == ';')
        {
          in_group = in_group && *self->next == ',';
          self->next++;
          continue;
        }
      if (!in_group && !skip_group_name (self, &found, error))
        return FALSE;
      in_group = in_group || found;
      if (found)
        continue;
      address = read_mailbox (self, error);
      if (address == NULL)
        return FALSE;
      g_ptr_array_add (addresses, address);
      if (*self->next != '\0' && *self->next != ',' && *self->next != ';')
        return fail (self, error);
      if (addresses->len > INTIMAIL_ADDRESS_MAX_LIST)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                       "list has over %d addresses", INTIMAIL_ADDRESS_MAX_LIST);
          return FALSE;
        }
    }
}

static gboolean
parser_init (Parser *self, const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length > INTIMAIL_ADDRESS_MAX_LIST_SIZE)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "addresses have %" G_GSIZE_FORMAT " bytes, limit is %d", length,
                   INTIMAIL_ADDRESS_MAX_LIST_SIZE);
      return FALSE;
    }
  if (!check_characters (text, error))
    return FALSE;
  self->next = text;
  self->phrase = g_string_new (NULL);
  self->comment = g_string_new (NULL);
  self->local_part = g_string_new (NULL);
  self->domain = g_string_new (NULL);

  return TRUE;
}

static void
parser_clear (Parser *self)
{
  g_string_free (self->phrase, TRUE);
  g_string_free (self->comment, TRUE);
  g_string_free (self->local_part, TRUE);
  g_string_free (self->domain, TRUE);
}

/**
 * intimail_address_parse:
 * @text: one address, alone or as "Name <address>"
 * @error: return location for an error
 *
 * Reads one address. Comments are stepped over; where there is no name, a
 * comment is taken for it.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @text is not exactly one
 * address, is not UTF-8 or holds a control character other than a tab, and with
 * %INTIMAIL_ERROR_TOO_LARGE when @text has more than 64 KiB or the address is
 * over a limit of [ctor@Intimail.Address.new].
 *
 * Returns: (transfer full): a new address
 *
 * Since: 1.0
 */
IntimailAddress *
intimail_address_parse (const char *text, GError **error)
{
  g_autoptr (IntimailAddress) address = NULL;
  Parser parser;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!parser_init (&parser, text, error))
    return NULL;
  address = read_mailbox (&parser, error);
  if (address != NULL && *parser.next != '\0')
    {
      fail (&parser, error);
      g_clear_pointer (&address, intimail_address_unref);
    }
  parser_clear (&parser);

  return g_steal_pointer (&address);
}

/**
 * intimail_address_parse_list:
 * @text: addresses with commas or semicolons between them
 * @error: return location for an error
 *
 * Reads a list as [func@Intimail.Address.list_to_string] writes it and as people
 * type it. The members of a group ("name: a, b;") are taken, its name is not;
 * separators too many are stepped over.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when any part of it is not an
 * address, and with %INTIMAIL_ERROR_TOO_LARGE when @text has more than 64 KiB or
 * more than 1,000 addresses, or one of them is over a limit of
 * [ctor@Intimail.Address.new].
 *
 * Returns: (transfer container) (element-type IntimailAddress): the addresses,
 *   perhaps none; the array frees them
 *
 * Since: 1.0
 */
GPtrArray *
intimail_address_parse_list (const char *text, GError **error)
{
  g_autoptr (GPtrArray) addresses = NULL;
  Parser parser;
  gboolean read;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!parser_init (&parser, text, error))
    return NULL;
  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  read = read_list (&parser, addresses, error);
  parser_clear (&parser);

  return read ? g_steal_pointer (&addresses) : NULL;
}

/* The end of the address that begins at @text: a separator outside of quotes and
 * angle brackets, or the end of all. */
static const char *
find_separator (const char *text)
{
  gboolean quoted = FALSE;
  gboolean angled = FALSE;

  for (; *text != '\0'; text++)
    {
      if (quoted && *text == '\\' && text[1] != '\0')
        text++;
      else if (*text == '"' && !angled)
        quoted = !quoted;
      else if (*text == '<' && !quoted)
        angled = TRUE;
      else if (*text == '>' && angled)
        angled = FALSE;
      else if ((*text == ',' || *text == ';') && !quoted && !angled)
        break;
    }

  return text;
}

/* One address that is not right: the name as it can be read, the rest as it is. */
static IntimailAddress *
read_broken (const char *text)
{
  g_autofree char *email = NULL;
  IntimailAddress *address;
  Parser parser;
  const char *end;

  if (!parser_init (&parser, text, NULL))
    return intimail_address_new_lenient (NULL, text);
  if (!read_phrase (&parser, NULL) || *parser.next != '<')
    {
      g_string_truncate (parser.phrase, 0);
      email = g_strstrip (g_strdup (text));
    }
  else
    {
      end = strchr (parser.next, '>');
      email = end != NULL ? g_strndup (parser.next + 1, (gsize) (end - parser.next) - 1) : g_strdup (parser.next + 1);
    }
  address = intimail_address_new_lenient (parser.phrase->str, email);
  parser_clear (&parser);

  return address;
}

GPtrArray *
intimail_address_parse_list_lenient (const char *text)
{
  GPtrArray *addresses = intimail_address_parse_list (text, NULL);

  if (addresses != NULL)
    return addresses;
  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  while (*text != '\0' && addresses->len < INTIMAIL_ADDRESS_MAX_LIST)
    {
      const char *end = find_separator (text);
      g_autofree char *piece = g_strstrip (g_strndup (text, (gsize) (end - text)));
      IntimailAddress *address = *piece != '\0' ? intimail_address_parse (piece, NULL) : NULL;

      if (*piece != '\0')
        g_ptr_array_add (addresses, address != NULL ? address : read_broken (piece));
      text = *end != '\0' ? end + 1 : end;
    }

  return addresses;
}
