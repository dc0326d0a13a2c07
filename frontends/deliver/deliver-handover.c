/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-handover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "deliver-status.h"

/* Seconds without a byte: a delivery to many people may take its time. */
#define SILENCE 300
#define MAX_LINE 4096
#define MAX_COMMAND 65536
/* The first line must be in one piece. */
#define PIECE 65536

typedef struct
{
  int fd;
  bool broken; /* what is written is lost: it shows when the reply is read */
  char input[MAX_LINE];
  size_t n_input;
  char line[MAX_LINE + 1]; /* the last reply */
  bool leaves_end;         /* the last byte of the replies stays in the socket */
} Client;

typedef struct
{
  char data[PIECE];
  ssize_t length; /* 0 at the end, below 0 after a failure */
} Piece;

/* ---- The socket ---- */

static int
connect_to (const char *path)
{
  const struct timeval limit = { .tv_sec = SILENCE };
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  size_t length = strlen (path);
  int fd;

  if (length >= sizeof name.sun_path)
    return -1;
  memcpy (name.sun_path, path, length + 1);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  if (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
      setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
      connect (fd, (const struct sockaddr *) &name, sizeof name) == 0)
    return fd;

  close (fd);
  return -1;
}

static void
write_bytes (Client *self, const char *data, size_t length)
{
  while (length > 0 && !self->broken)
    {
      ssize_t written = send (self->fd, data, length, MSG_NOSIGNAL);

      if (written > 0)
        {
          data += written;
          length -= (size_t) written;
        }
      else
        self->broken = written == 0 || errno != EINTR;
    }
}

/* ---- Replies ---- */

/* Moves the first line of the input to @line, without its end: of a CR LF the LF may come
 * later, and is dropped then. */
static bool
take_line (Client *self)
{
  size_t start = self->n_input > 0 && self->input[0] == '\n' ? 1 : 0;
  size_t end = start;

  while (end < self->n_input && self->input[end] != '\r' && self->input[end] != '\n')
    end++;
  if (end == self->n_input)
    return false;
  memcpy (self->line, self->input + start, end - start);
  self->line[end - start] = '\0';
  self->n_input -= end + 1;
  memmove (self->input, self->input + end + 1, self->n_input);
  return true;
}

/* As recv(2), but one byte stays there if there are more. */
static ssize_t
receive (Client *self, char *to, size_t room)
{
  ssize_t got = recv (self->fd, to, room, self->leaves_end ? MSG_PEEK : 0);

  return self->leaves_end && got > 0 ? recv (self->fd, to, got > 1 ? (size_t) got - 1 : 1, 0) : got;
}

static bool
read_line (Client *self)
{
  while (!take_line (self))
    {
      ssize_t got;

      if (self->n_input == sizeof self->input)
        return false;
      got = receive (self, self->input + self->n_input, sizeof self->input - self->n_input);
      if (got == 0 || (got < 0 && errno != EINTR))
        return false;
      if (got > 0)
        self->n_input += (size_t) got;
    }

  return true;
}

/* The last line of the next reply, or a reply of our own: the message is tried again.
 * Its first digit. */
static char
read_reply (Client *self)
{
  do
    if (!read_line (self))
      snprintf (self->line, sizeof self->line, "451 4.4.2 the agent ended the conversation");
  while (strlen (self->line) > 3 && self->line[3] == '-');

  return self->line[0];
}

/* ---- The message ---- */

/* "From sender date": pipe(8) writes it with the flag F. It is no field. */
static void
drop_mbox_line (Piece *self)
{
  const char *end;

  if (self->length < 5 || memcmp (self->data, "From ", 5) != 0)
    return;
  end = memchr (self->data, '\n', (size_t) self->length);
  self->length = end != NULL ? self->data + self->length - (end + 1) : 0;
  memmove (self->data, end != NULL ? end + 1 : self->data, (size_t) self->length);
}

/* Fills the piece as far as there are bytes. */
static void
read_piece (int fd, Piece *self)
{
  self->length = 0;
  while (self->length < PIECE)
    {
      ssize_t got = read (fd, self->data + self->length, (size_t) (PIECE - self->length));

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        self->length = -1;
      if (got <= 0)
        return;
      self->length += got;
    }
}

/* LF becomes CR LF. The agent takes away no more than was added, so that a CR of the
 * message stays. */
static size_t
encode (const Piece *piece, char *to)
{
  const char *from = piece->data;
  const char *end = from + piece->length;
  size_t n = 0;

  while (from < end)
    {
      const char *line_end = memchr (from, '\n', (size_t) (end - from));
      size_t length = (size_t) ((line_end != NULL ? line_end : end) - from);

      memcpy (to + n, from, length);
      n += length;
      from += length;
      if (line_end == NULL)
        break;
      to[n++] = '\r';
      to[n++] = '\n';
      from++;
    }

  return n;
}

/* A chunk (RFC 3030) needs no dots, and a message without a line end stays so. */
static void
send_chunk (Client *self, const Piece *piece, bool last)
{
  static char text[64 + 2 * PIECE];
  char command[64];
  size_t size = encode (piece, text + sizeof command);
  size_t length = (size_t) snprintf (command, sizeof command, "BDAT %zu%s\r\n", size, last ? " LAST" : "");
  char *start = text + sizeof command - length;

  memcpy (start, command, length);
  write_bytes (self, start, length + size);
}

/* A piece is sent when it is known whether another one follows: most messages are one
 * piece. FALSE when the message could not be read to its end: the connection is then cut
 * before the last chunk, and the agent forgets the message. */
static bool
send_message (Client *self, int fd)
{
  static Piece pieces[2];
  unsigned int now = 0;

  read_piece (fd, &pieces[now]);
  drop_mbox_line (&pieces[now]);
  while (pieces[now].length >= 0)
    {
      Piece *next = &pieces[1 - now];

      read_piece (fd, next);
      if (next->length < 0)
        return false;
      send_chunk (self, &pieces[now], next->length == 0);
      if (next->length == 0)
        return true;
      /* A message that is too large is refused at its end, for each recipient. */
      if (read_reply (self) == '4')
        return false;
      now = 1 - now;
    }

  return false;
}

/* ---- The conversation ---- */

/* The greeting and LHLO, which ends a group of commands (RFC 2920). */
static bool
open_conversation (Client *self)
{
  static const char command[] = "LHLO localhost\r\n";

  if (read_reply (self) != '2')
    return false;
  write_bytes (self, command, strlen (command));
  return read_reply (self) == '2';
}

/* MAIL and all RCPT in one group; FALSE when it is too long for one. */
static bool
announce (Client *self, const DeliverHandover *handover)
{
  static char group[MAX_COMMAND];
  size_t length = (size_t) snprintf (group, sizeof group, "MAIL FROM:<%s>\r\n", handover->sender);

  for (size_t i = 0; i < handover->n_recipients && length < sizeof group; i++)
    length += (size_t) snprintf (group + length, sizeof group - length, "RCPT TO:<%s>\r\n", handover->recipients[i]);
  if (length >= sizeof group)
    return false;
  write_bytes (self, group, length);
  return read_reply (self) == '2';
}

/* Postfix puts a line that begins with an enhanced status into its report. */
static void
take_result (const char *reply, int *status)
{
  *status = deliver_status_worse (*status, deliver_status_map_reply (reply));
  if (*reply != '2')
    fprintf (stderr, "%s\n", strlen (reply) > 4 ? reply + 4 : reply);
}

/* With one status for all recipients, "later" is told for those who have the message, too,
 * and it comes again: then the agent must not take it for another one. It keeps in mind
 * what a client that goes away has not read. */
static void
end_replies (Client *self, int status)
{
  char end;

  if (self->leaves_end && status != EX_TEMPFAIL)
    recv (self->fd, &end, 1, MSG_DONTWAIT);
}

static int
transact (Client *self, const DeliverHandover *handover)
{
  int status = EX_OK;
  size_t n_taken = 0;
  bool sent;

  for (size_t i = 0; i < handover->n_recipients; i++)
    {
      if (read_reply (self) == '2')
        n_taken++;
      else
        take_result (self->line, &status);
    }
  if (n_taken == 0)
    return status;

  sent = send_message (self, handover->input_fd);
  self->leaves_end = handover->n_recipients > 1;
  for (size_t i = 0; i < n_taken; i++)
    {
      if (sent)
        read_reply (self);
      take_result (sent ? self->line : "451 4.3.0 the message was not handed over", &status);
    }
  end_replies (self, status);

  return status;
}

bool
deliver_handover (const DeliverHandover *self, const char *path, int *status)
{
  static Client client;
  bool begun;

  client.fd = connect_to (path);
  if (client.fd < 0)
    return false;
  /* Without a standard input, this would pass for it. */
  if (client.fd == self->input_fd)
    {
      close (client.fd);
      return false;
    }
  /* An agent that has no time is as good as none. */
  begun = open_conversation (&client) && announce (&client, self);
  if (begun)
    *status = transact (&client, self);
  /* All replies are here: QUIT would only be waited for. */
  close (client.fd);
  return begun;
}
