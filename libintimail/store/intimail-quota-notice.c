/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-quota-notice-private.h"

#include <intimail/intimail-composer.h>

/* "81.2 MB", "81,2 Mo": by the person's language, not by the program's. */
static char *
format_size (guint64 bytes, gboolean french)
{
  static const char *const units[2][5] = { { "bytes", "kB", "MB", "GB", "TB" }, { "octets", "ko", "Mo", "Go", "To" } };
  guint64 unit = 1;
  guint i = 0;

  while (bytes / unit >= 1000 && i + 1 < G_N_ELEMENTS (units[0]))
    {
      unit *= 1000;
      i++;
    }
  if (i == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", bytes, units[french][i]);
  return g_strdup_printf ("%" G_GUINT64_FORMAT "%c%u %s", bytes / unit, french ? ',' : '.', (guint) (bytes % unit / (unit / 10)), units[french][i]);
}

static void
add_bytes (const IntimailQuotaNotice *self, GString *text)
{
  g_autofree char *used = format_size (self->value.used_bytes + self->value.big_bytes, self->french);
  g_autofree char *limit = format_size (self->value.limit_bytes, self->french);

  if (self->value.limit_bytes > 0)
    g_string_append_printf (text, self->french ? "    %s sur %s\n" : "    %s of %s\n", used, limit);
}

static void
add_messages (const IntimailQuotaNotice *self, GString *text)
{
  if (self->value.limit_messages > 0)
    g_string_append_printf (text,
                            self->french ? "    %" G_GUINT64_FORMAT " messages sur %" G_GUINT64_FORMAT "\n"
                                         : "    %" G_GUINT64_FORMAT " messages of %" G_GUINT64_FORMAT "\n",
                            self->value.used_messages, self->value.limit_messages);
}

static char *
make_text (const IntimailQuotaNotice *self, guint percentage)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          self->french ? "Votre boîte aux lettres est pleine à %u %% :\n\n"
                                       : "Your mailbox is %u %% full:\n\n",
                          percentage);
  add_bytes (self, text);
  add_messages (self, text);
  g_string_append (text, self->french ? "\nQuand elle sera pleine, le courrier qui arrive sera refusé et ses expéditeurs en\n"
                                        "seront avertis. Pour faire de la place, supprimez ce dont vous n'avez plus besoin,\n"
                                        "en commençant par les messages qui ont de grosses pièces jointes.\n"
                                      : "\nWhen it is full, mail that arrives is refused and its senders are told so. To make\n"
                                        "room, delete what you no longer need; begin with mail that has large attachments.\n");
  if (self->value.big_bytes > 0)
    g_string_append (text, self->french ? "Les fichiers que vous partagez par lien comptent aussi : voyez les réglages.\n"
                                        : "Files that you share by a link count too: see the settings.\n");
  if (self->trash_counts)
    g_string_append (text, self->french ? "Videz aussi la corbeille : ce qu'elle contient compte.\n"
                                        : "Empty the trash too: what is in it counts.\n");
  g_string_append_printf (text,
                          self->french ? "\nVous recevez ce message une seule fois quand %u %% sont atteints.\n"
                                       : "\nYou get this message once when %u %% are reached.\n",
                          self->mark);
  return g_string_free (text, FALSE);
}

GBytes *
intimail_quota_notice_compose (const IntimailQuotaNotice *self, GError **error)
{
  guint percentage = intimail_maildirsize_get_percentage (&self->value);
  g_autoptr (IntimailComposer) composer = intimail_composer_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *text = make_text (self, percentage);
  g_autofree char *subject = g_strdup_printf (self->french ? "Votre boîte aux lettres est pleine à %u %%" : "Your mailbox is %u %% full", percentage);

  g_ptr_array_add (to, self->to);
  intimail_composer_set_from (composer, self->from);
  intimail_composer_set_addresses (composer, "To", to);
  intimail_composer_set_date (composer, now);
  intimail_composer_set_text (composer, text);
  /* RFC 3834: nobody's machine answers a machine. */
  if (!intimail_composer_set_field (composer, "Subject", subject, error) ||
      !intimail_composer_set_field (composer, "Auto-Submitted", "auto-generated", error))
    return NULL;
  return intimail_composer_build (composer, intimail_address_get_domain (self->from), error);
}
