/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail-deliver-agent: takes mail by LMTP and answers Postfix's questions (policy,
 * tables), or takes one message from standard input. It is started as intimail-deliver, and
 * calls itself so.
 */

#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <intimail/intimail.h>

#include "deliver-address.h"
#include "deliver-lda.h"
#include "deliver-listen.h"
#include "deliver-server.h"

#define DEFAULT_SITE "/etc/intimail"
#define DEFAULT_CONNECTIONS 64
#define DEFAULT_TIMEOUT 300
#define DEFAULT_TRANSACTION_LIMIT 1800
#define DEFAULT_STOP_LIMIT 30
#define DEFAULT_SOCKET_MODE "0660"

typedef struct
{
  char *site;
  char *sender;
  char **recipients;
  char **listen;
  char *socket_mode;
  gboolean lmtp;
  gboolean policy;
  gboolean map;
  gboolean stdio;
  gboolean version;
  int connections;
  int timeout;
  int transaction_limit;
  int stop_limit;
} Options;

/* Written by the signal handler, read by everybody. */
static int stop_fd = -1;

static void
ask_to_stop (int number)
{
  eventfd_write (stop_fd, 1);
}

static void
catch_signals (void)
{
  struct sigaction stop = { .sa_handler = ask_to_stop };
  struct sigaction ignore = { .sa_handler = SIG_IGN };

  sigaction (SIGTERM, &stop, NULL);
  sigaction (SIGINT, &stop, NULL);
  sigaction (SIGPIPE, &ignore, NULL);
}

static void
options_clear (Options *self)
{
  g_free (self->site);
  g_free (self->sender);
  g_strfreev (self->recipients);
  g_strfreev (self->listen);
  g_free (self->socket_mode);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check_options (Options *self, GError **error)
{
  gboolean lda = self->recipients != NULL;

  if (lda == (self->lmtp || self->policy || self->map))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           "say some of --lmtp, --policy and --map, or -d RECIPIENT");
      return FALSE;
    }
  if (self->stdio && (!!self->lmtp + !!self->policy + !!self->map != 1 || self->listen != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--stdio goes with one of --lmtp, --policy and --map");
      return FALSE;
    }
  if (self->connections < 1 || self->timeout < 1 || self->transaction_limit < 1 || self->stop_limit < 0)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "a limit is at least 1");
      return FALSE;
    }
  for (gsize i = 0; lda && self->recipients[i] != NULL; i++)
    if (*self->recipients[i] == '\0' || !deliver_address_is_plain (self->recipients[i]))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: not an address", self->recipients[i]);
        return FALSE;
      }

  return TRUE;
}

static gboolean
parse_options (Options *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "site", 0, 0, G_OPTION_ARG_FILENAME, &self->site, "Folder of the site (" DEFAULT_SITE ")", "DIR" },
    { "lmtp", 0, 0, G_OPTION_ARG_NONE, &self->lmtp, "Take mail by LMTP", NULL },
    { "policy", 0, 0, G_OPTION_ARG_NONE, &self->policy, "Answer Postfix's policy questions", NULL },
    { "map", 0, 0, G_OPTION_ARG_NONE, &self->map, "Answer Postfix's questions for addresses", NULL },
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->listen, "Listen here; lmtp=, policy= or map= may stand before it", "ADDRESS" },
    { "socket-mode", 0, 0, G_OPTION_ARG_STRING, &self->socket_mode, "Mode of UNIX sockets (" DEFAULT_SOCKET_MODE ")", "MODE" },
    { "stdio", 0, 0, G_OPTION_ARG_NONE, &self->stdio, "Serve standard input and output", NULL },
    { "connections", 0, 0, G_OPTION_ARG_INT, &self->connections, "Connections at once (64)", "N" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout, "Seconds of silence before a peer is cut (300)", "N" },
    { "transaction-limit", 0, 0, G_OPTION_ARG_INT, &self->transaction_limit, "Seconds for one message (1800)", "N" },
    { "stop-limit", 0, 0, G_OPTION_ARG_INT, &self->stop_limit, "Seconds that running transactions get at the end (30)", "N" },
    { "recipient", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &self->recipients, "Deliver the message on standard input", "ADDRESS" },
    { "sender", 'f', 0, G_OPTION_ARG_FILENAME, &self->sender, "Sender of that message", "ADDRESS" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- take mail for the people of a site");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "%s: not expected here", (*argv)[1]);
      return FALSE;
    }

  return self->version || check_options (self, error);
}

/* By the numbers of DeliverProtocol. */
static const char *const protocol_names[] = { "LMTP", "policy", "map" };

static DeliverProtocol
get_first_protocol (const Options *options)
{
  if (options->lmtp)
    return DELIVER_PROTOCOL_LMTP;

  return options->policy ? DELIVER_PROTOCOL_POLICY : DELIVER_PROTOCOL_MAP;
}

static gboolean
add_listener (GArray *listeners, const char *address, DeliverProtocol protocol, IntimailSite *site, int mode, GError **error)
{
  DeliverListener listener = { .protocol = protocol };

  listener.fd = deliver_listen (address, intimail_site_get_path (site), mode, error);
  if (listener.fd < 0)
    return FALSE;

  listener.address = g_strdup (address);
  g_array_append_val (listeners, listener);
  g_print ("intimail-deliver: %s at %s\n", protocol_names[protocol], address);
  return TRUE;
}

/* "lmtp=unix:run/lmtp.sock"; without a name it is for the one that was asked for. */
static gboolean
add_named_listener (GArray *listeners, const char *text, DeliverProtocol protocol, IntimailSite *site, int mode, GError **error)
{
  if (g_str_has_prefix (text, "lmtp="))
    return add_listener (listeners, text + 5, DELIVER_PROTOCOL_LMTP, site, mode, error);
  if (g_str_has_prefix (text, "policy="))
    return add_listener (listeners, text + 7, DELIVER_PROTOCOL_POLICY, site, mode, error);
  if (g_str_has_prefix (text, "map="))
    return add_listener (listeners, text + 4, DELIVER_PROTOCOL_MAP, site, mode, error);

  return add_listener (listeners, text, protocol, site, mode, error);
}

static gboolean
open_listeners (GArray *listeners, const Options *options, IntimailSite *site, GError **error)
{
  DeliverProtocol first = get_first_protocol (options);
  int mode = (int) g_ascii_strtoull (options->socket_mode != NULL ? options->socket_mode : DEFAULT_SOCKET_MODE, NULL, 8) & 0777;

  for (gsize i = 0; options->listen != NULL && options->listen[i] != NULL; i++)
    if (!add_named_listener (listeners, options->listen[i], first, site, mode, error))
      return FALSE;
  if (listeners->len > 0)
    return TRUE;

  return (!options->lmtp || add_listener (listeners, intimail_site_get_lmtp_listen (site), DELIVER_PROTOCOL_LMTP, site, mode, error)) &&
         (!options->policy || add_listener (listeners, intimail_site_get_policy_listen (site), DELIVER_PROTOCOL_POLICY, site, mode, error)) &&
         (!options->map || add_listener (listeners, intimail_site_get_map_listen (site), DELIVER_PROTOCOL_MAP, site, mode, error));
}

/* Each account that is in use keeps some files open, and nothing here calls
 * select(): as many as the administrator allows. */
static void
raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* A socket that is not listening was accepted by systemd (Accept=yes). */
static gboolean
is_connection (int fd)
{
  int listening = 1;
  socklen_t length = sizeof listening;

  return getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening == 0;
}

static int
run_agent (const Options *options, IntimailSite *site)
{
  DeliverProtocol first = get_first_protocol (options);
  g_autoptr (GArray) listeners = deliver_listen_inherit (first);
  g_autoptr (GError) error = NULL;
  DeliverServer server = {
    .site = site,
    .stop_fd = stop_fd,
    .max_connections = (guint) options->connections,
    .timeout = (guint) options->timeout,
    .transaction_limit = (guint) options->transaction_limit,
    .stop_limit = (guint) options->stop_limit,
  };

  raise_file_limit ();
  if (options->stdio)
    {
      deliver_server_serve (&server, first, STDIN_FILENO, STDOUT_FILENO, FALSE);
      return EX_OK;
    }
  if (listeners->len > 0 && is_connection (g_array_index (listeners, DeliverListener, 0).fd))
    {
      DeliverListener *only = &g_array_index (listeners, DeliverListener, 0);

      deliver_server_serve (&server, only->protocol, only->fd, only->fd, FALSE);
      return EX_OK;
    }
  if (listeners->len == 0 && !open_listeners (listeners, options, site, &error))
    {
      g_printerr ("intimail-deliver: %s\n", error->message);
      return EX_UNAVAILABLE;
    }
  if (!deliver_server_run (&server, listeners))
    g_warning ("some connections were cut: their mail was not acknowledged and comes again");
  for (guint i = 0; i < listeners->len; i++)
    deliver_listen_remove (g_array_index (listeners, DeliverListener, i).address, intimail_site_get_path (site));

  return EX_OK;
}

/* A mistake in master.cf must not bounce mail: to pipe(8) it is temporary. */
static int
usage_status (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (g_str_has_prefix (argv[i], "-d") || g_str_has_prefix (argv[i], "--recipient"))
      return EX_TEMPFAIL;

  return EX_USAGE;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = {
    .connections = DEFAULT_CONNECTIONS,
    .timeout = DEFAULT_TIMEOUT,
    .transaction_limit = DEFAULT_TRANSACTION_LIMIT,
    .stop_limit = DEFAULT_STOP_LIMIT,
  };
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (GError) error = NULL;
  int usage = usage_status (argc, argv);

  if (!parse_options (&options, &argc, &argv, &error))
    {
      g_printerr ("intimail-deliver: %s\nTry intimail-deliver --help\n", error->message);
      return usage;
    }
  if (options.version)
    {
      g_print ("intimail-deliver %d.%d.%d\n", INTIMAIL_MAJOR_VERSION, INTIMAIL_MINOR_VERSION, INTIMAIL_MICRO_VERSION);
      return EX_OK;
    }

  /* An arena for each thread would hold memory that nobody uses. */
  mallopt (M_ARENA_MAX, 2);
  stop_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  catch_signals ();

  site = intimail_site_open (options.site != NULL ? options.site : DEFAULT_SITE, &error);
  if (site == NULL)
    {
      g_printerr ("intimail-deliver: %s\n", error->message);
      return options.recipients != NULL ? EX_TEMPFAIL : EX_CONFIG;
    }
  if (options.recipients != NULL)
    {
      const char *sender = options.sender != NULL && deliver_address_is_plain (options.sender) ? options.sender : "";

      return deliver_lda_run (site, sender, (const char *const *) options.recipients);
    }

  return run_agent (&options, site);
}
