/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A folder for each owner, and in it for each file its bytes (ID.data) and its record
 * (ID.json). The record is there after the bytes and gone before them.
 */

#include "store/intimail-big-file-store-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "base/intimail-tree-private.h"
#include "store/intimail-big-file-folder-private.h"
#include "store/intimail-big-file-private.h"

#define SECRET_NAME ".secret"
#define ID_BYTES 10

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

char *
intimail_big_file_store_get_folder (IntimailBigFileStore *self, const char *owner)
{
  return g_build_filename (self->path, owner, NULL);
}

char *
intimail_big_file_store_make_folder (IntimailBigFileStore *self, const char *owner, GError **error)
{
  g_autofree char *folder = intimail_big_file_store_get_folder (self, owner);

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

char *
intimail_big_file_store_make_mark (IntimailBigFileStore *self, const char *text, GError **error)
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

  return intimail_base32_encode (digest, INTIMAIL_BIG_FILE_MARK_BYTES);
}

void
intimail_big_file_store_set_not_found (GError **error)
{
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no such file");
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
  g_autofree char *folder = intimail_big_file_store_get_folder (self, owner);
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
  g_autofree char *folder = intimail_big_file_store_get_folder (self, owner);
  GPtrArray *files = check_owner (owner, error) ? intimail_big_file_folder_list (folder, error) : NULL;

  if (files != NULL)
    g_ptr_array_sort (files, compare_created);

  return files;
}

IntimailBigFile *
intimail_big_file_store_lookup (IntimailBigFileStore *self, const char *owner, const char *id, GError **error)
{
  g_autofree char *folder = intimail_big_file_store_get_folder (self, owner);

  if (!check_owner (owner, error))
    return NULL;
  if (intimail_big_file_is_id (id))
    return intimail_big_file_folder_read (folder, id, error);
  intimail_big_file_store_set_not_found (error);

  return NULL;
}

gboolean
intimail_big_file_store_update (IntimailBigFileStore *self, IntimailBigFile *file, GError **error)
{
  g_autofree char *folder = intimail_big_file_store_get_folder (self, intimail_big_file_get_owner (file));
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
  g_autofree char *folder = intimail_big_file_store_get_folder (self, owner);
  g_autoptr (IntimailBigFile) file = intimail_big_file_store_lookup (self, owner, id, error);
  g_auto (IntimailFd) lock = file != NULL ? intimail_big_file_folder_lock (folder, error) : -1;

  return lock >= 0 && intimail_big_file_folder_remove (folder, id, error);
}

void
intimail_big_file_store_clear_up (IntimailBigFileStore *self, const char *owner, gint64 now)
{
  g_autofree char *folder = intimail_big_file_store_get_folder (self, owner);
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
  g_autofree char *folder = intimail_big_file_store_get_folder (self, owner);
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
