// SPDX-License-Identifier: LGPL-2.1-or-later

import { render } from 'preact';

import { App } from './app';
import { startKeyboard } from './keyboard';
import { startNavigation } from './navigation';
import { startTitle } from './notify';
import { startReading } from './reading';
import { start } from './session';

render(<App />, document.getElementById('page')!);
startKeyboard();
startNavigation();
startTitle();
startReading();
void start();
