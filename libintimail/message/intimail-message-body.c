/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-message-body-private.h"

#include <string.h>

#include "message/intimail-charset-private.h"
#include "message/intimail-html-text-private.h"
#include "message/intimail-message-private.h"

/* Of a text that much is looked at for a preview. An HTML text begins with styles. */
#define MAX_PREVIEW_SOURCE 4096
#define MAX_PREVIEW_HTML (128 * 1024)
#define PREVIEW_MARGIN 40
/* So many pictures are looked for in so much HTML. */
#define MAX_EMBEDDED 100
#define MAX_EMBEDDING_HTML (1024 * 1024)

/* The three lists while they are made. Text and HTML are switched off inside an
 * alternative that has the other one. */
typedef struct
{
  const IntimailPartInfo *parts;
  GArray *text;
  GArray *html;
  GArray *attachments;
} Choice;

static gboolean
is_inline_media (const IntimailPartInfo *part)
{
  return intimail_part_info_has_prefix (part, "image/") || intimail_part_info_has_prefix (part, "audio/") ||
         intimail_part_info_has_prefix (part, "video/");
}

/* Is it body rather than attachment? */
static gboolean
is_inline (const IntimailPartInfo *part, guint position, const char *multipart)
{
  gboolean media = is_inline_media (part);

  if (g_strcmp0 (part->disposition, "attachment") == 0)
    return FALSE;
  if (!media && !intimail_part_info_is_type (part, "text/plain") && !intimail_part_info_is_type (part, "text/html"))
    return FALSE;

  return position == 0 || (strcmp (multipart, "related") != 0 && (media || part->name == NULL));
}

static void
add (GArray *list, guint place)
{
  if (list != NULL)
    g_array_append_val (list, place);
}

static void
add_inline (Choice *choice, guint place, const char *multipart, gboolean in_alternative)
{
  const IntimailPartInfo *part = &choice->parts[place];
  gboolean plain = intimail_part_info_is_type (part, "text/plain");
  gboolean html = intimail_part_info_is_type (part, "text/html");

  if (strcmp (multipart, "alternative") == 0)
    {
      add (plain ? choice->text : html ? choice->html
                                       : choice->attachments,
           place);
      return;
    }
  if (in_alternative && plain)
    choice->html = NULL;
  if (in_alternative && html)
    choice->text = NULL;
  add (choice->text, place);
  add (choice->html, place);
  if ((choice->text == NULL || choice->html == NULL) && is_inline_media (part))
    add (choice->attachments, place);
}

static void
add_from (GArray *to, GArray *from, guint start)
{
  guint end = from->len;

  for (guint i = start; i < end; i++)
    add (to, g_array_index (from, guint, i));
}

static void choose (Choice *shared,
                    guint multipart_place,
                    const char *multipart,
                    gboolean in_alternative);

static void
choose_one (Choice *choice, guint place, guint position, const char *multipart, gboolean in_alternative)
{
  const IntimailPartInfo *part = &choice->parts[place];

  if (part->multipart)
    {
      const char *inner = part->type + strlen ("multipart/");

      choose (choice, place, inner, in_alternative || strcmp (inner, "alternative") == 0);
    }
  else if (is_inline (part, position, multipart))
    add_inline (choice, place, multipart, in_alternative);
  else
    add (choice->attachments, place);
}

/* The algorithm of the RFC, step by step. */
static void
choose (Choice *shared, guint multipart_place, const char *multipart, gboolean in_alternative)
{
  Choice choice = *shared;
  guint text_before = choice.text != NULL ? choice.text->len : 0;
  guint html_before = choice.html != NULL ? choice.html->len : 0;
  guint end = multipart_place + choice.parts[multipart_place].n_below;
  guint position = 0;

  for (guint place = multipart_place + 1; place <= end; place += 1 + choice.parts[place].n_below)
    choose_one (&choice, place, position++, multipart, in_alternative);

  if (strcmp (multipart, "alternative") == 0 && choice.text != NULL && choice.html != NULL)
    {
      gboolean has_text = choice.text->len != text_before;
      gboolean has_html = choice.html->len != html_before;

      if (!has_text && has_html)
        add_from (choice.text, choice.html, html_before);
      else if (!has_html && has_text)
        add_from (choice.html, choice.text, text_before);
    }
}

IntimailMessageBody *
intimail_message_body_new (const IntimailPartInfo *parts)
{
  IntimailMessageBody *self = g_new (IntimailMessageBody, 1);
  Choice choice;

  self->parts = parts;
  self->text = g_array_new (FALSE, FALSE, sizeof (guint));
  self->html = g_array_new (FALSE, FALSE, sizeof (guint));
  self->attachments = g_array_new (FALSE, FALSE, sizeof (guint));
  choice = (Choice){ parts, self->text, self->html, self->attachments };
  choose_one (&choice, 0, 0, "mixed", FALSE);

  return self;
}

void
intimail_message_body_free (IntimailMessageBody *self)
{
  g_array_unref (self->text);
  g_array_unref (self->html);
  g_array_unref (self->attachments);
  g_free (self);
}

static const IntimailPartInfo *
get_part (IntimailMessageBody *self, GArray *list, guint i)
{
  return &self->parts[g_array_index (list, guint, i)];
}

/* The HTML that may show pictures. */
static char *
read_html (IntimailMessageBody *self)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < self->html->len && all->len < MAX_EMBEDDING_HTML; i++)
    {
      const IntimailPartInfo *html = get_part (self, self->html, i);
      g_autofree char *text = NULL;

      if (!intimail_part_info_is_type (html, "text/html"))
        continue;
      text = intimail_part_info_read_text (html, MAX_EMBEDDING_HTML);
      g_string_append (all, text);
    }

  return g_string_free (all, FALSE);
}

static gboolean
may_be_embedded (const IntimailPartInfo *part)
{
  return part->content_id != NULL && part->disposition == NULL && intimail_part_info_has_prefix (part, "image/");
}

guint
intimail_message_body_count_attachments (IntimailMessageBody *self)
{
  g_autofree char *html = NULL;
  guint n_candidates = 0;
  guint n = 0;

  for (guint i = 0; i < self->attachments->len; i++)
    {
      const IntimailPartInfo *part = get_part (self, self->attachments, i);

      if (may_be_embedded (part) && n_candidates++ < MAX_EMBEDDED)
        {
          g_autofree char *link = g_strconcat ("cid:", part->content_id, NULL);

          if (html == NULL)
            html = read_html (self);
          if (strstr (html, link) != NULL)
            continue;
        }
      if (g_strcmp0 (part->disposition, "inline") != 0)
        n++;
    }

  return n;
}

/* The text of one part of the body, of which at most @limit bytes are read; NULL for a
 * picture. */
static char *
read_part (const IntimailPartInfo *part, gsize limit, gsize text_limit)
{
  g_autofree char *text = NULL;

  if (!intimail_part_info_has_prefix (part, "text/"))
    return NULL;
  text = intimail_part_info_read_text (part, limit);
  if (text != NULL && intimail_part_info_is_type (part, "text/html"))
    return intimail_html_to_text (text, text_limit);

  return g_steal_pointer (&text);
}

/* The preview of a single text. A little of it is enough for most; its last bytes
 * are left out, for there the cut may have gone through a letter or a tag. */
static char *
preview_part (const IntimailPartInfo *part, gsize max_bytes)
{
  gboolean html = intimail_part_info_is_type (part, "text/html");
  gsize limit = html ? MAX_PREVIEW_HTML : MAX_PREVIEW_SOURCE;
  g_autofree char *text = NULL;

  for (gsize some = html ? 2048 : 320; some < limit && some < part->length; some *= 4)
    {
      g_autofree char *start = read_part (part, some, MAX_PREVIEW_SOURCE);
      gsize length = start != NULL ? strlen (start) : 0;
      g_autofree char *preview = NULL;
      gboolean full;

      if (length <= PREVIEW_MARGIN)
        continue;
      *g_utf8_find_prev_char (start, start + length - PREVIEW_MARGIN) = '\0';
      preview = intimail_message_fold_preview (start, INTIMAIL_MESSAGE_MAX_PREVIEW, max_bytes, &full);
      if (full)
        return g_steal_pointer (&preview);
    }
  text = read_part (part, limit, MAX_PREVIEW_SOURCE);

  return intimail_message_fold_preview (text != NULL ? text : "", INTIMAIL_MESSAGE_MAX_PREVIEW, max_bytes, NULL);
}

char *
intimail_message_body_read_preview (IntimailMessageBody *self, gsize max_bytes)
{
  g_autoptr (GString) source = NULL;

  if (self->text->len == 1)
    return preview_part (get_part (self, self->text, 0), max_bytes);

  source = g_string_new (NULL);
  for (guint i = 0; i < self->text->len && source->len < MAX_PREVIEW_SOURCE; i++)
    {
      const IntimailPartInfo *part = get_part (self, self->text, i);
      gboolean html = intimail_part_info_is_type (part, "text/html");
      g_autofree char *text = read_part (part, html ? MAX_PREVIEW_HTML : MAX_PREVIEW_SOURCE, MAX_PREVIEW_SOURCE);

      if (text != NULL)
        g_string_append_printf (source, "%s\n", text);
    }

  return intimail_message_fold_preview (source->str, INTIMAIL_MESSAGE_MAX_PREVIEW, max_bytes, NULL);
}

char *
intimail_message_body_read_text (IntimailMessageBody *self)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < self->text->len; i++)
    {
      g_autofree char *text = read_part (get_part (self, self->text, i), G_MAXSIZE, G_MAXSIZE);

      if (text == NULL)
        continue;
      if (all->len > 0 && all->str[all->len - 1] != '\n')
        g_string_append_c (all, '\n');
      g_string_append (all, text);
    }

  return g_string_free (all, FALSE);
}

/* The bytes are the text, whatever else might be made of them: ASCII, or UTF-8 that
 * says so. The escapes of ISO-2022-JP are ASCII too. */
static gboolean
is_text_in_place (const IntimailPartInfo *part)
{
  const char *charset = part->charset != NULL ? intimail_charset_find (part->charset) : NULL;

  if (!intimail_part_info_has_prefix (part, "text/") || intimail_part_info_is_type (part, "text/html") ||
      !intimail_part_info_is_plain (part) || charset == NULL)
    return FALSE;
  if (g_str_equal (charset, "utf-8") || g_str_equal (charset, "utf8"))
    return g_utf8_validate_len (part->body, part->length, NULL);

  return g_str_equal (charset, "us-ascii") && memchr (part->body, '\033', part->length) == NULL &&
         g_utf8_validate_len (part->body, part->length, NULL);
}

void
intimail_message_body_visit_text (IntimailMessageBody *self, IntimailMessageBodyVisit visit, gpointer user_data)
{
  for (guint i = 0; i < self->text->len; i++)
    {
      const IntimailPartInfo *part = get_part (self, self->text, i);
      g_autofree char *text = NULL;

      if (is_text_in_place (part))
        {
          if (!visit (part->body, part->length, user_data))
            return;
          continue;
        }
      text = read_part (part, G_MAXSIZE, G_MAXSIZE);
      if (text != NULL && !visit (text, strlen (text), user_data))
        return;
    }
}
