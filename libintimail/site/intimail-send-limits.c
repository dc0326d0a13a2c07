/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "site/intimail-send-limits-private.h"

#define GROUP "transport"
#define MAXIMUM 100000

gboolean
intimail_send_limits_read (IntimailSendLimits *self, IntimailConfig *config, GError **error)
{
  const struct
  {
    const char *key;
    guint *value;
  } numbers[] = {
    { "hour-messages", &self->hour.messages },
    { "hour-recipients", &self->hour.recipients },
    { "day-messages", &self->day.messages },
    { "day-recipients", &self->day.recipients },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      guint64 number = intimail_config_get_number (config, GROUP, numbers[i].key);

      if (number > MAXIMUM)
        return intimail_config_fail (config, GROUP, numbers[i].key, error, "%d at most; 0 is no limit", MAXIMUM);
      *numbers[i].value = (guint) number;
    }

  return TRUE;
}
