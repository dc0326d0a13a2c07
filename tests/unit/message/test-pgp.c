/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A GnuPG that does not answer. What it answers else is tested through the Python binding.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail.h>

#include "message/intimail-pgp-private.h"
#include "test-support.h"

/* A signature, of nothing that matters here. */
static const char signature[] =
    "-----BEGIN PGP SIGNATURE-----\n\n"
    "iHUEABYKAB0WIQQAAAAAAAAAAAAAAAAAAAAAAAAAAAUCZAAAAAAKCRAAAAAAAAAAAAAAAAD/\n"
    "AAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    "AAAAAAAAAAAAAAAAAAA=\n"
    "-----END PGP SIGNATURE-----\n";

typedef struct
{
  char *folder;
  char *ring; /* a pipe in the place of the keys: whoever reads it waits */
  GBytes *content;
  GBytes *signature;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = test_support_make_folder ("pgp");
  fixture->ring = g_build_filename (fixture->folder, "pubring.kbx", NULL);
  fixture->content = g_bytes_new_static ("x\r\n", 3);
  fixture->signature = g_bytes_new_static (signature, sizeof signature - 1);
  g_assert_cmpint (chmod (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (mkfifo (fixture->ring, 0600), ==, 0);
}

/* Whoever waits gets an end of the file, until nobody does. */
static void
let_go (Fixture *fixture, gconstpointer data)
{
  int fd;

  while ((fd = open (fixture->ring, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) >= 0)
    {
      close (fd);
      g_usleep (10000);
    }
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->ring);
  g_bytes_unref (fixture->content);
  g_bytes_unref (fixture->signature);
}

static void
test_no_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* The last one is not even begun. */
  for (int i = 0; i <= INTIMAIL_PGP_MAX_LEFT; i++)
    {
      GTimeSpan timeout = i < INTIMAIL_PGP_MAX_LEFT ? G_TIME_SPAN_SECOND / 5 : G_TIME_SPAN_HOUR;

      g_assert_null (intimail_pgp_verify (fixture->folder, fixture->content, fixture->signature, timeout, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
      g_clear_error (&error);
    }
}

static gpointer
cancel_when_read (gpointer data)
{
  gpointer *both = data;
  Fixture *fixture = both[0];
  int fd;

  /* Opens when somebody reads. */
  fd = open (fixture->ring, O_WRONLY | O_CLOEXEC);
  g_cancellable_cancel (both[1]);
  close (fd);

  return NULL;
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gpointer both[] = { fixture, cancellable };
  GThread *thread = g_thread_new ("cancel", cancel_when_read, both);

  g_assert_null (intimail_pgp_verify (fixture->folder, fixture->content, fixture->signature, G_TIME_SPAN_HOUR, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/pgp/cancelled", Fixture, NULL, set_up, test_cancelled, let_go);
  g_test_add ("/pgp/no-answer", Fixture, NULL, set_up, test_no_answer, let_go);

  return g_test_run ();
}
