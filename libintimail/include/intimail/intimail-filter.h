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
  INTIMAIL_FILTER_OPERATOR_AND = 0,
  INTIMAIL_FILTER_OPERATOR_OR = 1,
  INTIMAIL_FILTER_OPERATOR_NOT = 2,
} IntimailFilterOperator;

typedef enum
{
  INTIMAIL_FILTER_FIELD_IN_MAILBOX = 0,
  INTIMAIL_FILTER_FIELD_HAS_KEYWORD = 1,
  INTIMAIL_FILTER_FIELD_FROM = 2,
  INTIMAIL_FILTER_FIELD_TO = 3,
  INTIMAIL_FILTER_FIELD_CC = 4,
  INTIMAIL_FILTER_FIELD_BCC = 5,
  INTIMAIL_FILTER_FIELD_SUBJECT = 6,
  INTIMAIL_FILTER_FIELD_TEXT = 7,
  INTIMAIL_FILTER_FIELD_BODY = 8,
  INTIMAIL_FILTER_FIELD_BEFORE = 9,
  INTIMAIL_FILTER_FIELD_AFTER = 10,
  INTIMAIL_FILTER_FIELD_MIN_SIZE = 11,
  INTIMAIL_FILTER_FIELD_MAX_SIZE = 12,
  INTIMAIL_FILTER_FIELD_HAS_ATTACHMENT = 13,
  INTIMAIL_FILTER_FIELD_HEADER = 14,
  INTIMAIL_FILTER_FIELD_ALL_IN_THREAD_HAVE_KEYWORD = 15,
  INTIMAIL_FILTER_FIELD_SOME_IN_THREAD_HAVE_KEYWORD = 16,
  INTIMAIL_FILTER_FIELD_IN_THREAD = 17,
} IntimailFilterField;

#define INTIMAIL_TYPE_FILTER (intimail_filter_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailFilter, intimail_filter, INTIMAIL, FILTER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailFilter *intimail_filter_new_text (IntimailFilterField field,
                                          const char *value);

INTIMAIL_AVAILABLE_IN_1_0
IntimailFilter *intimail_filter_new_number (IntimailFilterField field,
                                            gint64 value);

INTIMAIL_AVAILABLE_IN_1_0
IntimailFilter *intimail_filter_new_operator (IntimailFilterOperator op,
                                              GPtrArray *filters);

G_END_DECLS
