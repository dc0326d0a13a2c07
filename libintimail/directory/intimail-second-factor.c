/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-second-factor.h>

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-library-private.h"
#include "base/intimail-secret-private.h"
#include "directory/intimail-second-factor-private.h"

/* What all programs for telephones know: SHA-1, six digits, half a minute. */
#define STEP_SECONDS 30
#define CODE_LENGTH 6

/* Codes before and after the present one: clocks differ, and people type slowly. */
#define WINDOW 1

/* RFC 4226 section 4, R6, asks for 128 bits and recommends 160. */
#define SECRET_BYTES 20
#define MIN_SECRET_BYTES 16
#define MAX_SECRET_LENGTH 256

/* Sixteen letters of base32 are ten bytes: 80 bits, which a fast hash keeps. */
#define RECOVERY_BYTES 10
#define RECOVERY_LENGTH 16
#define RECOVERY_GROUP 4
#define RECOVERY_LETTERS "abcdefghijklmnopqrstuvwxyz234567"

/**
 * IntimailSecondFactor:
 *
 * What somebody shows beside their password when they sign in to the page: a code of
 * their telephone (TOTP, RFC 6238), or a recovery code when that is lost.
 *
 * It says what the directory knew when it was asked, and does not change: any thread may
 * use it.
 *
 * Since: 1.0
 */
struct _IntimailSecondFactor
{
  GObject parent_instance;

  char *secret; /* base32, or NULL */
  guint64 counter;
  char **recovery_hashes;
};

G_DEFINE_FINAL_TYPE (IntimailSecondFactor, intimail_second_factor, G_TYPE_OBJECT)

static void
intimail_second_factor_finalize (GObject *object)
{
  IntimailSecondFactor *self = INTIMAIL_SECOND_FACTOR (object);

  intimail_secret_free (self->secret);
  g_strfreev (self->recovery_hashes);

  G_OBJECT_CLASS (intimail_second_factor_parent_class)->finalize (object);
}

static void
intimail_second_factor_class_init (IntimailSecondFactorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_second_factor_finalize;
}

static void
intimail_second_factor_init (IntimailSecondFactor *self)
{
}

IntimailSecondFactor *
intimail_second_factor_new (const char *secret, guint64 counter, const char *const *recovery_hashes)
{
  IntimailSecondFactor *self = g_object_new (INTIMAIL_TYPE_SECOND_FACTOR, NULL);

  self->secret = g_strdup (secret);
  self->counter = counter;
  self->recovery_hashes = recovery_hashes != NULL ? g_strdupv ((char **) recovery_hashes) : g_new0 (char *, 1);
  return self;
}

/**
 * intimail_second_factor_is_enabled:
 * @self: a second factor
 *
 * Tells whether the person has one.
 *
 * Returns: %TRUE when a code is asked for beside the password
 *
 * Since: 1.0
 */
gboolean
intimail_second_factor_is_enabled (IntimailSecondFactor *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SECOND_FACTOR (self), FALSE);

  return self->secret != NULL;
}

/**
 * intimail_second_factor_get_n_recovery_codes:
 * @self: a second factor
 *
 * Gets how many recovery codes are left: each is good once.
 *
 * Returns: a number, 10 at most
 *
 * Since: 1.0
 */
guint
intimail_second_factor_get_n_recovery_codes (IntimailSecondFactor *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SECOND_FACTOR (self), 0);

  return g_strv_length (self->recovery_hashes);
}

const char *
intimail_second_factor_get_secret (IntimailSecondFactor *self)
{
  return self->secret;
}

guint64
intimail_second_factor_get_counter (IntimailSecondFactor *self)
{
  return self->counter;
}

const char *const *
intimail_second_factor_get_recovery_hashes (IntimailSecondFactor *self)
{
  return (const char *const *) self->recovery_hashes;
}

static gboolean
contains_all (char **list, char **others)
{
  for (gsize i = 0; others[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) list, others[i]))
      return FALSE;

  return TRUE;
}

gboolean
intimail_second_factor_equal (IntimailSecondFactor *self, IntimailSecondFactor *other)
{
  return g_strcmp0 (self->secret, other->secret) == 0 && self->counter == other->counter &&
         contains_all (self->recovery_hashes, other->recovery_hashes) && contains_all (other->recovery_hashes, self->recovery_hashes);
}

/**
 * intimail_second_factor_generate_secret:
 *
 * Makes what the directory and somebody's telephone will share: 160 random bits.
 *
 * Returns: (transfer full): base32 in capitals
 *
 * Since: 1.0
 */
char *
intimail_second_factor_generate_secret (void)
{
  char *lower = intimail_secret_token (SECRET_BYTES);
  char *secret = g_ascii_strup (lower, -1);

  intimail_secret_free (lower);
  return secret;
}

/**
 * intimail_second_factor_make_uri:
 * @secret: a secret, as [func@Intimail.SecondFactor.generate_secret] makes one
 * @login: whose it is
 * @issuer: the name of the site
 *
 * Writes what a telephone reads from a picture, in the form that its programs agree on.
 *
 * Returns: (transfer full): an URI of the scheme `otpauth`
 *
 * Since: 1.0
 */
char *
intimail_second_factor_make_uri (const char *secret, const char *login, const char *issuer)
{
  g_autofree char *escaped_login = NULL;
  g_autofree char *escaped_issuer = NULL;

  g_return_val_if_fail (secret != NULL, NULL);
  g_return_val_if_fail (login != NULL, NULL);
  g_return_val_if_fail (issuer != NULL, NULL);

  escaped_login = g_uri_escape_string (login, NULL, FALSE);
  escaped_issuer = g_uri_escape_string (issuer, NULL, FALSE);

  return g_strdup_printf ("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d", escaped_issuer,
                          escaped_login, secret, escaped_issuer, CODE_LENGTH, STEP_SECONDS);
}

/* liboath, loaded when the first code is judged. */
#define OATH_NAME "liboath.so.0"
#define OATH_FUNCTIONS(X) \
  X (oath_base32_decode)  \
  X (oath_init)           \
  X (oath_totp_validate4)
#define MEMBER(name) __typeof__ (name) *name;
#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (library, name),

static struct
{
  OATH_FUNCTIONS (MEMBER)
} library;

static gboolean
load_library (GError **error)
{
  static const IntimailLibraryFunction functions[] = { OATH_FUNCTIONS (ROW) };
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (ready)
    return TRUE;
  if (!intimail_library_load (OATH_NAME, functions, G_N_ELEMENTS (functions), error))
    return FALSE;
  ready = library.oath_init () == OATH_OK;
  if (!ready)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, OATH_NAME " cannot be used");

  return ready;
}

/* The bytes of a secret, to be freed by free(); NULL when it cannot be one. */
static char *
decode_secret (const char *secret, gsize *length)
{
  char *bytes = NULL;

  if (strlen (secret) > MAX_SECRET_LENGTH || library.oath_base32_decode (secret, strlen (secret), &bytes, length) != OATH_OK)
    return NULL;
  if (*length >= MIN_SECRET_BYTES)
    return bytes;
  free (bytes);

  return NULL;
}

/* Without what people put between groups. */
static char *
normalize (const char *code)
{
  GString *text = g_string_new (NULL);

  for (const char *c = code; *c != '\0' && text->len <= RECOVERY_LENGTH; c++)
    if (*c != ' ' && *c != '-')
      g_string_append_c (text, g_ascii_tolower (*c));

  return g_string_free (text, FALSE);
}

static gboolean
is_device_code (const char *code)
{
  return strlen (code) == CODE_LENGTH && strspn (code, "0123456789") == CODE_LENGTH;
}

/* Which half minute @code is of. */
static gboolean
find_counter (const char *secret, const char *code, gint64 now, guint64 *counter)
{
  gsize length = 0;
  char *bytes = decode_secret (secret, &length);
  int position = 0;
  int result;

  if (bytes == NULL)
    return FALSE;
  result = library.oath_totp_validate4 (bytes, length, (time_t) now, STEP_SECONDS, 0, WINDOW, &position, counter, 0, code);
  explicit_bzero (bytes, length);
  free (bytes);

  return result >= 0;
}

static gboolean
set_wrong_code (GError **error)
{
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the code is wrong, or was used before");
  return FALSE;
}

/* 80 random bits need neither salt nor a slow hash. */
static char *
hash_recovery_code (const char *normal)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, normal, -1);
}

static char *
make_recovery_code (char **hash)
{
  g_autofree char *letters = intimail_secret_token (RECOVERY_BYTES);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < RECOVERY_LENGTH; i += RECOVERY_GROUP)
    {
      if (i > 0)
        g_string_append_c (text, '-');
      g_string_append_len (text, letters + i, RECOVERY_GROUP);
    }
  *hash = hash_recovery_code (letters);

  return g_string_free (text, FALSE);
}

/* As many as somebody has, and what is kept of them. */
static char **
make_recovery_codes (char ***hashes)
{
  char **codes = g_new0 (char *, INTIMAIL_SECOND_FACTOR_N_RECOVERY_CODES + 1);

  *hashes = g_new0 (char *, INTIMAIL_SECOND_FACTOR_N_RECOVERY_CODES + 1);
  for (guint i = 0; i < INTIMAIL_SECOND_FACTOR_N_RECOVERY_CODES; i++)
    codes[i] = make_recovery_code (&(*hashes)[i]);

  return codes;
}

IntimailSecondFactor *
intimail_second_factor_begin (const char *secret, const char *code, gint64 now, char ***recovery_codes, GError **error)
{
  g_autofree char *normal = normalize (code);
  g_auto (GStrv) hashes = NULL;
  gsize length;
  guint64 counter;
  char *bytes;

  if (!load_library (error))
    return NULL;
  bytes = decode_secret (secret, &length);
  if (bytes == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "a secret is base32 of %d bytes at least", MIN_SECRET_BYTES);
      return NULL;
    }
  explicit_bzero (bytes, length);
  free (bytes);
  if (!is_device_code (normal) || !find_counter (secret, normal, now, &counter))
    {
      set_wrong_code (error);
      return NULL;
    }
  *recovery_codes = make_recovery_codes (&hashes);

  return intimail_second_factor_new (secret, counter, (const char *const *) hashes);
}

IntimailSecondFactor *
intimail_second_factor_renew (IntimailSecondFactor *self, char ***recovery_codes)
{
  g_auto (GStrv) hashes = NULL;

  *recovery_codes = make_recovery_codes (&hashes);

  return intimail_second_factor_new (self->secret, self->counter, (const char *const *) hashes);
}

static IntimailSecondFactor *
use_recovery_code (IntimailSecondFactor *self, const char *normal)
{
  g_autofree char *hash = hash_recovery_code (normal);
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  gboolean is_there = FALSE;

  for (gsize i = 0; self->recovery_hashes[i] != NULL; i++)
    if (intimail_secret_equal (self->recovery_hashes[i], hash))
      is_there = TRUE;
    else
      g_strv_builder_add (rest, self->recovery_hashes[i]);
  list = g_strv_builder_end (rest);

  return is_there ? intimail_second_factor_new (self->secret, self->counter, (const char *const *) list) : NULL;
}

IntimailSecondFactor *
intimail_second_factor_use (IntimailSecondFactor *self, const char *code, gint64 now, GError **error)
{
  g_autofree char *normal = normalize (code);
  IntimailSecondFactor *left = NULL;
  guint64 counter;

  if (!load_library (error))
    return NULL;
  if (self->secret == NULL)
    ;
  else if (is_device_code (normal))
    {
      if (find_counter (self->secret, normal, now, &counter) && counter > self->counter)
        left = intimail_second_factor_new (self->secret, counter, (const char *const *) self->recovery_hashes);
    }
  else if (strlen (normal) == RECOVERY_LENGTH && strspn (normal, RECOVERY_LETTERS) == RECOVERY_LENGTH)
    left = use_recovery_code (self, normal);
  if (left == NULL)
    set_wrong_code (error);

  return left;
}
