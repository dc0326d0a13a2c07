/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-transfer-words-private.h"

#include <fcntl.h>
#include <string.h>

#include "base/intimail-fd-private.h"

#define KEYWORDS_FILE_MAX (64 * 1024)

void
intimail_transfer_words_clear (IntimailTransferWords *self)
{
  for (guint i = 0; i < INTIMAIL_TRANSFER_N_LETTERS; i++)
    g_clear_pointer (&self->words[i], g_free);
}

/* "0 word": number 0 is the letter a. */
void
intimail_transfer_words_load (IntimailTransferWords *self, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "dovecot-keywords", NULL);
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autofree char *data = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  if (fd < 0 || !intimail_fd_read_all (fd, KEYWORDS_FILE_MAX, &data, &length, NULL))
    return;
  lines = g_strsplit (data, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *end;
      guint64 number = g_ascii_strtoull (lines[i], &end, 10);

      if (end == lines[i] || *end != ' ' || number >= INTIMAIL_TRANSFER_N_LETTERS)
        continue;
      g_free (self->words[number]);
      self->words[number] = g_ascii_strdown (g_strstrip (end), -1);
    }
}

char *
intimail_transfer_words_describe (const IntimailTransferWords *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < INTIMAIL_TRANSFER_N_LETTERS; i++)
    {
      if (self->words[i] != NULL)
        g_string_append_printf (text, "%u %s\n", i, self->words[i]);
    }
  return g_string_free (text, FALSE);
}

GStrv
intimail_transfer_words_name (const IntimailTransferWords *self, const char *letters)
{
  static const struct
  {
    char letter;
    const char *word;
  } known[] = {
    { 'S', "$seen" },
    { 'R', "$answered" },
    { 'F', "$flagged" },
    { 'D', "$draft" },
    { 'P', "$forwarded" },
    { 'T', "\\deleted" },
  };
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (const char *c = letters; *c != '\0'; c++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
        {
          if (*c == known[i].letter)
            g_strv_builder_add (words, known[i].word);
        }
      if (*c >= 'a' && *c <= 'z' && self->words[*c - 'a'] != NULL)
        g_strv_builder_add (words, self->words[*c - 'a']);
    }
  return g_strv_builder_end (words);
}
