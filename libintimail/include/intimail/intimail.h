/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#define INTIMAIL_INSIDE

#include <intimail/intimail-version.h>
#include <intimail/intimail-version-macros.h>
#include <intimail/intimail-enums.h>

#include <intimail/intimail-error.h>

#include <intimail/intimail-address.h>

#include <intimail/intimail-field.h>
#include <intimail/intimail-part.h>
#include <intimail/intimail-message.h>
#include <intimail/intimail-invitation.h>
#include <intimail/intimail-signature.h>
#include <intimail/intimail-composer.h>
#include <intimail/intimail-delivery-status.h>
#include <intimail/intimail-mbox-reader.h>
#include <intimail/intimail-mbox-writer.h>

#include <intimail/intimail-temporary-alias.h>
#include <intimail/intimail-app-password.h>
#include <intimail/intimail-second-factor.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-group.h>
#include <intimail/intimail-directory.h>
#include <intimail/intimail-ldap-directory.h>
#include <intimail/intimail-ldif-directory.h>

#include <intimail/intimail-quota.h>
#include <intimail/intimail-envelope.h>
#include <intimail/intimail-mailbox.h>
#include <intimail/intimail-filter.h>
#include <intimail/intimail-listing.h>
#include <intimail/intimail-changes.h>
#include <intimail/intimail-upload.h>
#include <intimail/intimail-account.h>
#include <intimail/intimail-big-file.h>
#include <intimail/intimail-big-file-store.h>
#include <intimail/intimail-account-big-file.h>
#include <intimail/intimail-transfer-count.h>
#include <intimail/intimail-importer.h>
#include <intimail/intimail-account-async.h>
#include <intimail/intimail-exporter.h>

#include <intimail/intimail-site.h>
#include <intimail/intimail-socketmap-session.h>

#include <intimail/intimail-lmtp-session.h>
#include <intimail/intimail-policy-session.h>

#include <intimail/intimail-rule-condition.h>
#include <intimail/intimail-rule.h>
#include <intimail/intimail-vacation.h>
#include <intimail/intimail-rule-outcome.h>
#include <intimail/intimail-rule-set.h>
#include <intimail/intimail-delivery.h>
#include <intimail/intimail-outbox.h>
#include <intimail/intimail-send-report.h>
#include <intimail/intimail-sender.h>
#include <intimail/intimail-transport.h>

#include <intimail/intimail-guard-event.h>
#include <intimail/intimail-detector.h>
#include <intimail/intimail-ban.h>
#include <intimail/intimail-guard.h>
#include <intimail/intimail-firewall.h>
#include <intimail/intimail-limiter.h>

#include <intimail/intimail-jmap.h>

#undef INTIMAIL_INSIDE
