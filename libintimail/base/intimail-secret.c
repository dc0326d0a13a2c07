/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-secret-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"

#define MAX_SECRET_SIZE 1024

void
intimail_secret_random (gpointer buffer, gsize length)
{
  guint8 *rest = buffer;

  while (length > 0)
    {
      gssize got = getrandom (rest, length, 0);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        g_error ("the kernel gives no random bytes: %s", g_strerror (errno));
      rest += got;
      length -= (gsize) got;
    }
}

char *
intimail_base32_encode (gconstpointer data, gsize length)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
  const guint8 *bytes = data;
  GString *text = g_string_sized_new (length * 8 / 5 + 2);
  guint bits = 0;
  guint held = 0;

  for (gsize i = 0; i < length; i++)
    {
      bits = bits << 8 | bytes[i];
      held += 8;
      while (held >= 5)
        {
          held -= 5;
          g_string_append_c (text, letters[bits >> held & 31]);
        }
      bits &= (1u << held) - 1;
    }
  if (held > 0)
    g_string_append_c (text, letters[bits << (5 - held) & 31]);

  return g_string_free (text, FALSE);
}

char *
intimail_secret_token (gsize length)
{
  g_autofree guint8 *bytes = g_malloc (length);

  intimail_secret_random (bytes, length);
  return intimail_base32_encode (bytes, length);
}

char *
intimail_hash_id (const char *prefix, gconstpointer data, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize digest_length = sizeof digest;
  g_autofree char *text = NULL;

  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
  text = intimail_base32_encode (digest, 16);
  return g_strconcat (prefix, text, NULL);
}

gboolean
intimail_secret_equal (const char *a, const char *b)
{
  gsize length = strlen (a);
  volatile guint8 difference = 0;

  if (strlen (b) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guint8) (a[i] ^ b[i]);

  return difference == 0;
}

void
intimail_secret_free (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static gboolean
check_private (int fd, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
    return TRUE;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "others may read this secret: chmod 600 it");
  return FALSE;
}

char *
intimail_secret_load (const char *path, gboolean private_only, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC);
  char *secret = NULL;
  gsize length;

  if (fd < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                   "cannot read the secret in %s: %s", path, g_strerror (errno));
      return NULL;
    }
  if ((private_only && !check_private (fd, error)) || !intimail_fd_read_all (fd, MAX_SECRET_SIZE, &secret, &length, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  secret[strcspn (secret, "\r\n")] = '\0';
  if (*secret == '\0')
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "%s holds no secret in its first line", path);
      g_clear_pointer (&secret, intimail_secret_free);
    }

  return secret;
}
