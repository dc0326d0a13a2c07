/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-daemon.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "guard-control.h"
#include "guard-journal.h"
#include "guard-names.h"
#include "guard-reports.h"
#include "guard-saver.h"
#include "guard-tail.h"

#define SAVE_DELAY 1 /* seconds, from the first change that is not written */
#define RETRY_DELAY 30
#define RESOLVE_SECONDS 300
#define EXPIRE_SECONDS 3600
#define CONFIRMED "confirmed-ports"
/* 2025. A board without a battery begins in 1970, where the guard does not tell one second
 * from another. */
#define EARLIEST G_GINT64_CONSTANT (1735689600)

struct _GuardDaemon
{
  IntimailGuard *guard;
  IntimailDetector *detector;
  GuardFirewall *firewall; /* or NULL */
  GuardControl *control;
  GuardJournal *journal; /* or NULL */
  GuardNames *names;     /* or NULL */
  GuardReports *reports;
  GPtrArray *tails;
  char *site;
  char *state;
  guint trial; /* seconds */
  GuardSaver *saver;
  gboolean is_changed; /* since what is being written began */
  guint save_source;
  guint trial_source;
  gint64 last_expiry;
  gboolean is_save_broken;
  guint64 allowed_serial; /* that the rules say */
  guint64 n_events;
  guint64 n_bans;
};

gint64
guard_daemon_get_time (void)
{
  static gint64 offset;
  struct timespec uptime;

  /* The wall clock once, then a clock that nobody sets. */
  clock_gettime (CLOCK_BOOTTIME, &uptime);
  if (offset == 0)
    offset = MAX (g_get_real_time () / G_USEC_PER_SEC, EARLIEST) - uptime.tv_sec;

  return offset + uptime.tv_sec;
}

static void
keep_marks (GuardDaemon *self)
{
  for (guint i = 0; i < self->tails->len; i++)
    {
      g_autofree char *mark = guard_tail_get_mark (self->tails->pdata[i]);

      intimail_guard_set_mark (self->guard, guard_tail_get_path (self->tails->pdata[i]), mark);
    }
  if (self->journal != NULL)
    {
      g_autofree char *mark = guard_journal_get_mark (self->journal);

      intimail_guard_set_mark (self->guard, "journal", mark);
    }
}

static gboolean
save (gpointer data)
{
  GuardDaemon *self = data;

  self->save_source = 0;
  keep_marks (self);
  self->is_changed = guard_saver_is_busy (self->saver);
  guard_saver_start (self->saver, guard_daemon_get_time ());

  return G_SOURCE_REMOVE;
}

static void
on_saved (const char *problem, gpointer user_data)
{
  GuardDaemon *self = user_data;
  guint delay = problem != NULL ? RETRY_DELAY : SAVE_DELAY;

  self->is_save_broken = problem != NULL;
  /* The kernel has the bans, and so has this process: nothing is lost unless it ends. */
  if (problem != NULL)
    g_warning ("the state cannot be written, and is tried again: %s", problem);
  if (self->save_source == 0 && (problem != NULL || self->is_changed))
    self->save_source = g_timeout_add_seconds (delay, save, self);
}

/* At the end. */
static void
save_now (GuardDaemon *self)
{
  g_autoptr (GError) error = NULL;

  keep_marks (self);
  g_clear_pointer (&self->saver, guard_saver_free);
  if (!intimail_guard_save_state (self->guard, self->state, guard_daemon_get_time (), &error))
    g_warning ("the state cannot be written: %s", error->message);
}

static void
note_change (GuardDaemon *self)
{
  if (self->save_source == 0)
    self->save_source = g_timeout_add_seconds (SAVE_DELAY, save, self);
}

static void
set_all (GuardDaemon *self)
{
  if (self->firewall != NULL)
    guard_firewall_set_all (self->firewall);
  note_change (self);
}

static void
expire (GuardDaemon *self)
{
  gint64 now = guard_daemon_get_time ();

  if (now - self->last_expiry < EXPIRE_SECONDS)
    return;
  self->last_expiry = now;
  intimail_guard_expire (self->guard, now);
}

/* The rules say who is allowed. */
static void
follow_allowed (GuardDaemon *self)
{
  guint64 serial = intimail_guard_get_allowed_serial (self->guard);

  if (serial == self->allowed_serial)
    return;
  self->allowed_serial = serial;
  set_all (self);
}

static void
judge (GuardDaemon *self, IntimailGuardEvent *event)
{
  gint64 now = guard_daemon_get_time ();
  g_autoptr (IntimailBan) ban = intimail_guard_judge (self->guard, event, now);

  self->n_events++;
  follow_allowed (self);
  if (ban == NULL)
    return;
  self->n_bans++;
  if (self->firewall != NULL)
    guard_firewall_add_ban (self->firewall, ban);
  g_message ("%s is banned for %" G_GINT64_FORMAT " s, time %u: %s", intimail_ban_get_address (ban),
             intimail_ban_get_until (ban) - now, intimail_ban_get_count (ban), intimail_ban_get_reason (ban));
  note_change (self);
  expire (self);
}

static void
on_report (IntimailGuardEvent *event, gpointer user_data)
{
  judge (user_data, event);
}

static void
on_event (IntimailGuardEvent *event, guint line, gpointer user_data)
{
  GuardDaemon *self = user_data;

  if (!guard_reports_has_told (self->reports, intimail_guard_event_get_service (event), intimail_guard_event_get_time (event)))
    judge (self, event);
}

static gsize
on_lines (GuardTail *tail, const guint8 *data, gsize length, gboolean is_live, gpointer user_data)
{
  GuardDaemon *self = user_data;

  intimail_detector_set_services (self->detector, guard_tail_get_services (tail));
  intimail_detector_set_untimed (self->detector, FALSE);
  intimail_detector_set_live (self->detector, is_live);

  return intimail_detector_scan (self->detector, data, length, guard_daemon_get_time (), on_event, self);
}

static void
on_entry (GuardJournal *journal, const char *program, const char *process, const char *message, gsize length, gint64 time, gpointer user_data)
{
  GuardDaemon *self = user_data;
  gint64 now = guard_daemon_get_time ();
  g_autoptr (IntimailGuardEvent) event = NULL;

  intimail_detector_set_services (self->detector, guard_journal_get_services (journal));
  intimail_detector_set_live (self->detector, FALSE);
  event = intimail_detector_match_entry (self->detector, program, process, message, (gssize) length, MIN (time, now));
  if (event != NULL)
    on_event (event, 1, self);
}

static void
add_source (GuardDaemon *self, const char *source, GPtrArray *told)
{
  const char *colon = strstr (source, ": ");
  g_autofree char *path = g_strndup (source, (gsize) (colon - source));
  g_auto (GStrv) services = g_strsplit (colon + 2, " ", -1);
  g_autoptr (GStrvBuilder) left = g_strv_builder_new ();
  g_auto (GStrv) rest = NULL;

  if (*path == '/')
    {
      g_ptr_array_add (self->tails, guard_tail_new (path, (const char *const *) services, intimail_guard_get_mark (self->guard, path), on_lines, self));
      for (char **service = services; *service != NULL && g_file_test (path, G_FILE_TEST_EXISTS); service++)
        g_ptr_array_add (told, g_strdup (*service));
      return;
    }
  for (char **service = services; *service != NULL; service++)
    if (**service != '\0' && !g_ptr_array_find_with_equal_func (told, *service, g_str_equal, NULL))
      g_strv_builder_add (left, *service);
  rest = g_strv_builder_end (left);
  if (rest[0] != NULL && self->journal == NULL)
    self->journal = guard_journal_new ((const char *const *) rest, intimail_guard_get_mark (self->guard, "journal"), on_entry, self);
}

static void
on_name (const char *name, const char *const *addresses, gpointer user_data)
{
  GuardDaemon *self = user_data;

  /* A name that cannot be resolved now keeps what it had. */
  intimail_guard_set_name (self->guard, name, addresses);
  set_all (self);
}

static char *
get_ports (GuardDaemon *self)
{
  g_auto (GStrv) ports = intimail_guard_get_ports (self->guard);

  return g_strjoinv (";", ports);
}

static gboolean
end_trial (gpointer data)
{
  GuardDaemon *self = data;

  self->trial_source = 0;
  g_warning ("nobody said \"intimail guard confirm\": what guard.conf closes is open again");
  intimail_guard_set_closing (self->guard, FALSE);
  if (self->firewall != NULL)
    guard_firewall_set_all (self->firewall);

  return G_SOURCE_REMOVE;
}

/* Rules that close something are on trial until somebody who can still come in says that
 * they are right; once said, it holds until they change. */
static void
begin_trial (GuardDaemon *self)
{
  g_autofree char *ports = get_ports (self);

  if (*ports == '\0' || g_strcmp0 (ports, intimail_guard_get_mark (self->guard, CONFIRMED)) == 0)
    return;
  g_message ("closing rules are on trial: say \"intimail guard confirm\" within %u seconds", self->trial);
  self->trial_source = g_timeout_add_seconds (self->trial, end_trial, self);
}

IntimailGuard *
guard_daemon_load (const char *site, const char *state, GError **error)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autofree char *settings = g_build_filename (site, "guard.conf", NULL);
  g_autoptr (GError) state_error = NULL;

  if (!intimail_guard_load_settings (guard, settings, error))
    return NULL;
  intimail_guard_allow_own_networks (guard);
  if (!intimail_guard_load_state (guard, state, guard_daemon_get_time (), &state_error))
    {
      g_autofree char *aside = g_strconcat (state, ".broken", NULL);

      /* Kept for who wants to look; to go on without is better than not to guard. */
      g_warning ("the state cannot be read, and is begun anew: %s", state_error->message);
      if (g_error_matches (state_error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT) && g_rename (state, aside) < 0)
        g_warning ("cannot rename %s: %s", state, g_strerror (errno));
    }

  intimail_guard_release_allowed (guard, guard_daemon_get_time ());

  return g_steal_pointer (&guard);
}

/* Of a source, "PATH: SERVICE SERVICE"; who knows no service of that name may have it in
 * guard.d. */
static gboolean
load_services (IntimailDetector *detector, const char *source, GError **error)
{
  g_auto (GStrv) services = g_strsplit (strstr (source, ": ") + 2, " ", -1);

  for (char **service = services; *service != NULL; service++)
    {
      g_autoptr (GError) local_error = NULL;

      if (intimail_detector_load_service (detector, *service, &local_error) || g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

/* Those that are looked for, and no others: they take memory. */
static IntimailDetector *
load_patterns (IntimailGuard *guard, const char *site, GError **error)
{
  g_autoptr (IntimailDetector) detector = intimail_detector_new ();
  g_autofree char *patterns = g_build_filename (site, "guard.d", NULL);
  g_auto (GStrv) sources = intimail_guard_get_sources (guard);

  for (char **source = sources; *source != NULL; source++)
    if (!load_services (detector, *source, error))
      return NULL;
  if (!intimail_detector_load_folder (detector, patterns, error))
    return NULL;

  return g_steal_pointer (&detector);
}

/* Logs, the journal and names, as the settings say. */
static void
follow_sources (GuardDaemon *self)
{
  g_autoptr (GPtrArray) told = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) sources = intimail_guard_get_sources (self->guard);
  g_auto (GStrv) names = intimail_guard_list_names (self->guard);

  for (char **source = sources; *source != NULL; source++)
    add_source (self, *source, told);
  if (names[0] == NULL)
    return;
  self->names = guard_names_new ((const char *const *) names, RESOLVE_SECONDS, on_name, self);
  guard_names_resolve (self->names);
}

static void
leave_sources (GuardDaemon *self)
{
  g_clear_pointer (&self->names, guard_names_free);
  g_clear_pointer (&self->journal, guard_journal_free);
  g_ptr_array_set_size (self->tails, 0);
}

GuardDaemon *
guard_daemon_new (const GuardDaemonOptions *options, GError **error)
{
  g_autoptr (GuardDaemon) self = g_new0 (GuardDaemon, 1);

  self->tails = g_ptr_array_new_with_free_func ((GDestroyNotify) guard_tail_free);
  self->site = g_strdup (options->site);
  self->state = g_strdup (options->state);
  self->trial = options->trial;
  self->guard = guard_daemon_load (options->site, options->state, error);
  self->detector = self->guard != NULL ? load_patterns (self->guard, options->site, error) : NULL;
  if (self->detector == NULL)
    return NULL;
  self->control = guard_control_new (options->socket, self, error);
  self->reports = self->control != NULL ? guard_reports_new (options->events, on_report, self, error) : NULL;
  if (self->reports == NULL)
    return NULL;
  guard_saver_clean (options->state);
  self->saver = guard_saver_new (self->guard, options->state, on_saved, self);
  self->allowed_serial = intimail_guard_get_allowed_serial (self->guard);
  if (options->hands >= 0)
    {
      self->firewall = guard_firewall_new (options->hands, self->guard, guard_daemon_get_time);
      begin_trial (self);
      guard_firewall_set_all (self->firewall);
    }
  follow_sources (self);

  return g_steal_pointer (&self);
}

gboolean
guard_daemon_reload (GuardDaemon *self, GError **error)
{
  g_autofree char *settings = g_build_filename (self->site, "guard.conf", NULL);
  /* Whose sources may be others. */
  g_autoptr (IntimailGuard) next = intimail_guard_new ();
  g_autoptr (IntimailDetector) detector = NULL;

  if (!intimail_guard_load_settings (next, settings, error))
    return FALSE;
  detector = load_patterns (next, self->site, error);
  if (detector == NULL || !intimail_guard_load_settings (self->guard, settings, error))
    return FALSE;
  g_set_object (&self->detector, detector);
  intimail_guard_allow_own_networks (self->guard);
  intimail_guard_release_allowed (self->guard, guard_daemon_get_time ());
  g_clear_handle_id (&self->trial_source, g_source_remove);
  begin_trial (self);
  /* Each goes on where it was. */
  keep_marks (self);
  leave_sources (self);
  follow_sources (self);
  self->allowed_serial = intimail_guard_get_allowed_serial (self->guard);
  set_all (self);

  return TRUE;
}

void
guard_daemon_free (GuardDaemon *self)
{
  g_clear_handle_id (&self->save_source, g_source_remove);
  g_clear_handle_id (&self->trial_source, g_source_remove);
  if (self->saver != NULL)
    save_now (self);
  g_clear_pointer (&self->control, guard_control_free);
  g_clear_pointer (&self->reports, guard_reports_free);
  leave_sources (self);
  g_ptr_array_unref (self->tails);
  g_clear_pointer (&self->firewall, guard_firewall_free);
  g_clear_object (&self->detector);
  g_clear_object (&self->guard);
  g_free (self->site);
  g_free (self->state);
  g_free (self);
}

static char *
format_bans (GuardDaemon *self)
{
  g_autoptr (GPtrArray) bans = intimail_guard_list_bans (self->guard, guard_daemon_get_time ());
  g_autoptr (GString) text = g_string_new ("ok\n");

  for (guint i = 0; i < bans->len; i++)
    {
      IntimailBan *ban = bans->pdata[i];
      g_autofree char *reason = g_strescape (intimail_ban_get_reason (ban), NULL);

      g_string_append_printf (text, "%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%u\t%s\n", intimail_ban_get_address (ban),
                              intimail_ban_get_since (ban), intimail_ban_get_until (ban), intimail_ban_get_count (ban), reason);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
format_stats (GuardDaemon *self)
{
  g_autoptr (GPtrArray) bans = intimail_guard_list_bans (self->guard, guard_daemon_get_time ());
  const char *error = self->firewall != NULL ? guard_firewall_get_error (self->firewall) : "it is left alone";
  g_autofree char *line = g_strdelimit (g_strdup (error), "\n\t", ' ');

  return g_strdup_printf ("ok\nlines\t%" G_GUINT64_FORMAT "\nevents\t%" G_GUINT64_FORMAT "\nbans\t%" G_GUINT64_FORMAT
                          "\nbanned\t%u\nspared\t%" G_GUINT64_FORMAT "\ntracked\t%u\nbatches\t%" G_GUINT64_FORMAT "\nfirewall\t%s\nstate\t%s\n",
                          intimail_detector_get_lines (self->detector), self->n_events, self->n_bans, bans->len,
                          intimail_guard_get_n_spared (self->guard), intimail_guard_get_n_tracked (self->guard),
                          self->firewall != NULL ? guard_firewall_get_n_batches (self->firewall) : 0,
                          *line != '\0' ? line : (guard_firewall_is_idle (self->firewall) ? "current" : "behind"),
                          self->is_save_broken ? "cannot be written" : (self->save_source != 0 ? "behind" : "written"));
}

static char *
answer_error (const GError *error)
{
  return g_strdup_printf ("error\t%d\t%s\n", error->code, error->message);
}

static char *
command_ban (GuardDaemon *self, const char *address, const char *seconds, const char *reason)
{
  g_autoptr (GError) error = NULL;
  gint64 now = guard_daemon_get_time ();
  g_autoptr (IntimailBan) ban = intimail_guard_ban (self->guard, address, CLAMP (g_ascii_strtoll (seconds, NULL, 10), -1, G_MAXINT32), reason, now, &error);

  if (ban == NULL)
    return answer_error (error);
  if (self->firewall != NULL)
    guard_firewall_add_ban (self->firewall, ban);
  note_change (self);

  return g_strdup ("ok\n");
}

static char *
command_address (GuardDaemon *self, const char *verb, const char *address, const char *reason)
{
  g_autoptr (GError) error = NULL;

  if (g_str_equal (verb, "unban"))
    {
      if (!intimail_guard_unban (self->guard, address, &error))
        return answer_error (error);
      if (self->firewall != NULL)
        guard_firewall_remove_ban (self->firewall, address);
      note_change (self);
      return g_strdup ("ok\n");
    }
  if (g_str_equal (verb, "allow") ? !intimail_guard_allow (self->guard, address, reason, &error) : !intimail_guard_disallow (self->guard, address, &error))
    return answer_error (error);
  set_all (self);

  return g_strdup ("ok\n");
}

static char *
command_compare (GuardDaemon *self)
{
  g_autofree char *difference = self->firewall != NULL ? guard_firewall_compare (self->firewall) : NULL;

  if (difference == NULL)
    return g_strdup ("error\t9\tthe firewall is being changed, or is left alone: try again\n");

  return g_strdup_printf ("ok\n%s%s", difference, *difference != '\0' ? "\n" : "");
}

static char *
command_reload (GuardDaemon *self)
{
  g_autoptr (GError) error = NULL;

  return guard_daemon_reload (self, &error) ? g_strdup ("ok\n") : answer_error (error);
}

static char *
command_confirm (GuardDaemon *self)
{
  g_autofree char *ports = get_ports (self);

  g_clear_handle_id (&self->trial_source, g_source_remove);
  intimail_guard_set_mark (self->guard, CONFIRMED, ports);
  intimail_guard_set_closing (self->guard, TRUE);
  set_all (self);

  return g_strdup ("ok\n");
}

char *
guard_daemon_command (GuardDaemon *self, const char *const *words)
{
  guint n = g_strv_length ((char **) words);
  g_autoptr (GError) error = NULL;
  const char *verb = n > 0 ? words[0] : "";

  if (g_str_equal (verb, "list"))
    return format_bans (self);
  if (g_str_equal (verb, "stats"))
    return format_stats (self);
  if (g_str_equal (verb, "compare"))
    return command_compare (self);
  if (g_str_equal (verb, "reload"))
    return command_reload (self);
  if (g_str_equal (verb, "confirm"))
    return command_confirm (self);
  if (g_str_equal (verb, "allowed"))
    {
      g_auto (GStrv) allowed = intimail_guard_list_allowed (self->guard, guard_daemon_get_time ());
      g_autofree char *lines = g_strjoinv ("\n", allowed);

      return g_strdup_printf ("ok\n%s\n", lines);
    }
  if (g_str_equal (verb, "ban") && n == 4)
    return command_ban (self, words[1], words[2], words[3]);
  if ((g_str_equal (verb, "unban") || g_str_equal (verb, "disallow")) && n == 2)
    return command_address (self, verb, words[1], "");
  if (g_str_equal (verb, "allow") && n == 3)
    return command_address (self, verb, words[1], words[2]);
  if (g_str_equal (verb, "explain") && n == 2)
    {
      g_autofree char *text = intimail_guard_explain (self->guard, words[1], guard_daemon_get_time (), &error);

      return text != NULL ? g_strconcat ("ok\n", text, NULL) : answer_error (error);
    }

  return g_strdup ("error\t1\tno such command\n");
}
