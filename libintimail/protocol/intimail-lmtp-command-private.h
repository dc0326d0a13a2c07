/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One LMTP command line, taken apart (RFC 5321 section 4.1, RFC 2033, RFC 3030).
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_LMTP_VERB_UNKNOWN,
  INTIMAIL_LMTP_VERB_LHLO,
  INTIMAIL_LMTP_VERB_EHLO, /* and HELO: not for LMTP */
  INTIMAIL_LMTP_VERB_MAIL,
  INTIMAIL_LMTP_VERB_RCPT,
  INTIMAIL_LMTP_VERB_DATA,
  INTIMAIL_LMTP_VERB_BDAT,
  INTIMAIL_LMTP_VERB_RSET,
  INTIMAIL_LMTP_VERB_NOOP,
  INTIMAIL_LMTP_VERB_QUIT,
  INTIMAIL_LMTP_VERB_VRFY,
  INTIMAIL_LMTP_VERB_HELP,
} IntimailLmtpVerb;

typedef struct
{
  char *address;
  guint64 size; /* of MAIL; 0: not said */
} IntimailLmtpPath;

/* The verb of a line; @rest is set to what follows it and the white space. */
IntimailLmtpVerb intimail_lmtp_command_parse_verb (const char *line,
                                                   const char **rest);

/* Each gives NULL, or the reply that refuses the line, without its line end. */

const char *intimail_lmtp_command_parse_name (const char *rest,
                                              char **name);

const char *intimail_lmtp_command_parse_mail (const char *rest,
                                              IntimailLmtpPath *path);

const char *intimail_lmtp_command_parse_rcpt (const char *rest,
                                              IntimailLmtpPath *path);

const char *intimail_lmtp_command_parse_bdat (const char *rest,
                                              guint64 *size,
                                              gboolean *last);

void intimail_lmtp_path_clear (IntimailLmtpPath *path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailLmtpPath, intimail_lmtp_path_clear)

G_END_DECLS
