/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-password.h"

#include <string.h>

#include "webmail-report.h"
#include "webmail-throttle.h"

/* Hashing a password takes 0.1 s and up to 32 MB on purpose. */
#define N_THREADS 2
#define MAX_WAITING 64

/* How long Basic is believed without asking again: some clients poll each
 * second, and send the password each time. When the directory has changed, it is asked. */
#define KNOWN_TIME (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)
#define MAX_KNOWN 500

/* The same wrong password again is no guess: a client that was forgotten somewhere
 * polls with it, and must not lock its house out. It is not hashed, not counted,
 * and answered after WRONG_DELAY milliseconds. */
#define KNOWN_WRONG_TIME (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)
#define WRONG_DELAY 1000

struct _WebmailPasswords
{
  IntimailSite *site;
  GThreadPool *pool;
  char *key;           /* of the HMAC: what is known says nothing about a password */
  GHashTable *known;   /* HMAC of purpose, login and password -> Known; uid NULL: wrong */
  GHashTable *waiting; /* the same -> Check */
  WebmailThrottle *throttle; /* the server's */
};

typedef struct
{
  char *uid;
  guint64 stamp;
  guint64 generation; /* of the directory, before it was asked */
  gint64 until;       /* monotonic, microseconds */
} Known;

typedef struct
{
  SoupServerMessage *message;
  WebmailJudged judged;
} Waiter;

/* One password being checked, for all who sent it meanwhile. */
typedef struct
{
  WebmailPasswords *passwords;
  char *digest;
  WebmailPasswordPurpose purpose;
  char *login;
  char *password;
  char *code;
  char *login_key;
  char *peer_key;
  char *address; /* or NULL */
  guint delay; /* milliseconds */
  guint64 generation;
  char *uid;
  guint64 stamp;
  WebmailPasswordOutcome outcome;
  GPtrArray *waiters;
} Check;

static void
known_free (gpointer data)
{
  Known *known = data;

  g_free (known->uid);
  g_free (known);
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  g_object_unref (waiter->message);
  g_free (waiter);
}

void
webmail_free_secret (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
check_free (Check *check)
{
  g_free (check->digest);
  g_free (check->login);
  webmail_free_secret (check->password);
  webmail_free_secret (check->code);
  g_free (check->login_key);
  g_free (check->peer_key);
  g_free (check->address);
  g_free (check->uid);
  g_ptr_array_unref (check->waiters);
  g_free (check);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer data)
{
  return ((Known *) value)->until < *(gint64 *) data;
}

/* Its uid NULL: that password was wrong. */
static void
remember (WebmailPasswords *self, const Check *check)
{
  Known *known = g_new0 (Known, 1);
  gint64 now = g_get_monotonic_time ();

  g_hash_table_foreach_remove (self->known, is_over, &now);
  if (g_hash_table_size (self->known) >= MAX_KNOWN)
    g_hash_table_remove_all (self->known);
  known->uid = g_strdup (check->uid);
  known->stamp = check->stamp;
  known->generation = check->generation;
  known->until = now + (check->uid != NULL ? KNOWN_TIME : KNOWN_WRONG_TIME);
  g_hash_table_insert (self->known, g_strdup (check->digest), known);
}

static guint64
get_generation (WebmailPasswords *self)
{
  return intimail_directory_get_generation (intimail_site_get_directory (self->site));
}

static const Known *
recall (WebmailPasswords *self, const char *digest)
{
  const Known *known = g_hash_table_lookup (self->known, digest);

  if (known == NULL || known->until <= g_get_monotonic_time () || known->generation != get_generation (self))
    return NULL;

  return known;
}

static gboolean
tell_waiters (gpointer data)
{
  Check *check = data;

  g_hash_table_steal (check->passwords->waiting, check->digest);
  for (guint i = 0; i < check->waiters->len; i++)
    {
      Waiter *waiter = check->waiters->pdata[i];
      WebmailRequest *request = webmail_request_get (waiter->message);

      request->server->requests--;
      if (request->gone)
        continue;
      waiter->judged (request, check->outcome, check->uid, check->stamp);
      webmail_request_resume (request);
    }
  check_free (check);

  return G_SOURCE_REMOVE;
}

static gboolean
finish_check (gpointer data)
{
  Check *check = data;
  WebmailPasswords *self = check->passwords;

  if (check->outcome != WEBMAIL_PASSWORD_WRONG)
    {
      webmail_throttle_forgive (self->throttle, check->login_key);
      webmail_throttle_forgive (self->throttle, check->peer_key);
    }
  if (check->outcome == WEBMAIL_PASSWORD_RIGHT)
    webmail_report_sign_in (self->site, check->uid, check->address);
  /* What opens the page is asked anew each time: a code is good once. */
  if (check->outcome == WEBMAIL_PASSWORD_WRONG ||
      (check->outcome == WEBMAIL_PASSWORD_RIGHT && check->purpose == WEBMAIL_PASSWORD_FOR_CLIENT))
    remember (self, check);
  if (check->outcome == WEBMAIL_PASSWORD_WRONG)
    {
      webmail_report_failure (self->site, check->login, check->password, check->address);
      g_timeout_add (check->delay, tell_waiters, check);
    }
  else
    tell_waiters (check);

  return G_SOURCE_REMOVE;
}

static IntimailPerson *
authenticate (Check *check, GError **error)
{
  IntimailDirectory *directory = intimail_site_get_directory (check->passwords->site);

  if (check->purpose == WEBMAIL_PASSWORD_FOR_CLIENT)
    return intimail_directory_authenticate_client (directory, check->login, check->password, NULL, error);

  return intimail_directory_authenticate_with_code (directory, check->login, check->password, check->code, NULL, error);
}

static void
run_check (gpointer data, gpointer user_data)
{
  Check *check = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = authenticate (check, &error);

  if (person != NULL)
    {
      check->outcome = WEBMAIL_PASSWORD_RIGHT;
      check->uid = g_strdup (intimail_person_get_uid (person));
      check->stamp = intimail_person_get_sign_in_stamp (person);
    }
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_CODE_NEEDED))
    check->outcome = WEBMAIL_PASSWORD_CODE_NEEDED;
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED) ||
           g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND) ||
           g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT) ||
           g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED))
    check->outcome = WEBMAIL_PASSWORD_WRONG;
  else
    {
      check->outcome = WEBMAIL_PASSWORD_UNAVAILABLE;
      g_warning ("cannot check a password: %s", error->message);
    }
  g_idle_add_full (G_PRIORITY_DEFAULT, finish_check, check, NULL);
}

WebmailPasswords *
webmail_passwords_new (IntimailSite *site, WebmailThrottle *throttle)
{
  WebmailPasswords *self = g_new0 (WebmailPasswords, 1);

  self->site = g_object_ref (site);
  self->key = webmail_make_token ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_free);
  self->waiting = g_hash_table_new (g_str_hash, g_str_equal);
  self->throttle = throttle;
  self->pool = g_thread_pool_new (run_check, self, N_THREADS, FALSE, NULL);

  return self;
}

void
webmail_passwords_free (WebmailPasswords *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->waiting);
  webmail_free_secret (self->key);
  g_object_unref (self->site);
  g_free (self);
}

/* Of whom a wrong one is, is not known: it may be right now. */
static gboolean
may_be_of_person (gpointer key, gpointer value, gpointer data)
{
  const char *uid = ((Known *) value)->uid;

  return uid == NULL || strcmp (uid, data) == 0;
}

void
webmail_passwords_forget (WebmailPasswords *self, const char *uid)
{
  g_hash_table_foreach_remove (self->known, may_be_of_person, (gpointer) uid);
}

static char *
make_digest (WebmailPasswords *self, WebmailPasswordPurpose purpose, const char *login, const char *password, const char *code)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) self->key, strlen (self->key));

  g_hmac_update (hmac, (const guchar *) (purpose == WEBMAIL_PASSWORD_FOR_CLIENT ? "client" : "page"), -1);
  g_hmac_update (hmac, (const guchar *) "", 1);
  g_hmac_update (hmac, (const guchar *) login, (gssize) strlen (login) + 1);
  g_hmac_update (hmac, (const guchar *) password, (gssize) strlen (password));
  /* Of two who send one code at once, one may come in: they are two checks. */
  if (*code != '\0')
    {
      g_autofree char *once = webmail_make_token ();

      g_hmac_update (hmac, (const guchar *) once, -1);
    }

  return g_strdup (g_hmac_get_string (hmac));
}

static void
add_waiter (Check *check, WebmailRequest *request, WebmailJudged judged)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->message = g_object_ref (request->message);
  waiter->judged = judged;
  g_ptr_array_add (check->waiters, waiter);
  request->server->requests++;
  webmail_connections_expect_nothing (request->message);
  webmail_request_pause (request);
}

/* A check that is over, but for the waiting. */
static Check *
check_new_wrong (WebmailPasswords *self, const char *digest)
{
  Check *check = g_new0 (Check, 1);

  check->passwords = self;
  check->digest = g_strdup (digest);
  check->waiters = g_ptr_array_new_with_free_func (waiter_free);
  check->outcome = WEBMAIL_PASSWORD_WRONG;
  g_hash_table_insert (self->waiting, check->digest, check);
  g_timeout_add (WRONG_DELAY, tell_waiters, check);

  return check;
}

static Check *
check_new (WebmailPasswords *self,
           const char *digest,
           WebmailPasswordPurpose purpose,
           const char *login,
           const char *password,
           const char *code,
           const char *peer,
           const char *address)
{
  Check *check = g_new0 (Check, 1);
  g_autofree char *folded = g_utf8_casefold (login, -1);
  guint login_delay;
  guint peer_delay;

  check->passwords = self;
  check->digest = g_strdup (digest);
  check->purpose = purpose;
  check->generation = get_generation (self);
  check->login = g_strdup (login);
  check->password = g_strdup (password);
  check->code = g_strdup (code);
  check->login_key = g_strconcat ("login ", folded, NULL);
  check->peer_key = g_strconcat ("peer ", peer, NULL);
  check->address = g_strdup (address);
  check->waiters = g_ptr_array_new_with_free_func (waiter_free);
  login_delay = webmail_throttle_begin (self->throttle, check->login_key);
  peer_delay = webmail_throttle_begin (self->throttle, check->peer_key);
  check->delay = MAX (login_delay, peer_delay);
  g_hash_table_insert (self->waiting, check->digest, check);
  g_thread_pool_push (self->pool, check, NULL);

  return check;
}

static gboolean
is_blocked (WebmailPasswords *self, const char *login, const char *peer)
{
  g_autofree char *folded = g_utf8_casefold (login, -1);
  g_autofree char *login_key = g_strconcat ("login ", folded, NULL);
  g_autofree char *peer_key = g_strconcat ("peer ", peer, NULL);

  return g_hash_table_size (self->waiting) >= MAX_WAITING ||
         webmail_throttle_check (self->throttle, login_key) > 0 ||
         webmail_throttle_check (self->throttle, peer_key) > 0;
}

void
webmail_passwords_judge (WebmailRequest *request,
                         WebmailPasswordPurpose purpose,
                         const char *login,
                         const char *password,
                         const char *code,
                         WebmailJudged judged)
{
  WebmailPasswords *self = request->server->passwords;
  g_autofree char *digest = NULL;
  g_autofree char *peer = webmail_connections_get_peer (request->message);
  g_autofree char *address = webmail_connections_get_address_of (request->message);
  const Known *known;
  Check *check;

  if (*login == '\0' || strlen (login) > 320 || strlen (password) > 1024 || strlen (code) > 64 ||
      !g_utf8_validate (login, -1, NULL) || !g_utf8_validate (password, -1, NULL))
    {
      judged (request, WEBMAIL_PASSWORD_WRONG, NULL, 0);
      return;
    }
  digest = make_digest (self, purpose, login, password, code);
  known = recall (self, digest);
  check = g_hash_table_lookup (self->waiting, digest);
  if (known != NULL && known->uid != NULL)
    judged (request, WEBMAIL_PASSWORD_RIGHT, known->uid, known->stamp);
  else if (check != NULL)
    add_waiter (check, request, judged);
  else if (is_blocked (self, login, peer))
    judged (request, WEBMAIL_PASSWORD_TOO_MANY, NULL, 0);
  else if (known != NULL)
    {
      webmail_report_repetition (self->site, login, password, address);
      add_waiter (check_new_wrong (self, digest), request, judged);
    }
  else
    add_waiter (check_new (self, digest, purpose, login, password, code, peer, address), request, judged);
}
