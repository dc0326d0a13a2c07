/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message as rules look at it: its size and its header, each field read and folded
 * once, when the first condition asks for it. The body is not read.
 */

#pragma once

#include <gio/gio.h>

#include "message/intimail-raw-field-private.h"

G_BEGIN_DECLS

/* Of one field, all of its kind together, that many bytes are compared. */
#define INTIMAIL_RULE_VIEW_MAX_TEXT (256 * 1024)

typedef struct _IntimailRuleView IntimailRuleView;

/* @trace bytes of ours stand before what came. */
IntimailRuleView *intimail_rule_view_new (GBytes *message,
                                          gsize trace);
void intimail_rule_view_free (IntimailRuleView *self);

guint64 intimail_rule_view_get_size (const IntimailRuleView *self);

/* What is compared for "from", "header:x-mailer" and their like: folded texts, none when
 * the field is not there. */
const GPtrArray *intimail_rule_view_get_texts (IntimailRuleView *self,
                                               const char *field);

/* The @i-th field of that name from the top, for people; NULL when there is none. */
char *intimail_rule_view_read (const IntimailRuleView *self,
                               const char *name,
                               guint i);

/* How many there are of it below our own fields. */
guint intimail_rule_view_count (const IntimailRuleView *self,
                                const char *name);

/* The addresses of all fields of that name, below our own: an array of
 * IntimailAddress. */
GPtrArray *intimail_rule_view_read_addresses (const IntimailRuleView *self,
                                              const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailRuleView, intimail_rule_view_free)

G_END_DECLS
