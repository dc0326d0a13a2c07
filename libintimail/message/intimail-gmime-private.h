/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GMime, loaded when the first message is taken apart or written: it brings GPGME and a table
 * of all scripts along, which programs that deliver and list need not wait for. Its types are
 * for the files of this room that make a GMime object; nothing of it is in the header of
 * another file.
 */

#pragma once

#include <gmime/gmime.h>

G_BEGIN_DECLS

#define INTIMAIL_GMIME_FUNCTIONS(X)              \
  X (g_mime_certificate_get_email)               \
  X (g_mime_certificate_get_fingerprint)         \
  X (g_mime_certificate_get_name)                \
  X (g_mime_content_disposition_get_parameters)  \
  X (g_mime_content_disposition_new)             \
  X (g_mime_content_disposition_set_disposition) \
  X (g_mime_content_type_get_mime_type)          \
  X (g_mime_content_type_get_parameters)         \
  X (g_mime_content_type_new)                    \
  X (g_mime_crypto_context_verify)               \
  X (g_mime_encoding_flush)                      \
  X (g_mime_encoding_init_decode)                \
  X (g_mime_encoding_init_encode)                \
  X (g_mime_encoding_step)                       \
  X (g_mime_format_options_get_newline)          \
  X (g_mime_gpg_context_new)                     \
  X (g_mime_header_list_append)                  \
  X (g_mime_header_list_get_count)               \
  X (g_mime_header_list_get_header_at)           \
  X (g_mime_header_list_write_to_stream)         \
  X (g_mime_header_set_raw_value)                \
  X (g_mime_init)                                \
  X (g_mime_message_new)                         \
  X (g_mime_message_set_mime_part)               \
  X (g_mime_multipart_add)                       \
  X (g_mime_multipart_get_count)                 \
  X (g_mime_multipart_get_part)                  \
  X (g_mime_multipart_new)                       \
  X (g_mime_object_get_content_disposition)      \
  X (g_mime_object_get_content_type)             \
  X (g_mime_object_get_header)                   \
  X (g_mime_object_get_header_list)              \
  X (g_mime_object_set_content_disposition)      \
  X (g_mime_object_set_content_type)             \
  X (g_mime_object_write_to_stream)              \
  X (g_mime_param_get_value)                     \
  X (g_mime_param_list_get_parameter)            \
  X (g_mime_param_list_set_parameter)            \
  X (g_mime_param_set_charset)                   \
  X (g_mime_param_set_encoding_method)           \
  X (g_mime_parser_construct_part)               \
  X (g_mime_parser_new_with_stream)              \
  X (g_mime_part_get_content_encoding)           \
  X (g_mime_part_get_type)                       \
  X (g_mime_part_new)                            \
  X (g_mime_part_set_content_encoding)           \
  X (g_mime_signature_get_certificate)           \
  X (g_mime_signature_get_created64)             \
  X (g_mime_signature_get_status)                \
  X (g_mime_signature_list_get_signature)        \
  X (g_mime_signature_list_length)               \
  X (g_mime_stream_get_type)                     \
  X (g_mime_stream_mem_new_with_buffer)          \
  X (g_mime_stream_mem_new_with_byte_array)      \
  X (g_mime_stream_write_string)                 \
  X (g_mime_utils_header_encode_phrase)          \
  X (g_mime_utils_header_encode_text)            \
  X (g_mime_utils_header_format_date)            \
  X (g_mime_utils_structured_header_fold)        \
  X (g_mime_utils_unstructured_header_fold)      \
  X (internet_address_group_get_members)         \
  X (internet_address_group_new)                 \
  X (internet_address_list_add)                  \
  X (internet_address_list_encode)               \
  X (internet_address_list_new)                  \
  X (internet_address_mailbox_new)               \
  X (internet_address_set_charset)

#define INTIMAIL_GMIME_DECLARE(name) __typeof__ (name) *name;

typedef struct
{
  INTIMAIL_GMIME_FUNCTIONS (INTIMAIL_GMIME_DECLARE)
} IntimailGmime;

/* The functions, once one of these has been called. */
extern IntimailGmime intimail_gmime;

/* Makes GMime ready; any thread may. It is never shut down: a program may end with a
 * message in its hand. UNAVAILABLE when the library cannot be loaded now. */
gboolean intimail_gmime_load (GError **error);

/* The same for what cannot fail, behind a function that loaded it: ends the program
 * when that was forgotten and the library is not there. */
void intimail_gmime_require (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeObject, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeStream, g_object_unref)

G_END_DECLS
