/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What only a directory may do to a group.
 */

#pragma once

#include <intimail/intimail-group.h>

G_BEGIN_DECLS

/* The group whose members administrate the site. */
#define INTIMAIL_GROUP_ADMINS "admins"

IntimailGroup *intimail_group_copy (IntimailGroup *self);

/* As intimail_person_lend() and intimail_person_merge(). */
IntimailGroup *intimail_group_lend (IntimailGroup *self);
IntimailGroup *intimail_group_merge (IntimailGroup *current,
                                     IntimailGroup *wanted);

/* As intimail_person_rebase(). */
IntimailGroup *intimail_group_rebase (IntimailGroup *wanted,
                                      IntimailGroup *current);

/* INVALID_ARGUMENT when the group cannot be kept in a directory. */
gboolean intimail_group_check (IntimailGroup *self,
                               GError **error);

/* The same, and that a description that was changed is one line. */
gboolean intimail_group_check_change (IntimailGroup *self,
                                      GError **error);

G_END_DECLS
