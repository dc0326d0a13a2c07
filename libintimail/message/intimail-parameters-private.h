/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The value and the parameters of Content-Type and Content-Disposition.
 *
 * They are cut apart as mail really has them: with semicolons doubled and left out,
 * quotes never closed, paths of Windows; then decoded (RFC 2231, and RFC 2047 as many
 * write it).
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailParameters, intimail_parameters_free)

G_END_DECLS
