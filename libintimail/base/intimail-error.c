/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include <gio/gio.h>

#include "base/intimail-error-private.h"

/**
 * IntimailError:
 * @INTIMAIL_ERROR_FAILED: something of the environment failed (a disk, a
 *   process, memory): try again later
 * @INTIMAIL_ERROR_INVALID_ARGUMENT: what was given cannot be right, however
 *   often it is tried: a syntax error, a forbidden name
 * @INTIMAIL_ERROR_NOT_FOUND: no such person, group, mailbox, message, part or
 *   blob; never said when it could not be looked up
 * @INTIMAIL_ERROR_TOO_LARGE: over a named limit
 * @INTIMAIL_ERROR_STORAGE_FULL: the disk has no room
 * @INTIMAIL_ERROR_OVER_QUOTA: the person's quota has no room
 * @INTIMAIL_ERROR_EXISTS: the name or address is taken
 * @INTIMAIL_ERROR_NOT_EMPTY: what should be removed still holds something
 * @INTIMAIL_ERROR_PERMISSION_DENIED: wrong password, or not allowed to
 * @INTIMAIL_ERROR_UNAVAILABLE: the directory cannot be asked now
 * @INTIMAIL_ERROR_STATE_LOST: changes since that state are not known any more:
 *   fetch everything again
 * @INTIMAIL_ERROR_DISABLED: the person is disabled, expired or removed, or an address has ended
 * @INTIMAIL_ERROR_NOT_SUPPORTED: this library or this site does not do that
 * @INTIMAIL_ERROR_POSTING_REFUSED: the list does not take mail of that sender
 * @INTIMAIL_ERROR_LOOP: the message has been here before
 * @INTIMAIL_ERROR_CODE_NEEDED: the password is right, and a second factor is asked for
 * @INTIMAIL_ERROR_UNCERTAIN: it may be done or not, and nobody can know: to do it
 *   again may do it twice
 * @INTIMAIL_ERROR_RATE_LIMITED: too much in too short a time; the message says when
 *   it goes on
 *
 * What a caller can act on; the message says the rest.
 *
 * Since: 1.0
 */

/**
 * intimail_error_quark:
 *
 * Gets the error domain of this library.
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
G_DEFINE_QUARK (intimail_error, intimail_error)

/**
 * intimail_error_get_enhanced_status:
 * @error: any error, of any domain
 *
 * Maps an error to the enhanced status code (RFC 3463) that an SMTP or LMTP
 * server has to answer with.
 *
 * A first digit of 4 asks the peer to try again, 5 tells it not to. Errors of
 * unknown domains are temporary: mail is never bounced for a reason that nobody
 * has classified.
 *
 * Returns: (transfer none): a static string such as "4.2.2"
 *
 * Since: 1.0
 */
const char *
intimail_error_get_enhanced_status (const GError *error)
{
  g_return_val_if_fail (error != NULL, "4.3.0");

  if (error->domain != INTIMAIL_ERROR)
    return "4.3.0";

  switch ((IntimailError) error->code)
    {
    case INTIMAIL_ERROR_FAILED:
      return "4.3.0";
    case INTIMAIL_ERROR_INVALID_ARGUMENT:
      return "5.6.0";
    case INTIMAIL_ERROR_NOT_FOUND:
      return "5.1.1";
    case INTIMAIL_ERROR_TOO_LARGE:
      return "5.3.4";
    case INTIMAIL_ERROR_STORAGE_FULL:
      return "4.3.1";
    case INTIMAIL_ERROR_OVER_QUOTA:
      return "5.2.2";
    case INTIMAIL_ERROR_EXISTS:
    case INTIMAIL_ERROR_NOT_EMPTY:
      return "4.3.0";
    case INTIMAIL_ERROR_PERMISSION_DENIED:
      return "5.7.1";
    case INTIMAIL_ERROR_UNAVAILABLE:
      return "4.4.3";
    case INTIMAIL_ERROR_STATE_LOST:
      return "4.3.0";
    case INTIMAIL_ERROR_DISABLED:
      return "5.2.1";
    case INTIMAIL_ERROR_NOT_SUPPORTED:
      return "5.3.3";
    case INTIMAIL_ERROR_POSTING_REFUSED:
      return "5.7.2";
    case INTIMAIL_ERROR_LOOP:
      return "5.4.6";
    case INTIMAIL_ERROR_CODE_NEEDED:
      return "5.7.1";
    case INTIMAIL_ERROR_UNCERTAIN:
      return "4.4.2";
    case INTIMAIL_ERROR_RATE_LIMITED:
      return "4.7.1";
    }

  return "4.3.0";
}

void
intimail_set_error_from_errno (GError **error, int saved_errno, const char *format, ...)
{
  g_autofree char *what = NULL;
  IntimailError code = INTIMAIL_ERROR_FAILED;
  va_list args;

  /* A disk never bounces mail: a missing folder may be a disk not mounted. The
   * disk's own quota is the administrator's matter, not the person's. */
  if (saved_errno == ENOSPC || saved_errno == EDQUOT)
    code = INTIMAIL_ERROR_STORAGE_FULL;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, INTIMAIL_ERROR, code, "%s: %s", what, g_strerror (saved_errno));
}
