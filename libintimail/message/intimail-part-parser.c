/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a message is taken apart: delimiter lines (RFC 2046 section 5.1), found in
 * the bytes as they lie there, within limits.
 */

#include <string.h>

#include "message/intimail-field-private.h"
#include "message/intimail-part-private.h"

/* The state of taking one message apart. */
typedef struct
{
  GBytes *bytes;
  const char *data;
  guint n_parts;
  guint *field_budget;
  guint64 scan_budget;
} Parser;

/* Where a delimiter line stands, and what kind it is. */
typedef struct
{
  gsize start;
  gsize end;
  gboolean last;
} Delimiter;

static gboolean
match_delimiter (const char *line, const char *limit, const char *boundary, gsize length, gboolean *last, const char **behind)
{
  const char *at = line + 2 + length;

  if ((gsize) (limit - line) < 2 + length || memcmp (line, "--", 2) != 0 || memcmp (line + 2, boundary, length) != 0)
    return FALSE;
  *last = limit - at >= 2 && at[0] == '-' && at[1] == '-';
  if (*last)
    at += 2;
  /* RFC 2046 section 5.1.1 lets anything follow; but a boundary that begins as
   * this one does is another one. */
  if (at < limit && strchr (" \t\r\n", *at) == NULL)
    return FALSE;
  *behind = memchr (at, '\n', (gsize) (limit - at));
  *behind = *behind != NULL ? *behind + 1 : limit;

  return TRUE;
}

/* Finds the next delimiter line of @boundary between @from, which is the start
 * of a line, and @end. */
static gboolean
find_delimiter (Parser *parser, gsize from, gsize end, const char *boundary, Delimiter *delimiter)
{
  const char *limit = parser->data + end;
  const char *line = parser->data + from;
  gsize length = strlen (boundary);

  while (line < limit)
    {
      const char *behind;

      if (match_delimiter (line, limit, boundary, length, &delimiter->last, &behind))
        {
          delimiter->start = (gsize) (line - parser->data);
          delimiter->end = (gsize) (behind - parser->data);
          return TRUE;
        }
      /* The next line; most begin with something else than hyphens. */
      do
        {
          line = memchr (line, '\n', (gsize) (limit - line));
          if (line == NULL)
            return FALSE;
          line++;
        }
      while (line < limit && *line != '-');
    }

  return FALSE;
}

/* The line end before a delimiter is the delimiter's. */
static gsize
trim_line_end (Parser *parser, gsize start, gsize end)
{
  if (end > start && parser->data[end - 1] == '\n')
    end--;
  if (end > start && parser->data[end - 1] == '\r')
    end--;

  return end;
}

static gsize parse_parts (Parser *parser,
                          IntimailPart *self,
                          guint depth);

/* Some writers give a multipart the boundary of the one around it: the parts that
 * follow are its own, up to the first closing delimiter. @limit is where the outer
 * one ends; returns where the inner one does. */
static gsize
parse_same_boundary (Parser *parser, IntimailPart *part, gsize limit, guint depth)
{
  gsize start = (gsize) (part->body - parser->data);
  gsize length = part->length;
  gsize end;

  part->length = limit - start;
  end = parse_parts (parser, part, depth);
  if (!part->multipart)
    {
      part->length = length;
      return start + length;
    }
  /* What it did not take was not looked at. */
  parser->scan_budget += limit - end;
  part->length = end - start;

  return end;
}

/* @limit is where it may end at most. Returns where it ends. */
static gsize
add_part (Parser *parser, IntimailPart *self, gsize start, gsize end, gsize limit, guint depth)
{
  const char *default_type = strcmp (self->type, "multipart/digest") == 0 ? "message/rfc822" : "text/plain";
  g_autoptr (GPtrArray) fields = NULL;
  IntimailPart *part;
  gsize body;

  fields = intimail_fields_parse (parser->bytes, start, end, parser->field_budget, &body);
  part = intimail_part_new (parser->bytes, fields, body, end, default_type);
  g_ptr_array_add (self->parts, part);
  part->id = *self->id == '\0' ? g_strdup_printf ("%u", self->parts->len)
                               : g_strdup_printf ("%s.%u", self->id, self->parts->len);
  parser->n_parts++;
  if (part->multipart && limit > end && g_strcmp0 (part->boundary, self->boundary) == 0)
    return parse_same_boundary (parser, part, limit, depth + 1);
  if (part->multipart)
    parse_parts (parser, part, depth + 1);

  return end;
}

/* What claims to be a multipart and is none, is shown as @type. */
static void
make_leaf (IntimailPart *self, const char *type)
{
  self->multipart = FALSE;
  g_free (self->type);
  self->type = g_strdup (type);
  if (self->charset == NULL && g_str_has_prefix (type, "text/"))
    self->charset = g_strdup ("us-ascii");
}

/* Returns where the multipart ends. */
static gsize
parse_parts (Parser *parser, IntimailPart *self, guint depth)
{
  gsize start = (gsize) (self->body - parser->data);
  gsize end = start + self->length;
  Delimiter delimiter;
  gsize from;

  if (depth >= INTIMAIL_PART_MAX_DEPTH || self->length > parser->scan_budget)
    {
      make_leaf (self, "application/octet-stream");
      return end;
    }
  parser->scan_budget -= self->length;
  if (self->boundary == NULL || *self->boundary == '\0' || !find_delimiter (parser, start, end, self->boundary, &delimiter))
    {
      make_leaf (self, "text/plain");
      return end;
    }

  from = delimiter.end;
  while (!delimiter.last && from < end)
    {
      gsize taken;

      if (parser->n_parts + 1 >= INTIMAIL_PART_MAX_COUNT || !find_delimiter (parser, from, end, self->boundary, &delimiter))
        {
          add_part (parser, self, from, end, end, depth);
          return end;
        }
      taken = trim_line_end (parser, from, delimiter.start);
      taken = add_part (parser, self, from, taken, delimiter.last ? taken : end, depth);
      if (taken > delimiter.start && !find_delimiter (parser, taken, end, self->boundary, &delimiter))
        return end;
      from = delimiter.end;
    }

  return delimiter.last ? delimiter.end : end;
}

IntimailPart *
intimail_part_parse_message (GBytes *bytes, GPtrArray *fields, gsize body, guint *budget)
{
  Parser parser = { bytes, g_bytes_get_data (bytes, NULL), 1, budget, INTIMAIL_PART_MAX_SCAN (g_bytes_get_size (bytes)) };
  IntimailPart *root = intimail_part_new (bytes, fields, body, g_bytes_get_size (bytes), "text/plain");

  root->id = g_strdup ("");
  if (root->multipart)
    parse_parts (&parser, root, 0);
  if (!root->multipart)
    {
      g_free (root->id);
      root->id = g_strdup ("1");
    }

  return root;
}
