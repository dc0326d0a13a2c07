/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-precis-private.h"

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"

/* RFC 8264 section 9.9: letters of Hangul that are parts of syllables. */
static gboolean
is_old_hangul_jamo (gunichar c)
{
  return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97C) || (c >= 0xD7B0 && c <= 0xD7FB);
}

/* Section 9.13: Default_Ignorable_Code_Point and noncharacters, which nobody sees. GLib
 * does not know the property; these are its code points (DerivedCoreProperties.txt of
 * Unicode 15) that are not unassigned. */
static gboolean
is_ignorable (gunichar c)
{
  static const gunichar ranges[][2] = {
    { 0x00AD, 0x00AD },
    { 0x034F, 0x034F },
    { 0x061C, 0x061C },
    { 0x115F, 0x1160 },
    { 0x17B4, 0x17B5 },
    { 0x180B, 0x180F },
    { 0x200B, 0x200F }, /* the two joiners, of section 9.8, among them */
    { 0x202A, 0x202E },
    { 0x2060, 0x206F },
    { 0x3164, 0x3164 },
    { 0xFE00, 0xFE0F },
    { 0xFEFF, 0xFEFF },
    { 0xFFA0, 0xFFA0 },
    { 0xFFF0, 0xFFF8 },
    { 0x1BCA0, 0x1BCA3 },
    { 0x1D173, 0x1D17A },
    { 0xE0000, 0xE0FFF },
  };

  if ((c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (c >= ranges[i][0] && c <= ranges[i][1])
      return TRUE;

  return FALSE;
}

/* What the FreeformClass does not have (section 4.3.3). */
static gboolean
is_disallowed (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return is_old_hangul_jamo (c) || is_ignorable (c);
    }
}

char *
intimail_precis_prepare_password (const char *password, GError **error)
{
  GString *mapped = g_string_new (NULL);
  const char *problem = NULL;
  char *text;
  char *result = NULL;

  if (*password == '\0')
    problem = "a password is not empty";
  else if (!g_utf8_validate (password, -1, NULL))
    problem = "a password is text in UTF-8";
  for (const char *c = password; problem == NULL && *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (is_disallowed (letter))
        problem = "a password has no control characters and none that nobody sees";
      /* Section 4.2.2 of RFC 8265, rule 2. */
      g_string_append_unichar (mapped, g_unichar_type (letter) == G_UNICODE_SPACE_SEPARATOR ? ' ' : letter);
    }
  text = g_string_free (mapped, FALSE);
  if (problem == NULL)
    result = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  else
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, problem);
  intimail_secret_free (text);

  return result;
}
