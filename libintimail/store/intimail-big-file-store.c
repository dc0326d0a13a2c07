/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A folder for each owner, and in it for each file its bytes (ID.data) and its record
 * (ID.json). The record is there after the bytes and gone before them.
 */

#include "store/intimail-big-file-store-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "base/intimail-tree-private.h"
#include "store/intimail-big-file-folder-private.h"
#include "store/intimail-big-file-private.h"

#define SECRET_NAME ".secret"
#define ID_BYTES 10
/* What makes a link unguessable: 160 bits. */
#define MARK_BYTES 20
#define MARK_LENGTH 32

/**
 * IntimailBigFileStore:
 *
 * The big files of a site, as whoever has a link meets them.
 *
 * A link carries a token: the id of a file and a mark of 160 bits, made with a secret that
 * lies in the store's folder. No token is written down anywhere, and one that is wrong is
 * refused before the disk is asked.
 *
 * Files come and go by the account of their owner: see
 * [method@Intimail.Account.add_big_file]. Any thread may use a store.
 *
 * Since: 1.0
 */
struct _IntimailBigFileStore
{
  GObject parent_instance;

  char *path;
  guint64 max_size;

  GMutex mutex; /* of what follows */
  GBytes *secret;
  GHashTable *sums; /* owner -> IntimailBigFileSum */
};

enum
{
  PROP_PATH = 1,
  PROP_MAX_SIZE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (IntimailBigFileStore, intimail_big_file_store, G_TYPE_OBJECT)

static void
intimail_big_file_store_finalize (GObject *object)
{
  IntimailBigFileStore *self = INTIMAIL_BIG_FILE_STORE (object);

  g_clear_pointer (&self->secret, g_bytes_unref);
  g_hash_table_unref (self->sums);
  g_mutex_clear (&self->mutex);
  g_free (self->path);

  G_OBJECT_CLASS (intimail_big_file_store_parent_class)->finalize (object);
}

static void
intimail_big_file_store_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  IntimailBigFileStore *self = INTIMAIL_BIG_FILE_STORE (object);

  switch (prop_id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_MAX_SIZE:
      g_value_set_uint64 (value, self->max_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
intimail_big_file_store_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  IntimailBigFileStore *self = INTIMAIL_BIG_FILE_STORE (object);

  switch (prop_id)
    {
    case PROP_PATH:
      self->path = g_value_dup_string (value);
      break;
    case PROP_MAX_SIZE:
      self->max_size = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
intimail_big_file_store_class_init (IntimailBigFileStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = intimail_big_file_store_finalize;
  object_class->get_property = intimail_big_file_store_get_property;
  object_class->set_property = intimail_big_file_store_set_property;

  /**
   * IntimailBigFileStore:path: (getter get_path)
   *
   * The folder of the files.
   *
   * Since: 1.0
   */
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);

  /**
   * IntimailBigFileStore:max-size: (getter get_max_size)
   *
   * The largest file that is taken, in bytes; 0 is no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_SIZE] = g_param_spec_uint64 ("max-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
intimail_big_file_store_init (IntimailBigFileStore *self)
{
  g_mutex_init (&self->mutex);
  self->sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * intimail_big_file_store_new:
 * @path: (type filename): a folder, which is made when the first file comes
 * @max_size: the largest file that is taken, in bytes; 0 is no limit
 *
 * Makes a store.
 *
 * Returns: (transfer full): a store
 *
 * Since: 1.0
 */
IntimailBigFileStore *
intimail_big_file_store_new (const char *path, guint64 max_size)
{
  g_return_val_if_fail (path != NULL, NULL);

  return g_object_new (INTIMAIL_TYPE_BIG_FILE_STORE, "path", path, "max-size", max_size, NULL);
}

/**
 * intimail_big_file_store_get_path: (get-property path)
 * @self: a store
 *
 * Gets the folder of the files.
 *
 * Returns: (transfer none) (type filename): a path
 *
 * Since: 1.0
 */
const char *
intimail_big_file_store_get_path (IntimailBigFileStore *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);

  return self->path;
}

/**
 * intimail_big_file_store_get_max_size: (get-property max-size)
 * @self: a store
 *
 * Gets the size of the largest file that is taken.
 *
 * Returns: bytes; 0 is no limit
 *
 * Since: 1.0
 */
guint64
intimail_big_file_store_get_max_size (IntimailBigFileStore *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), 0);

  return self->max_size;
}

/* A uid; whatever it is, it stays one folder below ours. */
static gboolean
check_owner (const char *owner, GError **error)
{
  if (*owner != '\0' && *owner != '.' && strchr (owner, '/') == NULL && strlen (owner) < 200)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" cannot own a file", owner);

  return FALSE;
}

static char *
get_folder (IntimailBigFileStore *self, const char *owner)
{
  return g_build_filename (self->path, owner, NULL);
}

char *
intimail_big_file_store_make_folder (IntimailBigFileStore *self, const char *owner, GError **error)
{
  g_autofree char *folder = get_folder (self, owner);

  if (!check_owner (owner, error))
    return NULL;
  if (mkdir (self->path, 0700) < 0 && errno != EEXIST)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s", self->path);
      return NULL;
    }
  if (mkdir (folder, 0700) == 0)
    return intimail_folder_flush (self->path, error) ? g_steal_pointer (&folder) : NULL;
  if (errno == EEXIST)
    return g_steal_pointer (&folder);
  intimail_set_error_from_errno (error, errno, "cannot create %s", folder);

  return NULL;
}

/* 160 bits of @text that nobody can make without the secret. */
static char *
make_mark (IntimailBigFileStore *self, const char *text, GError **error)
{
  g_autoptr (GHmac) hmac = NULL;
  g_autoptr (GBytes) secret = NULL;
  guint8 digest[32];
  gsize length = sizeof digest;
  gconstpointer key;
  gsize key_length;

  g_mutex_lock (&self->mutex);
  if (self->secret == NULL)
    self->secret = intimail_secret_file_load (self->path, SECRET_NAME, error);
  secret = self->secret != NULL ? g_bytes_ref (self->secret) : NULL;
  g_mutex_unlock (&self->mutex);
  if (secret == NULL)
    return NULL;
  key = g_bytes_get_data (secret, &key_length);
  hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_length);
  g_hmac_update (hmac, (const guchar *) text, (gssize) strlen (text));
  g_hmac_get_digest (hmac, digest, &length);

  return intimail_base32_encode (digest, MARK_BYTES);
}

static char *
make_link_mark (IntimailBigFileStore *self, const char *id, GError **error)
{
  g_autofree char *text = g_strconcat ("link ", id, NULL);

  return make_mark (self, text, error);
}

/**
 * intimail_big_file_store_make_token:
 * @self: a store
 * @file: a file that is kept
 * @error: return location for an error
 *
 * Makes the token of the link to @file; it is the same each time.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when the store's secret
 * cannot be had.
 *
 * Returns: (transfer full): 49 letters and digits
 *
 * Since: 1.0
 */
char *
intimail_big_file_store_make_token (IntimailBigFileStore *self, IntimailBigFile *file, GError **error)
{
  g_autofree char *mark = NULL;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), NULL);
  g_return_val_if_fail (intimail_big_file_is_id (intimail_big_file_get_id (file)), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  mark = make_link_mark (self, intimail_big_file_get_id (file), error);

  return mark != NULL ? g_strconcat (intimail_big_file_get_id (file), mark, NULL) : NULL;
}

/* One answer, whatever is wrong. */
static void
set_not_found (GError **error)
{
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no such file");
}

/* NULL and NOT_FOUND: nobody has it. */
static IntimailBigFile *
search_owners (IntimailBigFileStore *self, const char *id, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFile) found = NULL;
  DIR *dir = opendir (self->path);
  struct dirent *entry;

  if (dir == NULL && errno != ENOENT)
    {
      intimail_set_error_from_errno (error, errno, "cannot read %s", self->path);
      return NULL;
    }
  while (dir != NULL && found == NULL && (entry = readdir (dir)) != NULL)
    {
      g_autoptr (GError) local_error = NULL;

      if (entry->d_name[0] == '.')
        continue;
      found = intimail_big_file_store_lookup (self, entry->d_name, id, &local_error);
      if (found == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          closedir (dir);
          return NULL;
        }
    }
  if (dir != NULL)
    closedir (dir);
  if (found == NULL)
    set_not_found (error);

  return g_steal_pointer (&found);
}

/**
 * intimail_big_file_store_find:
 * @self: a store
 * @token: what the link has, whatever it may be
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Finds the file of a link.
 *
 * A file that was fetched as often as it may be is found, for who is at it still: see
 * [method@Intimail.BigFile.is_offered]. Fails with %INTIMAIL_ERROR_NOT_FOUND, in the same
 * words, when the token is wrong and when the file has expired or is not there any more;
 * with %INTIMAIL_ERROR_FAILED when that cannot be told now.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_big_file_store_find (IntimailBigFileStore *self, const char *token, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFile) file = NULL;
  g_autofree char *id = NULL;
  g_autofree char *mark = NULL;
  gint64 expires;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (token != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  id = g_strndup (token, INTIMAIL_BIG_FILE_ID_LENGTH);
  if (strlen (token) != INTIMAIL_BIG_FILE_ID_LENGTH + MARK_LENGTH || !intimail_big_file_is_id (id) ||
      !g_file_test (self->path, G_FILE_TEST_IS_DIR))
    {
      set_not_found (error);
      return NULL;
    }
  mark = make_link_mark (self, id, error);
  if (mark == NULL)
    return NULL;
  if (!intimail_secret_equal (mark, token + INTIMAIL_BIG_FILE_ID_LENGTH))
    {
      set_not_found (error);
      return NULL;
    }
  file = search_owners (self, id, cancellable, error);
  expires = file != NULL ? intimail_big_file_get_expires (file) : 0;
  if (expires == 0 || g_get_real_time () / G_USEC_PER_SEC < expires)
    return g_steal_pointer (&file);
  set_not_found (error);

  return NULL;
}

/* "UNTIL-NUMBER-MARK"; a new password ends it. */
static char *
make_grant (IntimailBigFileStore *self, IntimailBigFile *file, gint64 until, guint number, GError **error)
{
  g_autofree char *text = g_strdup_printf ("grant %s %" G_GINT64_MODIFIER "x %x %s", intimail_big_file_get_id (file), until, number,
                                           intimail_big_file_get_password_hash (file));
  g_autofree char *mark = make_mark (self, text, error);

  return mark != NULL ? g_strdup_printf ("%" G_GINT64_MODIFIER "x-%x-%s", until, number, mark) : NULL;
}

/**
 * intimail_big_file_store_begin_download:
 * @self: a store
 * @file: a file that was found; its number of downloads is brought up to date
 * @until: until when the bytes may be had, in seconds since 1970
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Lets somebody who knows the link, and the password, fetch the file, and counts that.
 *
 * What it gives opens the bytes any number of times until @until, so that a download that
 * was interrupted can go on and counts once.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the file is not offered any more, and with
 * %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when that cannot be written down.
 *
 * Returns: (transfer full): a grant for [method@Intimail.BigFileStore.open]: letters,
 *   digits and a `-`
 *
 * Since: 1.0
 */
char *
intimail_big_file_store_begin_download (IntimailBigFileStore *self, IntimailBigFile *file, gint64 until, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFile) kept = NULL;
  g_autofree char *folder = NULL;
  g_auto (IntimailFd) lock = -1;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  folder = get_folder (self, intimail_big_file_get_owner (file));
  lock = intimail_big_file_folder_lock (folder, error);
  kept = lock >= 0 ? intimail_big_file_folder_read (folder, intimail_big_file_get_id (file), error) : NULL;
  if (kept == NULL)
    return NULL;
  if (!intimail_big_file_is_offered (kept, g_get_real_time () / G_USEC_PER_SEC))
    {
      set_not_found (error);
      return NULL;
    }
  intimail_big_file_set_n_downloads (kept, intimail_big_file_get_n_downloads (kept) + 1);
  if (!intimail_big_file_folder_write (folder, kept, error))
    return NULL;
  intimail_big_file_set_n_downloads (file, intimail_big_file_get_n_downloads (kept));

  return make_grant (self, kept, until, intimail_big_file_get_n_downloads (kept), error);
}

static gboolean
check_grant (IntimailBigFileStore *self, IntimailBigFile *file, const char *grant, GError **error)
{
  g_autofree char *right = NULL;
  const char *end = NULL;
  gint64 until = g_ascii_strtoll (grant, (char **) &end, 16);
  guint64 number = *end == '-' ? g_ascii_strtoull (end + 1, (char **) &end, 16) : 0;

  if (*end == '-' && number <= G_MAXUINT && until > g_get_real_time () / G_USEC_PER_SEC)
    {
      right = make_grant (self, file, until, (guint) number, error);
      if (right == NULL)
        return FALSE;
    }
  if (right != NULL && intimail_secret_equal (right, grant))
    return TRUE;
  set_not_found (error);

  return FALSE;
}

/**
 * intimail_big_file_store_open:
 * @self: a store
 * @file: a file that was found or listed
 * @grant: (nullable): what [method@Intimail.BigFileStore.begin_download] gave; %NULL for
 *   the owner
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Opens the bytes of a file.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the grant is over or none, or the file is not
 * there any more, and with %INTIMAIL_ERROR_FAILED when it cannot be read.
 *
 * Returns: (transfer full): a stream, which can seek
 *
 * Since: 1.0
 */
GInputStream *
intimail_big_file_store_open (IntimailBigFileStore *self, IntimailBigFile *file, const char *grant, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || (grant != NULL && !check_grant (self, file, grant, error)))
    return NULL;
  folder = get_folder (self, intimail_big_file_get_owner (file));

  return intimail_big_file_folder_open_data (folder, file, error);
}

char *
intimail_big_file_store_make_id (void)
{
  g_autofree char *token = intimail_secret_token (ID_BYTES);

  return g_strconcat ("f", token, NULL);
}

/* The id is random, and the record of an older file is never overwritten. */
gboolean
intimail_big_file_store_place (IntimailBigFileStore *self,
                               const char *owner,
                               const char *id,
                               IntimailBigFile *file,
                               IntimailBigFileWriter *writer,
                               GError **error)
{
  g_autofree char *folder = get_folder (self, owner);
  g_autofree char *own_id = id != NULL ? g_strdup (id) : intimail_big_file_store_make_id ();
  g_auto (IntimailFd) lock = intimail_big_file_folder_lock (folder, error);

  if (lock < 0)
    return FALSE;
  intimail_big_file_place (file, owner, own_id, intimail_big_file_writer_get_size (writer), g_get_real_time () / G_USEC_PER_SEC);

  return intimail_big_file_folder_place (folder, file, writer, error);
}

static int
compare_created (gconstpointer a, gconstpointer b)
{
  IntimailBigFile *first = *(IntimailBigFile *const *) a;
  IntimailBigFile *second = *(IntimailBigFile *const *) b;
  gint64 difference = intimail_big_file_get_created (second) - intimail_big_file_get_created (first);

  if (difference != 0)
    return difference < 0 ? -1 : 1;

  return strcmp (intimail_big_file_get_id (first), intimail_big_file_get_id (second));
}

GPtrArray *
intimail_big_file_store_list (IntimailBigFileStore *self, const char *owner, GError **error)
{
  g_autofree char *folder = get_folder (self, owner);
  GPtrArray *files = check_owner (owner, error) ? intimail_big_file_folder_list (folder, error) : NULL;

  if (files != NULL)
    g_ptr_array_sort (files, compare_created);

  return files;
}

IntimailBigFile *
intimail_big_file_store_lookup (IntimailBigFileStore *self, const char *owner, const char *id, GError **error)
{
  g_autofree char *folder = get_folder (self, owner);

  if (!check_owner (owner, error))
    return NULL;
  if (intimail_big_file_is_id (id))
    return intimail_big_file_folder_read (folder, id, error);
  set_not_found (error);

  return NULL;
}

gboolean
intimail_big_file_store_update (IntimailBigFileStore *self, IntimailBigFile *file, GError **error)
{
  g_autofree char *folder = get_folder (self, intimail_big_file_get_owner (file));
  g_auto (IntimailFd) lock = intimail_big_file_folder_lock (folder, error);
  g_autoptr (IntimailBigFile) kept = lock >= 0 ? intimail_big_file_folder_read (folder, intimail_big_file_get_id (file), error) : NULL;

  if (kept == NULL)
    return FALSE;
  /* Somebody may have fetched it since @file was read. */
  intimail_big_file_set_expires (kept, intimail_big_file_get_expires (file));
  intimail_big_file_set_max_downloads (kept, intimail_big_file_get_max_downloads (file));
  intimail_big_file_set_sender (kept, intimail_big_file_get_sender (file));
  intimail_big_file_set_password_hash (kept, intimail_big_file_get_password_hash (file));

  return intimail_big_file_folder_write (folder, kept, error);
}

gboolean
intimail_big_file_store_remove (IntimailBigFileStore *self, const char *owner, const char *id, GError **error)
{
  g_autofree char *folder = get_folder (self, owner);
  g_autoptr (IntimailBigFile) file = intimail_big_file_store_lookup (self, owner, id, error);
  g_auto (IntimailFd) lock = file != NULL ? intimail_big_file_folder_lock (folder, error) : -1;

  return lock >= 0 && intimail_big_file_folder_remove (folder, id, error);
}

void
intimail_big_file_store_clear_up (IntimailBigFileStore *self, const char *owner, gint64 now)
{
  g_autofree char *folder = get_folder (self, owner);
  g_auto (IntimailFd) lock = intimail_big_file_folder_lock (folder, NULL);

  if (lock >= 0)
    intimail_big_file_folder_clear_up (folder, now);
}

gboolean
intimail_big_file_store_remove_owner (IntimailBigFileStore *self, const char *owner, GError **error)
{
  return check_owner (owner, error) && (!g_file_test (self->path, G_FILE_TEST_IS_DIR) || intimail_tree_remove (self->path, owner, error));
}

gboolean
intimail_big_file_store_measure (IntimailBigFileStore *self, const char *owner, guint64 *bytes, GError **error)
{
  g_autofree char *folder = get_folder (self, owner);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  IntimailBigFileSum *sum = g_hash_table_lookup (self->sums, owner);

  if (!check_owner (owner, error))
    return FALSE;
  if (sum == NULL)
    {
      sum = g_new0 (IntimailBigFileSum, 1);
      g_hash_table_insert (self->sums, g_strdup (owner), sum);
    }
  if (!intimail_big_file_folder_measure (folder, sum, error))
    return FALSE;
  *bytes = sum->bytes;

  return TRUE;
}
