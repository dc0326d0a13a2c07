/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-guard-event.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_DETECTOR (intimail_detector_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailDetector, intimail_detector, INTIMAIL, DETECTOR, GObject)

typedef void (*IntimailDetectorFunc) (IntimailGuardEvent *event,
                                      guint line,
                                      gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailDetector *intimail_detector_new (void);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_detector_load_builtin (IntimailDetector *self,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_detector_load_service (IntimailDetector *self,
                                         const char *service,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_detector_load_file (IntimailDetector *self,
                                      const char *path,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_detector_load_folder (IntimailDetector *self,
                                        const char *path,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_detector_list_services (IntimailDetector *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_detector_set_services (IntimailDetector *self,
                                     const char *const *services);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_detector_set_aggressive (IntimailDetector *self,
                                       gboolean aggressive);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_detector_set_untimed (IntimailDetector *self,
                                    gboolean untimed);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_detector_set_live (IntimailDetector *self,
                                 gboolean live);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGuardEvent *intimail_detector_match (IntimailDetector *self,
                                             const char *line,
                                             gssize length,
                                             gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGuardEvent *intimail_detector_match_entry (IntimailDetector *self,
                                                   const char *program,
                                                   const char *process,
                                                   const char *message,
                                                   gssize length,
                                                   gint64 time);

INTIMAIL_AVAILABLE_IN_1_0
gsize intimail_detector_scan (IntimailDetector *self,
                              const guint8 *data,
                              gsize length,
                              gint64 now,
                              IntimailDetectorFunc func,
                              gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_detector_get_lines (IntimailDetector *self);

G_END_DECLS
