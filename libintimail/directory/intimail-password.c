/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-password-private.h"

#include <crypt.h>
#include <errno.h>
#include <pwquality.h>
#include <stdlib.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-library-private.h"
#include "base/intimail-secret-private.h"
#include "directory/intimail-precis-private.h"

#define SCHEME "{CRYPT}"

/* Hashes that are tried for one person: each costs time and 16 MB. */
#define MAX_HASHES 3

/* A yescrypt setting of the default cost: what an unknown person's password is
 * hashed with. */
#define DUMMY_SETTING "$y$j9T$FChrhSZQAFS3C7wLMLdDo.$"

#define RANDOM_PREFIX "$5$"
#define RANDOM_ROUNDS 1000
#define DUMMY_RANDOM_SETTING "$5$rounds=1000$FChrhSZQAFS3C7wL$"

/* How often a password that the judge refuses is drawn anew. */
#define MAX_DRAWS 16

static guint n_computed; /* atomic */

char *
intimail_password_prepare (const char *password, GError **error)
{
  char *prepared;

  /* Before anything is done with it: the work grows with the length. */
  if (*password == '\0' || strlen (password) > 4 * INTIMAIL_PASSWORD_MAX_LENGTH)
    prepared = NULL;
  else
    {
      prepared = intimail_precis_prepare_password (password, error);
      if (prepared == NULL || strlen (prepared) <= INTIMAIL_PASSWORD_MAX_LENGTH)
        return prepared;
    }
  g_clear_pointer (&prepared, intimail_secret_free);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "a password has 1 to %d bytes", INTIMAIL_PASSWORD_MAX_LENGTH);

  return NULL;
}

gboolean
intimail_password_check_form (const char *password, GError **error)
{
  char *prepared = intimail_password_prepare (password, error);
  gboolean good = prepared != NULL;

  intimail_secret_free (prepared);
  return good;
}

/* What a program without PRECIS may have hashed. */
static gboolean
is_plain (const char *password)
{
  gsize length = strlen (password);

  if (length == 0 || length > INTIMAIL_PASSWORD_MAX_LENGTH || !g_utf8_validate (password, (gssize) length, NULL))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl (password[i]))
      return FALSE;

  return TRUE;
}

char **
intimail_password_list_candidates (const char *password)
{
  char **candidates = g_new0 (char *, 3);
  guint n = 0;

  candidates[0] = intimail_password_prepare (password, NULL);
  n += candidates[0] != NULL;
  if (is_plain (password) && g_strcmp0 (candidates[0], password) != 0)
    candidates[n] = g_strdup (password);

  return candidates;
}

void
intimail_password_free_candidates (char **candidates)
{
  for (gsize i = 0; candidates[i] != NULL; i++)
    intimail_secret_free (candidates[i]);
  g_free (candidates);
}

/* crypt_ra() with its memory wiped; NULL when the setting is not known. */
static char *
hash_with_setting (const char *password, const char *setting)
{
  void *data = NULL;
  int size = 0;
  char *result = crypt_ra (password, setting, &data, &size);
  char *hash = result != NULL && result[0] != '*' ? g_strdup (result) : NULL;

  g_atomic_int_inc ((gint *) &n_computed);
  if (data != NULL)
    explicit_bzero (data, (gsize) size);
  free (data);
  return hash;
}

guint
intimail_password_get_n_computed (void)
{
  return (guint) g_atomic_int_get ((gint *) &n_computed);
}

static char *
make_hash (const char *password, const char *prefix, gulong cost, GError **error)
{
  g_autofree char *hash = NULL;
  char *prepared = intimail_password_prepare (password, error);
  char *setting;

  if (prepared == NULL)
    return NULL;

  setting = crypt_gensalt_ra (prefix, cost, NULL, 0);
  if (setting != NULL)
    hash = hash_with_setting (prepared, setting);
  free (setting);
  intimail_secret_free (prepared);
  if (hash == NULL)
    {
      intimail_set_error_from_errno (error, errno, "cannot hash a password");
      return NULL;
    }

  return g_strconcat (SCHEME, hash, NULL);
}

char *
intimail_password_hash (const char *password, GError **error)
{
  return make_hash (password, "$y$", 0, error);
}

char *
intimail_password_hash_random (const char *text, GError **error)
{
  return make_hash (text, RANDOM_PREFIX, RANDOM_ROUNDS, error);
}

static gboolean
is_known (const char *hash)
{
  if (g_ascii_strncasecmp (hash, SCHEME, strlen (SCHEME)) == 0 &&
      crypt_checksalt (hash + strlen (SCHEME)) != CRYPT_SALT_INVALID)
    return TRUE;
  g_info ("A password hash is of a scheme that is not known: only " SCHEME " is");

  return FALSE;
}

static gboolean
fits (const char *password, const char *hash)
{
  g_autofree char *made = NULL;

  hash += strlen (SCHEME);
  made = hash_with_setting (password, hash);
  return made != NULL && intimail_secret_equal (made, hash);
}

/* One hash at least, whatever is there: else the time would tell who exists. */
static gboolean
check_one (const char *password, const char *const *hashes, const char *dummy_setting)
{
  guint n_known = 0;
  gboolean right = FALSE;

  for (gsize i = 0; hashes != NULL && hashes[i] != NULL && i < MAX_HASHES; i++)
    if (is_known (hashes[i]))
      {
        right |= fits (password, hashes[i]);
        n_known++;
      }
  if (n_known == 0)
    {
      g_autofree char *unused = hash_with_setting (password, dummy_setting);
    }

  return right;
}

static gboolean
check (const char *password, const char *const *hashes, const char *dummy_setting)
{
  char **candidates = intimail_password_list_candidates (password);
  gboolean right = FALSE;

  for (gsize i = 0; candidates[i] != NULL && !right; i++)
    right = check_one (candidates[i], hashes, dummy_setting);
  if (candidates[0] == NULL)
    check_one (" ", NULL, dummy_setting);
  intimail_password_free_candidates (candidates);

  return right;
}

gboolean
intimail_password_check (const char *password, const char *const *hashes)
{
  return check (password, hashes, DUMMY_SETTING);
}

gboolean
intimail_password_check_random (const char *text, const char *const *hashes)
{
  return check (text, hashes, DUMMY_RANDOM_SETTING);
}

static gboolean
contains_name (const char *password, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (password, -1);
  g_autofree char *part = g_utf8_casefold (name, -1);

  return strlen (part) >= 3 && strstr (folded, part) != NULL;
}

/* libpwquality and its cracklib, loaded when the first password is judged. */
#define PWQUALITY_NAME "libpwquality.so.1"
#define PWQUALITY_FUNCTIONS(X)   \
  X (pwquality_check)            \
  X (pwquality_default_settings) \
  X (pwquality_free_settings)    \
  X (pwquality_read_config)      \
  X (pwquality_strerror)
#define DECLARE(name) __typeof__ (name) *name;
#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (library, name),

static struct
{
  PWQUALITY_FUNCTIONS (DECLARE)
} library;

static gboolean
load_library (GError **error)
{
  static const IntimailLibraryFunction functions[] = { PWQUALITY_FUNCTIONS (ROW) };
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  ready = ready || intimail_library_load (PWQUALITY_NAME, functions, G_N_ELEMENTS (functions), error);
  return ready;
}

static IntimailPasswordFault
get_fault (int result)
{
  switch (result)
    {
    case PWQ_ERROR_EMPTY_PASSWORD:
      return INTIMAIL_PASSWORD_FAULT_FORM;
    case PWQ_ERROR_USER_CHECK:
    case PWQ_ERROR_GECOS_CHECK:
      return INTIMAIL_PASSWORD_FAULT_NAME;
    case PWQ_ERROR_MIN_LENGTH:
      return INTIMAIL_PASSWORD_FAULT_SHORT;
    case PWQ_ERROR_CRACKLIB_CHECK:
    case PWQ_ERROR_BAD_WORDS:
      return INTIMAIL_PASSWORD_FAULT_DICTIONARY;
    case PWQ_ERROR_MAX_CONSECUTIVE:
    case PWQ_ERROR_MAX_CLASS_REPEAT:
      return INTIMAIL_PASSWORD_FAULT_REPEATED;
    case PWQ_ERROR_MAX_SEQUENCE:
      return INTIMAIL_PASSWORD_FAULT_SEQUENCE;
    case PWQ_ERROR_MIN_DIGITS:
    case PWQ_ERROR_MIN_UPPERS:
    case PWQ_ERROR_MIN_LOWERS:
    case PWQ_ERROR_MIN_OTHERS:
    case PWQ_ERROR_MIN_CLASSES:
      return INTIMAIL_PASSWORD_FAULT_FEW_KINDS;
    case PWQ_ERROR_TOO_SIMILAR:
    case PWQ_ERROR_CASE_CHANGES_ONLY:
    case PWQ_ERROR_ROTATED:
    case PWQ_ERROR_SAME_PASSWORD:
      return INTIMAIL_PASSWORD_FAULT_SIMILAR;
    case PWQ_ERROR_PALINDROME:
      return INTIMAIL_PASSWORD_FAULT_PALINDROME;
    default:
      return INTIMAIL_PASSWORD_FAULT_OTHER;
    }
}

/* No judgement, which is nobody's fault and no permanent one. */
static gboolean
is_trouble (int result)
{
  return result == PWQ_ERROR_FATAL_FAILURE || result == PWQ_ERROR_MEM_ALLOC;
}

/* By the machine's rules, where there are some; else the defaults. */
static gboolean
judge_by_rules (const char *password, const char *old_password, const char *uid, IntimailPasswordFault *fault, GError **error)
{
  pwquality_settings_t *settings = library.pwquality_default_settings ();
  char text[PWQ_MAX_ERROR_MESSAGE_LEN];
  void *detail = NULL;
  int result;

  result = library.pwquality_read_config (settings, NULL, &detail);
  if (result < 0)
    g_info ("The rules for passwords are the defaults: %s", library.pwquality_strerror (text, sizeof text, result, detail));
  detail = NULL;
  result = library.pwquality_check (settings, password, old_password, uid, &detail);
  if (result < 0)
    g_set_error (error, INTIMAIL_ERROR, is_trouble (result) ? INTIMAIL_ERROR_UNAVAILABLE : INTIMAIL_ERROR_INVALID_ARGUMENT,
                 is_trouble (result) ? "the password cannot be judged now: %s" : "the password is too easy to guess: %s",
                 library.pwquality_strerror (text, sizeof text, result, detail));
  library.pwquality_free_settings (settings);
  *fault = result >= 0 ? INTIMAIL_PASSWORD_FAULT_NONE : get_fault (result);

  return result >= 0;
}

gboolean
intimail_password_judge (const char *password,
                         const char *old_password,
                         IntimailPerson *person,
                         IntimailPasswordFault *fault,
                         GError **error)
{
  const char *uid = person != NULL ? intimail_person_get_uid (person) : NULL;
  IntimailPasswordFault found = INTIMAIL_PASSWORD_FAULT_OTHER;
  gboolean good = FALSE;

  if (!intimail_password_check_form (password, error))
    found = INTIMAIL_PASSWORD_FAULT_FORM;
  else if (uid != NULL && contains_name (password, uid))
    {
      found = INTIMAIL_PASSWORD_FAULT_NAME;
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "the password contains the name \"%s\"", uid);
    }
  else
    good = load_library (error) && judge_by_rules (password, old_password, uid, &found, error);
  if (fault != NULL)
    *fault = found;

  return good;
}

void
intimail_password_append_word (GString *text)
{
  static const char consonants[] = "bdfghjklmnprstvz";
  static const char vowels[] = "aeiou";
  guint syllables = 0;

  while (syllables < 3)
    {
      guint8 bytes[2];

      intimail_secret_random (bytes, sizeof bytes);
      /* 255 is 51 times 5: no vowel comes more often than another. */
      if (bytes[1] == 255)
        continue;
      g_string_append_c (text, consonants[bytes[0] % 16]);
      g_string_append_c (text, vowels[bytes[1] % 5]);
      syllables++;
    }
}

/* Four words: 75 bits. */
static char *
draw_password (void)
{
  GString *password = g_string_sized_new (32);

  for (int i = 0; i < 4; i++)
    {
      if (i > 0)
        g_string_append_c (password, '-');
      intimail_password_append_word (password);
    }

  return g_string_free (password, FALSE);
}

/* The judge refuses one in forty for its neighbours in the alphabet ("fe", "ba"). Rules
 * of the machine that no such password meets, or no judge, end the search. */
char *
intimail_password_generate (void)
{
  g_autofree char *password = draw_password ();

  for (int i = 0; i < MAX_DRAWS && !intimail_password_judge (password, NULL, NULL, NULL, NULL); i++)
    {
      g_free (password);
      password = draw_password ();
    }

  return g_steal_pointer (&password);
}
