/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-composer-private.h"

/* How many ids References keeps. */
#define MAX_REFERENCES 100

/**
 * IntimailComposer:
 *
 * A message that is being written.
 *
 * Set what it has to say, then [method@Intimail.Composer.build] makes the bytes,
 * as often as wanted: text in UTF-8, with HTML beside it as an alternative, with
 * pictures that the HTML shows, and with attachments. Nothing that is set can
 * begin a header field of its own.
 *
 * A composer belongs to one thread at a time.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailComposer, intimail_composer, G_TYPE_OBJECT)

static void
file_free (IntimailComposerFile *file)
{
  intimail_content_unref (file->content);
  g_free (file->name);
  g_free (file->content_type);
  g_free (file->content_id);
  g_free (file);
}

static void
field_free (IntimailComposerField *field)
{
  g_free (field->name);
  g_free (field->value);
  g_clear_pointer (&field->addresses, g_ptr_array_unref);
  g_free (field);
}

static void
intimail_composer_finalize (GObject *object)
{
  IntimailComposer *self = INTIMAIL_COMPOSER (object);

  g_clear_pointer (&self->from, intimail_address_unref);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_ptr_array_unref (self->fields);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->references);
  g_free (self->text);
  g_free (self->html);
  g_free (self->in_reply_to);

  G_OBJECT_CLASS (intimail_composer_parent_class)->finalize (object);
}

static void
intimail_composer_class_init (IntimailComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_composer_finalize;
}

static void
intimail_composer_init (IntimailComposer *self)
{
  self->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) field_free);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) file_free);
  self->references = g_ptr_array_new_with_free_func (g_free);
}

/**
 * intimail_composer_new:
 *
 * Begins a message.
 *
 * Returns: (transfer full): a composer
 *
 * Since: 1.0
 */
IntimailComposer *
intimail_composer_new (void)
{
  return g_object_new (INTIMAIL_TYPE_COMPOSER, NULL);
}

/**
 * intimail_composer_set_from:
 * @self: a composer
 * @address: who writes
 *
 * Sets the author. A message needs one.
 *
 * Since: 1.0
 */
void
intimail_composer_set_from (IntimailComposer *self, IntimailAddress *address)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (address != NULL);

  intimail_address_ref (address);
  g_clear_pointer (&self->from, intimail_address_unref);
  self->from = address;
}

static IntimailComposerField *
replace_field (IntimailComposer *self, const char *name)
{
  IntimailComposerField *field;

  for (guint i = 0; i < self->fields->len; i++)
    {
      field = g_ptr_array_index (self->fields, i);
      if (g_ascii_strcasecmp (field->name, name) == 0)
        {
          g_ptr_array_remove_index (self->fields, i);
          break;
        }
    }
  field = g_new0 (IntimailComposerField, 1);
  field->name = g_strdup (name);
  g_ptr_array_add (self->fields, field);

  return field;
}

const char *
intimail_composer_find_address_field (const char *name)
{
  static const char *const names[] = { "Sender", "Reply-To", "To", "Cc", "Bcc" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return names[i];

  return NULL;
}

/**
 * intimail_composer_set_addresses:
 * @self: a composer
 * @field: "To", "Cc", "Bcc", "Reply-To" or "Sender"; case does not matter
 * @addresses: (element-type IntimailAddress) (transfer none): the addresses; none
 *   takes the field away
 *
 * Sets a field of addresses. What it had before is replaced.
 *
 * Another field is refused by [method@Intimail.Composer.build].
 *
 * Since: 1.0
 */
void
intimail_composer_set_addresses (IntimailComposer *self, const char *field, GPtrArray *addresses)
{
  const char *name;
  IntimailComposerField *set;

  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (field != NULL);
  g_return_if_fail (addresses != NULL);

  name = intimail_composer_find_address_field (field);
  set = replace_field (self, name != NULL ? name : field);
  set->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  for (guint i = 0; i < addresses->len; i++)
    g_ptr_array_add (set->addresses, intimail_address_ref (g_ptr_array_index (addresses, i)));
}

gboolean
intimail_composer_is_one_line (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text++)
    if (((guchar) *text < 0x20 && *text != '\t') || *text == 0x7f)
      return FALSE;

  return TRUE;
}

/* Fields that this object writes itself. */
static gboolean
is_reserved (const char *name)
{
  return intimail_composer_find_address_field (name) != NULL ||
         g_ascii_strcasecmp (name, "From") == 0 || g_ascii_strcasecmp (name, "Date") == 0 ||
         g_ascii_strcasecmp (name, "MIME-Version") == 0 || g_ascii_strncasecmp (name, "Content-", 8) == 0;
}

/**
 * intimail_composer_set_field:
 * @self: a composer
 * @name: the name of a field, such as "Subject"
 * @value: (nullable): its text in one line, or %NULL to take the field away
 * @error: return location for an error
 *
 * Sets a field of text. What it had before is replaced. Where the text is not
 * ASCII, it is encoded as RFC 2047 says.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @name is no name of a field,
 * or that of a field which has a function of its own (From, To, Date, Content-Type
 * and their like), and when @value has a line end or another control character.
 *
 * Returns: %TRUE when it is set
 *
 * Since: 1.0
 */
gboolean
intimail_composer_set_field (IntimailComposer *self, const char *name, const char *value, GError **error)
{
  IntimailComposerField *field;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!intimail_part_builder_is_field_name (name))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "that is no name of a field");
      return FALSE;
    }
  if (is_reserved (name))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the field %s is not set as text", name);
      return FALSE;
    }
  if (value != NULL && !intimail_composer_is_one_line (value))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "the value of the field %s is not one line of text", name);
      return FALSE;
    }
  field = replace_field (self, name);
  field->value = g_strdup (value);

  return TRUE;
}

/**
 * intimail_composer_set_date:
 * @self: a composer
 * @date: (nullable): the date, with the offset from UTC to be written, or %NULL
 *   for the time at which the message is built
 *
 * Sets the date.
 *
 * Since: 1.0
 */
void
intimail_composer_set_date (IntimailComposer *self, GDateTime *date)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));

  g_clear_pointer (&self->date, g_date_time_unref);
  self->date = date != NULL ? g_date_time_ref (date) : NULL;
}

/**
 * intimail_composer_set_text:
 * @self: a composer
 * @text: (nullable): plain text, or %NULL for none
 *
 * Sets the text.
 *
 * Since: 1.0
 */
void
intimail_composer_set_text (IntimailComposer *self, const char *text)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));

  g_free (self->text);
  self->text = g_strdup (text);
}

/**
 * intimail_composer_set_html:
 * @self: a composer
 * @html: (nullable): a document in HTML, or %NULL for none
 *
 * Sets the text in HTML. With a plain text too, a reader's program takes the one
 * that it prefers.
 *
 * Since: 1.0
 */
void
intimail_composer_set_html (IntimailComposer *self, const char *html)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));

  g_free (self->html);
  self->html = g_strdup (html);
}

static void
add_references (IntimailComposer *self, const char *const *ids)
{
  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    g_ptr_array_add (self->references, g_strdup (ids[i]));
}

/**
 * intimail_composer_set_reply_to_message:
 * @self: a composer
 * @message: (nullable): the message that is answered, or %NULL for none
 *
 * Puts the message into the thread of another one: sets In-Reply-To and References
 * (RFC 5322 section 3.6.4). Recipients and subject are the caller's.
 *
 * Since: 1.0
 */
void
intimail_composer_set_reply_to_message (IntimailComposer *self, IntimailMessage *message)
{
  const char *const *ids;
  const char *const *parents;

  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (message == NULL || INTIMAIL_IS_MESSAGE (message));

  g_clear_pointer (&self->in_reply_to, g_free);
  g_ptr_array_set_size (self->references, 0);
  if (message == NULL)
    return;
  ids = intimail_message_get_message_ids (message, "References");
  parents = intimail_message_get_message_ids (message, "In-Reply-To");
  if (ids != NULL)
    add_references (self, ids);
  else if (parents != NULL && parents[1] == NULL)
    add_references (self, parents);
  self->in_reply_to = g_strdup (intimail_message_get_message_id (message));
  if (self->in_reply_to != NULL)
    g_ptr_array_add (self->references, g_strdup (self->in_reply_to));
  /* The first is the thread's root, the last are the nearest. */
  if (self->references->len > MAX_REFERENCES)
    g_ptr_array_remove_range (self->references, 1, self->references->len - MAX_REFERENCES);
}
