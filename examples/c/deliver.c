/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Delivers the message on standard input to one address of a site.
 *
 * usage: deliver SITE SENDER RECIPIENT < MESSAGE
 */

#include <locale.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <intimail/intimail.h>

static gboolean
write_input (IntimailDelivery *delivery, GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  for (;;)
    {
      g_autoptr (GBytes) data = g_input_stream_read_bytes (input, 65536, NULL, error);

      if (data == NULL)
        return FALSE;
      if (g_bytes_get_size (data) == 0)
        return TRUE;
      if (!intimail_delivery_write (delivery, data, NULL, error))
        return FALSE;
    }
}

static gboolean
deliver (const char *path, const char *sender, const char *recipient, GError **error)
{
  g_autoptr (IntimailSite) site = intimail_site_open (path, error);
  g_autoptr (IntimailDelivery) delivery = site != NULL ? intimail_delivery_new (site, sender) : NULL;

  return delivery != NULL &&
         intimail_delivery_add_recipient (delivery, recipient, 0, NULL, error) &&
         write_input (delivery, error) &&
         intimail_delivery_finish (delivery, NULL, error) &&
         intimail_delivery_get_result (delivery, 0, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc == 4 && deliver (argv[1], argv[2], argv[3], &error))
    {
      g_print ("delivered to %s\n", argv[3]);
      return 0;
    }
  g_printerr ("%s\n", error != NULL ? error->message : "usage: deliver SITE SENDER RECIPIENT < MESSAGE");
  return 1;
}
