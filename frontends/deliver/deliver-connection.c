/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* One read; what a session holds at a time. */
#define READ_SIZE 65536

gint64
deliver_deadline (guint seconds)
{
  return g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
}

/* Milliseconds for poll(), never so few that it spins. */
static int
remaining (gint64 deadline)
{
  gint64 left = deadline - g_get_monotonic_time ();

  return left <= 0 ? 0 : (int) MIN (left / 1000 + 1, 3600 * 1000);
}

/* A descriptor below 0 is left alone by poll(). */
static DeliverRead
wait_for_bytes (DeliverConnection *self, gint64 deadline, gboolean heed_stop)
{
  struct pollfd fds[2] = {
    { .fd = self->in_fd, .events = POLLIN },
    { .fd = heed_stop ? self->stop_fd : -1, .events = POLLIN },
  };
  int ready;

  do
    ready = poll (fds, G_N_ELEMENTS (fds), remaining (deadline));
  while ((ready < 0 && errno == EINTR) || (ready == 0 && remaining (deadline) > 0));

  if (ready < 0)
    return DELIVER_READ_BROKEN;
  if (ready == 0)
    return DELIVER_READ_TIMEOUT;

  return fds[0].revents != 0 ? DELIVER_READ_DATA : DELIVER_READ_STOP;
}

DeliverRead
deliver_connection_read (DeliverConnection *self, gint64 deadline, gboolean heed_stop, GBytes **data)
{
  char buffer[READ_SIZE];
  DeliverRead ready = wait_for_bytes (self, deadline, heed_stop);
  gssize got;

  if (ready != DELIVER_READ_DATA)
    return ready;

  do
    got = read (self->in_fd, buffer, sizeof buffer);
  while (got < 0 && errno == EINTR);
  if (got == 0)
    return DELIVER_READ_END;
  if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
    return DELIVER_READ_BROKEN;

  /* Woken for nothing: no bytes, and the caller waits again. */
  *data = g_bytes_new (buffer, (gsize) MAX (got, 0));
  return DELIVER_READ_DATA;
}

/* A socket does not block and raises no signal; anything else is written as it
 * is: the process ignores SIGPIPE. */
static gssize
write_some (int fd, const char *data, gsize length)
{
  gssize written = send (fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);

  return written < 0 && errno == ENOTSOCK ? write (fd, data, length) : written;
}

gboolean
deliver_connection_write (DeliverConnection *self, GBytes *data, gint64 deadline)
{
  gsize length = 0;
  const char *rest = data != NULL ? g_bytes_get_data (data, &length) : NULL;

  while (length > 0)
    {
      gssize written = write_some (self->out_fd, rest, length);
      struct pollfd fd = { .fd = self->out_fd, .events = POLLOUT };

      if (written >= 0)
        {
          rest += written;
          length -= (gsize) written;
        }
      else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
        return FALSE;
      else if (poll (&fd, 1, remaining (deadline)) == 0 && remaining (deadline) == 0)
        return FALSE;
    }

  return TRUE;
}
