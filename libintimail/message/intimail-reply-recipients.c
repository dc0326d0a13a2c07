/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-reply-recipients-private.h"

#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-field.h>

static gboolean
is_known (GHashTable *known, IntimailAddress *address)
{
  g_autofree char *key = intimail_address_get_key (address);

  return g_hash_table_contains (known, key);
}

static void
learn (GHashTable *known, GPtrArray *addresses)
{
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    g_hash_table_add (known, intimail_address_get_key (g_ptr_array_index (addresses, i)));
}

/* An address of an old mail as it is written today; NULL when nobody can write to it. */
static IntimailAddress *
make_proper (IntimailAddress *address)
{
  IntimailAddress *proper = intimail_address_parse (intimail_address_get_email (address), NULL);
  IntimailAddress *named;

  if (proper == NULL)
    return NULL;
  named = intimail_address_new (intimail_address_get_name (address), intimail_address_get_local_part (proper), intimail_address_get_domain (proper), NULL);
  if (named == NULL)
    return proper;
  intimail_address_unref (proper);

  return named;
}

static void
add (GPtrArray *to, GHashTable *known, GPtrArray *addresses)
{
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      g_autoptr (IntimailAddress) address = make_proper (g_ptr_array_index (addresses, i));

      if (address == NULL || is_known (known, address))
        continue;
      g_hash_table_add (known, intimail_address_get_key (address));
      g_ptr_array_add (to, g_steal_pointer (&address));
    }
}

static IntimailField *
find_field (IntimailMessage *message, const char *name)
{
  GPtrArray *fields = intimail_message_get_headers (message);

  for (guint i = fields->len; i > 0; i--)
    {
      IntimailField *field = g_ptr_array_index (fields, i - 1);

      if (g_ascii_strcasecmp (intimail_field_get_name (field), name) == 0)
        return field;
    }

  return NULL;
}

/* RFC 2369 section 3.4: the first "mailto:" that there is; "NO" has none. */
static IntimailAddress *
find_list (IntimailMessage *message)
{
  IntimailField *field = find_field (message, "List-Post");
  g_auto (GStrv) urls = field != NULL ? intimail_field_get_urls (field) : NULL;

  for (gsize i = 0; urls != NULL && urls[i] != NULL; i++)
    {
      g_autofree char *email = NULL;
      IntimailAddress *address;

      if (g_ascii_strncasecmp (urls[i], "mailto:", 7) != 0)
        continue;
      email = g_uri_unescape_segment (urls[i] + 7, urls[i] + 7 + strcspn (urls[i] + 7, "?"), NULL);
      address = email != NULL ? intimail_address_parse (email, NULL) : NULL;
      if (address != NULL)
        return address;
    }

  return NULL;
}

/* A list that sets Reply-To to itself does not mean that nobody can be answered alone. */
static GPtrArray *
get_answered (IntimailMessage *message, IntimailReplyScope scope)
{
  GPtrArray *reply_to = intimail_message_get_reply_to (message);
  GPtrArray *from = intimail_message_get_from (message);
  g_autoptr (IntimailAddress) list = NULL;

  if (reply_to->len == 0)
    return from;
  list = scope == INTIMAIL_REPLY_SCOPE_AUTHOR ? find_list (message) : NULL;
  if (list != NULL && from->len > 0 && reply_to->len == 1 && intimail_address_equal (list, g_ptr_array_index (reply_to, 0)))
    return from;

  return reply_to;
}

static gboolean
is_all_own (GHashTable *own, GPtrArray *addresses)
{
  for (guint i = 0; i < addresses->len; i++)
    if (!is_known (own, g_ptr_array_index (addresses, i)))
      return FALSE;

  return addresses->len > 0;
}

static gboolean
find_for_list (IntimailReplyRecipients *self, IntimailMessage *message, GError **error)
{
  IntimailAddress *list = find_list (message);

  if (list == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the message is from no mailing list that takes mail");
      return FALSE;
    }
  g_ptr_array_add (self->to, list);

  return TRUE;
}

static void
find_for_all (IntimailReplyRecipients *self, IntimailMessage *message, GPtrArray *answered, gboolean from_me, GHashTable *own)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, own);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (known, g_strdup (key));
  add (self->to, known, answered);
  if (!from_me)
    add (self->to, known, intimail_message_get_to (message));
  add (self->cc, known, intimail_message_get_cc (message));
}

/* Whom the writer wants in the answer, in place of all others; an invention of list mail
 * that was never a standard, and is honoured by many. */
static gboolean
follow_up (IntimailReplyRecipients *self, IntimailMessage *message, GHashTable *own)
{
  IntimailField *field = find_field (message, "Mail-Followup-To");
  g_autoptr (GPtrArray) addresses = field != NULL ? intimail_field_get_addresses (field) : NULL;

  if (addresses == NULL || addresses->len == 0)
    return FALSE;
  find_for_all (self, message, addresses, TRUE, own);
  g_ptr_array_set_size (self->cc, 0);

  return self->to->len > 0;
}

gboolean
intimail_reply_recipients_find (IntimailReplyRecipients *self, IntimailMessage *message, IntimailReplyScope scope, GPtrArray *own, GError **error)
{
  g_autoptr (GHashTable) mine = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) nobody = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *answered = get_answered (message, scope);
  gboolean from_me;

  self->to = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  self->cc = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  if (scope == INTIMAIL_REPLY_SCOPE_LIST)
    return find_for_list (self, message, error);

  learn (mine, own);
  from_me = is_all_own (mine, intimail_message_get_from (message));
  /* Who answers what he wrote goes on with those whom he wrote to. */
  if (from_me)
    answered = intimail_message_get_to (message);
  if (scope == INTIMAIL_REPLY_SCOPE_ALL && (from_me || !follow_up (self, message, mine)))
    find_for_all (self, message, answered, from_me, mine);
  if (scope == INTIMAIL_REPLY_SCOPE_AUTHOR || self->to->len + self->cc->len == 0)
    add (self->to, nobody, answered);

  return TRUE;
}

void
intimail_reply_recipients_clear (IntimailReplyRecipients *self)
{
  g_clear_pointer (&self->to, g_ptr_array_unref);
  g_clear_pointer (&self->cc, g_ptr_array_unref);
}
