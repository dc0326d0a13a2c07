/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What bench-directory cannot time from Python: questions of microseconds, and
 * many threads. Prints numbers for it, one a line.
 *
 *   directory-meter resolve SETTINGS PEOPLE COUNT   medians in us: first time, again
 *   directory-meter login SETTINGS PEOPLE COUNT THREADS       log-ins a second
 *   directory-meter kept-login URI BASE PEOPLE COUNT THREADS  the same by libldap alone,
 *   directory-meter each-login URI BASE PEOPLE COUNT THREADS  with a connection for each
 *   directory-meter ldif PATH BASE PEOPLE   ms to load, us to resolve, MB of memory
 */

#include <ldap.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <intimail/intimail.h>

#define PASSWORD "correct horse"

static char *
make_uid (int number)
{
  return g_strdup_printf ("p%06d", number);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a;
  const gint64 *second = b;

  return (*first > *second) - (*first < *second);
}

static double
get_median_us (GArray *nanoseconds)
{
  g_array_sort (nanoseconds, compare_times);
  return (double) g_array_index (nanoseconds, gint64, nanoseconds->len / 2) / 1000;
}

static gint64
now_ns (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

static gint64
time_resolve (IntimailDirectory *directory, const char *address)
{
  g_autoptr (GError) error = NULL;
  gint64 start = now_ns ();
  g_autoptr (GPtrArray) people = intimail_directory_resolve (directory, address, NULL, &error);
  gint64 end = now_ns ();

  if (people == NULL || people->len != 1)
    g_error ("%s: %s", address, error != NULL ? error->message : "not one person");
  return end - start;
}

/* Addresses far apart, each once, and then all of them again. */
static void
resolve_all (IntimailDirectory *directory, int people, int count)
{
  for (int round = 0; round < 2; round++)
    {
      g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

      for (int i = 0; i < count; i++)
        {
          g_autofree char *uid = make_uid ((int) ((gint64) i * people / count));
          g_autofree char *address = g_strconcat (uid, "@home.example", NULL);
          gint64 time = time_resolve (directory, address);

          g_array_append_val (times, time);
        }
      g_print ("%.3f\n", get_median_us (times));
    }
}

static IntimailDirectory *
open_directory (const char *settings)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  IntimailLdapDirectory *directory = NULL;

  if (g_file_get_contents (settings, &text, NULL, &error))
    directory = intimail_ldap_directory_new_from_settings (text, "/", &error);
  if (directory == NULL)
    g_error ("%s", error->message);
  return INTIMAIL_DIRECTORY (directory);
}

typedef struct
{
  IntimailDirectory *directory; /* or by libldap alone: */
  const char *uri;
  const char *base;
  gboolean is_kept;
  int people;
  int count;
  gint next; /* atomic */
} Job;

static gpointer
log_in (gpointer data)
{
  Job *job = data;

  for (int i = g_atomic_int_add (&job->next, 1); i < job->count; i = g_atomic_int_add (&job->next, 1))
    {
      g_autofree char *uid = make_uid ((int) ((gint64) i * job->people / job->count));
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailPerson) person = intimail_directory_authenticate (job->directory, uid, PASSWORD, NULL, &error);

      if (person == NULL)
        g_error ("%s: %s", uid, error->message);
    }

  return NULL;
}

static LDAP *
connect_bare (const char *uri)
{
  const int version = LDAP_VERSION3;
  LDAP *ld = NULL;

  if (ldap_initialize (&ld, uri) != LDAP_SUCCESS)
    g_error ("%s cannot be used", uri);
  ldap_set_option (ld, LDAP_OPT_PROTOCOL_VERSION, &version);
  return ld;
}

static void
bind_bare (LDAP *ld, const char *dn, const char *password)
{
  struct berval secret = { .bv_val = (char *) password, .bv_len = strlen (password) };

  if (ldap_sasl_bind_s (ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL) != LDAP_SUCCESS)
    g_error ("%s does not sign in", dn);
}

/* As the service, for an entry. */
static char *
find_bare (LDAP *ld, const char *base, int number)
{
  g_autofree char *uid = make_uid (number);
  g_autofree char *filter = g_strdup_printf ("(uid=%s)", uid);
  LDAPMessage *answer = NULL;
  char *dn;

  if (ldap_search_ext_s (ld, base, LDAP_SCOPE_SUBTREE, filter, NULL, 0, NULL, NULL, NULL, 0, &answer) != LDAP_SUCCESS)
    g_error ("%s is not found", uid);
  dn = ldap_get_dn (ld, ldap_first_entry (ld, answer));
  ldap_msgfree (answer);
  return dn;
}

/* A search for the entry on one connection and a bind on another, both kept; or both
 * on one that is opened for each log-in. */
static gpointer
log_in_bare (gpointer data)
{
  Job *job = data;
  LDAP *asking = connect_bare (job->uri);
  LDAP *binding = connect_bare (job->uri);

  for (int i = g_atomic_int_add (&job->next, 1); i < job->count; i = g_atomic_int_add (&job->next, 1))
    {
      int number = (int) ((gint64) i * job->people / job->count);
      LDAP *fresh = job->is_kept ? NULL : connect_bare (job->uri);
      char *dn;

      if (fresh != NULL)
        bind_bare (fresh, "cn=root,dc=home,dc=example", "root");
      dn = find_bare (fresh != NULL ? fresh : asking, job->base, number);
      bind_bare (fresh != NULL ? fresh : binding, dn, PASSWORD);
      ldap_memfree (dn);
      if (fresh != NULL)
        ldap_unbind_ext_s (fresh, NULL, NULL);
    }
  ldap_unbind_ext_s (asking, NULL, NULL);
  ldap_unbind_ext_s (binding, NULL, NULL);

  return NULL;
}

static void
run_threads (GThreadFunc function, Job *job, int n_threads)
{
  g_autofree GThread **threads = g_new0 (GThread *, n_threads);
  gint64 start = now_ns ();

  for (int i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("login", function, job);
  for (int i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
  g_print ("%.1f\n", job->count / ((double) (now_ns () - start) / 1e9));
}

static void
measure_ldif (const char *path, const char *base, int people)
{
  g_autoptr (IntimailDirectory) directory = INTIMAIL_DIRECTORY (intimail_ldif_directory_new (path, base));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *first = g_strdup ("p000000@home.example");
  size_t before = mallinfo2 ().uordblks;
  clock_t start;

  /* Of the processor: on a busy machine the clock says more about the others. */
  start = clock ();
  time_resolve (directory, first);
  g_print ("%.3f\n", (double) (clock () - start) * 1000 / CLOCKS_PER_SEC);
  for (int i = 0; i < 2000; i++)
    {
      g_autofree char *uid = make_uid ((int) ((gint64) i * people / 2000));
      g_autofree char *address = g_strconcat (uid, "@home.example", NULL);
      gint64 time = time_resolve (directory, address);

      g_array_append_val (times, time);
    }
  g_print ("%.3f\n", get_median_us (times));
  g_print ("%.3f\n", (double) (mallinfo2 ().uordblks - before) / 1048576);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && strcmp (argv[1], "resolve") == 0)
    {
      g_autoptr (IntimailDirectory) directory = open_directory (argv[2]);

      resolve_all (directory, atoi (argv[3]), atoi (argv[4]));
    }
  else if (argc == 6 && strcmp (argv[1], "login") == 0)
    {
      g_autoptr (IntimailDirectory) directory = open_directory (argv[2]);
      Job job = { .directory = directory, .people = atoi (argv[3]), .count = atoi (argv[4]) };

      run_threads (log_in, &job, atoi (argv[5]));
    }
  else if (argc == 7 && (strcmp (argv[1], "kept-login") == 0 || strcmp (argv[1], "each-login") == 0))
    {
      Job job = { .uri = argv[2], .base = argv[3], .is_kept = argv[1][0] == 'k', .people = atoi (argv[4]), .count = atoi (argv[5]) };

      run_threads (log_in_bare, &job, atoi (argv[6]));
    }
  else if (argc == 5 && strcmp (argv[1], "ldif") == 0)
    {
      measure_ldif (argv[2], argv[3], atoi (argv[4]));
    }
  else
    {
      g_printerr ("usage: see the source\n");
      return 64;
    }

  return 0;
}
