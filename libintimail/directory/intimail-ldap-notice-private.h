/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the processes of a site tell each other of their changes at a server: a small
 * file of random numbers, which are others after a change. Any thread may use it.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _IntimailLdapNotice IntimailLdapNotice;

/* @path NULL: nobody is told, and all numbers stay 0. */
IntimailLdapNotice *intimail_ldap_notice_new (const char *path);

void intimail_ldap_notice_free (IntimailLdapNotice *self);

/* Says that something was changed, and, unless @uid is NULL, what that person signs in
 * with. To be called when the server has it. */
void intimail_ldap_notice_tell (IntimailLdapNotice *self,
                                const char *uid);

/* Another number after each change. */
guint64 intimail_ldap_notice_get_generation (IntimailLdapNotice *self);

/* Another number after what @uid signs in with was changed; now and then after
 * somebody else's was. */
guint64 intimail_ldap_notice_get_sign_in_stamp (IntimailLdapNotice *self,
                                                const char *uid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailLdapNotice, intimail_ldap_notice_free)

G_END_DECLS
