/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mailbox/set: RFC 8621 section 2.5.
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-mailbox-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-set-private.h"

static const char *const server_set[] = {
  "id", "totalEmails", "unreadEmails", "totalThreads", "unreadThreads", "myRights", NULL
};

/* What a client may say of a mailbox. */
typedef struct
{
  char *name; /* NFC */
  const char *parent_id;
  IntimailMailboxRole role;
  guint sort_order;
  gboolean subscribed;
} Wish;

static void
wish_clear (Wish *wish)
{
  g_clear_pointer (&wish->name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

static gboolean
fail (JsonObject **set_error, const char *property, const char *what)
{
  *set_error = intimail_jmap_set_error_new_property (property, what);
  return FALSE;
}

static gboolean
has_control_character (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)))
      return TRUE;

  return FALSE;
}

static gboolean
read_name (JsonObject *record, Wish *wish, JsonObject **set_error)
{
  const char *name = intimail_jmap_node_get_string (json_object_get_member (record, "name"));

  if (name == NULL || *name == '\0')
    return fail (set_error, "name", "must be a string that is not empty");
  wish->name = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  if (wish->name == NULL || has_control_character (wish->name))
    return fail (set_error, "name", "has a character that no name has");
  if (strlen (wish->name) > INTIMAIL_JMAP_MAX_SIZE_MAILBOX_NAME)
    return fail (set_error, "name", "is too long");

  return TRUE;
}

static gboolean
read_parent (IntimailJmapContext *context, JsonObject *record, Wish *wish, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, "parentId");
  const char *id = intimail_jmap_node_get_string (node);

  if (intimail_jmap_node_is_null (node))
    return TRUE;
  wish->parent_id = id != NULL ? intimail_jmap_context_resolve_id (context, id) : NULL;

  return wish->parent_id != NULL || fail (set_error, "parentId", "no such mailbox");
}

static gboolean
read_role (JsonObject *record, Wish *wish, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, "role");
  const char *role = intimail_jmap_node_get_string (node);

  wish->role = INTIMAIL_MAILBOX_ROLE_NONE;
  if (intimail_jmap_node_is_null (node))
    return TRUE;

  return (role != NULL && intimail_jmap_mailbox_role_from_string (role, &wish->role)) ||
         fail (set_error, "role", "is none of inbox, drafts, sent, archive, junk, trash");
}

static gboolean
read_sort_order (JsonObject *record, Wish *wish, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, "sortOrder");
  gint64 value = 0;

  if (!intimail_jmap_node_is_null (node) &&
      (!intimail_jmap_node_get_integer (node, &value) || value < 0 || value > G_MAXINT32))
    return fail (set_error, "sortOrder", "must be a whole number from 0 to 2147483647");
  wish->sort_order = (guint) value;

  return TRUE;
}

static gboolean
read_subscribed (JsonObject *record, Wish *wish, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, "isSubscribed");

  wish->subscribed = TRUE;

  return intimail_jmap_node_is_null (node) ||
         intimail_jmap_node_get_boolean (node, &wish->subscribed) ||
         fail (set_error, "isSubscribed", "must be true or false");
}

static gboolean
wish_init (Wish *wish, IntimailJmapContext *context, JsonObject *record, JsonObject **set_error)
{
  return read_name (record, wish, set_error) &&
         read_parent (context, record, wish, set_error) &&
         read_role (record, wish, set_error) &&
         read_sort_order (record, wish, set_error) &&
         read_subscribed (record, wish, set_error);
}

/* Is there a way up from the wished parent to a root that avoids @id? */
static gboolean
check_parent (GPtrArray *mailboxes, const Wish *wish, const char *id, JsonObject **set_error)
{
  const char *up = wish->parent_id;
  guint depth = 0;

  while (up != NULL)
    {
      IntimailMailbox *parent = intimail_jmap_mailbox_find (mailboxes, up);

      if (parent == NULL)
        return fail (set_error, "parentId", "no such mailbox");
      if (g_strcmp0 (up, id) == 0)
        return fail (set_error, "parentId", "lies in the mailbox itself");
      if (++depth >= INTIMAIL_JMAP_MAX_MAILBOX_DEPTH)
        return fail (set_error, "parentId", "is too deep");
      up = intimail_mailbox_get_parent_id (parent);
    }

  return TRUE;
}

/* No two siblings of one name, no two mailboxes of one role. @id NULL: a new one. */
static gboolean
check_unique (GPtrArray *mailboxes, const Wish *wish, const char *id, JsonObject **set_error)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      IntimailMailbox *other = mailboxes->pdata[i];
      const char *other_id = intimail_mailbox_get_id (other);

      if (g_strcmp0 (other_id, id) == 0)
        continue;
      if (wish->role != INTIMAIL_MAILBOX_ROLE_NONE && intimail_mailbox_get_role (other) == wish->role)
        return fail (set_error, "role", "another mailbox has it");
      if (g_strcmp0 (intimail_mailbox_get_parent_id (other), wish->parent_id) == 0 &&
          g_str_equal (intimail_mailbox_get_name (other), wish->name))
        {
          *set_error = intimail_jmap_set_error_new ("alreadyExists", "a mailbox beside it has that name");
          json_object_set_string_member (*set_error, "existingId", other_id);
          return FALSE;
        }
    }

  return TRUE;
}

/* What the store refuses in a name is a fault of the name. */
static JsonObject *
make_set_error (const GError *error)
{
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT) ||
      g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE))
    return intimail_jmap_set_error_new_property ("name", error->message);

  return intimail_jmap_set_error_new_from (error);
}

static GPtrArray *
list_mailboxes (IntimailJmapContext *context, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *mailboxes = intimail_account_list_mailboxes (context->account, NULL, &error);

  if (mailboxes == NULL)
    *set_error = intimail_jmap_set_error_new_from (error);

  return mailboxes;
}

/* Everything that the client did not say, and what was said otherwise. */
static JsonObject *
make_created (IntimailJmapContext *context, IntimailMailbox *made, JsonObject *properties)
{
  const char *id = intimail_mailbox_get_id (made);
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox (context->account, id, NULL);
  JsonObject *created = intimail_jmap_mailbox_to_json (mailbox != NULL ? mailbox : made, NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, properties);
  while (json_object_iter_next (&iter, &name, &value))
    {
      JsonNode *ours = json_object_get_member (created, name);

      if (ours != NULL && json_node_equal (ours, value))
        json_object_remove_member (created, name);
    }

  return created;
}

static JsonObject *
create_mailbox (IntimailJmapContext *context, JsonObject *properties, gpointer data, JsonObject **set_error)
{
  g_auto (Wish) wish = { 0 };
  g_autoptr (GPtrArray) mailboxes = list_mailboxes (context, set_error);
  g_autoptr (IntimailMailbox) made = NULL;
  g_autoptr (GError) error = NULL;
  const char *id;

  if (mailboxes == NULL || !wish_init (&wish, context, properties, set_error) ||
      !check_parent (mailboxes, &wish, NULL, set_error) ||
      !check_unique (mailboxes, &wish, NULL, set_error))
    return NULL;

  made = intimail_account_create_mailbox (context->account, wish.name, wish.parent_id, NULL, &error);
  if (made == NULL)
    {
      *set_error = make_set_error (error);
      return NULL;
    }
  id = intimail_mailbox_get_id (made);
  if (!intimail_account_update_mailbox (context->account, id, wish.name, wish.parent_id, wish.role,
                                        wish.sort_order, wish.subscribed, NULL, &error))
    {
      /* All of it or nothing; what remains if this fails too is an empty folder. */
      intimail_account_remove_mailbox (context->account, id, FALSE, NULL, NULL);
      *set_error = intimail_jmap_set_error_new_from (error);
      return NULL;
    }

  return make_created (context, made, properties);
}

static JsonObject *
load_mailbox (IntimailJmapContext *context, const char *id, JsonObject *patch, gpointer data, JsonObject **set_error)
{
  g_autoptr (GPtrArray) mailboxes = list_mailboxes (context, set_error);
  IntimailMailbox *mailbox;

  if (mailboxes == NULL)
    return NULL;
  mailbox = intimail_jmap_mailbox_find (mailboxes, id);
  if (mailbox == NULL)
    {
      *set_error = intimail_jmap_set_error_new ("notFound", NULL);
      return NULL;
    }

  return intimail_jmap_mailbox_to_json (mailbox, NULL);
}

/* The inbox is where mail arrives: it keeps its place, name and role. */
static gboolean
check_inbox (IntimailMailbox *mailbox, const Wish *wish, JsonObject **set_error)
{
  if (intimail_mailbox_get_role (mailbox) != INTIMAIL_MAILBOX_ROLE_INBOX)
    return TRUE;
  if (wish->role == INTIMAIL_MAILBOX_ROLE_INBOX && wish->parent_id == NULL &&
      g_str_equal (wish->name, intimail_mailbox_get_name (mailbox)))
    return TRUE;

  *set_error = intimail_jmap_set_error_new ("forbidden", "the inbox keeps its name, its place and its role");
  return FALSE;
}

static gboolean
update_mailbox (IntimailJmapContext *context,
                const char *id,
                JsonObject *current,
                JsonObject *next,
                JsonObject **changed,
                gpointer data,
                JsonObject **set_error)
{
  g_auto (Wish) wish = { 0 };
  g_autoptr (GPtrArray) mailboxes = list_mailboxes (context, set_error);
  g_autoptr (GError) error = NULL;
  IntimailMailbox *mailbox;

  if (mailboxes == NULL || !wish_init (&wish, context, next, set_error) ||
      !check_parent (mailboxes, &wish, id, set_error) ||
      !check_unique (mailboxes, &wish, id, set_error))
    return FALSE;
  mailbox = intimail_jmap_mailbox_find (mailboxes, id);
  if (mailbox == NULL)
    {
      *set_error = intimail_jmap_set_error_new ("notFound", NULL);
      return FALSE;
    }
  if (!check_inbox (mailbox, &wish, set_error))
    return FALSE;

  if (!intimail_account_update_mailbox (context->account, id, wish.name, wish.parent_id, wish.role,
                                        wish.sort_order, wish.subscribed, NULL, &error))
    {
      *set_error = make_set_error (error);
      return FALSE;
    }
  if (g_strcmp0 (wish.name, intimail_jmap_node_get_string (json_object_get_member (next, "name"))) != 0)
    {
      *changed = json_object_new ();
      json_object_set_string_member (*changed, "name", wish.name);
    }

  return TRUE;
}

/* The SetError, or NULL when the mailbox may go. A child weighs more than mail:
 * then no mail is touched, whatever the client allowed. */
static JsonObject *
check_destroy (GPtrArray *mailboxes, const char *id, gboolean with_messages)
{
  IntimailMailbox *mailbox = intimail_jmap_mailbox_find (mailboxes, id);

  if (mailbox == NULL)
    return intimail_jmap_set_error_new ("notFound", NULL);
  if (intimail_mailbox_get_role (mailbox) == INTIMAIL_MAILBOX_ROLE_INBOX)
    return intimail_jmap_set_error_new ("forbidden", "the inbox stays");
  for (guint i = 0; i < mailboxes->len; i++)
    if (g_strcmp0 (intimail_mailbox_get_parent_id (mailboxes->pdata[i]), id) == 0)
      return intimail_jmap_set_error_new ("mailboxHasChild", NULL);
  if (!with_messages && intimail_mailbox_get_n_messages (mailbox) > 0)
    return intimail_jmap_set_error_new ("mailboxHasEmail", NULL);

  return NULL;
}

static gboolean
destroy_mailbox (IntimailJmapContext *context, const char *id, gpointer data, JsonObject **set_error)
{
  const gboolean *with_messages = data;
  g_autoptr (GPtrArray) mailboxes = list_mailboxes (context, set_error);
  g_autoptr (GError) error = NULL;

  if (mailboxes == NULL)
    return FALSE;
  *set_error = check_destroy (mailboxes, id, *with_messages);
  if (*set_error != NULL)
    return FALSE;
  if (intimail_account_remove_mailbox (context->account, id, *with_messages, NULL, &error))
    return TRUE;

  /* Mail came in between. */
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_EMPTY))
    *set_error = intimail_jmap_set_error_new ("mailboxHasEmail", NULL);
  else
    *set_error = intimail_jmap_set_error_new_from (error);

  return FALSE;
}

static const IntimailJmapSetType set_type = {
  .state_type = INTIMAIL_CHANGE_TYPE_MAILBOX,
  .properties = intimail_jmap_mailbox_properties,
  .server_set = server_set,
  .create = create_mailbox,
  .load = load_mailbox,
  .update = update_mailbox,
  .destroy = destroy_mailbox,
};

JsonObject *
intimail_jmap_mailbox_set (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  gboolean with_messages;

  if (!intimail_jmap_args_get_boolean (arguments, "onDestroyRemoveEmails", FALSE, &with_messages, error))
    return NULL;

  return intimail_jmap_set_run (&set_type, context, arguments, &with_messages, error);
}
