/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#define N_SYSTEM 6
#define TRASHED_WORD "\\deleted" /* no keyword of JMAP has a backslash */

static const struct
{
  char letter;
  const char *word;
} system_keywords[N_SYSTEM] = {
  { 'S', "$seen" },
  { 'F', "$flagged" },
  { 'R', "$answered" },
  { 'D', "$draft" },
  { 'P', "$forwarded" },
  { 'T', TRASHED_WORD },
};

gboolean
intimail_keyword_check (const char *keyword, GError **error)
{
  gsize length = strlen (keyword);
  gboolean ok = length > 0 && length <= INTIMAIL_KEYWORD_LENGTH_MAX;

  /* RFC 8621 section 4.1.1, in the lower case that servers give. */
  for (gsize i = 0; ok && i < length; i++)
    ok = keyword[i] >= 0x21 && keyword[i] <= 0x7e && strchr ("(){]%*\"\\", keyword[i]) == NULL && !g_ascii_isupper (keyword[i]);

  if (!ok)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" cannot be a keyword", keyword);
  return ok;
}

guint64
intimail_keyword_read_letters (const char *letters)
{
  guint64 keywords = 0;

  for (const char *c = letters; *c != '\0'; c++)
    {
      for (guint i = 0; i < N_SYSTEM; i++)
        {
          if (*c == system_keywords[i].letter)
            keywords |= G_GUINT64_CONSTANT (1) << i;
        }
    }
  return keywords;
}

gboolean
intimail_keyword_is_in_name (guint64 keywords, const char *file)
{
  IntimailMaildirName name;

  return intimail_maildir_name_parse (file, &name) && intimail_keyword_read_letters (name.letters) == keywords;
}

guint64
intimail_account_find_keyword (IntimailAccount *self, const char *keyword)
{
  for (guint i = 0; i < N_SYSTEM; i++)
    {
      if (strcmp (keyword, system_keywords[i].word) == 0)
        return G_GUINT64_CONSTANT (1) << i;
    }
  for (guint i = 0; i < self->keywords->len; i++)
    {
      if (strcmp (keyword, g_ptr_array_index (self->keywords, i)) == 0)
        return G_GUINT64_CONSTANT (1) << (N_SYSTEM + i);
    }
  return 0;
}

guint64
intimail_account_take_keyword (IntimailAccount *self, const char *keyword)
{
  guint64 bit = intimail_account_find_keyword (self, keyword);

  if (bit != 0 || self->keywords->len == 64 - N_SYSTEM)
    return bit;
  g_ptr_array_add (self->keywords, g_strdup (keyword));
  return G_GUINT64_CONSTANT (1) << (N_SYSTEM + self->keywords->len - 1);
}

GStrv
intimail_account_name_keywords (IntimailAccount *self, guint64 keywords, gboolean with_trashed)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!with_trashed)
    keywords &= ~INTIMAIL_KEYWORD_TRASHED;
  for (guint i = 0; keywords >> i != 0; i++)
    {
      if ((keywords >> i & 1) != 0)
        g_strv_builder_add (builder, i < N_SYSTEM ? system_keywords[i].word : g_ptr_array_index (self->keywords, i - N_SYSTEM));
      if (i == 63)
        break;
    }

  return g_strv_builder_end (builder);
}

guint64
intimail_account_read_letters (IntimailAccount *self, IntimailFolder *folder, const char *letters)
{
  guint64 keywords = intimail_keyword_read_letters (letters);

  for (const char *c = letters; *c != '\0'; c++)
    {
      if (*c >= 'a' && *c <= 'z' && folder->letters[*c - 'a'] == NULL)
        folder->letters_lack = TRUE;
      else if (*c >= 'a' && *c <= 'z')
        {
          const char *word = folder->letters[*c - 'a'];

          if (intimail_keyword_check (word, NULL))
            keywords |= intimail_account_take_keyword (self, word);
        }
    }

  return keywords;
}

/* Maildir has a letter for what is passed on, and IMAP a word. Dovecot knows the word
 * alone, so where it works the word gets a letter as any other, and can be taken away
 * by either of us. */
static gboolean
is_written_as_word (IntimailFolder *folder, guint bit)
{
  return bit >= N_SYSTEM ||
         (system_keywords[bit].letter == 'P' &&
          (intimail_folder_find_letter (folder, system_keywords[bit].word) != 0 || intimail_folder_is_dovecots (folder)));
}

static const char *
get_word (IntimailAccount *self, guint bit)
{
  return bit < N_SYSTEM ? system_keywords[bit].word : g_ptr_array_index (self->keywords, bit - N_SYSTEM);
}

char *
intimail_account_write_letters (IntimailAccount *self, IntimailFolder *folder, guint64 keywords, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 64; i++)
    {
      char letter;

      if ((keywords >> i & 1) == 0)
        continue;
      letter = is_written_as_word (folder, i) ? intimail_folder_take_letter (folder, get_word (self, i), error) : system_keywords[i].letter;
      if (letter == 0)
        return NULL;
      g_string_append_c (text, letter);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
intimail_account_find_letters (IntimailAccount *self, IntimailFolder *folder, guint64 keywords)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 64; i++)
    {
      char letter;

      if ((keywords >> i & 1) == 0)
        continue;
      letter = intimail_folder_find_letter (folder, get_word (self, i));
      if (letter != 0)
        g_string_append_c (text, letter);
      if (i < N_SYSTEM)
        g_string_append_c (text, system_keywords[i].letter);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
