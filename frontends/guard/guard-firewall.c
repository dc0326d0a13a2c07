/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-firewall.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guard-hands.h"
#include "guard-listing.h"

/* What is applied at once: more would keep the next ones waiting. */
#define MAX_BATCH 4000u
#define FIRST_DELAY 500u
#define MAX_DELAY 60000u
#define COMPARE_TIMEOUT 25000

struct _GuardFirewall
{
  int fd;
  IntimailGuard *guard;
  GuardClock clock;
  GPtrArray *bans;     /* that wait */
  GPtrArray *removals; /* commands that wait */
  gboolean is_all;     /* the whole table waits */
  gboolean is_busy;    /* an answer is awaited */
  gboolean is_broken;  /* the other process is gone */
  GByteArray *out;
  GByteArray *in;
  guint read_source;
  guint write_source;
  guint retry_source;
  guint delay;
  guint64 n_batches;
  char *error;
};

static void send_next (GuardFirewall *self);

GuardFirewall *
guard_firewall_new (int fd, IntimailGuard *guard, GuardClock clock)
{
  GuardFirewall *self = g_new0 (GuardFirewall, 1);

  self->fd = fd;
  self->guard = g_object_ref (guard);
  self->clock = clock;
  self->bans = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ban_free);
  self->removals = g_ptr_array_new_with_free_func (g_free);
  self->out = g_byte_array_new ();
  self->in = g_byte_array_new ();
  self->delay = FIRST_DELAY;
  self->error = g_strdup ("");
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);

  return self;
}

void
guard_firewall_free (GuardFirewall *self)
{
  g_clear_handle_id (&self->read_source, g_source_remove);
  g_clear_handle_id (&self->write_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  close (self->fd);
  g_object_unref (self->guard);
  g_ptr_array_unref (self->bans);
  g_ptr_array_unref (self->removals);
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->in);
  g_free (self->error);
  g_free (self);
}

gboolean
guard_firewall_is_idle (GuardFirewall *self)
{
  return !self->is_busy && !self->is_all && self->bans->len == 0 && self->removals->len == 0;
}

const char *
guard_firewall_get_error (GuardFirewall *self)
{
  return self->error;
}

guint64
guard_firewall_get_n_batches (GuardFirewall *self)
{
  return self->n_batches;
}

static gboolean
on_retry (gpointer data)
{
  GuardFirewall *self = data;

  self->retry_source = 0;
  send_next (self);

  return G_SOURCE_REMOVE;
}

/* Whatever was to be done, the whole table says it. */
static void
fail (GuardFirewall *self, const char *why)
{
  g_free (self->error);
  self->error = g_strdup (why);
  g_warning ("the firewall cannot be changed, and is tried again in %u ms: %s", self->delay, why);
  self->is_all = TRUE;
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add (self->delay, on_retry, self);
  self->delay = MIN (self->delay * 2, MAX_DELAY);
}

static void
break_off (GuardFirewall *self)
{
  self->is_broken = TRUE;
  g_clear_handle_id (&self->write_source, g_source_remove);
  /* The service manager starts both anew, and all bans with them. */
  g_critical ("the process that changes the firewall is gone");
  exit (EXIT_FAILURE);
}

static gboolean
write_some (GuardFirewall *self)
{
  while (self->out->len > 0)
    {
      gssize n = send (self->fd, self->out->data, self->out->len, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        return TRUE;
      if (n <= 0)
        {
          break_off (self);
          return FALSE;
        }
      g_byte_array_remove_range (self->out, 0, (guint) n);
    }

  return FALSE;
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer data)
{
  GuardFirewall *self = data;

  if (write_some (self))
    return G_SOURCE_CONTINUE;
  self->write_source = 0;

  return G_SOURCE_REMOVE;
}

/* TRUE when an answer was complete: "+" and text, or "-" and why not. */
static gboolean
read_some (GuardFirewall *self)
{
  guint8 buffer[65536];
  gssize n = read (self->fd, buffer, sizeof buffer);
  guint32 length;

  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    break_off (self);
  if (n > 0)
    g_byte_array_append (self->in, buffer, (guint) n);
  if (self->in->len < sizeof length)
    return FALSE;
  memcpy (&length, self->in->data, sizeof length);

  return self->in->len >= sizeof length + length;
}

static char *
take_answer (GuardFirewall *self)
{
  char *answer = g_strndup ((const char *) self->in->data + 4, self->in->len - 4);

  g_byte_array_set_size (self->in, 0);
  self->is_busy = FALSE;

  return answer;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  GuardFirewall *self = data;
  g_autofree char *answer = NULL;

  if (!read_some (self))
    return G_SOURCE_CONTINUE;
  answer = take_answer (self);
  self->read_source = 0;
  if (answer[0] != '+')
    fail (self, answer[0] != '\0' ? g_strchomp (answer + 1) : "no answer");
  else
    {
      self->delay = FIRST_DELAY;
      if (*self->error != '\0')
        g_message ("the firewall is changed again");
      g_free (self->error);
      self->error = g_strdup ("");
      send_next (self);
    }

  return G_SOURCE_REMOVE;
}

static void
put_frame (GuardFirewall *self, const char *text)
{
  guint32 length = (guint32) strlen (text);

  g_byte_array_append (self->out, (const guint8 *) &length, sizeof length);
  g_byte_array_append (self->out, (const guint8 *) text, length);
  self->is_busy = TRUE;
}

static char *
take_batch (GuardFirewall *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = MIN (self->bans->len, MAX_BATCH);
  g_autoptr (GPtrArray) batch = NULL;
  g_autofree char *bans = NULL;

  for (guint i = 0; i < self->removals->len; i++)
    g_string_append (text, self->removals->pdata[i]);
  g_ptr_array_set_size (self->removals, 0);
  if (n == 0)
    return g_string_free (g_steal_pointer (&text), FALSE);
  batch = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ban_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (batch, intimail_ban_copy (self->bans->pdata[i]));
  g_ptr_array_remove_range (self->bans, 0, n);
  bans = intimail_firewall_format_bans (batch, self->clock ());
  if (bans == NULL)
    return NULL;
  g_string_append (text, bans);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
take_all (GuardFirewall *self)
{
  self->is_all = FALSE;
  g_ptr_array_set_size (self->bans, 0);
  g_ptr_array_set_size (self->removals, 0);

  return intimail_firewall_format_rules (self->guard, self->clock (), NULL);
}

static void
send_next (GuardFirewall *self)
{
  g_autofree char *text = NULL;

  if (self->is_busy || self->is_broken || self->retry_source != 0 || guard_firewall_is_idle (self))
    return;
  if (!self->is_all)
    text = take_batch (self);
  if (text == NULL)
    text = take_all (self);
  put_frame (self, text);
  self->n_batches++;
  self->read_source = g_unix_fd_add_full (G_PRIORITY_HIGH, self->fd, G_IO_IN | G_IO_HUP, on_readable, self, NULL);
  if (write_some (self))
    self->write_source = g_unix_fd_add (self->fd, G_IO_OUT, on_writable, self);
}

void
guard_firewall_add_ban (GuardFirewall *self, IntimailBan *ban)
{
  /* The whole table, which is to come, has it. */
  if (!self->is_all)
    g_ptr_array_add (self->bans, intimail_ban_copy (ban));
  send_next (self);
}

void
guard_firewall_remove_ban (GuardFirewall *self, const char *address)
{
  char *command = intimail_firewall_format_unban (address, NULL);

  /* A ban that waits must not come after its end. */
  if (command == NULL || self->bans->len > 0)
    self->is_all = TRUE;
  else
    g_ptr_array_add (self->removals, g_steal_pointer (&command));
  g_free (command);
  send_next (self);
}

void
guard_firewall_set_all (GuardFirewall *self)
{
  self->is_all = TRUE;
  send_next (self);
}

/* Waits for the answer: somebody asked, and waits too. */
static char *
ask (GuardFirewall *self, const char *text)
{
  gint64 end = g_get_monotonic_time () + COMPARE_TIMEOUT * G_GINT64_CONSTANT (1000);

  put_frame (self, text);
  while (g_get_monotonic_time () < end)
    {
      struct pollfd wait = { .fd = self->fd, .events = (short) (POLLIN | (self->out->len > 0 ? POLLOUT : 0)) };

      write_some (self);
      if (poll (&wait, 1, 100) > 0 && (wait.revents & POLLIN) != 0 && read_some (self))
        return take_answer (self);
    }
  break_off (self);

  return NULL;
}

/* Whether the chain and who is allowed are there as they should be. */
static gboolean
is_whole (GuardFirewall *self, const GuardListing *found)
{
  g_autofree char *rules = intimail_firewall_format_rules (self->guard, self->clock (), NULL);
  GuardListing wanted = guard_listing_read (rules);

  g_hash_table_unref (wanted.denied);
  /* Networks that touch are shown as one. */
  for (gsize i = 0; i < G_N_ELEMENTS (wanted.n_allowed); i++)
    if (found->n_allowed[i] > wanted.n_allowed[i] || (found->n_allowed[i] > 0) != (wanted.n_allowed[i] > 0))
      return FALSE;

  return found->n_rules == wanted.n_rules;
}

static guint
count_missing (GuardFirewall *self, GHashTable *found)
{
  g_autoptr (GPtrArray) bans = intimail_guard_list_bans (self->guard, self->clock () + 1);
  guint n = 0;

  for (guint i = 0; i < bans->len; i++)
    {
      const char *address = intimail_ban_get_address (bans->pdata[i]);
      const char *slash = strchr (address, '/');
      g_autofree char *key = slash != NULL ? g_strndup (address, (gsize) (slash + 1 - address)) : g_strdup (address);

      /* A range is written otherwise; the next whole table has it. */
      if (slash != NULL && !g_str_equal (slash, "/24") && !g_str_equal (slash, "/64"))
        continue;
      n += g_hash_table_remove (found, key) ? 0 : 1;
    }

  return n;
}

char *
guard_firewall_compare (GuardFirewall *self)
{
  g_autoptr (GHashTable) found = NULL;
  g_autofree char *answer = NULL;
  GuardListing listing;
  guint n_missing;
  guint n_more;

  if (!guard_firewall_is_idle (self))
    return NULL;
  answer = ask (self, GUARD_HANDS_LIST);
  if (answer == NULL || answer[0] != '+')
    {
      guard_firewall_set_all (self);
      return g_strdup ("the table was not there");
    }
  listing = guard_listing_read (answer + 1);
  found = listing.denied;
  n_missing = count_missing (self, found);
  n_more = g_hash_table_size (found);
  if (n_missing == 0 && n_more == 0 && is_whole (self, &listing))
    return g_strdup ("");
  guard_firewall_set_all (self);
  if (n_missing == 0 && n_more == 0)
    return g_strdup ("rules or allowed addresses were not as they should be");

  return g_strdup_printf ("%u bans were missing, %u were too many", n_missing, n_more);
}
