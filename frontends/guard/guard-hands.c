/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-hands.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/capability.h>
#include <nftables/libnftables.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TABLE "table inet intimail"
#define RULES TABLE "\ndelete " TABLE "\n" TABLE " {\n"
#define REMOVAL TABLE "\ndelete " TABLE "\n"
#define LISTING "list " TABLE "\n"

/* libnftables and its memory are there while there is work, and go after a pause. */
#define LIBRARY "libnftables.so.1"
#define LARGE_FRAME (256 * 1024)
#define PAUSE 3000

typedef struct
{
  struct nft_ctx *context;
  struct nft_ctx *(*ctx_new) (uint32_t flags);
  void (*ctx_free) (struct nft_ctx *context);
  int (*buffer_output) (struct nft_ctx *context);
  int (*buffer_error) (struct nft_ctx *context);
  const char *(*get_output) (struct nft_ctx *context);
  const char *(*get_error) (struct nft_ctx *context);
  int (*run) (struct nft_ctx *context, const char *text);
} Nft;

static gboolean
keep_capabilities (guint32 low)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

  if (syscall (SYS_capget, &header, data) < 0)
    return FALSE;
  prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  /* Only who may set capabilities can do this; without it no program gets them back
   * either, for none is started with more than its user has. */
  for (int i = 0; i <= CAP_LAST_CAP; i++)
    if ((data[0].effective & 1u << CAP_SETPCAP) != 0 && (i > 31 || (low & 1u << i) == 0))
      prctl (PR_CAPBSET_DROP, i, 0, 0, 0);
  data[0].effective &= low;
  data[0].permitted &= low;
  data[1].effective = data[1].permitted = 0;
  data[0].inheritable = data[1].inheritable = 0;

  return syscall (SYS_capset, &header, data) == 0 && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static gboolean
read_all (int fd, void *data, gsize length)
{
  char *next = data;

  while (length > 0)
    {
      gssize n = read (fd, next, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      next += n;
      length -= (gsize) n;
    }

  return TRUE;
}

static gboolean
write_all (int fd, const void *data, gsize length)
{
  const char *next = data;

  while (length > 0)
    {
      gssize n = send (fd, next, length, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      next += n;
      length -= (gsize) n;
    }

  return TRUE;
}

/* Everything inside the braces of the table, which close with the text's end. Inside, no
 * statement reaches another table; what nft itself would read from elsewhere is left out. */
static gboolean
is_rule_set (const char *text)
{
  guint depth = 1;

  if (!g_str_has_prefix (text, RULES))
    return FALSE;
  for (text += strlen (RULES); *text != '\0'; text++)
    {
      if (*text == '{')
        depth++;
      else if (*text == '}' && --depth == 0)
        return g_str_equal (text, "}\n");
      else if (!g_ascii_isalnum (*text) && strchr ("} \n.,:;=/&@_-\"", *text) == NULL)
        return FALSE;
      else if (g_str_has_prefix (text, "include") || g_str_has_prefix (text, "define"))
        return FALSE;
    }

  return FALSE;
}

static gboolean
is_element_command (const char *line)
{
  static const char *const begins[] = { "add element inet intimail deny", "delete element inet intimail deny" };

  for (gsize i = 0; i < G_N_ELEMENTS (begins); i++)
    if (g_str_has_prefix (line, begins[i]))
      return strspn (line, "abcdefghijklmnopqrstuvwxyzABCDEF0123456789.,: {}") == strlen (line);

  return FALSE;
}

gboolean
guard_hands_check (const char *text)
{
  g_auto (GStrv) lines = NULL;

  if (g_str_equal (text, REMOVAL) || is_rule_set (text))
    return TRUE;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line == '\0' ? line[1] != NULL : !is_element_command (*line))
      return FALSE;

  return *text != '\0';
}

static gboolean
answer (int fd, char sign, const char *text)
{
  guint32 length = (guint32) strlen (text) + 1;

  return write_all (fd, &length, sizeof length) && write_all (fd, &sign, 1) && write_all (fd, text, length - 1);
}

static gboolean
serve (int fd, Nft *nft, const char *text)
{
  gboolean is_listing = g_str_equal (text, GUARD_HANDS_LIST);

  if (!is_listing && !guard_hands_check (text))
    return answer (fd, '-', "this is no rule set for our table");
  if (nft->context == NULL)
    return answer (fd, '-', LIBRARY " cannot be loaded");
  if (nft->run (nft->context, is_listing ? LISTING : text) != 0)
    return answer (fd, '-', nft->get_error (nft->context));

  return answer (fd, '+', nft->get_output (nft->context));
}

static gboolean
find (void *library, const char *name, void *function)
{
  void *symbol = dlsym (library, name);

  memcpy (function, &symbol, sizeof symbol);
  return symbol != NULL;
}

static gboolean
load (Nft *nft)
{
  void *library = dlopen (LIBRARY, RTLD_NOW | RTLD_LOCAL);

  return library != NULL &&
         find (library, "nft_ctx_new", &nft->ctx_new) &&
         find (library, "nft_ctx_free", &nft->ctx_free) &&
         find (library, "nft_ctx_buffer_output", &nft->buffer_output) &&
         find (library, "nft_ctx_buffer_error", &nft->buffer_error) &&
         find (library, "nft_ctx_get_output_buffer", &nft->get_output) &&
         find (library, "nft_ctx_get_error_buffer", &nft->get_error) &&
         find (library, "nft_run_cmd_from_buffer", &nft->run);
}

static void
open_context (Nft *nft)
{
  nft->context = nft->ctx_new (NFT_CTX_DEFAULT);
  if (nft->context == NULL)
    return;
  nft->buffer_output (nft->context);
  nft->buffer_error (nft->context);
}

/* FALSE when the other side is gone. */
static gboolean
serve_next (int fd, Nft *nft)
{
  g_autofree char *text = NULL;
  guint32 length;

  if (!read_all (fd, &length, sizeof length) || length > GUARD_HANDS_MAX_FRAME)
    return FALSE;
  text = g_malloc (length + 1);
  if (!read_all (fd, text, length))
    return FALSE;
  text[length] = '\0';
  if (strlen (text) != length || !serve (fd, nft, text))
    return FALSE;
  if (length > LARGE_FRAME && nft->context != NULL)
    {
      nft->ctx_free (nft->context);
      open_context (nft);
    }

  return TRUE;
}

static gboolean
wait_for_work (int fd, int milliseconds)
{
  struct pollfd wait = { .fd = fd, .events = POLLIN };
  int n;

  do
    n = poll (&wait, 1, milliseconds);
  while (n < 0 && errno == EINTR);

  return n > 0;
}

/* Whether the work ended in peace. */
static gboolean
work (int fd)
{
  Nft nft = { NULL };

  if (load (&nft))
    open_context (&nft);
  do
    if (!serve_next (fd, &nft))
      return FALSE;
  while (wait_for_work (fd, PAUSE));

  return TRUE;
}

/* Holds the right to change the firewall, and has each spell of work done by a process
 * that ends with it. */
static void
run (int fd)
{
  int status = 0;

  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  while (status == 0 && wait_for_work (fd, -1))
    {
      pid_t pid = fork ();

      if (pid == 0)
        _exit (work (fd) ? 0 : 1);
      if (pid < 0 || waitpid (pid, &status, 0) < 0)
        status = -1;
    }
}

int
guard_hands_start (void)
{
  int fds[2];
  pid_t pid;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    return -1;
  pid = fork ();
  if (pid < 0)
    return -1;
  if (pid == 0)
    {
      close (fds[0]);
      prctl (PR_SET_NAME, "guard-hands");
      if (keep_capabilities (1u << CAP_NET_ADMIN))
        run (fds[1]);
      _exit (0);
    }
  close (fds[1]);
  if (!keep_capabilities (0))
    {
      close (fds[0]);
      return -1;
    }

  return fds[0];
}
