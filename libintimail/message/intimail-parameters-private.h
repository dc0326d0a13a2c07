/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The value and the parameters of Content-Type and Content-Disposition.
 *
 * They are cut apart as mail really has them: with semicolons doubled and left out,
 * quotes never closed, paths of Windows. What has to be decoded then (RFC 2231, and RFC 2047
 * as many write it) is decoded by GMime for a message, and here for an index, which would
 * wait for GMime longer than for all else.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of one field that many parameters are read, and that many bytes. */
#define INTIMAIL_PARAMETERS_MAX_COUNT 200
#define INTIMAIL_PARAMETERS_MAX_LENGTH (64 * 1024)

typedef struct _IntimailParameters IntimailParameters;

/* @text is an unfolded value in UTF-8. */
IntimailParameters *intimail_parameters_new (const char *text);

void intimail_parameters_free (IntimailParameters *self);

/* What stands before the first semicolon, lower case, without comments. */
const char *intimail_parameters_get_value (IntimailParameters *self);

/* A parameter, put together and decoded, and without control characters; NULL when
 * there is none. */
char *intimail_parameters_get (IntimailParameters *self,
                               const char *name);

/* A parameter so that GMime reads it as it was meant: "; name=value" in proper form, or
 * several of them, or nothing when GMime would read it in another way. */
void intimail_parameters_append_proper (IntimailParameters *self,
                                        const char *name,
                                        GString *to);

/* @value as it stands between quotes. */
void intimail_parameters_append_quoted (GString *to,
                                        const char *value);

/* From now on the parameters are what GMime made of those: @list is a GMimeParamList,
 * of which a reference is taken. */
void intimail_parameters_set_list (IntimailParameters *self,
                                   gpointer list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailParameters, intimail_parameters_free)

G_END_DECLS
