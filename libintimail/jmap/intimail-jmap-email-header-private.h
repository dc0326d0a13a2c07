/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The properties "header:Name:asForm:all" (RFC 8621 section 4.1.2).
 */

#pragma once

#include <json-glib/json-glib.h>

#include <intimail/intimail-part.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_JMAP_FORM_RAW,
  INTIMAIL_JMAP_FORM_TEXT,
  INTIMAIL_JMAP_FORM_ADDRESSES,
  INTIMAIL_JMAP_FORM_GROUPED_ADDRESSES,
  INTIMAIL_JMAP_FORM_MESSAGE_IDS,
  INTIMAIL_JMAP_FORM_DATE,
  INTIMAIL_JMAP_FORM_URLS,
} IntimailJmapForm;

/* A property that asks for a header field, taken apart. */
typedef struct
{
  char *property; /* as it was asked for, which is how it is answered */
  char *name;
  IntimailJmapForm form;
  gboolean all;
} IntimailJmapHeader;

/* NULL with INVALID_ARGUMENTS when @property, which begins with "header:", is
 * malformed or asks for a form that the field does not have. */
IntimailJmapHeader *intimail_jmap_header_parse (const char *property,
                                                GError **error);
void intimail_jmap_header_free (IntimailJmapHeader *header);

/* The value of the property for a part; the root part has the fields of the
 * message. */
JsonNode *intimail_jmap_header_get_node (const IntimailJmapHeader *header,
                                         IntimailPart *part);

/* The property "headers": all fields in the Raw form. */
JsonNode *intimail_jmap_headers_to_node (IntimailPart *part);

/* The Addresses form of a list of IntimailAddress; none is null. */
JsonNode *intimail_jmap_addresses_to_node (GPtrArray *addresses);

/* Date: "2014-10-30T14:12:00+08:00", with the offset that it was written with. */
char *intimail_jmap_date_format (GDateTime *date);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailJmapHeader, intimail_jmap_header_free)

G_END_DECLS
