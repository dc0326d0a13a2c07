/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-part-info-private.h"

#include <string.h>

#include "message/intimail-charset-private.h"

/* A type is two tokens (RFC 2045 section 5.1); else the default of section 5.2. */
gboolean
intimail_part_info_is_valid_type (const char *type)
{
  const char *slash = strchr (type, '/');

  if (slash == NULL || slash == type || slash[1] == '\0' || strchr (slash + 1, '/') != NULL)
    return FALSE;
  for (const char *at = type; *at != '\0'; at++)
    if (*at <= 0x20 || *at >= 0x7f || strchr ("()<>@,;:\\\"[]?=", *at) != NULL)
      return FALSE;

  return TRUE;
}

static void
imply_charset (IntimailPartInfo *self)
{
  if (self->charset == NULL && g_str_has_prefix (self->type, "text/"))
    self->charset = g_strdup ("us-ascii");
}

static char *
read_content_id (const IntimailRawField *field)
{
  g_autofree char *text = intimail_raw_field_unfold (field, NULL);
  g_auto (GStrv) ids = intimail_raw_field_read_bracketed (text, 1);

  return ids != NULL ? g_strdup (ids[0]) : g_steal_pointer (&text);
}

void
intimail_part_info_init (IntimailPartInfo *self,
                         IntimailParameters *type,
                         IntimailParameters *disposition,
                         IntimailParameters *transfer,
                         const IntimailRawField *content_id,
                         const char *default_type)
{
  const char *value = type != NULL ? intimail_parameters_get_value (type) : "";

  memset (self, 0, sizeof *self);
  if (disposition != NULL)
    {
      if (*intimail_parameters_get_value (disposition) != '\0')
        self->disposition = g_strdup (intimail_parameters_get_value (disposition));
      self->name = intimail_parameters_get (disposition, "filename");
    }
  /* "Content-Type: text" was once how one wrote it. */
  self->type = g_strdup (intimail_part_info_is_valid_type (value) ? value : type == NULL ? default_type
                                                                                         : "text/plain");
  self->multipart = g_str_has_prefix (self->type, "multipart/");
  if (type != NULL)
    {
      if (self->multipart)
        self->boundary = intimail_parameters_get (type, "boundary");
      self->charset = intimail_parameters_get (type, "charset");
      if (self->name == NULL)
        self->name = intimail_parameters_get (type, "name");
    }
  self->charset_implied = self->charset == NULL;
  imply_charset (self);
  self->transfer = intimail_transfer_from_name (transfer != NULL ? intimail_parameters_get_value (transfer) : NULL);
  if (content_id != NULL)
    self->content_id = read_content_id (content_id);
}

IntimailParameters *
intimail_part_info_find_parameters (const IntimailRawField *fields, guint n_fields, const char *charset, const char *name)
{
  const IntimailRawField *field = intimail_raw_fields_find (fields, n_fields, name);
  g_autofree char *text = field != NULL ? intimail_raw_field_unfold (field, charset) : NULL;

  return text != NULL ? intimail_parameters_new (text) : NULL;
}

void
intimail_part_info_init_from_fields (IntimailPartInfo *self,
                                     const IntimailRawField *fields,
                                     guint n_fields,
                                     const char *charset,
                                     const char *default_type)
{
  g_autoptr (IntimailParameters) type = NULL;
  g_autoptr (IntimailParameters) disposition = NULL;
  g_autoptr (IntimailParameters) transfer = NULL;

  type = intimail_part_info_find_parameters (fields, n_fields, charset, "Content-Type");
  disposition = intimail_part_info_find_parameters (fields, n_fields, charset, "Content-Disposition");
  transfer = intimail_part_info_find_parameters (fields, n_fields, charset, "Content-Transfer-Encoding");
  intimail_part_info_init (self, type, disposition, transfer,
                           intimail_raw_fields_find (fields, n_fields, "Content-ID"), default_type);
}

void
intimail_part_info_clear (IntimailPartInfo *self)
{
  g_free (self->type);
  g_free (self->charset);
  g_free (self->disposition);
  g_free (self->name);
  g_free (self->content_id);
  g_free (self->boundary);
}

void
intimail_part_info_make_leaf (IntimailPartInfo *self, const char *type)
{
  self->multipart = FALSE;
  g_free (self->type);
  self->type = g_strdup (type);
  imply_charset (self);
}

gboolean
intimail_part_info_is_type (const IntimailPartInfo *self, const char *type)
{
  return strcmp (self->type, type) == 0;
}

gboolean
intimail_part_info_has_prefix (const IntimailPartInfo *self, const char *prefix)
{
  return g_str_has_prefix (self->type, prefix);
}

gboolean
intimail_part_info_is_plain (const IntimailPartInfo *self)
{
  return self->transfer == INTIMAIL_TRANSFER_IDENTITY || self->transfer == INTIMAIL_TRANSFER_UNKNOWN;
}

static void
unify_line_ends (char *text)
{
  char *to = strchr (text, '\r');

  if (to == NULL)
    return;
  for (const char *from = to; *from != '\0'; from++)
    if (from[0] != '\r' || from[1] != '\n')
      *to++ = *from;
  *to = '\0';
}

char *
intimail_part_info_decode_text (const IntimailPartInfo *self, const char *data, gsize length, gboolean *problem)
{
  const char *charset = self->charset;
  char *text;

  if (self->charset_implied && strcmp (self->type, "text/html") == 0)
    charset = intimail_charset_find_in_html (data, length);
  text = intimail_charset_decode (charset, data, length, problem);
  unify_line_ends (text);

  return text;
}

char *
intimail_part_info_read_text (const IntimailPartInfo *self, gsize limit)
{
  g_autoptr (GByteArray) bytes = NULL;

  if (self->multipart)
    return NULL;
  if (intimail_part_info_is_plain (self))
    return intimail_part_info_decode_text (self, self->body, MIN (self->length, limit), NULL);

  bytes = intimail_transfer_decode_start (self->transfer, self->with_gmime, self->body, self->length, MIN (limit, G_MAXUINT));
  return intimail_part_info_decode_text (self, (const char *) bytes->data, bytes->len, NULL);
}
