/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "store/intimail-listing-private.h"

/**
 * IntimailAccount:
 *
 * The mail of one person: a Maildir++ tree with mailboxes, an index of each, and a
 * journal of what changed.
 *
 * The Maildir is the truth; index and journal are rebuilt from it when they are
 * lost. Other programs may work on the same tree at the same time, and what they
 * change is taken over by the next call that looks.
 *
 * Any thread may use it, and many processes at once. Calls wait for the disk.
 *
 * Since: 1.0
 */

enum
{
  PROP_PATH = 1,
  N_PROPS
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_MESSAGES_CHANGED,
  SIGNAL_MAILBOXES_CHANGED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IntimailAccount, intimail_account, G_TYPE_OBJECT)

static void
intimail_account_finalize (GObject *object)
{
  IntimailAccount *self = INTIMAIL_ACCOUNT (object);

  intimail_account_stop_watching (self);
  intimail_account_compact_end (self);
  intimail_account_image_save (self);
  intimail_account_forget (self);
  g_ptr_array_unref (self->listings);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self->language);
  g_array_unref (self->arriving);
  g_clear_object (&self->big_files);
  g_free (self->big_file_owner);
  g_clear_pointer (&self->marks, g_array_unref);
  g_clear_pointer (&self->postmaster, intimail_address_unref);
  g_clear_pointer (&self->person, intimail_address_unref);
  G_OBJECT_CLASS (intimail_account_parent_class)->finalize (object);
}

static void
intimail_account_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  IntimailAccount *self = INTIMAIL_ACCOUNT (object);

  switch (prop_id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
intimail_account_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  IntimailAccount *self = INTIMAIL_ACCOUNT (object);

  switch (prop_id)
    {
    case PROP_PATH:
      self->path = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
intimail_account_class_init (IntimailAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = intimail_account_finalize;
  object_class->get_property = intimail_account_get_property;
  object_class->set_property = intimail_account_set_property;

  /**
   * IntimailAccount:path: (getter get_path)
   *
   * The folder of the account.
   *
   * Since: 1.0
   */
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * IntimailAccount::changed:
   * @self: the account
   *
   * Something in the account changed, whoever changed it.
   *
   * Emitted in the main context of
   * [method@Intimail.Account.start_watching]. Several changes may be told at once.
   *
   * Since: 1.0
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", INTIMAIL_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * IntimailAccount::messages-changed:
   * @self: the account
   * @changes: (nullable): the ids of the messages that came, changed and went since the
   *   last time, or since the watch began; %NULL when that is not known: then all may
   *   have changed
   *
   * Messages changed, whoever changed them.
   *
   * Emitted as [signal@Intimail.Account::changed] is, a moment later: the changes are
   * read in a thread.
   *
   * Since: 1.0
   */
  signals[SIGNAL_MESSAGES_CHANGED] = g_signal_new ("messages-changed", INTIMAIL_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, INTIMAIL_TYPE_CHANGES);

  /**
   * IntimailAccount::mailboxes-changed:
   * @self: the account
   * @changes: (nullable): the ids of the mailboxes that came, changed and went since the
   *   last time, or since the watch began; %NULL when that is not known: then all may
   *   have changed
   *
   * Mailboxes changed, or how many messages are in them, whoever changed it.
   *
   * Emitted as [signal@Intimail.Account::messages-changed] is.
   *
   * Since: 1.0
   */
  signals[SIGNAL_MAILBOXES_CHANGED] = g_signal_new ("mailboxes-changed", INTIMAIL_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, INTIMAIL_TYPE_CHANGES);
}

static void
intimail_account_init (IntimailAccount *self)
{
  g_mutex_init (&self->mutex);
  self->listings = g_ptr_array_new ();
  self->arriving = g_array_new (FALSE, FALSE, sizeof (IntimailArrival));
  self->root_fd = -1;
  self->lock_fd = -1;
}

/**
 * intimail_account_new:
 * @path: (type filename): the folder of the account
 *
 * Makes the object of an account; nothing is read before it is used.
 *
 * Returns: (transfer full): the account
 *
 * Since: 1.0
 */
IntimailAccount *
intimail_account_new (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return g_object_new (INTIMAIL_TYPE_ACCOUNT, "path", path, NULL);
}

/**
 * intimail_account_get_path:
 * @self: an account
 *
 * Gets the folder of the account.
 *
 * Returns: (type filename) (transfer none): the folder
 *
 * Since: 1.0
 */
const char *
intimail_account_get_path (IntimailAccount *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);

  return self->path;
}

/**
 * intimail_account_set_language:
 * @self: an account
 * @language: (nullable): `en` or `fr`; anything else is English
 *
 * Says in which language the mailboxes of a new account are named. Mailboxes that
 * are there keep their names.
 *
 * Any thread may call it.
 *
 * Since: 1.0
 */
void
intimail_account_set_language (IntimailAccount *self, const char *language)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  g_mutex_lock (&self->mutex);
  g_free (self->language);
  self->language = g_strdup (language);
  g_mutex_unlock (&self->mutex);
}

/**
 * intimail_account_set_vsize_in_name:
 * @self: an account
 * @in_name: whether the names of message files say `W=`; they do not unless this is
 *   called
 *
 * Says whether the name of a new message's file has, besides its size, the size that it
 * has with CR LF at each line's end.
 *
 * Dovecot wants to know that size of each message, and reads those that do not say
 * it. Any thread may call it.
 *
 * Since: 1.0
 */
void
intimail_account_set_vsize_in_name (IntimailAccount *self, gboolean in_name)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  g_mutex_lock (&self->mutex);
  self->vsize_in_name = in_name;
  g_mutex_unlock (&self->mutex);
}

/**
 * intimail_account_set_previews:
 * @self: an account
 * @previews: whether the index keeps the beginning of each message's text; it does
 *   unless this is called
 *
 * Says whether [method@Intimail.Envelope.get_preview] has something to give.
 *
 * Without, the index is a third smaller, and whoever lists previews reads each message:
 * [method@Intimail.Message.get_preview]. It holds for what comes from now on; for what is
 * there, make the index anew. Any thread may call it.
 *
 * Since: 1.0
 */
void
intimail_account_set_previews (IntimailAccount *self, gboolean previews)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  g_mutex_lock (&self->mutex);
  self->without_previews = !previews;
  g_mutex_unlock (&self->mutex);
}

IntimailFolder *
intimail_account_get_folder (IntimailAccount *self, guint number)
{
  return g_ptr_array_index (self->folders, number);
}

IntimailFolder *
intimail_account_find_folder (IntimailAccount *self, const char *id)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone && strcmp (folder->id, id) == 0)
        return folder;
    }
  return NULL;
}

IntimailFolder *
intimail_account_find_folder_by_role (IntimailAccount *self, IntimailMailboxRole role)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone && folder->role == role)
        return folder;
    }
  return NULL;
}

IntimailFolder *
intimail_account_find_folder_by_name (IntimailAccount *self, const char *name)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone && strcmp (folder->name, name) == 0)
        return folder;
    }
  return NULL;
}

void
intimail_account_set_not_found (GError **error, const char *what, const char *id)
{
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no %s \"%s\"", what, id);
}

void
intimail_account_settle_listings (IntimailAccount *self)
{
  for (guint i = 0; i < self->listings->len; i++)
    intimail_listing_settle (g_ptr_array_index (self->listings, i));
  g_ptr_array_set_size (self->listings, 0);
}

/**
 * intimail_account_open:
 * @self: an account
 * @cancellable: (nullable): a cancellable, heeded before the disk is touched
 * @error: return location for an error
 *
 * Opens the account; one that is not there is made, with its mailboxes.
 *
 * The folder above it has to be there. Other calls open it by themselves. Fails
 * with %INTIMAIL_ERROR_FAILED when the disk cannot be used, and with
 * %INTIMAIL_ERROR_STORAGE_FULL when it is full. Any thread may call it.
 *
 * Returns: whether it is open
 *
 * Since: 1.0
 */
gboolean
intimail_account_open (IntimailAccount *self, GCancellable *cancellable, GError **error)
{
  gboolean ok;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  ok = intimail_account_begin_unscanned (self, error);
  intimail_account_end (self);
  return ok;
}

/**
 * intimail_account_refresh:
 * @self: an account
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes over what other programs changed. Calls that read do so by themselves.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread
 * may call it.
 *
 * Returns: whether that could be done
 *
 * Since: 1.0
 */
gboolean
intimail_account_refresh (IntimailAccount *self, GCancellable *cancellable, GError **error)
{
  gboolean ok;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  ok = intimail_account_begin_fresh (self, cancellable, error);
  intimail_account_end (self);
  return ok;
}
