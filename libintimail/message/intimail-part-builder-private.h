/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message put together part by part, of whatever structure.
 *
 * Lines end with LF, as they do in a Maildir. Whatever is given, the result is a
 * message that RFC 5322 and RFC 2045 allow: text is encoded, long lines are
 * folded, and nothing given can begin a field of its own.
 */

#pragma once

#include "message/intimail-content-private.h"

G_BEGIN_DECLS

typedef struct _IntimailPartBuilder IntimailPartBuilder;

/* To be called before the first is made. UNAVAILABLE when what writes a message cannot be
 * loaded now. */
gboolean intimail_part_builder_prepare (GError **error);

/* @content_type is "type/subtype"; intimail_part_builder_is_content_type() says
 * whether it is one. */
IntimailPartBuilder *intimail_part_builder_new (const char *content_type);
void intimail_part_builder_free (IntimailPartBuilder *self);

gboolean intimail_part_builder_is_content_type (const char *text);
gboolean intimail_part_builder_is_field_name (const char *text);

/* Fields come out in the order in which they were added; those that describe the
 * content (Content-*) follow, made of what is set below, unless they were added
 * here. FALSE when the value cannot stand in a field. */
gboolean intimail_part_builder_add_raw (IntimailPartBuilder *self,
                                        const char *name,
                                        const char *value); /* folds may be in it */
void intimail_part_builder_add_text (IntimailPartBuilder *self,
                                     const char *name,
                                     const char *text);
void intimail_part_builder_add_date (IntimailPartBuilder *self,
                                     const char *name,
                                     GDateTime *date);

/* "<id> <id>": for message ids and, with commas, for URLs. */
gboolean intimail_part_builder_add_ids (IntimailPartBuilder *self,
                                        const char *name,
                                        const char *const *ids);
gboolean intimail_part_builder_add_urls (IntimailPartBuilder *self,
                                         const char *name,
                                         const char *const *urls);

/* A field of addresses, one by one: begin, then addresses and groups. */
void intimail_part_builder_begin_addresses (IntimailPartBuilder *self,
                                            const char *name);
void intimail_part_builder_begin_group (IntimailPartBuilder *self,
                                        const char *name);
gboolean intimail_part_builder_add_address (IntimailPartBuilder *self,
                                            const char *name, /* NULL or "" is none */
                                            const char *email);
void intimail_part_builder_end_group (IntimailPartBuilder *self);
void intimail_part_builder_end_addresses (IntimailPartBuilder *self);

gboolean intimail_part_builder_has_field (IntimailPartBuilder *self,
                                          const char *name);

void intimail_part_builder_set_parameter (IntimailPartBuilder *self,
                                          const char *name,
                                          const char *value);
/* @file_name NULL is none; a NULL @disposition with one puts it into Content-Type. */
void intimail_part_builder_set_disposition (IntimailPartBuilder *self,
                                            const char *disposition,
                                            const char *file_name);

/* The decoded content; how it is encoded is the builder's choice, and so is the charset of
 * text without one that is UTF-8. */
void intimail_part_builder_set_content (IntimailPartBuilder *self,
                                        GBytes *content);
void intimail_part_builder_take_part (IntimailPartBuilder *self,
                                      IntimailPartBuilder *part);

/* The same from wherever it is, read when the message is written. */
void intimail_part_builder_set_source (IntimailPartBuilder *self,
                                       IntimailContent *source);

/* The whole message: this part is the root. The memory needed does not depend on the
 * size of a content that is not in memory. Fails as a content's source or @stream does;
 * what was written until then stays there. @stream is not closed. */
gboolean intimail_part_builder_write (IntimailPartBuilder *self,
                                      GOutputStream *stream,
                                      GCancellable *cancellable,
                                      GError **error);
GBytes *intimail_part_builder_build (IntimailPartBuilder *self,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailPartBuilder, intimail_part_builder_free)

G_END_DECLS
