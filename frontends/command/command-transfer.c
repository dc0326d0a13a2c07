/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command-transfer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command-output.h"

#define BAR_WIDTH 30
#define REDRAW (100 * 1000) /* microseconds */

gboolean
command_transfer_parse_format (const char *text, const char *const *names, IntimailTransferFormat *format, GError **error)
{
  static const char *const all[] = { "auto", "mboxrd", "mboxo", "mboxcl", "mboxcl2", "maildir", "eml" };
  g_autofree char *list = g_strjoinv (", ", (char **) names);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (!g_str_equal (all[i], text) || !g_strv_contains (names, text))
        continue;
      *format = (IntimailTransferFormat) i;
      return TRUE;
    }
  return command_usage (error, "\"%s\" is no format: take one of %s", text, list);
}

void
command_progress_draw (CommandProgress *self, guint64 done, guint64 total, guint64 n_messages)
{
  gint64 now = g_get_monotonic_time ();
  double part = total > 0 ? MIN ((double) done / (double) total, 1) : 1;
  char bar[BAR_WIDTH + 1];

  if (self->drawn_at != 0 && now - self->drawn_at < REDRAW && part < 1)
    return;
  self->drawn_at = now;
  memset (bar, ' ', BAR_WIDTH);
  memset (bar, '#', (gsize) (part * BAR_WIDTH));
  bar[BAR_WIDTH] = '\0';
  fprintf (stderr, "\r[%s] %3d %%, %" G_GUINT64_FORMAT " messages\033[K", bar, (int) (part * 100), n_messages);
  fflush (stderr);
}

static void
draw (gpointer transfer, guint64 n_bytes, guint64 n_total, guint64 n_messages, gpointer user_data)
{
  command_progress_draw (user_data, n_bytes, n_total, n_messages);
}

void
command_progress_watch (CommandProgress *self, Command *command, gpointer transfer)
{
  if (!command->json && isatty (STDERR_FILENO))
    g_signal_connect (transfer, "progress", G_CALLBACK (draw), self);
}

void
command_progress_end (CommandProgress *self)
{
  if (self->drawn_at != 0)
    fputs ("\r\033[K", stderr);
}

static void
print_count (Command *command, const char *done, IntimailTransferCount *count)
{
  g_autofree char *mailbox = command_output_clean (intimail_transfer_count_get_mailbox (count));
  guint64 n_skipped = intimail_transfer_count_get_n_skipped (count);
  guint64 n_failed = intimail_transfer_count_get_n_failed (count);
  JsonBuilder *builder;

  if (command->json)
    {
      builder = json_builder_begin_object (json_builder_new ());
      command_output_add_string (builder, "mailbox", mailbox);
      command_output_add_number (builder, done, intimail_transfer_count_get_n_messages (count));
      command_output_add_number (builder, "skipped", n_skipped);
      command_output_add_number (builder, "failed", n_failed);
      command_output_print_json (json_builder_end_object (builder));
      return;
    }
  command_output_print ("%s: %" G_GUINT64_FORMAT " %s", mailbox, intimail_transfer_count_get_n_messages (count), done);
  if (n_skipped > 0)
    command_output_print (", %" G_GUINT64_FORMAT " skipped", n_skipped);
  if (n_failed > 0)
    command_output_print (", %" G_GUINT64_FORMAT " failed", n_failed);
  command_output_print ("\n");
}

CommandStatus
command_transfer_report (Command *command, const char *done, GPtrArray *counts, const char *const *problems)
{
  guint64 n_failed = 0;

  for (guint i = 0; i < counts->len; i++)
    {
      print_count (command, done, g_ptr_array_index (counts, i));
      n_failed += intimail_transfer_count_get_n_failed (g_ptr_array_index (counts, i));
    }
  /* It is told before an import forgets it. */
  fflush (stdout);
  for (gsize i = 0; problems[i] != NULL; i++)
    {
      g_autofree char *clean = command_output_clean (problems[i]);

      fprintf (stderr, "intimail: %s\n", clean);
    }
  return n_failed > 0 ? COMMAND_FAILED : COMMAND_DONE;
}
