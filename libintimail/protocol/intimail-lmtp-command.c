/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/intimail-lmtp-command-private.h"

#include <string.h>

#include <intimail/intimail-address.h>

static const struct
{
  const char *name;
  IntimailLmtpVerb verb;
} verbs[] = {
  { "LHLO", INTIMAIL_LMTP_VERB_LHLO },
  { "EHLO", INTIMAIL_LMTP_VERB_EHLO },
  { "HELO", INTIMAIL_LMTP_VERB_EHLO },
  { "MAIL", INTIMAIL_LMTP_VERB_MAIL },
  { "RCPT", INTIMAIL_LMTP_VERB_RCPT },
  { "DATA", INTIMAIL_LMTP_VERB_DATA },
  { "BDAT", INTIMAIL_LMTP_VERB_BDAT },
  { "RSET", INTIMAIL_LMTP_VERB_RSET },
  { "NOOP", INTIMAIL_LMTP_VERB_NOOP },
  { "QUIT", INTIMAIL_LMTP_VERB_QUIT },
  { "VRFY", INTIMAIL_LMTP_VERB_VRFY },
  { "HELP", INTIMAIL_LMTP_VERB_HELP },
};

#define NO_SUCH_PARAMETER "555 5.5.4 no such parameter here"

static const char *
skip_blanks (const char *text)
{
  while (*text == ' ' || *text == '\t')
    text++;

  return text;
}

IntimailLmtpVerb
intimail_lmtp_command_parse_verb (const char *line, const char **rest)
{
  gsize length = strcspn (line, " \t");

  *rest = skip_blanks (line + length);
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (length == 4 && g_ascii_strncasecmp (line, verbs[i].name, 4) == 0)
      return verbs[i].verb;

  return INTIMAIL_LMTP_VERB_UNKNOWN;
}

/* It is written into the Received field: what cannot stand there is refused. */
const char *
intimail_lmtp_command_parse_name (const char *rest, char **name)
{
  g_autofree char *text = g_strchomp (g_strdup (rest));

  if (*text == '\0' || strlen (text) > 255)
    return "501 5.5.4 LHLO takes one host name";
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr (".-_:[]", *c) == NULL)
      return "501 5.5.4 LHLO takes one host name";

  *name = g_steal_pointer (&text);
  return NULL;
}

/* The end of a path: the first '>' outside quotes. */
static const char *
find_path_end (const char *text)
{
  gboolean quoted = FALSE;

  for (; *text != '\0'; text++)
    if (*text == '\\' && quoted && text[1] != '\0')
      text++;
    else if (*text == '"')
      quoted = !quoted;
    else if (*text == '>' && !quoted)
      return text;

  return NULL;
}

/* "@one,@two:user@example.org": RFC 5321 appendix C has the route ignored. */
static const char *
skip_route (const char *text, const char *end)
{
  const char *colon = *text == '@' ? memchr (text, ':', (gsize) (end - text)) : NULL;

  return colon != NULL ? colon + 1 : text;
}

/* Reads "FROM:<address>" or "TO:<address>" and leaves @rest at the parameters. */
static char *
parse_path (const char **rest, const char *keyword)
{
  const char *text = *rest;
  const char *start;
  const char *end;
  g_autofree char *address = NULL;

  if (g_ascii_strncasecmp (text, keyword, strlen (keyword)) != 0)
    return NULL;
  /* "FROM: <address>" is common, though not allowed. */
  text = skip_blanks (text + strlen (keyword));
  end = *text == '<' ? find_path_end (text + 1) : NULL;
  if (end == NULL || strchr (" \t", end[1]) == NULL)
    return NULL;

  start = skip_route (text + 1, end);
  address = g_strndup (start, (gsize) (end - start));
  *rest = skip_blanks (end + 1);
  for (const char *c = address; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) || *c == '<')
      return NULL;

  return g_utf8_validate (address, -1, NULL) ? g_steal_pointer (&address) : NULL;
}

static const char *
parse_size (const char *value, guint64 *size)
{
  /* RFC 1870 gives it 20 digits. */
  if (*value == '\0' || strlen (value) > 20 || strspn (value, "0123456789") != strlen (value))
    return "501 5.5.4 SIZE takes a number of octets";

  /* Too many octets for 64 bits become G_MAXUINT64, which is over every limit. */
  *size = g_ascii_strtoull (value, NULL, 10);
  return NULL;
}

static const char *
parse_mail_parameter (const char *parameter, IntimailLmtpPath *path)
{
  static const char *const bodies[] = { "7BIT", "8BITMIME", NULL };

  if (g_ascii_strncasecmp (parameter, "SIZE=", 5) == 0)
    return parse_size (parameter + 5, &path->size);
  if (g_ascii_strcasecmp (parameter, "SMTPUTF8") == 0)
    return NULL;
  if (g_ascii_strncasecmp (parameter, "BODY=", 5) != 0)
    return NO_SUCH_PARAMETER;
  for (gsize i = 0; bodies[i] != NULL; i++)
    if (g_ascii_strcasecmp (parameter + 5, bodies[i]) == 0)
      return NULL;

  return "501 5.5.4 BODY is 7BIT or 8BITMIME here";
}

const char *
intimail_lmtp_command_parse_mail (const char *rest, IntimailLmtpPath *path)
{
  g_auto (GStrv) parameters = NULL;

  /* What a sender calls himself is taken as it is: a strict reading would bounce
   * mail from addresses that exist, such as "first..last@example.org". */
  path->address = parse_path (&rest, "FROM:");
  if (path->address == NULL)
    return "501 5.1.7 MAIL takes FROM:<address>";

  parameters = g_strsplit_set (rest, " \t", -1);
  for (gsize i = 0; parameters[i] != NULL; i++)
    {
      const char *refusal = *parameters[i] == '\0' ? NULL : parse_mail_parameter (parameters[i], path);

      if (refusal != NULL)
        return refusal;
    }

  return NULL;
}

/* A recipient may lack the domain: RFC 5321 wants that for postmaster. */
static char *
normalize_recipient (const char *text)
{
  gboolean bare = strchr (text, '@') == NULL;
  g_autofree char *whole = bare ? g_strconcat (text, "@localhost", NULL) : g_strdup (text);
  g_autoptr (IntimailAddress) address = intimail_address_parse (whole, NULL);

  if (address == NULL)
    return NULL;

  return g_strdup (bare ? text : intimail_address_get_email (address));
}

const char *
intimail_lmtp_command_parse_rcpt (const char *rest, IntimailLmtpPath *path)
{
  g_autofree char *text = parse_path (&rest, "TO:");

  if (text == NULL || *text == '\0')
    return "501 5.1.3 RCPT takes TO:<address>";
  if (*rest != '\0')
    return NO_SUCH_PARAMETER;

  path->address = normalize_recipient (text);
  return path->address == NULL ? "501 5.1.3 not an address" : NULL;
}

const char *
intimail_lmtp_command_parse_bdat (const char *rest, guint64 *size, gboolean *last)
{
  gsize digits = strspn (rest, "0123456789");
  const char *word = skip_blanks (rest + digits);
  g_autofree char *tail = g_strchomp (g_strdup (word));

  *last = g_ascii_strcasecmp (tail, "LAST") == 0;
  if (digits == 0 || digits > 18 || (*tail != '\0' && (!*last || word == rest + digits)))
    return "501 5.5.4 BDAT takes a number of octets and may say LAST";

  *size = g_ascii_strtoull (rest, NULL, 10);
  return NULL;
}

void
intimail_lmtp_path_clear (IntimailLmtpPath *path)
{
  g_clear_pointer (&path->address, g_free);
}
