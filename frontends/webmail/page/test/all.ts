// SPDX-License-Identifier: LGPL-2.1-or-later

import './address.test';
import './format.test';
import './invitation-words.test';
import './jmap-client.test';
import './link-text.test';
import './list-window.test';
import './message-cache.test';
import './quoting.test';
import './send-times.test';
import './rules.test';
import './signatures.test';
import './strings.test';
import './text-body.test';
