/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-temporary-alias.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_PERSON_STATUS_ACTIVE = 0,
  INTIMAIL_PERSON_STATUS_DISABLED = 1,
} IntimailPersonStatus;

#define INTIMAIL_TYPE_PERSON (intimail_person_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailPerson, intimail_person, INTIMAIL, PERSON, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_person_new (const char *uid,
                                     const char *mail);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_person_get_uid (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_person_get_uuid (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_person_has_second_factor (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_person_get_sign_in_stamp (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_person_get_mail (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_mail (IntimailPerson *self,
                               const char *mail);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_person_get_display_name (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_display_name (IntimailPerson *self,
                                       const char *name);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_person_get_aliases (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_aliases (IntimailPerson *self,
                                  const char *const *aliases);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_person_get_quota_bytes (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_quota_bytes (IntimailPerson *self,
                                      guint64 bytes);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_person_get_quota_messages (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_quota_messages (IntimailPerson *self,
                                         guint64 messages);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPersonStatus intimail_person_get_status (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_status (IntimailPerson *self,
                                 IntimailPersonStatus status);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_person_get_expiry (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_expiry (IntimailPerson *self,
                                 gint64 expiry);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_person_get_removal (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_removal (IntimailPerson *self,
                                  gint64 until);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_person_get_deletes_mail (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_deletes_mail (IntimailPerson *self,
                                       gboolean deletes);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_person_get_maildir (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_maildir (IntimailPerson *self,
                                  const char *path);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_person_get_mail_host (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_mail_host (IntimailPerson *self,
                                    const char *host);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_person_get_admin_domains (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_admin_domains (IntimailPerson *self,
                                        const char *const *domains);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_person_get_temporary_aliases (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_person_set_temporary_aliases (IntimailPerson *self,
                                            GPtrArray *aliases);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_person_is_active (IntimailPerson *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_person_owns_address (IntimailPerson *self,
                                       const char *address);

G_END_DECLS
