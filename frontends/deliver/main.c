/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail-deliver: hands one message to the agent that runs, and is linked with the C
 * library alone for that, because a process is started for each message. For all else
 * it becomes intimail-deliver-agent, which has the library.
 */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "deliver-handover.h"
#include "deliver-listen-key.h"

#define DEFAULT_SITE "/etc/intimail"
#define AGENT "intimail-deliver-agent"

typedef struct
{
  const char *site;
  const char *sender;
  char **recipients;
  size_t n_recipients;
} Options;

/* In the build tree the agent lies beside this program. */
static const char *
find_agent (void)
{
  static char path[PATH_MAX + sizeof AGENT];
  ssize_t length = readlink ("/proc/self/exe", path, PATH_MAX - 1);
  char *slash;

  path[length > 0 ? length : 0] = '\0';
  slash = strrchr (path, '/');
  if (slash != NULL)
    {
      memcpy (slash + 1, AGENT, sizeof AGENT);
      if (access (path, X_OK) == 0)
        return path;
    }

  return AGENT_FOLDER "/" AGENT;
}

/* Nothing was read and nothing is open: the agent begins where this program did.
 * A mistake in master.cf, or half an update, must not bounce mail. */
static int
become_agent (char **argv)
{
  const char *path = find_agent ();

  execv (path, argv);
  fprintf (stderr, "intimail-deliver: cannot start %s: %s\n", path, strerror (errno));
  return EX_TEMPFAIL;
}

/* An address that fits into a command of LMTP, in ASCII: whether another one is UTF-8,
 * the agent tells. */
static bool
is_plain (const char *text)
{
  for (; *text != '\0'; text++)
    if ((unsigned char) *text < 0x20 || (unsigned char) *text >= 0x7f || *text == '<' || *text == '>')
      return false;

  return true;
}

/* The value of an option at @at, "--long=value", "--long value", "-svalue" or "-s
 * value"; NULL when it is another one. Moves @at to the last word of it. */
static char *
take_value (char ***at, const char *name, char letter)
{
  char *word = **at;
  size_t length = strlen (name);

  if (letter != '\0' && word[0] == '-' && word[1] == letter)
    {
      if (word[2] != '\0')
        return word + 2;
    }
  else if (strncmp (word, "--", 2) != 0 || strncmp (word + 2, name, length) != 0)
    return NULL;
  else if (word[2 + length] == '=')
    return word + 3 + length;
  else if (word[2 + length] != '\0')
    return NULL;
  if ((*at)[1] == NULL)
    return NULL;

  return *++*at;
}

/* FALSE for everything but a message to plain addresses: the agent knows the other
 * options, and what is wrong with them. */
static bool
parse_options (Options *self, char **argv)
{
  for (char **at = argv + 1; *at != NULL; at++)
    {
      char *value;

      if ((value = take_value (&at, "site", '\0')) != NULL)
        self->site = value;
      else if ((value = take_value (&at, "sender", 'f')) != NULL)
        self->sender = value;
      else if ((value = take_value (&at, "recipient", 'd')) != NULL)
        self->recipients[self->n_recipients++] = value;
      else
        return false;
    }
  for (size_t i = 0; i < self->n_recipients; i++)
    if (*self->recipients[i] == '\0' || !is_plain (self->recipients[i]))
      return false;

  return self->n_recipients > 0 && is_plain (self->sender);
}

static bool
hand_over (const Options *options, int *status)
{
  const DeliverHandover handover = { options->sender, options->recipients, options->n_recipients, STDIN_FILENO };
  char *path = deliver_listen_key_read (options->site);
  bool done = path != NULL && deliver_handover (&handover, path, status);

  free (path);
  return done;
}

int
main (int argc, char **argv)
{
  Options options = { .site = DEFAULT_SITE, .sender = "" };
  int status = EX_OK;
  bool done;

  options.recipients = calloc ((size_t) argc + 1, sizeof *options.recipients);
  done = options.recipients != NULL && parse_options (&options, argv) && hand_over (&options, &status);
  free (options.recipients);

  return done ? status : become_agent (argv);
}
