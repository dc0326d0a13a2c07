/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail-webmail: the page and JMAP for a site; see intimail-webmail(8).
 */

#include <glib-unix.h>
#include <intimail/intimail.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>

#include "webmail-server.h"

#define DEFAULT_SITE "/etc/intimail"
#define DEFAULT_PATIENCE 30

/* How long answers under way are waited for after SIGTERM. */
#define STOP_SECONDS 10

static char *site_path;
static char *listen_address;
static char *public_url;
static int patience = DEFAULT_PATIENCE;
static gboolean show_version;

static const GOptionEntry entries[] = {
  { "site", 's', 0, G_OPTION_ARG_FILENAME, &site_path, "The site's folder (default: " DEFAULT_SITE ")", "DIR" },
  { "listen", 'l', 0, G_OPTION_ARG_STRING, &listen_address, "Listen there, and not where the site says", "unix:PATH|ADDRESS:PORT" },
  { "url", 'u', 0, G_OPTION_ARG_STRING, &public_url, "The public address, if it is not the site's", "URL" },
  { "patience", 'p', 0, G_OPTION_ARG_INT, &patience, "Seconds that a peer may take for the head of a request (default: 30)", "SECONDS" },
  { "version", 'V', 0, G_OPTION_ARG_NONE, &show_version, "Show the version and end", NULL },
  G_OPTION_ENTRY_NULL
};

typedef struct
{
  GMainLoop *loop;
  WebmailServer *server;
  IntimailSender *sender;
  gint64 stop_until; /* monotonic, microseconds; 0: not stopping */
} Program;

static gboolean
on_stopping (gpointer data)
{
  Program *program = data;

  if ((webmail_server_is_busy (program->server) || intimail_sender_is_busy (program->sender)) && g_get_monotonic_time () < program->stop_until)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (program->loop);

  return G_SOURCE_REMOVE;
}

/* A second signal does not wait. */
static gboolean
on_signal (gpointer data)
{
  Program *program = data;

  if (program->stop_until != 0)
    g_main_loop_quit (program->loop);
  else
    {
      program->stop_until = g_get_monotonic_time () + STOP_SECONDS * G_USEC_PER_SEC;
      webmail_server_stop (program->server);
      intimail_sender_stop (program->sender);
      /* Once round, so that the last answers are written. */
      g_timeout_add (50, on_stopping, program);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
run (GError **error)
{
  g_autoptr (IntimailSite) site = intimail_site_open (site_path != NULL ? site_path : DEFAULT_SITE, error);
  g_autoptr (WebmailServer) server = NULL;
  g_autoptr (IntimailSender) sender = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  Program program = { 0 };
  guint sources[2];

  if (site == NULL)
    return FALSE;
  server = webmail_server_new (site, listen_address, public_url, (guint) patience, error);
  if (server == NULL)
    return FALSE;
  sender = intimail_sender_new (site);
  if (!intimail_sender_start (sender, error))
    return FALSE;
  loop = g_main_loop_new (NULL, FALSE);
  program.loop = loop;
  program.server = server;
  program.sender = sender;
  sources[0] = g_unix_signal_add (SIGTERM, on_signal, &program);
  sources[1] = g_unix_signal_add (SIGINT, on_signal, &program);
  g_print ("listening on %s\n", webmail_server_get_address (server));
  g_main_loop_run (loop);
  g_source_remove (sources[0]);
  g_source_remove (sources[1]);

  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  /* Threads with heaps of their own would cost more than they gain here. */
  mallopt (M_ARENA_MAX, 2);
  mallopt (M_TRIM_THRESHOLD, 512 * 1024);
  signal (SIGPIPE, SIG_IGN);
  setlocale (LC_ALL, "");
  /* Nobody waits for settings or mounted volumes: these would start threads. */
  g_setenv ("GSETTINGS_BACKEND", "memory", FALSE);
  g_setenv ("GIO_USE_VFS", "local", FALSE);

  g_option_context_set_summary (context, "Serves the page and JMAP of a site over HTTP.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1 || patience < 1)
    {
      g_printerr ("intimail-webmail: %s\n", error != NULL ? error->message : "see intimail-webmail --help");
      return 2;
    }
  if (show_version)
    {
      g_print ("intimail-webmail %d.%d.%d\n", INTIMAIL_MAJOR_VERSION, INTIMAIL_MINOR_VERSION, INTIMAIL_MICRO_VERSION);
      return 0;
    }
  if (!run (&error))
    {
      g_printerr ("intimail-webmail: %s\n", error->message);
      return 1;
    }

  return 0;
}
