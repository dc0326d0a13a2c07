/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The subject of an answer.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "Re: " before @subject, in place of all such prefixes that it has, of whatever
 * language; "Re: " alone where it is empty. */
char *intimail_subject_make_reply (const char *subject);

/* The same with "Fwd: ". */
char *intimail_subject_make_forward (const char *subject);

G_END_DECLS
