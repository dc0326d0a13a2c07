/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-sendmail-private.h"

#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

/* What is repeated of a program's complaint. */
#define MAX_COMPLAINT 500

/* What an exit status of sendmail means to somebody who sends. A usage error or a
 * missing file is trouble here, not with the message. */
static IntimailError
map_exit_status (int status)
{
  switch (status)
    {
    case EX_DATAERR:
      return INTIMAIL_ERROR_INVALID_ARGUMENT;
    case EX_NOUSER:
    case EX_NOHOST:
      return INTIMAIL_ERROR_NOT_FOUND;
    case EX_NOPERM:
      return INTIMAIL_ERROR_PERMISSION_DENIED;
    default:
      return INTIMAIL_ERROR_FAILED;
    }
}

/* NULL: nothing of it could be read. */
static char *
make_complaint (GBytes *output)
{
  gsize length = 0;
  const char *data = output != NULL ? g_bytes_get_data (output, &length) : NULL;
  g_autofree char *text = g_utf8_make_valid (data != NULL ? data : "", (gssize) MIN (length, MAX_COMPLAINT));

  for (char *at = text; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';

  return g_strdup (g_strstrip (text));
}

/* One that did not come to its end may have handed the message on before. */
static gboolean
check_exit (GSubprocess *process, const char *command, GBytes *output, GError **error)
{
  g_autofree char *complaint = NULL;

  if (g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == EX_OK)
    return TRUE;

  complaint = make_complaint (output);
  if (!g_subprocess_get_if_exited (process))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN,
                 "%s was killed, and may have sent the message: look into the mail server's log before sending it again: %s",
                 command, complaint);
  else
    g_set_error (error, INTIMAIL_ERROR, (int) map_exit_status (g_subprocess_get_exit_status (process)),
                 "%s gave the exit status %d: %s", command, g_subprocess_get_exit_status (process), complaint);
  return FALSE;
}

/* -i: a line with a dot alone does not end the message. The addresses stand after
 * "--": none of them is an option. */
static GStrv
make_arguments (const char *const *command, const char *sender, const char *const *recipients)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) command);
  g_strv_builder_add_many (builder, "-i", "-f", sender, "--", NULL);
  g_strv_builder_addv (builder, (const char **) recipients);
  return g_strv_builder_end (builder);
}

/* ---- The conversation ---- */

typedef struct
{
  GSubprocess *process;
  GCancellable *inner;
  GBytes *output;
  GError *error;
  const char *why; /* it was ended from here */
  gboolean done;
} Talk;

/* -1 with an error. A file and no pipe: when we are killed, a pipe ends after the half of the
 * message that is in it, and the program takes that for the whole. */
static int
make_input (GBytes *message, GError **error)
{
  g_auto (IntimailFd) fd = intimail_fd_open_nameless (error);
  gsize size;
  const char *data = g_bytes_get_data (message, &size);

  if (fd < 0 || !intimail_fd_write_all (fd, data, size, error))
    return -1;
  if (lseek (fd, 0, SEEK_SET) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot read a message again");
      return -1;
    }

  return intimail_fd_steal (&fd);
}

static GSubprocess *
start (const char *const *command, const char *sender, const char *const *recipients, GBytes *message, GError **error)
{
  g_auto (GStrv) arguments = make_arguments (command, sender, recipients);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GError) cause = NULL;
  GSubprocess *process;
  int input = make_input (message, error);

  if (input < 0)
    return NULL;
  g_subprocess_launcher_take_stdin_fd (launcher, input);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments, &cause);
  if (process == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED,
                 "cannot run %s (%s): install a mail server, or name its program by command= in the group "
                 "[transport] of intimail.conf",
                 command[0], cause->message);

  return process;
}

static void
end_program (Talk *talk, const char *why)
{
  if (talk->why != NULL || talk->done)
    return;
  talk->why = why;
  g_subprocess_force_exit (talk->process);
  g_cancellable_cancel (talk->inner);
}

static gboolean
end_by_time (gpointer user_data)
{
  end_program (user_data, "it did not end in time");
  return G_SOURCE_REMOVE;
}

static gboolean
end_by_caller (GCancellable *cancellable, gpointer user_data)
{
  end_program (user_data, "sending was called off");
  return G_SOURCE_REMOVE;
}

static void
take_end (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Talk *talk = user_data;

  g_subprocess_communicate_finish (talk->process, result, &talk->output, NULL, &talk->error);
  talk->done = TRUE;
}

static GSource *
add_source (GSource *source, GSourceFunc function, Talk *talk, GMainContext *context)
{
  g_source_set_callback (source, function, talk, NULL);
  g_source_attach (source, context);

  return source;
}

static void
drop_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* A main loop of its own, for the clock. */
static void
communicate (Talk *talk, guint timeout, GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GSource *clock;
  GSource *caller = NULL;

  g_main_context_push_thread_default (context);
  clock = add_source (g_timeout_source_new_seconds (timeout), end_by_time, talk, context);
  if (cancellable != NULL)
    caller = add_source (g_cancellable_source_new (cancellable), G_SOURCE_FUNC (end_by_caller), talk, context);
  g_subprocess_communicate_async (talk->process, NULL, talk->inner, take_end, talk);
  while (!talk->done)
    g_main_context_iteration (context, TRUE);
  drop_source (clock);
  g_clear_pointer (&caller, drop_source);
  /* What is left of the conversation ends before its loop does. */
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
}

static gboolean
judge (Talk *talk, const char *command, GError **error)
{
  if (talk->error != NULL)
    {
      g_subprocess_force_exit (talk->process);
      g_subprocess_wait (talk->process, NULL, NULL);
    }
  if (talk->error == NULL || talk->why == NULL)
    return check_exit (talk->process, command, talk->output, error);

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN,
               "%s: %s, and it may have sent the message: look into the mail server's log before sending it again",
               command, talk->why);
  return FALSE;
}

gboolean
intimail_sendmail_run (const char *const *command,
                       const char *sender,
                       const char *const *recipients,
                       GBytes *message,
                       guint timeout,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GSubprocess) process = start (command, sender, recipients, message, error);
  g_autoptr (GCancellable) inner = g_cancellable_new ();
  Talk talk = { .process = process, .inner = inner };
  gboolean ok;

  if (process == NULL)
    return FALSE;
  communicate (&talk, timeout, cancellable);
  ok = judge (&talk, command[0], error);
  g_clear_error (&talk.error);
  g_clear_pointer (&talk.output, g_bytes_unref);

  return ok;
}
