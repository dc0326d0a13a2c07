/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What every directory must do alike with passwords and what stands beside them.
 */

#pragma once

#include "directory-cases.h"

G_BEGIN_DECLS

void secret_cases_add_all (const char *prefix,
                           DirectoryFixtureFunc setup,
                           DirectoryFixtureFunc teardown);

G_END_DECLS
