/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a message, made of what its composer was told.
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-composer-private.h"
#include "message/intimail-flowed-private.h"

static IntimailPartBuilder *
build_text (const char *text, const char *content_type)
{
  IntimailPartBuilder *part = intimail_part_builder_new (content_type);
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  intimail_part_builder_set_content (part, content);
  intimail_part_builder_set_parameter (part, "charset", "utf-8");

  return part;
}

static IntimailPartBuilder *
build_plain (IntimailComposer *self)
{
  g_autofree char *text = intimail_composer_make_text (self);
  g_autofree char *flowed = self->flowed ? intimail_flowed_write (text) : NULL;
  IntimailPartBuilder *part = build_text (flowed != NULL ? flowed : text, "text/plain");

  if (flowed != NULL)
    intimail_part_builder_set_parameter (part, "format", "flowed");

  return part;
}

static IntimailPartBuilder *
build_file (const IntimailComposerFile *file)
{
  IntimailPartBuilder *part = intimail_part_builder_new (file->content_type);

  intimail_part_builder_set_source (part, file->content);
  intimail_part_builder_set_disposition (part, file->content_id != NULL ? "inline" : "attachment", file->name);
  if (file->content_id != NULL)
    {
      g_autofree char *value = g_strdup_printf (" <%s>", file->content_id);

      intimail_part_builder_add_raw (part, "Content-ID", value);
    }

  return part;
}

/* The HTML text with the pictures it shows. */
static IntimailPartBuilder *
build_html (IntimailComposer *self)
{
  g_autofree char *text = intimail_composer_make_html (self);
  IntimailPartBuilder *html = build_text (text, "text/html");
  IntimailPartBuilder *related = NULL;

  for (guint i = 0; i < self->files->len; i++)
    {
      const IntimailComposerFile *file = g_ptr_array_index (self->files, i);

      if (file->content_id == NULL)
        continue;
      if (related == NULL)
        {
          related = intimail_part_builder_new ("multipart/related");
          intimail_part_builder_set_parameter (related, "type", "text/html");
          intimail_part_builder_take_part (related, html);
        }
      intimail_part_builder_take_part (related, build_file (file));
    }

  return related != NULL ? related : html;
}

/* Its lines end with CR LF, on a disk, too: it goes as base64. */
static IntimailPartBuilder *
build_calendar (const char *calendar)
{
  IntimailPartBuilder *part = build_text (calendar, "text/calendar");

  intimail_part_builder_set_parameter (part, "method", "REPLY");

  return part;
}

static IntimailPartBuilder *
build_body (IntimailComposer *self)
{
  IntimailPartBuilder *plain = build_plain (self);
  IntimailPartBuilder *alternative;

  if (self->html == NULL && self->calendar == NULL)
    return plain;
  alternative = intimail_part_builder_new ("multipart/alternative");
  intimail_part_builder_take_part (alternative, plain);
  if (self->html != NULL)
    intimail_part_builder_take_part (alternative, build_html (self));
  if (self->calendar != NULL)
    intimail_part_builder_take_part (alternative, build_calendar (self->calendar));

  return alternative;
}

static IntimailPartBuilder *
build_parts (IntimailComposer *self)
{
  IntimailPartBuilder *body = build_body (self);
  IntimailPartBuilder *mixed = NULL;

  for (guint i = 0; i < self->files->len; i++)
    {
      const IntimailComposerFile *file = g_ptr_array_index (self->files, i);

      /* A picture without a text that shows it goes with the files. */
      if (file->content_id != NULL && self->html != NULL)
        continue;
      if (mixed == NULL)
        {
          mixed = intimail_part_builder_new ("multipart/mixed");
          intimail_part_builder_take_part (mixed, body);
        }
      intimail_part_builder_take_part (mixed, build_file (file));
    }

  return mixed != NULL ? mixed : body;
}

static gboolean
add_people (IntimailPartBuilder *root, GPtrArray *addresses, GError **error)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      IntimailAddress *address = g_ptr_array_index (addresses, i);

      if (!intimail_part_builder_add_address (root, intimail_address_get_name (address), intimail_address_get_email (address)))
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "\"%s\" is no address to write to", intimail_address_get_email (address));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
add_addresses (IntimailPartBuilder *root, const IntimailComposerField *field, GError **error)
{
  if (intimail_composer_find_address_field (field->name) == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "the field \"%s\" is none of addresses", field->name);
      return FALSE;
    }
  if (field->addresses->len + field->groups->len == 0)
    return TRUE;
  intimail_part_builder_begin_addresses (root, field->name);
  if (!add_people (root, field->addresses, error))
    return FALSE;
  for (guint i = 0; i < field->groups->len; i++)
    {
      const IntimailComposerGroup *group = g_ptr_array_index (field->groups, i);

      intimail_part_builder_begin_group (root, group->name);
      if (!add_people (root, group->addresses, error))
        return FALSE;
      intimail_part_builder_end_group (root);
    }
  intimail_part_builder_end_addresses (root);

  return TRUE;
}

static gboolean
add_from (IntimailComposer *self, IntimailPartBuilder *root, GError **error)
{
  g_autoptr (GPtrArray) authors = g_ptr_array_new ();

  if (self->from == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the message has no author");
      return FALSE;
    }
  g_ptr_array_add (authors, self->from);
  intimail_part_builder_begin_addresses (root, "From");
  if (!add_people (root, authors, error))
    return FALSE;
  intimail_part_builder_end_addresses (root);

  return TRUE;
}

static gboolean
add_field (IntimailPartBuilder *root, const IntimailComposerField *field, GError **error)
{
  static const char *const with_ids[] = { "Message-ID", "In-Reply-To", "References" };

  if (field->addresses != NULL)
    return add_addresses (root, field, error);
  if (field->value == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (with_ids); i++)
    if (g_ascii_strcasecmp (field->name, with_ids[i]) == 0)
      {
        g_autofree char *value = g_strconcat (" ", field->value, NULL);

        if (field->value[0] == '<' && intimail_part_builder_add_raw (root, with_ids[i], value))
          return TRUE;
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                     "the field %s has no message ids", field->name);
        return FALSE;
      }
  intimail_part_builder_add_text (root, field->name, field->value);

  return TRUE;
}

/* An id that cannot be written again is left out: the answer is still one. So is one that
 * would need SMTPUTF8 where nothing else does. */
static gboolean
is_id_to_write (const char *id, gboolean utf8)
{
  return strpbrk (id, " \t<>") == NULL && (utf8 || g_str_is_ascii (id));
}

static void
add_thread (IntimailComposer *self, IntimailPartBuilder *root)
{
  const char *parent[] = { self->in_reply_to, NULL };
  gboolean utf8 = intimail_composer_needs_smtputf8 (self);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (self->in_reply_to != NULL && is_id_to_write (self->in_reply_to, utf8) && !intimail_part_builder_has_field (root, "In-Reply-To"))
    intimail_part_builder_add_ids (root, "In-Reply-To", parent);
  for (guint i = 0; i < self->references->len; i++)
    if (is_id_to_write (g_ptr_array_index (self->references, i), utf8))
      g_ptr_array_add (ids, g_ptr_array_index (self->references, i));
  if (ids->len == 0 || intimail_part_builder_has_field (root, "References"))
    return;
  g_ptr_array_add (ids, NULL);
  intimail_part_builder_add_ids (root, "References", (const char *const *) ids->pdata);
}

static gboolean
add_message_id (IntimailPartBuilder *root, const char *hostname, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *id = g_strdup_printf ("%s@%s", uuid, hostname);
  const char *ids[] = { id, NULL };

  if (intimail_part_builder_has_field (root, "Message-ID"))
    return TRUE;
  if (*hostname != '\0' && strchr (hostname, '@') == NULL && intimail_part_builder_add_ids (root, "Message-ID", ids))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is no name of a host", hostname);

  return FALSE;
}

IntimailPartBuilder *
intimail_composer_make_builder (IntimailComposer *self, const char *hostname, GError **error)
{
  g_autoptr (IntimailPartBuilder) root = NULL;
  g_autoptr (GDateTime) date = NULL;

  if (!intimail_part_builder_prepare (error))
    return NULL;
  root = build_parts (self);
  date = self->date != NULL ? g_date_time_ref (self->date) : g_date_time_new_now_local ();
  intimail_part_builder_add_date (root, "Date", date);
  if (!add_from (self, root, error))
    return NULL;
  for (guint i = 0; i < self->fields->len; i++)
    {
      const IntimailComposerField *field = g_ptr_array_index (self->fields, i);

      if (!(self->no_bcc && strcmp (field->name, "Bcc") == 0) && !add_field (root, field, error))
        return NULL;
    }
  add_thread (self, root);

  return add_message_id (root, hostname, error) ? g_steal_pointer (&root) : NULL;
}
