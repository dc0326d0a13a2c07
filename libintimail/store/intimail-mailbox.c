/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-folder-private.h"
#include "store/intimail-mailbox-private.h"

/**
 * IntimailMailbox:
 *
 * A mailbox of an account, as it was when it was asked for.
 *
 * It does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailMailbox
{
  GObject parent_instance;

  char *id;
  char *parent_id;
  char *name;
  char *path;
  IntimailMailboxRole role;
  guint sort_order;
  gboolean subscribed;
  IntimailCounts counts;
};

/**
 * IntimailMailboxRole:
 * @INTIMAIL_MAILBOX_ROLE_NONE: none
 * @INTIMAIL_MAILBOX_ROLE_INBOX: where mail arrives; each account has one, and it
 *   cannot be given away
 * @INTIMAIL_MAILBOX_ROLE_DRAFTS: what is being written
 * @INTIMAIL_MAILBOX_ROLE_SENT: copies of what was sent
 * @INTIMAIL_MAILBOX_ROLE_ARCHIVE: what is kept out of the way
 * @INTIMAIL_MAILBOX_ROLE_JUNK: unwanted mail
 * @INTIMAIL_MAILBOX_ROLE_TRASH: what will be deleted
 *
 * What a mailbox is for (RFC 6154, RFC 8621); at most one mailbox of an account
 * has each.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (IntimailMailbox, intimail_mailbox, G_TYPE_OBJECT)

static void
intimail_mailbox_finalize (GObject *object)
{
  IntimailMailbox *self = INTIMAIL_MAILBOX (object);

  g_free (self->id);
  g_free (self->parent_id);
  g_free (self->name);
  g_free (self->path);
  G_OBJECT_CLASS (intimail_mailbox_parent_class)->finalize (object);
}

static void
intimail_mailbox_class_init (IntimailMailboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_mailbox_finalize;
}

static void
intimail_mailbox_init (IntimailMailbox *self)
{
}

IntimailMailbox *
intimail_mailbox_new (const char *id, const char *parent_id, const char *name, const char *path, IntimailMailboxRole role, guint sort_order, gboolean subscribed, const IntimailCounts *counts)
{
  IntimailMailbox *self = g_object_new (INTIMAIL_TYPE_MAILBOX, NULL);

  self->id = g_strdup (id);
  self->parent_id = g_strdup (parent_id);
  self->name = g_strdup (name);
  self->path = g_strdup (path);
  self->role = role;
  self->sort_order = sort_order;
  self->subscribed = subscribed;
  self->counts = *counts;
  return self;
}

/**
 * intimail_mailbox_get_id:
 * @self: a mailbox
 *
 * Gets the id of the mailbox.
 *
 * It stays when the mailbox is renamed or moved.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
intimail_mailbox_get_id (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), "");

  return self->id;
}

/**
 * intimail_mailbox_get_parent_id:
 * @self: a mailbox
 *
 * Gets the mailbox that this one is in.
 *
 * Returns: (transfer none) (nullable): the id of a mailbox, %NULL at the top
 *
 * Since: 1.0
 */
const char *
intimail_mailbox_get_parent_id (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), NULL);

  return self->parent_id;
}

/**
 * intimail_mailbox_get_name:
 * @self: a mailbox
 *
 * Gets the name, without those of the mailboxes above.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
intimail_mailbox_get_name (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), "");

  return self->name;
}

/**
 * intimail_mailbox_get_path:
 * @self: a mailbox
 *
 * Gets the names from the top to this mailbox, with slashes between.
 *
 * [method@Intimail.Account.lookup_mailbox_by_path] takes it.
 *
 * Returns: (transfer none): the path
 *
 * Since: 1.0
 */
const char *
intimail_mailbox_get_path (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), "");

  return self->path;
}

/**
 * intimail_mailbox_role_list_names:
 * @role: a role
 *
 * Lists the names of which a mailbox at the top has one when it gets @role by itself: those
 * that accounts are made with, in each language, and others that are common.
 *
 * Who serves the same account by IMAP can say by them what a mailbox is for (RFC 6154).
 *
 * Returns: (transfer full) (array zero-terminated=1): names; none of
 *   %INTIMAIL_MAILBOX_ROLE_NONE
 *
 * Since: 1.0
 */
char **
intimail_mailbox_role_list_names (IntimailMailboxRole role)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  IntimailMailboxRole its_role;
  const char *name;

  for (gsize i = 0; (name = intimail_folder_get_known_name (i, &its_role)) != NULL; i++)
    {
      if (its_role == role)
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

/**
 * intimail_mailbox_get_role:
 * @self: a mailbox
 *
 * Gets what the mailbox is for.
 *
 * Returns: the role
 *
 * Since: 1.0
 */
IntimailMailboxRole
intimail_mailbox_get_role (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), INTIMAIL_MAILBOX_ROLE_NONE);

  return self->role;
}

/**
 * intimail_mailbox_get_sort_order:
 * @self: a mailbox
 *
 * Gets where the mailbox stands in a list: those with small numbers come first.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
intimail_mailbox_get_sort_order (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), 0);

  return self->sort_order;
}

/**
 * intimail_mailbox_is_subscribed:
 * @self: a mailbox
 *
 * Tells whether the person wants to see the mailbox.
 *
 * Returns: whether it is subscribed
 *
 * Since: 1.0
 */
gboolean
intimail_mailbox_is_subscribed (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), FALSE);

  return self->subscribed;
}

/**
 * intimail_mailbox_get_n_messages:
 * @self: a mailbox
 *
 * Gets the number of messages in the mailbox.
 *
 * Returns: a number of messages
 *
 * Since: 1.0
 */
guint
intimail_mailbox_get_n_messages (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), 0);

  return self->counts.n_messages;
}

/**
 * intimail_mailbox_get_n_unread:
 * @self: a mailbox
 *
 * Gets the number of messages that are neither seen nor drafts.
 *
 * Returns: a number of messages
 *
 * Since: 1.0
 */
guint
intimail_mailbox_get_n_unread (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), 0);

  return self->counts.n_unread;
}

/**
 * intimail_mailbox_get_n_threads:
 * @self: a mailbox
 *
 * Gets the number of conversations with a message in the mailbox.
 *
 * Returns: a number of conversations
 *
 * Since: 1.0
 */
guint
intimail_mailbox_get_n_threads (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), 0);

  return self->counts.n_threads;
}

/**
 * intimail_mailbox_get_n_unread_threads:
 * @self: a mailbox
 *
 * Gets the number of its conversations in which something is unread.
 *
 * The unread message may be in another mailbox; the trash stands alone
 * (RFC 8621 section 2).
 *
 * Returns: a number of conversations
 *
 * Since: 1.0
 */
guint
intimail_mailbox_get_n_unread_threads (IntimailMailbox *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MAILBOX (self), 0);

  return self->counts.n_unread_threads;
}
