/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_GROUP_POSTERS_ANYONE = 0,
  INTIMAIL_GROUP_POSTERS_MEMBERS = 1,
  INTIMAIL_GROUP_POSTERS_OWNERS = 2,
} IntimailGroupPosters;

#define INTIMAIL_TYPE_GROUP (intimail_group_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailGroup, intimail_group, INTIMAIL, GROUP, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailGroup *intimail_group_new (const char *name);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_group_get_name (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_group_get_description (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_group_set_description (IntimailGroup *self,
                                     const char *description);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_group_get_mail (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_group_set_mail (IntimailGroup *self,
                              const char *mail);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_group_get_members (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_group_set_members (IntimailGroup *self,
                                 const char *const *uids);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_group_has_member (IntimailGroup *self,
                                    const char *uid);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_group_get_member_addresses (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_group_set_member_addresses (IntimailGroup *self,
                                          const char *const *addresses);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_group_get_owners (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_group_set_owners (IntimailGroup *self,
                                const char *const *uids);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_group_has_owner (IntimailGroup *self,
                                   const char *uid);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGroupPosters intimail_group_get_posters (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_group_set_posters (IntimailGroup *self,
                                 IntimailGroupPosters posters);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_group_get_hidden (IntimailGroup *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_group_set_hidden (IntimailGroup *self,
                                gboolean hidden);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_group_is_shown_to (IntimailGroup *self,
                                     const char *uid);

G_END_DECLS
