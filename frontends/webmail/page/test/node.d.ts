// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The few things of Node.js that the tests use.

declare module 'node:test' {
  export function test(name: string, run: () => void | Promise<void>): void;
}

declare module 'node:assert/strict' {
  interface Assert {
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(value: string, expected: RegExp, message?: string): void;
    ok(value: unknown, message?: string): void;
    rejects(promise: Promise<unknown>, check: (error: Error) => boolean): Promise<void>;
  }
  const assert: Assert;
  export default assert;
}
