/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-composer-private.h"

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
group_free (IntimailComposerGroup *group)
{
  g_free (group->name);
  g_ptr_array_unref (group->addresses);
  g_free (group);
}

static void
field_free (IntimailComposerField *field)
{
  g_clear_pointer (&field->groups, g_ptr_array_unref);
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
  g_free (self->calendar);
  g_free (self->quote);
  g_free (self->signature);
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

IntimailComposerField *
intimail_composer_find_field (IntimailComposer *self, const char *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      IntimailComposerField *field = g_ptr_array_index (self->fields, i);

      if (g_ascii_strcasecmp (field->name, name) == 0)
        return field;
    }

  return NULL;
}

static IntimailComposerField *
replace_field (IntimailComposer *self, const char *name)
{
  IntimailComposerField *field = intimail_composer_find_field (self, name);

  if (field != NULL)
    g_ptr_array_remove (self->fields, field);
  field = g_new0 (IntimailComposerField, 1);
  field->name = g_strdup (name);
  g_ptr_array_add (self->fields, field);

  return field;
}

IntimailComposerField *
intimail_composer_replace_addresses (IntimailComposer *self, const char *name)
{
  IntimailComposerField *field = replace_field (self, name);

  field->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  field->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);

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
  set = intimail_composer_replace_addresses (self, name != NULL ? name : field);
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
 * Sets the text in HTML. A plain text stands beside it, which is made of the HTML when
 * none is set: a reader's program takes the one that it prefers.
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

/**
 * intimail_composer_set_signature:
 * @self: a composer
 * @signature: (nullable): the text under the message, without the line "-- " that parts it
 *   from what stands above, or %NULL for none
 *
 * Sets the signature, which stands at the end of the plain text and of the HTML.
 *
 * Since: 1.0
 */
void
intimail_composer_set_signature (IntimailComposer *self, const char *signature)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));

  g_free (self->signature);
  self->signature = g_strdup (signature);
}

/**
 * intimail_composer_set_flowed:
 * @self: a composer
 * @flowed: whether it flows
 *
 * Sets whether the paragraphs of the plain text flow (`format=flowed`, RFC 3676): each line
 * of the text is a paragraph, which is cut into short lines, and which a reader's program
 * puts together again to the width of its window. White space at the end of a line is lost.
 *
 * It is off at the beginning: then the text is read as it was set, byte for byte.
 *
 * Since: 1.0
 */
void
intimail_composer_set_flowed (IntimailComposer *self, gboolean flowed)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));

  self->flowed = flowed;
}

/**
 * intimail_composer_set_identity:
 * @self: a composer
 * @from: who writes
 * @reply_to: (nullable) (element-type IntimailAddress) (transfer none): where answers shall
 *   go, or %NULL for where they go by themselves
 * @signature: (nullable): the text under the message, or %NULL for none
 *
 * Sets in whose name the message is written: the author, Reply-To and the signature.
 *
 * Since: 1.0
 */
void
intimail_composer_set_identity (IntimailComposer *self, IntimailAddress *from, GPtrArray *reply_to, const char *signature)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  intimail_composer_set_from (self, from);
  intimail_composer_set_addresses (self, "Reply-To", reply_to != NULL ? reply_to : none);
  intimail_composer_set_signature (self, signature);
}
