/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What an HTML text says, without its markup: for previews and searches, and as the plain
 * text beside it; never to be shown as HTML again.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The text of @html (UTF-8), a line feed between blocks; stops once it has about
 * @limit bytes. */
char *intimail_html_to_text (const char *html,
                             gsize limit);

/* The whole text for somebody who reads it instead of the HTML: with the addresses of
 * links, signs before the items of a list, and the line ends that were written. */
char *intimail_html_to_plain (const char *html);

G_END_DECLS
