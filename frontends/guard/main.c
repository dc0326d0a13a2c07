/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail-guard(8): from a failed log-in to a rule of the firewall.
 */

#include <errno.h>
#include <glib-unix.h>
#include <link.h>
#include <locale.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "guard-daemon.h"
#include "guard-hands.h"

#define DEFAULT_SITE "/etc/intimail"
#define DEFAULT_STATE "/var/lib/intimail/guard/bans.json"
#define DEFAULT_SOCKET "/run/intimail-guard/socket"
#define DEFAULT_EVENTS "/run/intimail-guard/events"
#define DEFAULT_TRIAL 60

typedef struct
{
  char *site;
  char *state;
  char *socket;
  char *events;
  int trial;
  gboolean no_firewall;
  gboolean dry_run;
  gboolean remove;
  gboolean version;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->site);
  g_free (self->state);
  g_free (self->socket);
  g_free (self->events);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "site", 0, 0, G_OPTION_ARG_FILENAME, &self->site, "The folder of the site", "DIR" },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &self->state, "The file that keeps the bans", "FILE" },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &self->socket, "The socket for commands", "FILE" },
    { "events", 0, 0, G_OPTION_ARG_FILENAME, &self->events, "The socket for what our own daemons tell", "FILE" },
    { "trial", 0, 0, G_OPTION_ARG_INT, &self->trial, "How long closing rules wait to be confirmed", "SECONDS" },
    { "no-firewall", 0, 0, G_OPTION_ARG_NONE, &self->no_firewall, "Judge, and leave the firewall alone", NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &self->dry_run, "Print the rules, and change nothing", NULL },
    { "remove", 0, 0, G_OPTION_ARG_NONE, &self->remove, "Take our table out of the firewall", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Bans who guesses passwords. See intimail-guard(8).");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1 || self->trial < 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: not expected here", *argc > 1 ? (*argv)[1] : "--trial 0");
      return FALSE;
    }
  if (self->site == NULL)
    self->site = g_strdup (DEFAULT_SITE);
  if (self->state == NULL)
    self->state = g_strdup (DEFAULT_STATE);
  if (self->socket == NULL)
    self->socket = g_strdup (DEFAULT_SOCKET);
  if (self->events == NULL)
    self->events = g_strdup (DEFAULT_EVENTS);

  return TRUE;
}

static int
print_rules (const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rules = NULL;
  g_autoptr (IntimailGuard) guard = guard_daemon_load (options->site, options->state, &error);

  if (guard == NULL)
    {
      g_printerr ("intimail-guard: %s\n", error->message);
      return EX_CONFIG;
    }
  rules = intimail_firewall_format_rules (guard, guard_daemon_get_time (), NULL);
  g_print ("%s", rules);

  return EX_OK;
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (data);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup (gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (guard_daemon_reload (data, &error))
    g_message ("guard.conf was read again");
  else
    g_warning ("the settings stay as they were: %s", error->message);

  return G_SOURCE_CONTINUE;
}

/* Code is in its file: what is needed again comes from there. */
static int
release_code (struct dl_phdr_info *info, size_t size, void *data)
{
  const guintptr page = (guintptr) sysconf (_SC_PAGESIZE) - 1;

  for (int i = 0; i < info->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *part = &info->dlpi_phdr[i];
      guintptr begin = (info->dlpi_addr + part->p_vaddr) & ~page;
      guintptr end = (info->dlpi_addr + part->p_vaddr + part->p_memsz + page) & ~page;

      if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0)
        madvise ((void *) begin, end - begin, MADV_DONTNEED);
    }

  return 0;
}

/* What the start took, when what it found to do is done: patterns and their examples while
 * they were read, and code. */
static gboolean
forget_start (gpointer data)
{
  malloc_trim (0);
  dl_iterate_phdr (release_code, NULL);

  return G_SOURCE_REMOVE;
}

static int
run (const Options *options, int hands)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardDaemon) daemon = NULL;
  GuardDaemonOptions settings = {
    .site = options->site,
    .state = options->state,
    .socket = options->socket,
    .events = options->events,
    .hands = hands,
    .trial = (guint) options->trial,
  };

  daemon = guard_daemon_new (&settings, &error);
  if (daemon == NULL)
    {
      g_printerr ("intimail-guard: %s\n", error->message);
      return EX_CONFIG;
    }
  g_idle_add_full (G_PRIORITY_LOW, forget_start, NULL, NULL);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_unix_signal_add (SIGHUP, on_hangup, daemon);
  g_print ("intimail-guard: at work, commands at %s\n", options->socket);
  g_main_loop_run (loop);

  return EX_OK;
}

/* Goes away with the table, without asking the process that is at work. */
static int
remove_table (int hands)
{
  g_autofree char *text = intimail_firewall_format_removal ();
  guint32 length = (guint32) strlen (text);
  char answer[4096] = "";
  gsize total = 0;
  gssize n;

  if (write (hands, &length, sizeof length) < 0 || write (hands, text, length) < 0)
    return EX_UNAVAILABLE;
  while (total < sizeof answer - 1 && (n = read (hands, answer + total, sizeof answer - 1 - total)) > 0)
    {
      total += (gsize) n;
      memcpy (&length, answer, sizeof length);
      if (total > sizeof length && total >= sizeof length + length)
        break;
    }
  if (answer[sizeof length] == '+')
    return EX_OK;
  g_printerr ("intimail-guard: %s\n", total > sizeof length + 1 ? answer + sizeof length + 1 : "the firewall cannot be changed: CAP_NET_ADMIN is needed");

  return EX_UNAVAILABLE;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { .trial = DEFAULT_TRIAL };
  g_autoptr (GError) error = NULL;
  int hands = -1;

  setlocale (LC_TIME, "C");
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (!parse_options (&options, &argc, &argv, &error))
    {
      g_printerr ("intimail-guard: %s\nTry intimail-guard --help\n", error->message);
      return EX_USAGE;
    }
  if (options.version)
    {
      g_print ("intimail-guard %d.%d.%d\n", INTIMAIL_MAJOR_VERSION, INTIMAIL_MINOR_VERSION, INTIMAIL_MICRO_VERSION);
      return EX_OK;
    }
  if (options.dry_run)
    return print_rules (&options);
  mallopt (M_ARENA_MAX, 1);
  mallopt (M_MMAP_THRESHOLD, 64 * 1024);
  mallopt (M_TRIM_THRESHOLD, 64 * 1024);
  if (!options.no_firewall || options.remove)
    {
      hands = guard_hands_start ();
      if (hands < 0)
        {
          g_printerr ("intimail-guard: cannot part with capabilities: %s\n", g_strerror (errno));
          return EX_OSERR;
        }
    }

  return options.remove ? remove_table (hands) : run (&options, hands);
}
