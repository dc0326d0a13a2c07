/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What of a site is for its own files and the rooms above alone.
 */

#pragma once

#include <intimail/intimail-site.h>

#include "directory/intimail-route-private.h"
#include "site/intimail-site-settings-private.h"
#include "store/intimail-unconfirmed-private.h"

G_BEGIN_DECLS

const IntimailSiteSettings *intimail_site_get_settings (IntimailSite *self);

/* Does mail leave the site? */
gboolean intimail_site_has_mail_server (IntimailSite *self);

/* The folder of the mail, whether or not it is there. INVALID_ARGUMENT when the uid cannot
 * be one, UNAVAILABLE when the folder that the directory names is not allowed. */
char *intimail_site_find_place (IntimailSite *self,
                                IntimailPerson *person,
                                GError **error);

/* Makes the folders that lead to @path, as far as they are below what is allowed. Whether
 * it worked, who opens @path sees. */
void intimail_site_make_way (IntimailSite *self,
                             const char *path);

/* Whether the mail is kept by this machine. UNAVAILABLE. */
gboolean intimail_site_check_host (IntimailSite *self,
                                   IntimailPerson *person,
                                   GError **error);

/* The notes of this process about deliveries that nobody confirmed, opened by the
 * first call; NULL when they cannot be had now. Any thread may call it. */
IntimailUnconfirmed *intimail_site_get_unconfirmed (IntimailSite *self);

/* As intimail_route_find(), with the duties of all domains of the site and who has them
 * when the directory names nobody: somebody is always behind the answer. */
IntimailRoute *intimail_site_find_route (IntimailSite *self,
                                         const char *address,
                                         const char *sender,
                                         GCancellable *cancellable,
                                         GError **error);

/* 32 random bytes that stay the same; FAILED or STORAGE_FULL. Any thread may call it. */
GBytes *intimail_site_get_secret (IntimailSite *self,
                                  GError **error);

G_END_DECLS
