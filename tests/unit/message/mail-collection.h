/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The public collections of test mails, file by file.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef void (*MailCollectionVisit) (const char *path,
                                     GBytes *bytes,
                                     gpointer user_data);

/* Calls @visit for each file in or below @path; returns their number. */
guint mail_collection_visit (const char *path,
                             MailCollectionVisit visit,
                             gpointer user_data);

/* The same for the archive of 6,046 mails, which is unpacked for that time. */
guint mail_collection_visit_archive (const char *corpora,
                                     MailCollectionVisit visit,
                                     gpointer user_data);

G_END_DECLS
