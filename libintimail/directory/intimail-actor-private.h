/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who asks a directory, and what they may: the rules of
 * intimail_directory_act_as(), where the table is.
 */

#pragma once

#include <intimail/intimail-directory.h>

G_BEGIN_DECLS

typedef struct _IntimailActor IntimailActor;

/* Looks @uid up. PERMISSION_DENIED when it is nobody, or somebody who may not sign in. */
IntimailActor *intimail_actor_load (IntimailDirectory *directory,
                                    const char *uid,
                                    GCancellable *cancellable,
                                    GError **error);

void intimail_actor_free (IntimailActor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailActor, intimail_actor_free)

gboolean intimail_actor_is_site_admin (IntimailActor *self);

/* Whether all is shown to them that is known about @person; else what is private, and not
 * stands in an address book, is not. */
gboolean intimail_actor_sees_all_of (IntimailActor *self,
                                     IntimailPerson *person);

gboolean intimail_actor_sees_group (IntimailActor *self,
                                    IntimailGroup *group);

/* The following fail with PERMISSION_DENIED. */

/* What is left to the administrators of the site; @what completes "may not". */
gboolean intimail_actor_check_site (IntimailActor *self,
                                    const char *what,
                                    GError **error);

gboolean intimail_actor_check_add_person (IntimailActor *self,
                                          IntimailPerson *person,
                                          GError **error);

/* From what is known to what shall be. */
gboolean intimail_actor_check_update_person (IntimailActor *self,
                                             IntimailPerson *current,
                                             IntimailPerson *wanted,
                                             GCancellable *cancellable,
                                             GError **error);

/* To give somebody a new password is to become them. */
gboolean intimail_actor_check_set_password (IntimailActor *self,
                                            IntimailPerson *person,
                                            GCancellable *cancellable,
                                            GError **error);

/* What everybody does for themselves alone. */
gboolean intimail_actor_check_self (IntimailActor *self,
                                    const char *uid,
                                    GError **error);

gboolean intimail_actor_check_add_group (IntimailActor *self,
                                         IntimailGroup *group,
                                         GError **error);

gboolean intimail_actor_check_update_group (IntimailActor *self,
                                            IntimailGroup *current,
                                            IntimailGroup *wanted,
                                            GError **error);

gboolean intimail_actor_check_remove_group (IntimailActor *self,
                                            IntimailGroup *group,
                                            GError **error);

G_END_DECLS
