/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-delivery-copy-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "delivery/intimail-unsubscribe-private.h"
#include "directory/intimail-route-private.h"

IntimailDeliveryCopy *
intimail_delivery_copy_new (IntimailGroup *list, const char *sender)
{
  IntimailDeliveryCopy *self = g_new0 (IntimailDeliveryCopy, 1);

  self->fd = -1;
  self->list = list != NULL ? g_object_ref (list) : NULL;
  self->sender = list != NULL ? intimail_route_make_address (list, "bounces") : g_strdup (sender);
  return self;
}

void
intimail_delivery_copy_close (IntimailDeliveryCopy *self)
{
  g_clear_pointer (&self->spool, intimail_spool_free);
  g_clear_pointer (&self->notes, intimail_spool_notes_free);
  intimail_fd_close (self->fd);
  self->fd = -1;
}

void
intimail_delivery_copy_free (IntimailDeliveryCopy *self)
{
  intimail_delivery_copy_close (self);
  g_clear_pointer (&self->header, intimail_list_header_free);
  g_clear_object (&self->list);
  g_clear_error (&self->error);
  g_free (self->sender);
  g_free (self);
}

gboolean
intimail_delivery_copy_is_open (IntimailDeliveryCopy *self)
{
  return self->spool != NULL || self->fd >= 0 || self->error != NULL;
}

static void
write_bytes (IntimailDeliveryCopy *self, const char *data, gsize length)
{
  if (self->error != NULL || length == 0)
    return;
  self->n_written += length;
  if (self->spool != NULL)
    intimail_spool_write (self->spool, data, length, &self->error);
  else
    intimail_fd_write_all (self->fd, data, length, &self->error);
}

void
intimail_delivery_copy_open (IntimailDeliveryCopy *self,
                             IntimailSite *site,
                             GPtrArray *accounts,
                             const char *trace,
                             IntimailUnconfirmed *unconfirmed)
{
  for (guint i = 0; i < accounts->len && self->spool == NULL; i++)
    {
      g_clear_error (&self->error);
      self->spool = intimail_spool_new (accounts->pdata[i], &self->error);
    }
  /* A message for people elsewhere alone belongs into nobody's mailbox. */
  if (accounts->len == 0)
    self->fd = intimail_fd_open_nameless (&self->error);
  if (self->list != NULL && self->error == NULL)
    {
      g_autofree char *unsubscribe = intimail_unsubscribe_make_address (site, self->list, &self->error);

      if (unsubscribe != NULL)
        self->header = intimail_list_header_new (self->list, unsubscribe);
      self->in_header = TRUE;
    }
  write_bytes (self, trace, strlen (trace));
  self->n_return_path = strcspn (trace, "\n") + 1;
  self->n_trace = strlen (trace);
  if (unconfirmed != NULL)
    self->notes = intimail_spool_notes_new (unconfirmed, self->n_trace);
  if (self->error == NULL && self->spool != NULL && unconfirmed != NULL)
    intimail_spool_await_confirmation (self->spool, unconfirmed);
}

static void
write_fields (IntimailDeliveryCopy *self)
{
  g_autofree char *fields = intimail_list_header_take_fields (self->header);

  self->in_header = FALSE;
  write_bytes (self, fields, strlen (fields));
  if (!intimail_list_header_has_own_unsubscribe (self->header))
    return;
  self->has_crlf = g_str_has_suffix (fields, "\r\n");
  self->leave_at = self->n_written - (self->has_crlf ? 2 : 1);
}

void
intimail_delivery_copy_write (IntimailDeliveryCopy *self, const char *data, gsize length)
{
  gsize place = 0;

  if (self->error != NULL)
    return;
  if (!self->in_header || !intimail_list_header_feed (self->header, data, length, &place))
    {
      write_bytes (self, data, length);
      return;
    }
  write_bytes (self, data, place);
  write_fields (self);
  write_bytes (self, data + place, length - place);
}

void
intimail_delivery_copy_finish (IntimailDeliveryCopy *self)
{
  if (self->error == NULL && self->in_header)
    write_fields (self);
  if (self->error == NULL && self->header != NULL && intimail_list_header_is_loop (self->header))
    g_set_error (&self->error, INTIMAIL_ERROR, INTIMAIL_ERROR_LOOP,
                 "the message has been through the list \"%s\" before", intimail_group_get_name (self->list));
  if (self->error == NULL && self->spool != NULL)
    intimail_spool_flush (self->spool, &self->error);
}

static GBytes *
map_file (int fd, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new_from_fd (fd, FALSE, &cause);

  if (file == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read a message again: %s", cause->message);

  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

GBytes *
intimail_delivery_copy_map (IntimailDeliveryCopy *self, GError **error)
{
  g_autoptr (GBytes) whole = self->spool != NULL ? intimail_spool_map (self->spool, error) : map_file (self->fd, error);

  if (whole == NULL)
    return NULL;

  return g_bytes_new_from_bytes (whole, self->n_return_path, g_bytes_get_size (whole) - self->n_return_path);
}

/* ---- The mail server ---- */

char *
intimail_delivery_copy_make_note (const char *const *addresses, GBytes *message, gsize start)
{
  g_autofree char *joined = g_strjoinv (" ", (char **) addresses);
  gsize size;
  const char *data = g_bytes_get_data (message, &size);
  g_autofree char *bytes = intimail_hash_id ("b", data + start, size - start);
  g_autofree char *all = g_strconcat (joined, "\n", bytes, NULL);

  return intimail_hash_id ("forward", all, strlen (all));
}

/* The place of an account in a note, which no account has. */
static char *
get_place (const IntimailDeliveryCopy *self)
{
  return self->list != NULL ? g_strconcat ("list ", intimail_group_get_name (self->list), NULL) : g_strdup ("elsewhere");
}

gboolean
intimail_delivery_copy_was_sent (IntimailDeliveryCopy *self, const char *const *addresses, GBytes *message)
{
  g_autofree char *place = get_place (self);
  g_autofree char *note = NULL;

  if (self->notes == NULL)
    return FALSE;
  note = intimail_delivery_copy_make_note (addresses, message, self->n_trace - self->n_return_path);
  return intimail_spool_notes_find_word (self->notes, place, note, self->n_return_path + g_bytes_get_size (message));
}

void
intimail_delivery_copy_note_sent (IntimailDeliveryCopy *self, const char *const *addresses, GBytes *message)
{
  g_autofree char *place = get_place (self);
  g_autofree char *note = NULL;

  if (self->notes == NULL)
    return;
  note = intimail_delivery_copy_make_note (addresses, message, self->n_trace - self->n_return_path);
  intimail_spool_notes_keep (self->notes,
                             intimail_spool_notes_add (self->notes, place, note, self->n_return_path + g_bytes_get_size (message)));
}

void
intimail_delivery_copy_confirm (IntimailDeliveryCopy *self)
{
  if (self->spool != NULL)
    intimail_spool_confirm (self->spool);
  if (self->notes != NULL)
    intimail_spool_notes_confirm (self->notes);
}

/* It takes a file, as large as the message: the memory does not grow with it. */
GBytes *
intimail_delivery_copy_map_with_link (IntimailDeliveryCopy *self, const char *link, GError **error)
{
  g_autoptr (GBytes) whole = intimail_delivery_copy_map (self, error);
  const char *end = self->has_crlf ? "\r\n" : "\n";
  g_autofree char *more = g_strdup_printf (",%s <%s>%sList-Unsubscribe-Post: List-Unsubscribe=One-Click", end, link, end);
  g_auto (IntimailFd) fd = -1;
  const char *bytes;
  gsize length;
  gsize place;

  g_return_val_if_fail (self->leave_at > self->n_return_path, NULL);

  if (whole == NULL)
    return NULL;
  place = self->leave_at - self->n_return_path;
  bytes = g_bytes_get_data (whole, &length);
  fd = intimail_fd_open_nameless (error);
  if (fd < 0 || !intimail_fd_write_all (fd, bytes, place, error) ||
      !intimail_fd_write_all (fd, more, strlen (more), error) ||
      !intimail_fd_write_all (fd, bytes + place, length - place, error))
    return NULL;

  return map_file (fd, error);
}
