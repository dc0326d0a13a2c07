/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-file-type-private.h"

#include <gio/gio.h>

#include <string.h>

#define UNKNOWN "application/octet-stream"

/* For types that mail is full of. The database of the desktop knows which type an extension
 * has, not which extension a type should have. */
static const struct
{
  const char *type;
  const char *extension;
} extensions[] = {
  { "application/gzip", ".gz" },
  { "application/javascript", ".js" },
  { "application/json", ".json" },
  { "application/msword", ".doc" },
  { "application/pdf", ".pdf" },
  { "application/pgp-encrypted", ".asc" },
  { "application/pgp-keys", ".asc" },
  { "application/pgp-signature", ".asc" },
  { "application/pkcs7-mime", ".p7m" },
  { "application/pkcs7-signature", ".p7s" },
  { "application/postscript", ".ps" },
  { "application/rtf", ".rtf" },
  { "application/vnd.ms-excel", ".xls" },
  { "application/vnd.ms-powerpoint", ".ppt" },
  { "application/vnd.ms-tnef", ".dat" },
  { "application/vnd.oasis.opendocument.presentation", ".odp" },
  { "application/vnd.oasis.opendocument.spreadsheet", ".ods" },
  { "application/vnd.oasis.opendocument.text", ".odt" },
  { "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx" },
  { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx" },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx" },
  { "application/vnd.rar", ".rar" },
  { "application/x-7z-compressed", ".7z" },
  { "application/xml", ".xml" },
  { "application/zip", ".zip" },
  { "audio/flac", ".flac" },
  { "audio/mpeg", ".mp3" },
  { "audio/ogg", ".ogg" },
  { "audio/wav", ".wav" },
  { "audio/x-wav", ".wav" },
  { "image/bmp", ".bmp" },
  { "image/gif", ".gif" },
  { "image/heif", ".heic" },
  { "image/jpeg", ".jpg" },
  { "image/png", ".png" },
  { "image/svg+xml", ".svg" },
  { "image/tiff", ".tif" },
  { "image/webp", ".webp" },
  { "message/rfc822", ".eml" },
  { "text/calendar", ".ics" },
  { "text/csv", ".csv" },
  { "text/html", ".html" },
  { "text/plain", ".txt" },
  { "text/rtf", ".rtf" },
  { "text/vcard", ".vcf" },
  { "video/mp4", ".mp4" },
  { "video/quicktime", ".mov" },
  { "video/webm", ".webm" },
};

static const char *const programs[] = {
  "application/x-ms-dos-executable", "application/x-msdownload", "application/vnd.microsoft.portable-executable",
  "application/x-msdos-program", "application/x-executable", "application/x-sharedlib", "application/x-pie-executable",
  "application/x-shellscript", "application/x-java", "application/x-mach-binary", "application/x-perl", NULL
};

/* Families of which a text is no member: who calls a text so is mistaken, or hopes that the
 * reader is. */
static const char *const never_text[] = {
  "image/", "audio/", "video/", "application/pdf", "application/zip", "application/gzip", "application/vnd.oasis.",
  "application/vnd.openxmlformats", "application/msword", "application/vnd.ms-", NULL
};

/* What is an OLE container inside, which the database says of a few only. */
static const char *const ole[] = {
  "application/msword", "application/vnd.ms-", "application/vnd.visio", "application/x-msi", "application/x-ole-storage", NULL
};

static const char *const compressed[] = {
  "video/", "application/pdf", "application/zip", "application/gzip", "application/vnd.oasis.",
  "application/vnd.openxmlformats", "application/vnd.rar", "application/x-7z-compressed", "application/x-bzip",
  "application/x-xz", "application/zstd", "application/java-archive", "application/x-java-archive", "audio/mpeg", "audio/ogg",
  "audio/flac", "audio/mp4", "image/jpeg", "image/png", "image/gif", "image/webp", "image/heif", "image/avif", NULL
};

static gboolean
has_prefix (const char *type, const char *const *prefixes)
{
  for (; *prefixes != NULL; prefixes++)
    if (g_str_has_prefix (type, *prefixes))
      return TRUE;

  return FALSE;
}

static char *
take_known (char *type)
{
  g_autofree char *known = type != NULL ? g_content_type_get_mime_type (type) : NULL;

  g_free (type);
  if (known == NULL || strcmp (known, UNKNOWN) == 0 || strcmp (known, "application/x-zerosize") == 0)
    return NULL;

  return g_steal_pointer (&known);
}

char *
intimail_file_type_guess (const guchar *sample, gsize length)
{
  char *type = take_known (g_content_type_guess (NULL, sample, length, NULL));

  return type != NULL ? type : g_strdup (UNKNOWN);
}

char *
intimail_file_type_from_name (const char *name)
{
  const char *dot = strrchr (name, '.');

  /* "Makefile" and "core" are types of files, but not in mail. */
  return dot != NULL && dot[1] != '\0' ? take_known (g_content_type_guess (name, NULL, 0, NULL)) : NULL;
}

static gboolean
is_kind_of (const char *type, const char *other)
{
  g_autofree char *one = g_content_type_from_mime_type (type);
  g_autofree char *two = g_content_type_from_mime_type (other);

  return one != NULL && two != NULL && (g_content_type_equals (one, two) || g_content_type_is_a (one, two));
}

gboolean
intimail_file_type_agrees (const char *shown, const char *claimed)
{
  if (strcmp (shown, UNKNOWN) == 0 || strcmp (claimed, UNKNOWN) == 0)
    return TRUE;
  if (intimail_file_type_is_program (shown))
    return intimail_file_type_is_program (claimed);
  if (strcmp (shown, "application/x-ole-storage") == 0)
    return has_prefix (claimed, ole);
  if (strcmp (shown, "text/plain") == 0)
    return !has_prefix (claimed, never_text) || is_kind_of (claimed, shown);
  /* A text that looks like another kind of text is one, a document that is a zip a zip. */
  if (is_kind_of (claimed, shown) || is_kind_of (shown, claimed))
    return TRUE;

  return is_kind_of (claimed, "text/plain") && is_kind_of (shown, "text/plain");
}

gboolean
intimail_file_type_is_program (const char *type)
{
  return g_strv_contains (programs, type);
}

gboolean
intimail_file_type_is_compressed (const char *type)
{
  return has_prefix (type, compressed);
}

const char *
intimail_file_type_get_extension (const char *type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (strcmp (extensions[i].type, type) == 0)
      return extensions[i].extension;

  return NULL;
}
