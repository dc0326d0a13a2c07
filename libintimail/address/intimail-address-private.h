/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What writing and reading of addresses share.
 */

#pragma once

#include <intimail/intimail-address.h>

G_BEGIN_DECLS

/* RFC 5321 section 4.5.3.1 names 64 octets for a local part and asks not to
 * impose it: bounce addresses of mailing services are longer, and their mail
 * must come in. */
#define INTIMAIL_ADDRESS_MAX_LOCAL_PART 255
#define INTIMAIL_ADDRESS_MAX_DOMAIN 255
#define INTIMAIL_ADDRESS_MAX_NAME 4096
#define INTIMAIL_ADDRESS_MAX_LIST 1000
#define INTIMAIL_ADDRESS_MAX_LIST_SIZE (64 * 1024)

/* May it stand in an atom (RFC 5322 section 3.2.3, RFC 6531)? */
gboolean intimail_address_is_atext (char byte);

/* Octets joined by single dots, that need no quotes in front of an "@". */
gboolean intimail_address_is_dot_atom (const char *text);

/* INVALID_ARGUMENT unless it is UTF-8 without control characters. */
gboolean intimail_address_check_text (const char *text,
                                      GError **error);

/* TOO_LARGE; @what is said of @text. */
gboolean intimail_address_check_size (const char *what,
                                      const char *text,
                                      gsize limit,
                                      GError **error);

/* TOO_LARGE or INVALID_ARGUMENT. */
gboolean intimail_address_check_local_part (const char *local_part,
                                            GError **error);
gboolean intimail_address_check_domain (const char *domain,
                                        GError **error);

/* The domain as A-labels in lower case, or NULL. */
char *intimail_address_make_ascii_domain (const char *domain);

/* An address of a message that has come in, however broken; nothing is refused.
 * @email is cut at its last at sign, a local part loses its quotes, and control
 * characters and angle brackets are dropped. @name may be NULL. */
IntimailAddress *intimail_address_new_lenient (const char *name,
                                               const char *email);

/* Reads back what intimail_address_list_to_string() wrote, broken addresses too.
 * Never NULL. */
GPtrArray *intimail_address_parse_list_lenient (const char *text);

G_END_DECLS
