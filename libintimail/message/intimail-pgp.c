/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GMime waits for GnuPG as long as that takes, which is for ever when somebody holds a lock
 * of its. So it waits in a thread of its own, and whoever asked is told that it
 * takes too long. The thread goes on; there are few of them.
 */

#include "message/intimail-pgp-private.h"

#include <gpgme.h>

#include <intimail/intimail-error.h>

#include "base/intimail-library-private.h"
#include "message/intimail-gmime-private.h"
#include "message/intimail-signature-private.h"

/* The binary interface that the headers belong to. */
#define GPGME_NAME "libgpgme.so.11"

#define FUNCTIONS(X) X (gpgme_set_engine_info)
#define DECLARE(name) __typeof__ (name) *name;
#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (gpgme, name),

static struct
{
  FUNCTIONS (DECLARE)
} gpgme;

typedef struct
{
  gatomicrefcount references;
  char *keyring;
  GBytes *content;
  GBytes *signature;

  GMutex mutex;
  GCond cond;
  gboolean done;
  gboolean cancelled;
  gboolean left; /* nobody waits any more */
  GPtrArray *signatures;
  GError *error;
} Job;

static int n_left; /* jobs that nobody waits for */

static void
job_unref (Job *job)
{
  if (!g_atomic_ref_count_dec (&job->references))
    return;
  g_free (job->keyring);
  g_bytes_unref (job->content);
  g_bytes_unref (job->signature);
  g_clear_pointer (&job->signatures, g_ptr_array_unref);
  g_clear_error (&job->error);
  g_mutex_clear (&job->mutex);
  g_cond_clear (&job->cond);
  g_free (job);
}

static gboolean
load (GError **error)
{
  static const IntimailLibraryFunction functions[] = { FUNCTIONS (ROW) };
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  ready = ready || (intimail_gmime_load (error) && intimail_library_load (GPGME_NAME, functions, G_N_ELEMENTS (functions), error));

  return ready;
}

/* The folder is a setting of the library, which a context has from when it was made. */
static GMimeCryptoContext *
make_context (const char *keyring)
{
  static GMutex mutex;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GMimeCryptoContext *context = NULL;

  if (gpgme.gpgme_set_engine_info (GPGME_PROTOCOL_OpenPGP, NULL, keyring) == 0)
    context = intimail_gmime.g_mime_gpg_context_new ();
  gpgme.gpgme_set_engine_info (GPGME_PROTOCOL_OpenPGP, NULL, NULL);

  return context;
}

static IntimailSignatureStatus
judge (GMimeSignatureStatus status)
{
  static const struct
  {
    GMimeSignatureStatus theirs;
    IntimailSignatureStatus ours;
  } order[] = {
    { GMIME_SIGNATURE_STATUS_KEY_MISSING, INTIMAIL_SIGNATURE_STATUS_UNKNOWN_KEY },
    { GMIME_SIGNATURE_STATUS_KEY_REVOKED, INTIMAIL_SIGNATURE_STATUS_KEY_REVOKED },
    { GMIME_SIGNATURE_STATUS_KEY_EXPIRED, INTIMAIL_SIGNATURE_STATUS_KEY_EXPIRED },
    { GMIME_SIGNATURE_STATUS_SIG_EXPIRED, INTIMAIL_SIGNATURE_STATUS_SIGNATURE_EXPIRED },
    { GMIME_SIGNATURE_STATUS_RED, INTIMAIL_SIGNATURE_STATUS_BAD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    if ((status & order[i].theirs) != 0)
      return order[i].ours;

  return (status & GMIME_SIGNATURE_STATUS_ERROR_MASK) == 0 ? INTIMAIL_SIGNATURE_STATUS_GOOD : INTIMAIL_SIGNATURE_STATUS_FAILED;
}

static IntimailSignature *
convert (GMimeSignature *theirs)
{
  GMimeSignatureStatus status = intimail_gmime.g_mime_signature_get_status (theirs);
  GMimeCertificate *key = intimail_gmime.g_mime_signature_get_certificate (theirs);

  return intimail_signature_new (judge (status), (status & (GMIME_SIGNATURE_STATUS_VALID | GMIME_SIGNATURE_STATUS_GREEN)) != 0,
                                 key != NULL ? intimail_gmime.g_mime_certificate_get_fingerprint (key) : NULL,
                                 key != NULL ? intimail_gmime.g_mime_certificate_get_name (key) : NULL,
                                 key != NULL ? intimail_gmime.g_mime_certificate_get_email (key) : NULL,
                                 intimail_gmime.g_mime_signature_get_created64 (theirs));
}

static GMimeStream *
make_stream (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return intimail_gmime.g_mime_stream_mem_new_with_buffer (data, length);
}

/* Without servers of keys: nobody is to learn who reads a mail. */
static GPtrArray *
verify (Job *job, GError **error)
{
  g_autoptr (GObject) context = (GObject *) make_context (job->keyring);
  g_autoptr (GMimeStream) content = NULL;
  g_autoptr (GMimeStream) signature = NULL;
  g_autoptr (GObject) list = NULL;
  g_autoptr (GError) said = NULL;
  GPtrArray *signatures;

  if (context == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "GnuPG cannot be used now");
      return NULL;
    }
  content = make_stream (job->content);
  signature = make_stream (job->signature);
  list = (GObject *) intimail_gmime.g_mime_crypto_context_verify ((GMimeCryptoContext *) context, GMIME_VERIFY_NONE, content,
                                                                  signature, NULL, &said);
  if (list == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "the signature cannot be read: %s", said != NULL ? said->message : "nothing was said");
      return NULL;
    }
  signatures = g_ptr_array_new_with_free_func (g_object_unref);
  for (int i = 0; i < intimail_gmime.g_mime_signature_list_length ((GMimeSignatureList *) list); i++)
    g_ptr_array_add (signatures, convert (intimail_gmime.g_mime_signature_list_get_signature ((GMimeSignatureList *) list, i)));

  return signatures;
}

static gpointer
run (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *signatures = verify (job, &error);

  g_mutex_lock (&job->mutex);
  job->done = TRUE;
  job->signatures = signatures;
  job->error = g_steal_pointer (&error);
  if (job->left)
    g_atomic_int_dec_and_test (&n_left);
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
  job_unref (job);

  return NULL;
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Job *job = user_data;

  g_mutex_lock (&job->mutex);
  job->cancelled = TRUE;
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
}

/* TRUE when the job is done, and wanted. */
static gboolean
wait_for (Job *job, GTimeSpan timeout, GCancellable *cancellable)
{
  gint64 end = g_get_monotonic_time () + timeout;
  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), job, NULL) : 0;
  gboolean wanted;

  g_mutex_lock (&job->mutex);
  while (!job->done && !job->cancelled && g_cond_wait_until (&job->cond, &job->mutex, end))
    continue;
  wanted = job->done && !job->cancelled;
  job->left = !job->done;
  if (job->left)
    g_atomic_int_inc (&n_left);
  g_mutex_unlock (&job->mutex);
  g_cancellable_disconnect (cancellable, handler);

  return wanted;
}

static Job *
job_new (const char *keyring, GBytes *content, GBytes *signature)
{
  Job *job = g_new0 (Job, 1);

  g_atomic_ref_count_init (&job->references);
  job->keyring = g_strdup (keyring);
  job->content = g_bytes_ref (content);
  job->signature = g_bytes_ref (signature);
  g_mutex_init (&job->mutex);
  g_cond_init (&job->cond);

  return job;
}

static gboolean
begin (Job *job, GError **error)
{
  GThread *thread;

  if (g_atomic_int_get (&n_left) >= INTIMAIL_PGP_MAX_LEFT)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "GnuPG has not answered for several signatures");
      return FALSE;
    }
  g_atomic_ref_count_inc (&job->references);
  thread = g_thread_try_new ("pgp", run, job, NULL);
  if (thread != NULL)
    {
      g_thread_unref (thread);
      return TRUE;
    }
  job_unref (job);
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "no thread can be started now");

  return FALSE;
}

GPtrArray *
intimail_pgp_verify (const char *keyring, GBytes *content, GBytes *signature, GTimeSpan timeout, GCancellable *cancellable, GError **error)
{
  GPtrArray *signatures = NULL;
  Job *job;

  if (!load (error))
    return NULL;
  job = job_new (keyring, content, signature);
  if (begin (job, error))
    {
      if (wait_for (job, timeout, cancellable))
        {
          signatures = g_steal_pointer (&job->signatures);
          if (job->error != NULL)
            g_propagate_error (error, g_steal_pointer (&job->error));
        }
      else if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "GnuPG has not answered within %d s", (int) (timeout / G_TIME_SPAN_SECOND));
    }
  job_unref (job);

  return signatures;
}
