/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "secret-cases.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-app-password-private.h"
#include "directory/intimail-second-factor-private.h"

typedef IntimailPerson *(*SignIn) (IntimailDirectory *directory, const char *login, const char *password, GCancellable *cancellable, GError **error);

/* -1, or the code of the error, whose words go to @message. */
static int
sign_in (SignIn function, DirectoryFixture *fixture, const char *login, const char *password, char **message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = function (fixture->directory, login, password, NULL, &error);

  if (person != NULL)
    return -1;
  g_assert_cmpuint (error->domain, ==, INTIMAIL_ERROR);
  if (message != NULL)
    *message = g_strdup (error->message);
  return error->code;
}

static int
client (DirectoryFixture *fixture, const char *login, const char *password)
{
  return sign_in (intimail_directory_authenticate_client, fixture, login, password, NULL);
}

static char *
add_app_password (DirectoryFixture *fixture, const char *uid, const char *name)
{
  g_autoptr (GError) error = NULL;
  char *text = intimail_directory_add_app_password (fixture->directory, uid, name, NULL, &error);

  g_assert_no_error (error);
  return text;
}

static IntimailAppPassword *
get_only (IntimailDirectory *directory, const char *uid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = intimail_directory_list_app_passwords (directory, uid, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 1);
  return g_object_ref (list->pdata[0]);
}

static void
test_app_password (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) other = fixture->open_again (fixture);
  g_autoptr (IntimailAppPassword) known = NULL;
  g_autofree char *text = NULL;
  g_autofree char *near = NULL;
  g_autofree char *main_message = NULL;
  g_autofree char *app_message = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  directory_cases_add (fixture, "ann", "secret");
  directory_cases_add (fixture, "ben", "other secret");
  text = add_app_password (fixture, "ann", "phone \xc3\xa9t\xc3\xa9");
  known = get_only (other, "ann");
  g_assert_true (intimail_app_password_is_valid_id (intimail_app_password_get_id (known)));
  g_assert_cmpstr (intimail_app_password_get_name (known), ==, "phone \xc3\xa9t\xc3\xa9");
  g_assert_cmpint (ABS (intimail_app_password_get_created (known) - now), <, 60);
  g_assert_cmpint (intimail_app_password_get_last_use (known), ==, 0);

  /* It opens mail for a client, beside the main password, and nothing else. */
  g_assert_cmpint (client (fixture, "ann", text), ==, -1);
  g_assert_cmpint (client (fixture, "Ann@home.example", text), ==, -1);
  g_assert_cmpint (client (fixture, "ann", "secret"), ==, -1);
  g_assert_cmpint (sign_in (intimail_directory_authenticate, fixture, "ann", text, &main_message), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_false (intimail_directory_change_password (fixture->directory, "ann", text, "nine purple lamps 4 me", NULL, NULL));

  /* Nearly right is wrong, and so is right for somebody else. */
  near = g_strdup (text);
  near[strlen (near) - 1] = near[strlen (near) - 1] == 'a' ? 'b' : 'a';
  g_assert_cmpint (sign_in (intimail_directory_authenticate_client, fixture, "ann", near, &app_message), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpstr (main_message, ==, app_message);
  g_assert_cmpint (client (fixture, "ben", text), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (client (fixture, "zoe", text), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
}

static void
test_app_password_revoked (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *phone = NULL;
  g_autofree char *tablet = NULL;
  g_autofree char *id = NULL;
  g_autofree char *left_id = NULL;
  g_autoptr (IntimailAppPassword) left = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "secret");
  directory_cases_add (fixture, "ben", "secret");
  phone = add_app_password (fixture, "ann", "phone");
  tablet = add_app_password (fixture, "ann", "phone");
  id = intimail_app_password_make_id (phone);
  g_assert_false (intimail_directory_revoke_app_password (fixture->directory, "ben", id, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (intimail_directory_revoke_app_password (fixture->directory, "ann", id, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (client (fixture, "ann", phone), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (client (fixture, "ann", tablet), ==, -1);
  left = get_only (fixture->directory, "ann");
  left_id = intimail_app_password_make_id (tablet);
  g_assert_cmpstr (intimail_app_password_get_id (left), ==, left_id);
  g_assert_false (intimail_directory_revoke_app_password (fixture->directory, "ann", id, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_test_message ("%s", error->message);
}

/* Somebody who has gone leaves nothing to whoever gets the uid next. */
static void
test_app_password_of_removed (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "secret");
  text = add_app_password (fixture, "ann", "phone");
  g_assert_true (intimail_directory_remove_person (fixture->directory, "ann", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (client (fixture, "ann", text), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  directory_cases_add (fixture, "ann", "secret");
  g_assert_cmpint (client (fixture, "ann", text), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  list = intimail_directory_list_app_passwords (fixture->directory, "ann", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 0);
}

static void
test_app_password_of_disabled (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (IntimailPerson) ann = NULL;

  directory_cases_add (fixture, "ann", "secret");
  text = add_app_password (fixture, "ann", "phone");
  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_status (ann, INTIMAIL_PERSON_STATUS_DISABLED);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  g_assert_cmpint (client (fixture, "ann", text), ==, INTIMAIL_ERROR_DISABLED);
  g_clear_object (&ann);
  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_status (ann, INTIMAIL_PERSON_STATUS_ACTIVE);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  g_assert_cmpint (client (fixture, "ann", text), ==, -1);
}

static void
test_app_password_bad_input (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (101, 'a');
  const char *names[] = { "", "   ", "a\nb", "\xff", "a\x01", "\xe2\x80\xae\x01", long_name };
  const char *ids[] = { "", "*", "aaa", "aaaaa", "aa,a", "AAAA", "aaag", "aaaa" };
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "secret");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_null (intimail_directory_add_app_password (fixture->directory, "ann", names[i], NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_false (intimail_directory_revoke_app_password (fixture->directory, "ann", ids[i], NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
      g_clear_error (&error);
    }
  g_assert_null (intimail_directory_add_app_password (fixture->directory, "zoe", "phone", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (intimail_directory_list_app_passwords (fixture->directory, "zoe", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static void
test_app_password_limit (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "secret");
  for (guint i = 0; i < INTIMAIL_APP_PASSWORD_MAX; i++)
    g_free (add_app_password (fixture, "ann", "phone"));
  g_assert_null (intimail_directory_add_app_password (fixture->directory, "ann", "phone", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
}

static gint64
get_last_use (DirectoryFixture *fixture)
{
  g_autoptr (IntimailAppPassword) known = get_only (fixture->directory, "ann");

  return intimail_app_password_get_last_use (known);
}

/* A clock of the test's own: within the hour nothing is written. */
static void
test_app_password_use (DirectoryFixture *fixture, gconstpointer data)
{
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (fixture->directory);
  const gint64 start = 1900000000;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  static const struct
  {
    gint64 now;
    gint64 noted;
  } cases[] = { { 0, 0 }, { 10, 0 }, { 3599, 0 }, { 3600, 3600 }, { 3601, 3600 }, { 90000, 90000 }, { 10, 90000 } };

  directory_cases_add (fixture, "ann", "secret");
  text = add_app_password (fixture, "ann", "phone");
  id = intimail_app_password_make_id (text);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (iface->note_app_password (fixture->directory, "ann", id, start + cases[i].now, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (get_last_use (fixture), ==, start + cases[i].noted);
    }
}

/* A log-in is noted after it, by a thread. */
static void
test_app_password_use_is_noted (DirectoryFixture *fixture, gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  gint64 before = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *text = NULL;
  gint64 noted;

  directory_cases_add (fixture, "ann", "secret");
  text = add_app_password (fixture, "ann", "phone");
  g_assert_cmpint (client (fixture, "ann", text), ==, -1);
  while ((noted = get_last_use (fixture)) == 0 && g_get_monotonic_time () < deadline)
    g_usleep (5000);
  g_assert_cmpint (noted, >=, before);
}

static void
test_app_password_async (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) added = NULL;
  g_autoptr (GAsyncResult) signed_in = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) revoked = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (IntimailPerson) person = NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "secret");
  intimail_directory_add_app_password_async (fixture->directory, "ann", "phone", NULL, directory_cases_on_result, &added);
  text = intimail_directory_add_app_password_finish (fixture->directory, directory_cases_wait_for (&added), &error);
  g_assert_no_error (error);
  intimail_directory_authenticate_client_async (fixture->directory, "ann", text, NULL, directory_cases_on_result, &signed_in);
  person = intimail_directory_authenticate_client_finish (fixture->directory, directory_cases_wait_for (&signed_in), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (person), ==, "ann");
  intimail_directory_list_app_passwords_async (fixture->directory, "ann", NULL, directory_cases_on_result, &listed);
  list = intimail_directory_list_app_passwords_finish (fixture->directory, directory_cases_wait_for (&listed), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 1);
  id = intimail_app_password_make_id (text);
  intimail_directory_revoke_app_password_async (fixture->directory, "ann", id, NULL, directory_cases_on_result, &revoked);
  g_assert_true (intimail_directory_revoke_app_password_finish (fixture->directory, directory_cases_wait_for (&revoked), &error));
  g_assert_no_error (error);
}

/* Of the half minute that is so many after the present one. */
static char *
make_code (const char *secret, int steps)
{
  char *bytes = NULL;
  size_t length = 0;
  char code[7];

  g_assert_cmpint (oath_base32_decode (secret, strlen (secret), &bytes, &length), ==, OATH_OK);
  g_assert_cmpint (oath_totp_generate (bytes, length, time (NULL) + steps * 30, 30, 0, 6, code), ==, OATH_OK);
  free (bytes);
  return g_strdup (code);
}

/* Turns it on with the code of the half minute before, so that the present one and the next
 * are left. */
static char **
enable (DirectoryFixture *fixture, const char *uid, char **secret)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  char **codes;

  *secret = intimail_second_factor_generate_secret ();
  code = make_code (*secret, -1);
  codes = intimail_directory_enable_second_factor (fixture->directory, uid, *secret, code, NULL, &error);
  /* The half minute ended meanwhile. */
  if (codes == NULL)
    {
      g_clear_error (&error);
      g_free (code);
      code = make_code (*secret, -1);
      codes = intimail_directory_enable_second_factor (fixture->directory, uid, *secret, code, NULL, &error);
    }
  g_assert_no_error (error);
  return codes;
}

static int
with_code (DirectoryFixture *fixture, const char *login, const char *password, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_authenticate_with_code (fixture->directory, login, password, code, NULL, &error);

  return person != NULL ? -1 : error->code;
}

static void
test_second_factor (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) other = fixture->open_again (fixture);
  g_autoptr (IntimailSecondFactor) known = NULL;
  g_autoptr (IntimailPerson) ann = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *code = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) recovery = NULL;

  directory_cases_add (fixture, "ann", "correct horse");
  directory_cases_add (fixture, "ben", "correct horse");
  text = add_app_password (fixture, "ann", "phone");
  recovery = enable (fixture, "ann", &secret);
  g_assert_cmpuint (g_strv_length (recovery), ==, 10);
  known = intimail_directory_lookup_second_factor (other, "ann", NULL, NULL);
  g_assert_true (intimail_second_factor_is_enabled (known));
  g_assert_cmpuint (intimail_second_factor_get_n_recovery_codes (known), ==, 10);
  ann = intimail_directory_lookup_person (other, "ann", NULL, NULL);
  g_assert_true (intimail_person_has_second_factor (ann));

  /* The password alone opens nothing; an app password opens what it did. */
  g_assert_cmpint (sign_in (intimail_directory_authenticate, fixture, "ann", "correct horse", NULL), ==, INTIMAIL_ERROR_CODE_NEEDED);
  g_assert_cmpint (sign_in (intimail_directory_authenticate, fixture, "ann", "wrong", NULL), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (client (fixture, "ann", "correct horse"), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (client (fixture, "ann", text), ==, -1);
  g_assert_cmpint (sign_in (intimail_directory_authenticate, fixture, "ben", "correct horse", NULL), ==, -1);
  g_assert_cmpint (with_code (fixture, "ben", "correct horse", "123456"), ==, -1);

  /* A code is good with the password, and once. */
  code = make_code (secret, 0);
  g_assert_cmpint (with_code (fixture, "ann", "wrong", code), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", ""), ==, INTIMAIL_ERROR_CODE_NEEDED);
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", code), ==, -1);
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", code), ==, INTIMAIL_ERROR_PERMISSION_DENIED);

  /* What else is known about them may be changed, and it stays. */
  intimail_person_set_display_name (ann, "Ann");
  g_assert_true (intimail_directory_update_person (other, ann, NULL, NULL));
  g_assert_true (intimail_directory_change_password (other, "ann", "correct horse", "nine purple lamps 4 me", NULL, NULL));
  g_assert_cmpint (with_code (fixture, "ann", "nine purple lamps 4 me", ""), ==, INTIMAIL_ERROR_CODE_NEEDED);
}

static void
test_recovery_codes (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailSecondFactor) known = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *shouted = NULL;
  g_auto (GStrv) recovery = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "correct horse");
  recovery = enable (fixture, "ann", &secret);
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", recovery[3]), ==, -1);
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", recovery[3]), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  /* As somebody types it from paper. */
  shouted = g_ascii_strup (recovery[0], -1);
  for (char *c = shouted; *c != '\0'; c++)
    if (*c == '-')
      *c = ' ';
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", shouted), ==, -1);
  known = intimail_directory_lookup_second_factor (fixture->directory, "ann", NULL, NULL);
  g_assert_cmpuint (intimail_second_factor_get_n_recovery_codes (known), ==, 8);

  g_assert_true (intimail_directory_disable_second_factor (fixture->directory, "ann", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", ""), ==, -1);
  g_assert_cmpint (client (fixture, "ann", "correct horse"), ==, -1);
  g_assert_true (intimail_directory_disable_second_factor (fixture->directory, "ann", NULL, &error));
  g_assert_no_error (error);
  g_assert_false (intimail_directory_disable_second_factor (fixture->directory, "zoe", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static void
test_second_factor_bad_input (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *good = intimail_second_factor_generate_secret ();
  g_autofree char *right = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *long_code = g_strnfill (10000, '1');
  const char *codes[] = { "1", "12345", "1234567", "12345a", "-12345", "\xd9\xa1\xd9\xa2\xd9\xa3", "aaaa-aaaa-aaaa-aaaa", "*", long_code };
  const char *secrets[] = { "", "AAAA", "!", "\xff" };
  g_auto (GStrv) recovery = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "correct horse");
  right = make_code (good, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_assert_null (intimail_directory_enable_second_factor (fixture->directory, "ann", secrets[i], right, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_assert_null (intimail_directory_enable_second_factor (fixture->directory, "ann", good, codes[i], NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
      g_clear_error (&error);
    }
  /* Nothing of that counted. */
  g_assert_cmpint (with_code (fixture, "ann", "correct horse", ""), ==, -1);
  recovery = enable (fixture, "ann", &secret);
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    g_assert_cmpint (with_code (fixture, "ann", "correct horse", codes[i]), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_null (intimail_directory_enable_second_factor (fixture->directory, "ann", good, right, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (intimail_directory_enable_second_factor (fixture->directory, "zoe", good, right, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

typedef struct
{
  IntimailDirectory *directory;
  const char *code;
  gint *n_in;
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;
  g_autoptr (IntimailPerson) person = intimail_directory_authenticate_with_code (racer->directory, "ann", "correct horse", racer->code, NULL, NULL);

  if (person != NULL)
    g_atomic_int_inc (racer->n_in);
  g_object_unref (racer->directory);
  return NULL;
}

/* Of many who show one code at once, each by a connection of its own, one comes in. */
static void
test_one_code_for_one (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_auto (GStrv) recovery = NULL;
  g_autofree char *device_code = NULL;
  const char *codes[2];

  directory_cases_add (fixture, "ann", "correct horse");
  recovery = enable (fixture, "ann", &secret);
  device_code = make_code (secret, 0);
  codes[0] = device_code;
  codes[1] = recovery[0];
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      GThread *threads[8];
      Racer racers[8];
      gint n_in = 0;

      for (gsize j = 0; j < G_N_ELEMENTS (threads); j++)
        {
          racers[j] = (Racer){ .directory = fixture->open_again (fixture), .code = codes[i], .n_in = &n_in };
          threads[j] = g_thread_new ("race", race, &racers[j]);
        }
      for (gsize j = 0; j < G_N_ELEMENTS (threads); j++)
        g_thread_join (threads[j]);
      g_assert_cmpint (n_in, ==, 1);
    }
}

static void
test_second_factor_async (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) enabled = NULL;
  g_autoptr (GAsyncResult) looked_up = NULL;
  g_autoptr (GAsyncResult) signed_in = NULL;
  g_autoptr (GAsyncResult) disabled = NULL;
  g_autofree char *secret = intimail_second_factor_generate_secret ();
  g_autofree char *code = NULL;
  g_auto (GStrv) recovery = NULL;
  g_autoptr (IntimailSecondFactor) known = NULL;
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "correct horse");
  code = make_code (secret, 0);
  intimail_directory_enable_second_factor_async (fixture->directory, "ann", secret, code, NULL, directory_cases_on_result, &enabled);
  recovery = intimail_directory_enable_second_factor_finish (fixture->directory, directory_cases_wait_for (&enabled), &error);
  g_assert_no_error (error);
  intimail_directory_lookup_second_factor_async (fixture->directory, "ann", NULL, directory_cases_on_result, &looked_up);
  known = intimail_directory_lookup_second_factor_finish (fixture->directory, directory_cases_wait_for (&looked_up), &error);
  g_assert_no_error (error);
  g_assert_true (intimail_second_factor_is_enabled (known));
  intimail_directory_authenticate_with_code_async (fixture->directory, "ann", "correct horse", recovery[0], NULL, directory_cases_on_result, &signed_in);
  person = intimail_directory_authenticate_with_code_finish (fixture->directory, directory_cases_wait_for (&signed_in), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (person), ==, "ann");
  intimail_directory_disable_second_factor_async (fixture->directory, "ann", NULL, directory_cases_on_result, &disabled);
  g_assert_true (intimail_directory_disable_second_factor_finish (fixture->directory, directory_cases_wait_for (&disabled), &error));
  g_assert_no_error (error);
}

/* One password typed in two ways is one; what cannot be one is nobody's. */
static void
test_prepared (DirectoryFixture *fixture, gconstpointer data)
{
  directory_cases_add (fixture, "ann", "cafe\xcc\x81 noir 42");
  g_assert_cmpint (client (fixture, "ann", "caf\xc3\xa9 noir 42"), ==, -1);
  g_assert_cmpint (client (fixture, "ann", "cafe\xcc\x81\xc2\xa0noir\xe3\x80\x80"
                                           "42"),
                   ==, -1);
  g_assert_cmpint (client (fixture, "ann", "cafe noir 42"), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (client (fixture, "ann", "caf\xe9 noir 42"), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_true (intimail_directory_change_password (fixture->directory, "ann", "caf\xc3\xa9 noir 42", "nine purple\xc2\xa0lamps 4 m\xc3\xa9", NULL, NULL));
  g_assert_cmpint (client (fixture, "ann", "nine purple lamps 4 me\xcc\x81"), ==, -1);
  g_assert_false (intimail_directory_set_password (fixture->directory, "ann", "zero\xe2\x80\x8bwidth", NULL, NULL));
  g_assert_false (intimail_directory_set_password (fixture->directory, "ann", "latin\xe9", NULL, NULL));
  /* A blank is a password; what cannot be one is not taken for it. */
  g_assert_true (intimail_directory_set_password (fixture->directory, "ann", " ", NULL, NULL));
  g_assert_cmpint (client (fixture, "ann", " "), ==, -1);
  g_assert_cmpint (client (fixture, "ann", ""), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (client (fixture, "ann", "\xff"), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
}

/* Whoever it is, and whatever is wrong, costs as much and is told in the same words: by
 * counting, for a clock tells of the machine. */
static void
test_same_work_for_all (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) disabled = intimail_person_new ("dora", "dora@home.example");
  g_autoptr (IntimailPerson) expired = intimail_person_new ("emil", "emil@home.example");
  g_autofree char *secret = NULL;
  g_autofree char *text = NULL;
  g_autofree char *other_text = intimail_app_password_generate ();
  g_auto (GStrv) recovery = NULL;
  const char *logins[] = { "ann", "ann@home.example", "carl", "dora", "emil", "fred", "zoe", "zoe@home.example", "zoe@elsewhere.example", "*", "" };
  const struct
  {
    const char *name;
    const char *password;
    guint work;
  } passwords[] = {
    { "wrong", "wrong", 1 },
    { "app password of nobody", other_text, 1 },
    { "cannot be one", "a\nb", 1 },
    { "no UTF-8", "\xff", 1 },
    { "empty", "", 1 },
    /* As it was typed, too, for another program may have hashed it so. */
    { "two forms", "e\xcc\x81", 2 },
    { "typed form alone", "zero\xe2\x80\x8bwidth", 1 },
  };
  const SignIn functions[] = { intimail_directory_authenticate, intimail_directory_authenticate_client };

  directory_cases_add (fixture, "ann", "correct horse");
  directory_cases_add (fixture, "carl", "correct horse");
  directory_cases_add (fixture, "fred", NULL);
  intimail_person_set_status (disabled, INTIMAIL_PERSON_STATUS_DISABLED);
  intimail_person_set_expiry (expired, 1);
  g_assert_true (intimail_directory_add_person (fixture->directory, disabled, "correct horse", NULL, NULL));
  g_assert_true (intimail_directory_add_person (fixture->directory, expired, "correct horse", NULL, NULL));
  text = add_app_password (fixture, "ann", "phone");
  recovery = enable (fixture, "carl", &secret);
  for (gsize f = 0; f < G_N_ELEMENTS (functions); f++)
    for (gsize p = 0; p < G_N_ELEMENTS (passwords); p++)
      for (gsize l = 0; l < G_N_ELEMENTS (logins); l++)
        {
          guint before = fixture->count_work (fixture);
          g_autofree char *message = NULL;

          g_test_message ("%s: %s", logins[l], passwords[p].name);
          g_assert_cmpint (sign_in (functions[f], fixture, logins[l], passwords[p].password, &message), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
          g_assert_cmpuint (fixture->count_work (fixture) - before, ==, passwords[p].work);
          g_assert_cmpstr (message, ==, "the name or the password is wrong");
        }
}

/* Right passwords that open nothing cost no more than wrong ones. */
static void
test_same_work_for_right (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) disabled = intimail_person_new ("dora", "dora@home.example");
  g_autofree char *secret = NULL;
  g_auto (GStrv) recovery = NULL;
  static const struct
  {
    const char *login;
    SignIn function;
    int code;
  } cases[] = {
    { "ann", intimail_directory_authenticate, -1 },
    { "ann", intimail_directory_authenticate_client, -1 },
    { "carl", intimail_directory_authenticate, INTIMAIL_ERROR_CODE_NEEDED },
    { "carl", intimail_directory_authenticate_client, INTIMAIL_ERROR_PERMISSION_DENIED },
    { "dora", intimail_directory_authenticate, INTIMAIL_ERROR_DISABLED },
    { "dora", intimail_directory_authenticate_client, INTIMAIL_ERROR_DISABLED },
  };

  directory_cases_add (fixture, "ann", "correct horse");
  directory_cases_add (fixture, "carl", "correct horse");
  intimail_person_set_status (disabled, INTIMAIL_PERSON_STATUS_DISABLED);
  g_assert_true (intimail_directory_add_person (fixture->directory, disabled, "correct horse", NULL, NULL));
  recovery = enable (fixture, "carl", &secret);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint before = fixture->count_work (fixture);

      g_assert_cmpint (sign_in (cases[i].function, fixture, cases[i].login, "correct horse", NULL), ==, cases[i].code);
      g_assert_cmpuint (fixture->count_work (fixture) - before, ==, 1);
    }
}

void
secret_cases_add_all (const char *prefix, DirectoryFixtureFunc setup, DirectoryFixtureFunc teardown)
{
  static const struct
  {
    const char *name;
    DirectoryFixtureFunc function;
  } cases[] = {
    { "app-password", test_app_password },
    { "app-password-revoked", test_app_password_revoked },
    { "app-password-of-removed", test_app_password_of_removed },
    { "app-password-of-disabled", test_app_password_of_disabled },
    { "app-password-bad-input", test_app_password_bad_input },
    { "app-password-limit", test_app_password_limit },
    { "app-password-use", test_app_password_use },
    { "app-password-use-is-noted", test_app_password_use_is_noted },
    { "app-password-async", test_app_password_async },
    { "second-factor", test_second_factor },
    { "recovery-codes", test_recovery_codes },
    { "second-factor-bad-input", test_second_factor_bad_input },
    { "one-code-for-one", test_one_code_for_one },
    { "second-factor-async", test_second_factor_async },
    { "prepared", test_prepared },
    { "same-work-for-all", test_same_work_for_all },
    { "same-work-for-right", test_same_work_for_right },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat (prefix, "/", cases[i].name, NULL);

      g_test_add (path, DirectoryFixture, NULL, setup, cases[i].function, teardown);
    }
}
