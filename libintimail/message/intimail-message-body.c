/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-message-private.h"
#include "message/intimail-part-private.h"

/* The three lists while they are made. Text and HTML are switched off inside an
 * alternative that has the other one. */
typedef struct
{
  GPtrArray *text;
  GPtrArray *html;
  GPtrArray *attachments;
} Body;

static gboolean
is_inline_media (IntimailPart *part)
{
  const char *type = intimail_part_get_content_type (part);

  return g_str_has_prefix (type, "image/") || g_str_has_prefix (type, "audio/") || g_str_has_prefix (type, "video/");
}

/* Is it body rather than attachment? */
static gboolean
is_inline (IntimailPart *part, guint position, const char *multipart)
{
  gboolean media = is_inline_media (part);

  if (g_strcmp0 (intimail_part_get_disposition (part), "attachment") == 0)
    return FALSE;
  if (!media && !intimail_part_is_type (part, "text/plain") && !intimail_part_is_type (part, "text/html"))
    return FALSE;

  return position == 0 || (strcmp (multipart, "related") != 0 && (media || intimail_part_get_name (part) == NULL));
}

static void
add (GPtrArray *list, IntimailPart *part)
{
  if (list != NULL)
    g_ptr_array_add (list, g_object_ref (part));
}

static void
add_inline (Body *body, IntimailPart *part, const char *multipart, gboolean in_alternative)
{
  gboolean plain = intimail_part_is_type (part, "text/plain");
  gboolean html = intimail_part_is_type (part, "text/html");

  if (strcmp (multipart, "alternative") == 0)
    {
      add (plain ? body->text : html ? body->html
                                     : body->attachments,
           part);
      return;
    }
  if (in_alternative && plain)
    body->html = NULL;
  if (in_alternative && html)
    body->text = NULL;
  add (body->text, part);
  add (body->html, part);
  if ((body->text == NULL || body->html == NULL) && is_inline_media (part))
    add (body->attachments, part);
}

static void
add_from (GPtrArray *to, GPtrArray *from, guint start)
{
  guint end = from->len;

  for (guint i = start; i < end; i++)
    add (to, g_ptr_array_index (from, i));
}

static void choose (Body *shared,
                    GPtrArray *parts,
                    const char *multipart,
                    gboolean in_alternative);

static void
choose_one (Body *body, IntimailPart *part, guint position, const char *multipart, gboolean in_alternative)
{
  if (intimail_part_is_multipart (part))
    {
      const char *inner = intimail_part_get_content_type (part) + strlen ("multipart/");

      choose (body, intimail_part_get_parts (part), inner, in_alternative || strcmp (inner, "alternative") == 0);
    }
  else if (is_inline (part, position, multipart))
    add_inline (body, part, multipart, in_alternative);
  else
    add (body->attachments, part);
}

/* The algorithm of the RFC, step by step. */
static void
choose (Body *shared, GPtrArray *parts, const char *multipart, gboolean in_alternative)
{
  Body body = *shared;
  guint text_before = body.text != NULL ? body.text->len : 0;
  guint html_before = body.html != NULL ? body.html->len : 0;

  for (guint i = 0; i < parts->len; i++)
    choose_one (&body, g_ptr_array_index (parts, i), i, multipart, in_alternative);

  if (strcmp (multipart, "alternative") == 0 && body.text != NULL && body.html != NULL)
    {
      gboolean has_text = body.text->len != text_before;
      gboolean has_html = body.html->len != html_before;

      if (!has_text && has_html)
        add_from (body.text, body.html, html_before);
      else if (!has_html && has_text)
        add_from (body.html, body.text, text_before);
    }
}

void
intimail_message_choose_body (IntimailPart *root,
                              GPtrArray *text_body,
                              GPtrArray *html_body,
                              GPtrArray *attachments)
{
  Body body = { text_body, html_body, attachments };

  choose_one (&body, root, 0, "mixed", FALSE);
}
