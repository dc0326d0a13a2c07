/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Leaving a mailing list by mail. The address for that is in each message of the list,
 * with a token that only those know who got one: who sends there is taken out at once.
 * A forged sender alone takes nobody out.
 */

#pragma once

#include <intimail/intimail-site.h>

G_BEGIN_DECLS

/* "family-unsubscribe+TOKEN@home.example". FAILED or STORAGE_FULL when the site has no
 * secret and none can be made. */
char *intimail_unsubscribe_make_address (IntimailSite *site,
                                         IntimailGroup *list,
                                         GError **error);

/* Whether @token, which may be NULL, is the list's. FALSE and an error when that cannot
 * be known now. */
gboolean intimail_unsubscribe_check_token (IntimailSite *site,
                                           IntimailGroup *list,
                                           const char *token,
                                           GError **error);

/* 80 bits of a secret of the site and @text. */
char *intimail_unsubscribe_make_token (IntimailSite *site,
                                       const char *text,
                                       GError **error);

/* Where the webmail lets @member, a uid or an address as the list has it, leave with one
 * click; NULL and no error when it has no address that is good for that. */
char *intimail_unsubscribe_make_link (IntimailSite *site,
                                      IntimailGroup *list,
                                      const char *member,
                                      GError **error);

/* Takes @member out of @list, which is as the directory has it, and tells them. */
gboolean intimail_unsubscribe_remove (IntimailSite *site,
                                      IntimailGroup *list,
                                      const char *member,
                                      GCancellable *cancellable,
                                      GError **error);

/* Takes @sender out and tells them; who is no member any more hears nothing. @list may be
 * old. */
gboolean intimail_unsubscribe_run (IntimailSite *site,
                                   IntimailGroup *list,
                                   const char *sender,
                                   GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
