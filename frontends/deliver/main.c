/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail-deliver: hands one message to the agent that runs, and is linked with
 * GLib alone for that, because a process is started for each message. For all else
 * it becomes intimail-deliver-agent, which has the library.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "deliver-address.h"
#include "deliver-handover.h"
#include "deliver-status.h"

#define DEFAULT_SITE "/etc/intimail"
#define DEFAULT_LISTEN "unix:run/lmtp.sock"
#define AGENT "intimail-deliver-agent"

typedef struct
{
  char *site;
  char *sender;
  char **recipients;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->site);
  g_free (self->sender);
  g_strfreev (self->recipients);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* In the build tree the agent lies beside this program. */
static char *
find_agent (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, AGENT, NULL) : NULL;

  if (beside != NULL && access (beside, X_OK) == 0)
    return g_steal_pointer (&beside);

  return g_strdup (AGENT_FOLDER "/" AGENT);
}

/* Nothing was read and nothing is open: the agent begins where this program did.
 * A mistake in master.cf, or half an update, must not bounce mail. */
static int
become_agent (char **argv)
{
  g_autofree char *path = find_agent ();

  signal (SIGPIPE, SIG_DFL);
  execv (path, argv);
  g_printerr ("intimail-deliver: cannot start %s: %s\n", path, g_strerror (errno));
  return EX_TEMPFAIL;
}

/* FALSE for everything but a message to plain addresses: the agent knows the other
 * options, and what is wrong with them. */
static gboolean
parse_options (Options *self, char **argv)
{
  const GOptionEntry entries[] = {
    { "site", 0, 0, G_OPTION_ARG_FILENAME, &self->site, NULL, NULL },
    { "recipient", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &self->recipients, NULL, NULL },
    { "sender", 'f', 0, G_OPTION_ARG_FILENAME, &self->sender, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) words = g_strdupv (argv);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse_strv (context, &words, NULL) || g_strv_length (words) != 1 || self->recipients == NULL)
    return FALSE;
  for (gsize i = 0; self->recipients[i] != NULL; i++)
    if (*self->recipients[i] == '\0' || !deliver_address_is_plain (self->recipients[i]))
      return FALSE;

  return self->sender == NULL || deliver_address_is_plain (self->sender);
}

/* Where the agent of the site listens; NULL when the configuration cannot be read,
 * about which the agent has more to say. */
static char *
read_listen (const char *site)
{
  g_autofree char *path = g_build_filename (site, "intimail.conf", NULL);
  g_autoptr (GKeyFile) config = g_key_file_new ();
  char *listen;

  if (!g_key_file_load_from_file (config, path, G_KEY_FILE_NONE, NULL))
    return NULL;

  listen = g_key_file_get_string (config, "deliver", "listen", NULL);
  return listen != NULL ? listen : g_strdup (DEFAULT_LISTEN);
}

static GPtrArray *
hand_over (const Options *options)
{
  const char *site = options->site != NULL ? options->site : DEFAULT_SITE;
  DeliverInput input = { .fd = STDIN_FILENO };
  g_autofree char *listen = read_listen (site);

  if (listen == NULL || *listen == '\0')
    return NULL;

  return deliver_handover (listen, site, &input,
                           options->sender != NULL ? options->sender : "",
                           (const char *const *) options->recipients);
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GPtrArray) replies = NULL;
  int status = EX_OK;

  signal (SIGPIPE, SIG_IGN);
  if (parse_options (&options, argv))
    replies = hand_over (&options);
  if (replies == NULL)
    return become_agent (argv);

  for (guint i = 0; i < replies->len; i++)
    {
      const char *reply = g_ptr_array_index (replies, i);

      status = deliver_status_worse (status, deliver_status_map_reply (reply));
      /* Postfix puts a line that begins with an enhanced status into its report. */
      if (*reply != '2')
        g_printerr ("%s\n", strlen (reply) > 4 ? reply + 4 : reply);
    }

  return status;
}
