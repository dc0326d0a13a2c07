/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The mail server elsewhere that takes what this site sends.
 */

#pragma once

#include "base/intimail-config-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *host;
  guint port;
  gboolean is_smtps; /* TLS from the first byte, else by STARTTLS */
  gboolean has_tls;
  char *user; /* NULL: nobody signs in */
  char *secret_path;
  char *ca_path; /* NULL: the system's authorities */
  guint timeout; /* seconds for each answer */
} IntimailRelaySettings;

/* The keys uri, secret-file, tls, tls-ca-file and timeout of the group [transport]. */
IntimailRelaySettings *intimail_relay_settings_read (IntimailConfig *config,
                                                     const char *folder,
                                                     GError **error);

/* The key timeout, for any way out. */
gboolean intimail_relay_settings_read_timeout (IntimailConfig *config,
                                               guint *timeout,
                                               GError **error);

void intimail_relay_settings_free (IntimailRelaySettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailRelaySettings, intimail_relay_settings_free)

/* For intimail_secret_free(); read anew each time. NULL without an error when nobody
 * signs in. FAILED when it cannot be read, or when others may read it too. */
gboolean intimail_relay_settings_load_secret (const IntimailRelaySettings *self,
                                              char **secret,
                                              GError **error);

G_END_DECLS
