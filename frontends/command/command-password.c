/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command-password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"

#define MAX_LINE 1024

void
command_password_free (CommandPassword password)
{
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  g_free (password);
}

/* One line without its end; bytes are read one by one, for what follows is
 * somebody else's. */
static char *
read_line (int fd, GError **error)
{
  char line[MAX_LINE + 1];
  gsize length = 0;
  char *result;

  while (length < MAX_LINE)
    {
      gssize got = read (fd, line + length, 1);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          command_usage (error, "the password cannot be read: %s", g_strerror (errno));
          return NULL;
        }
      if (got == 0 || line[length] == '\n')
        break;
      length++;
    }
  if (length > 0 && line[length - 1] == '\r')
    length--;
  line[length] = '\0';
  /* Cut there, it would be another one than was meant. */
  result = memchr (line, '\0', length) == NULL ? g_strndup (line, length) : NULL;
  explicit_bzero (line, sizeof line);
  if (result == NULL)
    command_usage (error, "a password has no NUL");
  return result;
}

static char *
ask (int terminal, const char *question, GError **error)
{
  struct termios usual;
  struct termios silent;
  char *line;

  if (tcgetattr (terminal, &usual) < 0)
    {
      command_usage (error, "the terminal cannot be made silent: give the password with --password-stdin");
      return NULL;
    }
  silent = usual;
  /* Ctrl-C must not leave a silent terminal behind: as a letter it makes the
   * password one that is refused. */
  silent.c_lflag &= ~(tcflag_t) (ECHO | ISIG);
  /* The question comes last: what is typed before it is thrown away. */
  tcsetattr (terminal, TCSAFLUSH, &silent);
  dprintf (terminal, "%s", question);
  line = read_line (terminal, error);
  tcsetattr (terminal, TCSAFLUSH, &usual);
  dprintf (terminal, "\n");
  return line;
}

/* -1 with an error. */
static int
open_terminal (GError **error)
{
  int terminal = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

  if (terminal < 0)
    command_usage (error, "there is no terminal to ask for a password: give it with --password-stdin, or take --generate");
  return terminal;
}

static gboolean
ask_twice (const char *uid, char **password, GError **error)
{
  g_autofree char *question = g_strdup_printf ("New password of %s: ", uid);
  int terminal = open_terminal (error);
  g_auto (CommandPassword) first = NULL;
  g_auto (CommandPassword) second = NULL;

  if (terminal < 0)
    return FALSE;
  first = ask (terminal, question, error);
  if (first != NULL)
    second = ask (terminal, "Once more: ", error);
  close (terminal);
  if (first == NULL || second == NULL)
    return FALSE;
  if (strcmp (first, second) != 0)
    return command_usage (error, "the two passwords are not the same: nothing was changed");
  *password = g_steal_pointer (&first);
  return TRUE;
}

gboolean
command_password_get (const CommandPasswordOptions *options, const char *uid, char **password, GError **error)
{
  *password = NULL;
  if (options->from_stdin + options->generate + options->none > 1)
    return command_usage (error, "take one of --password-stdin, --generate and --no-password");
  if (options->none)
    return TRUE;
  if (options->generate)
    {
      *password = intimail_directory_generate_password ();
      return TRUE;
    }
  if (options->from_stdin)
    {
      *password = read_line (STDIN_FILENO, error);
      return *password != NULL;
    }

  return ask_twice (uid, password, error);
}

gboolean
command_password_get_old (const CommandPasswordOptions *options, const char *uid, char **password, GError **error)
{
  g_autofree char *question = g_strdup_printf ("Password of %s until now: ", uid);
  int terminal;

  if (options->from_stdin)
    {
      *password = read_line (STDIN_FILENO, error);
      return *password != NULL;
    }
  terminal = open_terminal (error);
  if (terminal < 0)
    return FALSE;
  *password = ask (terminal, question, error);
  close (terminal);

  return *password != NULL;
}
